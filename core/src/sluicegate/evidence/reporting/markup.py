"""HTML as text: everything that comes from a record goes through here.

Names of pipelines, people and outputs are chosen by others. They are escaped, and characters that
are not seen or that turn the direction of writing are spelled out, so that no name can look like
another or like a part of the page.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(value: object) -> Markup:
    """Make a value safe to stand in the page, as an element's content or a quoted attribute."""
    if isinstance(value, Markup):
        return value
    told = str(value)
    seen = told if told.isprintable() else "".join(map(_seen, told))
    return Markup(html.escape(seen, quote=True))


def element(tag: str, *content: object, **attributes: object) -> Markup:
    """Write an element; ``class_`` stands for ``class``, other ``_`` for ``-``."""
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    given = "".join(f' {name}="{text(value)}"' for name, value in names.items())
    return Markup(f"<{tag}{given}>{join(content)}</{tag}>")


def join(parts: Iterable[object], between: str = "") -> Markup:
    """Put parts one after the other."""
    return Markup(between.join(text(part) for part in parts))


def table(headers: Sequence[str], rows: Iterable[Markup], **attributes: object) -> Markup:
    """Write a table of rows that are written already; without headers, of facts and their names."""
    cells = [element("th", header, scope="col") for header in headers]
    head = element("thead", element("tr", *cells)) if cells else ""
    return element("table", head, element("tbody", *rows, Markup("\n")), **attributes)


def row(*cells: object, **attributes: object) -> Markup:
    """Write one row of a table, on a line of its own."""
    return Markup("\n" + element("tr", *(element("td", cell) for cell in cells), **attributes))


def link(target: str, shown: object) -> Markup:
    """Link to another place of the page."""
    return element("a", shown, href=f"#{target}")


def record_links(sequences: Sequence[int]) -> Markup:
    """Link to records; those without a gap between them as a span."""
    spans: list[list[int]] = []
    for number in sequences:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return join((_span(first, last) for first, last in spans), ", ")


def _span(first: int, last: int) -> Markup:
    begin = link(f"r{first}", first)
    return begin if first == last else join((begin, "–", link(f"r{last}", last)))


def _seen(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    return f"\\u{{{ord(character):x}}}"
