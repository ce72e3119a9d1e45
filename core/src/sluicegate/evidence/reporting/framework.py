"""A framework: its controls, and which topics of evidence each of them asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from sluicegate.errors import UnknownNameError
from sluicegate.evidence.reporting.topic import Topic

_FOLDER: Final = files("sluicegate.evidence.reporting")
_NO_TOKEN: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A control, criterion, clause or requirement."""

    id: str
    """As the framework writes it."""
    title: str
    topics: tuple[str, ...]

    @property
    def token(self) -> str:
        """The id as OSCAL writes one: ``ac-3.2`` for ``AC-3(2)``; a letter comes first."""
        enhanced = re.fullmatch(r"([A-Z]{2}-\d+)\((\d+)\)", self.id)
        if enhanced:
            return f"{enhanced[1].lower()}.{enhanced[2]}"
        if re.fullmatch(r"[A-Z]{1,3}-?\d+(\.\d+)?", self.id):
            return self.id.lower()
        token = _NO_TOKEN.sub("-", self.id.lower()).strip("-")
        return token if token[0].isalpha() else f"req-{token}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """Controls of one framework that records of the ledger can say something about."""

    id: str
    title: str
    source: str
    """The text that the ids are of."""
    review: str
    """What a reader has to mind or have confirmed."""
    controls: tuple[Control, ...]

    @classmethod
    def load(cls, name: str) -> Framework:
        """Read one of the frameworks that are shipped.

        Raises:
            UnknownNameError: there is none of that name.
        """
        if name not in frameworks():
            raise UnknownNameError.of("framework", name, frameworks())
        told = _read(f"frameworks/{name}.yaml")
        controls = tuple(_control(c) for c in told.pop("controls"))
        return cls(**told, controls=controls)

    def topics(self) -> tuple[str, ...]:
        """Name every topic that a control asks for, each once, in the order of the topics."""
        asked = {name for control in self.controls for name in control.topics}
        return tuple(name for name in all_topics() if name in asked)


def frameworks() -> tuple[str, ...]:
    """Name the frameworks that are shipped."""
    folder = _FOLDER.joinpath("frameworks")
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(n.removesuffix(".yaml") for n in names if n.endswith(".yaml")))


@cache
def all_topics() -> Mapping[str, Topic]:
    """Return all topics by name, in the order of their file."""
    told = _read("topics.yaml")["topics"]
    return {name: Topic.of(name, topic) for name, topic in told.items()}


def _control(told: Mapping[str, Any]) -> Control:
    return Control(id=told["id"], title=told["title"], topics=tuple(told["topics"]))


def _read(name: str) -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(_FOLDER.joinpath(name).read_text("utf-8"))
    return told
