"""Jinja in SQL: stand-ins for its expressions, so that the rest can be parsed.

Nothing is rendered. A stand-in is as long as what it stands for, so that places stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

BROUGHT_BY_OTHERS: Final = frozenset(
    {
        "conf", "conn", "dag_run", "inlet_events", "params", "task_instance", "ti",
        "triggering_asset_events", "var",
    }
)  # fmt: skip
"""Names through which people and tasks bring values that no author has seen; those that the Airflow
operator warns of, which a test compares."""

_OPEN: Final = re.compile(r"\{[{%#]")
_CLOSE: Final = MappingProxyType({"{{": "}}", "{%": "%}", "{#": "#}"})
_NAME: Final = re.compile(r"(?<![\w.|'\"])(?<!\| )[A-Za-z_]\w*")
_TEXT: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_MARK: Final = re.compile(r"--[^\n]*|/\*.*?(?:\*/|\Z)|['\"]", re.DOTALL)
_NEAR: Final = 100
_BEFORE_TABLE: Final = re.compile(r"\b(?:from|join)\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template expression in a statement."""

    start: int
    """Its first character in the SQL."""
    others: tuple[str, ...]
    """Names in it that others fill, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """SQL with stand-ins."""

    sql: str
    expressions: tuple[Template, ...] = ()
    steered: int | None = None
    """First ``{% … %}``, which decides what the statement is."""


def fill(sql: str) -> Filled:
    """Put a stand-in for each template expression; remove comments and control blocks."""
    if "{" not in sql:
        return Filled(sql=sql)
    pieces: list[str] = []
    found: list[Template] = []
    steered: int | None = None
    at, quote = 0, ""
    for start, end in _parts(sql):
        between, text = sql[at:start], sql[start:end]
        quote = _open_quote(between, quote)
        pieces.append(between)
        if text.startswith("{{"):
            before = "".join(pieces[-2:])[-_NEAR:]
            pieces.append(_stand_in(text, before, quote, len(found), sql[end : end + 1]))
            found.append(Template(start=start, others=tuple(sorted(set(_others(text))))))
        else:
            steered = start if text.startswith("{%") and steered is None else steered
            pieces.append(_blank(text))
        at = end
    return Filled(sql="".join([*pieces, sql[at:]]), expressions=tuple(found), steered=steered)


def _parts(sql: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each part of the template; one that is not closed is none."""
    at = 0
    closed = dict.fromkeys(_CLOSE, True)  # or a text of nothing but `{{` would take for ever
    while found := _OPEN.search(sql, at):
        mark = found.group()
        end = sql.find(_CLOSE[mark], found.end()) if closed[mark] else -1
        closed[mark] = end >= 0
        at = found.start() + 1 if end < 0 else end + 2
        if end >= 0:
            yield found.start(), at


def _others(expression: str) -> Iterator[str]:
    for name in _NAME.findall(_TEXT.sub(" ", expression)):
        if name in BROUGHT_BY_OTHERS:
            yield name


def _open_quote(text: str, quote: str) -> str:
    """Tell within which quote ``text`` ends, given within which one it began."""
    for mark in _MARK.findall(text):
        if quote:
            quote = "" if mark == quote else quote
        elif mark in {"'", '"'}:
            quote = mark
    return quote


def _stand_in(text: str, before: str, quote: str, number: int, after: str) -> str:
    width = len(text.partition("\n")[0])
    rest = _blank(text[width:])
    if quote:
        return "x" * width + rest.replace(" ", "x")
    name = f"t{number}".ljust(width - 1, "_")[: width - 1]
    glued = before[-1:].isalnum() or before[-1:] in {"_", "."} or after in {".", "_"}
    if glued or after.isalnum() or _BEFORE_TABLE.search(before):
        return f"_{name}" + rest
    return f":{name}" + rest


def _blank(text: str) -> str:
    return "".join("\n" if c == "\n" else " " for c in text)
