"""Options of the commands that look at a whole source, and their progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from sluicegate.cli.safe_text import safe_text

if TYPE_CHECKING:
    from sluicegate.gate.profiling import Progress, Scope
    from sluicegate.model.data import RelationName

_MOST_ROWS: Final = 100_000

SchemaOption: TypeAlias = Annotated[
    str | None, typer.Option("--schema", help="Only this schema, spelled as in the catalogue.")
]
TablesOption: TypeAlias = Annotated[
    str, typer.Option("--tables", help="Only tables and views of these names; * and ? work.")
]
SampleOption: TypeAlias = Annotated[
    int,
    typer.Option(
        "--sample",
        min=0,
        max=_MOST_ROWS,
        help="Most rows to look at per table; 0: names and types.",
    ),
]


def make_scope(schema: str | None, tables: str, sample: int) -> Scope:
    """Build the scope of a call."""
    from sluicegate.gate.profiling import Scope

    return Scope(schema=schema, tables=tables, rows=sample)


@contextmanager
def shown_progress() -> Iterator[Progress | None]:
    """Give a callback that writes the relation under way to stderr, if a person is watching."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(name: RelationName, number: int, count: int) -> None:
        sys.stderr.write(f"\r\x1b[K{number}/{count} {safe_text(str(name))}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
