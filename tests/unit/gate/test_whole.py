"""A whole relation is named column by column, whatever it is called."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.gate.whole import whole_relation
from sluicegate.model.plan import Statement
from sluicegate.sources import open_source
from sluicegate.sources.port import Source


def source_of(folder: Path, kind: str, *tables: str) -> Source:
    """Make a source whose tables have one column of their own name and one called ``from``."""
    file = folder / f"{kind}.db"
    made = [
        statement
        for table in tables
        for quoted in [table.replace('"', '""')]
        for statement in (
            f'CREATE TABLE "{quoted}" ("{quoted}" TEXT, "from" TEXT)',
            f"INSERT INTO \"{quoted}\" VALUES ('a', 'b')",
        )
    ]
    if kind == "duckdb":
        with duckdb.connect(str(file)) as connection:
            for statement in made:
                connection.execute(statement)
    else:
        with closing(sqlite3.connect(file)) as lite, lite:
            for statement in made:
                lite.execute(statement)
    return open_source("little", f"{kind}:///{file}")


def rows(source: Source, sql: str) -> list[dict[str, str]]:
    with source.connect() as session:
        return [
            row for batch in session.stream(Statement(sql=sql), {}) for row in batch.to_pylist()
        ]


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize("name", ['odd "name"', "select", "UPPER", "a'b; DROP TABLE x --"])
def test_it_is_read_whole_whatever_it_is_called(tmp_path: Path, kind: str, name: str) -> None:
    source = source_of(tmp_path, kind, name)
    expected = {name: "a", "from": "b"}
    for asked in (name, "", f"main.{name}"):
        assert rows(source, whole_relation(source, asked)) == [expected]
    assert rows(source, whole_relation(source, name, ["from"])) == [{"from": "b"}]


def test_what_is_not_there_names_what_is_near(tmp_path: Path) -> None:
    source = source_of(tmp_path, "sqlite", "people", "visits")
    with pytest.raises(UnknownNameError, match="did you mean people"):
        whole_relation(source, "peopel")
    with pytest.raises(UnknownNameError, match="did you mean from"):
        whole_relation(source, "people", ["form"])
    with pytest.raises(UnknownNameError):
        whole_relation(source, "other.people")
    with pytest.raises(ConfigurationError, match="holds 2 relations"):
        whole_relation(source)
