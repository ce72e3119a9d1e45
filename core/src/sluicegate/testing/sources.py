"""The contract of sources, as tests: subclass it in a test module of a source's own.

The subclass gives a pytest fixture ``source``, a ``Source`` whose default schema holds the table
``KIT_TABLE`` with ``KIT_ROWS``, and says in class attributes how its SQL differs.
"""

# A test's name is its sentence, and the SQL is made of the kit's own names.
# ruff: noqa: D102, S608

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import ClassVar

import pyarrow as pa

from sluicegate.errors import BudgetExceeded, ConfigurationError, SourceError
from sluicegate.model.data import TypeFamily
from sluicegate.model.decision import Limits
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources.port import Session, Source
from sluicegate.testing.expect import expect
from sluicegate.testing.source_kit import BIG_CELL, KIT_COLUMNS, KIT_ROWS, KIT_TABLE

_IN_TIME = 10.0
"""Seconds within which a limit or a cancellation must have worked, on a busy machine."""


class SourceContract:
    """What every source must do; see the checklist in ``sluicegate.sources.port``."""

    position: ClassVar[str] = "${}"
    """How a position is written; one without a number stands for its own use only."""
    folds: ClassVar[bool] = True
    """Whether names of tables ignore case."""
    booleans: ClassVar[bool] = True
    """Whether the source has booleans; if not, they are small integers."""
    endless: ClassVar[str]
    """A statement of one row that would run for minutes."""
    failing: ClassVar[str]
    """A statement that fails on the text ``{}`` of its one parameter while it runs."""
    writes: ClassVar[tuple[str, ...]]
    """Statements that would write to ``KIT_TABLE`` or elsewhere, or change a setting."""

    def test_tells_its_name_dialect_and_login(self, source: Source) -> None:
        with source.connect() as session:
            assert session.login
        assert source.name
        assert source.dialect in {"postgres", "mysql", "duckdb", "sqlite"}

    def test_finds_the_relation_with_its_columns(self, source: Source) -> None:
        with source.connect() as session:
            found = session.relation(None, KIT_TABLE)
            assert found is not None
            other = session.relation(found.name.schema, KIT_TABLE.upper())
            assert other == (found if self.folds else None)
            assert found == session.relation(found.name.schema, found.name.name, quoted=True)
            many = [(None, KIT_TABLE, False), (None, "no such", True), (None, KIT_TABLE, False)]
            assert session.relations(many) == (found, None, found)
            assert session.relations([]) == ()
        assert found.kind == "table"
        families = [(c.name, c.family) for c in found.columns]
        odd = {} if self.booleans else {"boolean": "integer"}
        assert families == [(name, TypeFamily(odd.get(kind, kind))) for name, kind in KIT_COLUMNS]

    def test_does_not_find_what_is_not_there(self, source: Source) -> None:
        names = ("nope", "", f'{KIT_TABLE}"', f"{KIT_TABLE}; --", f"x.{KIT_TABLE}", "nul\0")
        with source.connect() as session:
            for name in names:
                assert session.relation(None, name) is None, name
            assert session.relation("nope", KIT_TABLE) is None
            assert session.relation("temp", KIT_TABLE) is None

    def test_reads_every_value_as_it_is(self, source: Source) -> None:
        rows = read(source, f"SELECT * FROM {KIT_TABLE} ORDER BY id")
        assert rows.schema.names == [name for name, _ in KIT_COLUMNS]
        got = [tuple(row.values()) for row in rows.to_pylist()]
        assert len(got) == len(KIT_ROWS)
        for found, wanted in zip(got, KIT_ROWS, strict=True):
            assert found == wanted, f"row {wanted[0]}"

    def test_gives_the_types_that_leave(self, source: Source) -> None:
        types = read(source, f"SELECT * FROM {KIT_TABLE} ORDER BY id").schema.types
        assert pa.types.is_integer(types[0])
        wanted = [pa.string(), pa.string(), pa.date32(), pa.timestamp("us")]
        truth = pa.bool_() if self.booleans else pa.int8()
        assert types[1:] == [*wanted, pa.decimal128(10, 2), truth, pa.binary()]

    def test_an_empty_result_has_one_batch_with_the_schema(self, source: Source) -> None:
        full = read(source, f"SELECT * FROM {KIT_TABLE}")
        empty = f"SELECT * FROM {KIT_TABLE} WHERE id < 0"
        with source.connect() as session:
            (batch,) = session.stream(Statement(sql=empty), {})
        assert batch.num_rows == 0
        assert batch.schema.equals(full.schema)

    def test_batches_hold_no_more_rows_than_asked_for(self, source: Source) -> None:
        sql = f"SELECT id FROM {KIT_TABLE} ORDER BY id"
        with source.connect() as session:
            batches = list(session.stream(Statement(sql=sql), {}, batch_rows=2))
        assert [b.num_rows for b in batches] == [2, 2, 1]
        with source.connect() as session, expect(ConfigurationError):
            list(session.stream(Statement(sql=sql), {}, batch_rows=0))

    def test_parameters_are_values_and_nothing_else(self, source: Source) -> None:
        tricky = KIT_ROWS[2][1]
        assert self._ids(source, "label = {0}", a=tricky) == [3]
        for text in ("x' OR '1'='1", "$1", "?1", "NULL", "'; DROP TABLE t; --", "\\"):
            assert self._ids(source, "label = {0}", a=text) == []
        assert self._ids(source, "label = {0}", a=None) == []
        assert self._ids(source, "id = {0} OR id = {1} OR id = {0}", a=1, b=4) == [1, 4]
        assert self._ids(source, "label <> '{0}' AND id <= {0}", a=2) == [1, 2]

    def test_parameters_compare_with_columns_of_every_type(self, source: Source) -> None:
        day = date(2000, 1, 1)
        assert self._ids(source, "born > {0} AND id < 5", a=day) == [1]
        assert self._ids(source, "born > {0} AND id < 5", a="2000-01-01") == [1]
        assert self._ids(source, "price >= {0}", a=Decimal("12.50")) == [1, 4]
        assert self._ids(source, "active = {0}", a=True) == [1, 4]
        assert self._ids(source, "seen < {0}", a="2000-01-01 00:00:00") == [2]

    def test_a_missing_or_odd_parameter_is_named(self, source: Source) -> None:
        for given in ({}, {"since": ["hidden"]}, {"since": "nul\0hidden"}, {"since": "\ud800"}):
            with source.connect() as session, expect(ConfigurationError, hidden="hidden") as caught:
                statement = Statement(sql=f"SELECT {self._at(1)}", parameters=("since",))
                list(session.stream(statement, given))  # type: ignore[arg-type]  # wrong on purpose
            assert "since" in str(caught.error)

    def test_an_estimate_runs_nothing_and_hides_values(self, source: Source) -> None:
        sql = f"SELECT id FROM {KIT_TABLE} WHERE label = {self._at(1)}"
        with source.connect() as session:
            found = session.estimate(Statement(sql=sql, parameters=("a",)), {"a": "hidden"})
            assert found is None or found.rows is None or found.rows >= 0
            assert session.estimate(Statement(sql=self.endless), {}) == session.estimate(
                Statement(sql=self.endless), {}
            )
        with source.connect() as session, expect(ConfigurationError):
            session.estimate(Statement(sql=sql, parameters=("a",)), {})

    def test_a_failing_estimate_leaves_the_session_fit(self, source: Source) -> None:
        wrong = Statement(sql=f"SELECT no_such_column FROM {KIT_TABLE}")
        with source.connect() as session:
            with suppress(SourceError):  # SQLite has no planner to ask
                session.estimate(wrong, {})
            assert session.relation(None, KIT_TABLE) is not None
            right = Statement(sql=f"SELECT count(*) AS n FROM {KIT_TABLE}")
            session.estimate(right, {})
            (batch,) = [b for b in session.stream(right, {}) if b.num_rows]
            assert batch.to_pylist() == [{"n": len(KIT_ROWS)}]

    def test_nothing_can_be_written(self, source: Source) -> None:
        for sql in (*self.writes, "SELECT 1; SELECT 2", "", "nonsense"):
            with source.connect() as session, expect(SourceError):
                list(session.stream(Statement(sql=sql), {}))
        count = read(source, f"SELECT count(*) AS n FROM {KIT_TABLE}")
        assert count.to_pylist() == [{"n": len(KIT_ROWS)}]

    def test_an_error_shows_no_value(self, source: Source) -> None:
        sql, marker = self.failing.format(self._at(1)), "marker-4711"
        with source.connect() as session, expect(SourceError, hidden=marker) as caught:
            list(session.stream(Statement(sql=sql, parameters=("v",)), {"v": marker}))
        assert caught.error is not None
        assert caught.error.__cause__ is None
        assert caught.error.__context__ is None

    def test_the_time_limit_stops_a_statement(self, source: Source) -> None:
        begin = time.monotonic()
        with source.connect() as session:
            session.limit(Limits(seconds=0.3))
            with expect(BudgetExceeded):
                list(session.stream(Statement(sql=self.endless), {}))
        assert time.monotonic() - begin < _IN_TIME

    def test_the_time_limit_also_binds_a_slow_reader(self, source: Source) -> None:
        with source.connect() as session:
            session.limit(Limits(seconds=0.5))
            statement = Statement(sql=f"SELECT id FROM {KIT_TABLE}")
            with expect(BudgetExceeded):
                for _ in session.stream(statement, {}, batch_rows=5):
                    time.sleep(0.7)

    def test_a_limit_must_be_positive(self, source: Source) -> None:
        for seconds in (0, -1, float("nan"), float("inf")):
            with source.connect() as session, expect(ConfigurationError):
                session.limit(Limits(seconds=seconds))

    def test_cancel_stops_a_statement_from_another_thread(self, source: Source) -> None:
        begin = time.monotonic()
        with source.connect() as session:
            timer = threading.Timer(0.3, session.cancel)
            timer.start()
            with expect(SourceError) as caught:
                list(session.stream(Statement(sql=self.endless), {}))
            timer.join()
            session.cancel()
        assert "cancel" in str(caught.error)
        assert time.monotonic() - begin < _IN_TIME

    def test_one_session_runs_several_statements(self, source: Source) -> None:
        with source.connect() as session:
            assert [collect(session, "SELECT 1 AS n").to_pylist() for _ in range(3)] == [
                [{"n": 1}]
            ] * 3

    def test_a_stream_may_be_left(self, source: Source) -> None:
        sql = f"SELECT label FROM {KIT_TABLE} ORDER BY id"
        with source.connect() as session:
            stream = session.stream(Statement(sql=sql), {}, batch_rows=1)
            next(stream)
        assert read(source, "SELECT 1 AS n").num_rows == 1

    def test_a_stream_ends_with_its_session(self, source: Source) -> None:
        sql = f"SELECT label FROM {KIT_TABLE} ORDER BY id"
        with source.connect() as session:
            stream = session.stream(Statement(sql=sql), {}, batch_rows=1)
            next(stream)
        with expect(SourceError):
            list(stream)

    def test_a_big_cell_comes_whole(self, source: Source) -> None:
        sql = f"SELECT label FROM {KIT_TABLE} WHERE id = 5"
        assert read(source, sql)["label"][0].as_py() == "x" * BIG_CELL

    def _at(self, number: int) -> str:
        return self.position.format(number)

    def _ids(self, source: Source, condition: str, **values: Scalar) -> list[int]:
        text = condition.format(*[self._at(n + 1) for n in range(len(values))])
        sql = f"SELECT id FROM {KIT_TABLE} WHERE {text} ORDER BY id"
        names: tuple[str, ...] = tuple(values)
        if self._at(1) == self._at(2):
            uses = re.findall(r"\{(\d)\}", re.sub(r"'[^']*'", "", condition))
            names = tuple(names[int(use)] for use in uses)
        with source.connect() as session:
            found = collect(session, sql, values, names)
        return [int(i) for i in found["id"].to_pylist()]


def read(source: Source, sql: str, parameters: Mapping[str, Scalar] | None = None) -> pa.Table:
    """Run one statement on a connection of its own."""
    with source.connect() as session:
        return collect(session, sql, parameters or {})


def collect(
    session: Session,
    sql: str,
    parameters: Mapping[str, Scalar] | None = None,
    names: tuple[str, ...] | None = None,
) -> pa.Table:
    """Run one statement and collect its batches; ``names`` is the parameter of each position."""
    values = parameters or {}
    statement = Statement(sql=sql, parameters=tuple(values) if names is None else names)
    return pa.Table.from_batches(list(session.stream(statement, values)))
