"""Prints results: tables for people, or one JSON document for programs. Notes go to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final

from sluicegate.cli.safe_text import safe_text
from sluicegate.model.canonical import plain

_UNBOUNDED_COLUMNS: Final = 10_000


class Format(StrEnum):
    """How a command answers."""

    TABLE = "table"
    JSON = "json"


def print_json(document: object) -> None:
    """Write one JSON document to stdout; only ASCII, so that every pipe can carry it."""
    sys.stdout.write(json_text(document))


def json_text(document: object) -> str:
    """Write a document as it is printed."""
    return json.dumps(plain(document), indent=2, allow_nan=False) + "\n"


def print_lines(lines: Iterable[str]) -> None:
    """Write lines for people to stdout."""
    for line in lines:
        sys.stdout.write(safe_text(line) + "\n")


def print_table(title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table to stdout. A pipe gets every cell whole, on one line."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(
        file=sys.stdout,
        highlight=False,
        markup=False,
        emoji=False,
        width=None if sys.stdout.isatty() else _UNBOUNDED_COLUMNS,
    )
    table = Table(
        title=Text(safe_text(title)) if title else None,
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
    )
    for header in headers:
        table.add_column(Text(safe_text(header)), overflow="fold")
    for row in rows:
        table.add_row(*(Text(safe_text("" if cell is None else str(cell))) for cell in row))
    console.print(table)


def note(text: str) -> None:
    """Tell a person something on stderr."""
    sys.stderr.write(safe_text(text) + "\n")
