"""Puts values into texts and notes where they stand."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Final, NamedTuple

from sluicegate.detect.evaluation.generated import drawing, tokens, values
from sluicegate.detect.evaluation.sample import Gold

_SLOT: Final = re.compile(r"\{\{|\}\}|\{(\w+)\}")
_SECRETS: Final[Mapping[str, Callable[[Random], str]]] = MappingProxyType(
    {
        "TOKEN": tokens.token,
        "GENERIC": tokens.generic,
        "PASSWORD": tokens.password,
        "KEY": tokens.private_key,
        "LOGIN": tokens.login_url,
        "AWS": lambda rng: drawing.letters(rng, drawing.BASE64, 40),
    }
)
"""Slots whose label is SECRET."""
_PLAIN: Final[Mapping[str, Callable[[Random], str]]] = MappingProxyType(
    {
        "word": lambda rng: rng.choice(drawing.WORDS),
        "name": lambda rng: rng.choice(drawing.FIRST_NAMES).title(),
        "city": lambda rng: rng.choice(drawing.CITIES),
        "day": drawing.day,
        "clock": drawing.clock,
        "n4": lambda rng: drawing.digits(rng, 4),
        "n7": lambda rng: drawing.digits(rng, 7),
        "uuid": lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "host": values.host_name,
        "hex8": lambda rng: drawing.letters(rng, drawing.HEX, 8),
    }
)
"""Slots that carry no label."""


class Written(NamedTuple):
    """A text and its labels."""

    text: str
    spans: tuple[Gold, ...]


def label_of(slot: str) -> str | None:
    """Return the label of what fills a slot; ``None`` for what is harmless."""
    if slot in _SECRETS:
        return "SECRET"
    return slot if slot in values.VALUES else None


def write(template: str, rng: Random) -> Written:
    """Fill the slots of a template; doubled braces stand for themselves."""
    text, place = "", 0
    spans: list[Gold] = []
    for match in _SLOT.finditer(template):
        text += template[place : match.start()]
        place = match.end()
        slot = match.group(1)
        if slot is None:
            text += match.group()[0]
            continue
        value = _value(slot, rng)
        label = label_of(slot)
        if label is not None:
            spans.append(Gold(start=len(text), end=len(text) + len(value), label=label))
        text += value
    return Written(text + template[place:], tuple(spans))


def _value(slot: str, rng: Random) -> str:
    for makers in (values.VALUES, _SECRETS, _PLAIN):
        if slot in makers:
            return makers[slot](rng)
    raise KeyError(slot)
