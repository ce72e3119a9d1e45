"""What the labels of a corpus mean: a table in ``labels.yaml``, which a caller may extend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

import yaml

from sluicegate.errors import ConfigurationError, UnknownNameError

IGNORE: Final = "ignore"
"""A label that is mapped to this is left out on purpose: it is not reported as unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Two ways to a measured class: from a corpus's label, and from a detector's data class."""

    core: frozenset[str]
    """Measured classes that every scanner is expected to find."""
    _by_label: Mapping[str, str] = field(repr=False)
    _by_data_class: Mapping[str, str] = field(repr=False)

    @property
    def classes(self) -> frozenset[str]:
        """Every measured class that the table names."""
        return frozenset(self._by_data_class.values())

    def of_label(self, label: str) -> str | None:
        """Return the measured class of a label, ``IGNORE``, or ``None`` if it is unknown."""
        return self._by_label.get(_key(label))

    def of_data_class(self, data_class: str) -> str:
        """Return the measured class of a detector's class; one without an entry is its own."""
        return self._by_data_class.get(data_class, data_class)

    def extended(self, pairs: Iterable[str], data_classes: Iterable[str]) -> Labels:
        """Add ``LABEL=class`` pairs of a caller, which win over the table.

        Args:
            pairs: As a person writes them. The class may be ``ignore``.
            data_classes: Classes that detectors have and the table may lack.

        Raises:
            ConfigurationError: a pair has no ``=``.
            UnknownNameError: no detector and no entry of the table has the class.
        """
        known = {*self.classes, *data_classes, *self._by_data_class, IGNORE}
        added = dict(self._by_label)
        for pair in pairs:
            label, sign, name = pair.partition("=")
            if not sign or not _key(label):
                raise ConfigurationError("a mapping is written LABEL=class")
            if name not in known:
                raise UnknownNameError.of("data class", name, known)
            added[_key(label)] = self.of_data_class(name)
        return Labels(
            core=self.core,
            _by_label=MappingProxyType(added),
            _by_data_class=self._by_data_class,
        )


@cache
def standard_labels() -> Labels:
    """Read the table that comes along."""
    text = (resources.files("sluicegate.detect.evaluation") / "labels.yaml").read_text("utf-8")
    entries: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)["classes"]
    by_label = {_key(label): name for name, e in entries.items() for label in e["labels"]}
    by_class = {c: name for name, e in entries.items() for c in e.get("data_classes", [name])}
    return Labels(
        core=frozenset(name for name, entry in entries.items() if entry.get("core")),
        _by_label=MappingProxyType(by_label),
        _by_data_class=MappingProxyType(by_class),
    )


def _key(label: str) -> str:
    return "".join(c for c in label.upper() if c.isalnum())
