"""Records: JSON, CSV and forms, in which a field's name tells what its value is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from types import MappingProxyType
from typing import Final

from sluicegate.detect.evaluation.generated.writing import label_of

Fields = Mapping[str, Sequence[str]]
_SEPARATORS: Final = (": ", " = ", ":\t", " | ")


def _pairs(slot: str, fields: Fields, rng: Random) -> list[tuple[str, str]]:
    """Choose names and slots: the wanted one, others that are harmless, now and then one more."""
    plain = [name for name in fields if label_of(name) is None]
    slots = [slot, *rng.sample(plain, rng.randrange(1, 4))]
    if rng.random() < 0.3:  # noqa: PLR2004
        slots.append(rng.choice([name for name in fields if label_of(name) and name != slot]))
    rng.shuffle(slots)
    return [(rng.choice(fields[name]), "{" + name + "}") for name in slots]


def _json(slot: str, fields: Fields, rng: Random) -> str:
    comma, colon = rng.choice(((", ", ": "), (",", ":"), (",\n  ", ": ")))
    pairs = _pairs(slot, fields, rng)
    body = comma.join(f'"{name}"{colon}"{value}"' for name, value in pairs)
    inner = "{{" + body + "}}"
    return '{{"customer"' + colon + inner + "}}" if rng.random() < 0.3 else inner  # noqa: PLR2004


def _csv(slot: str, fields: Fields, rng: Random) -> str:
    pairs = _pairs(slot, fields, rng)
    sign = rng.choice((",", ";", "\t", "|"))
    row = sign.join(value for _, value in pairs)
    # Without its column's name a drawn text is no secret to anybody.
    if rng.random() < 0.5 and "{GENERIC}" not in row:  # noqa: PLR2004
        return row
    return sign.join(name for name, _ in pairs) + "\n" + row


def _form(slot: str, fields: Fields, rng: Random) -> str:
    sign = rng.choice(_SEPARATORS)
    lines = [
        f"{name.replace('_', ' ').title()}{sign}{value}"
        for name, value in _pairs(slot, fields, rng)
    ]
    return "\n".join(lines)


RECORDS: Final[Mapping[str, Callable[[str, Fields, Random], str]]] = MappingProxyType(
    {"json": _json, "csv": _csv, "form": _form}
)
"""A function for each form; each returns a template."""
