"""Lint and the plan's display over any text: they never raise and never show a literal."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluicegate.cli.sql_text import dotted, excerpt, withheld
from sluicegate.detect import Scanner
from sluicegate.lint import Lint, Options, Report, sarif
from sluicegate.sql.names import DIALECTS

MARK = "zq7f3a"
"""Part of every literal, and of nothing else."""
LITERALS = [f"'{MARK}'", f"'it''s {MARK}'", f"'{MARK}@corp.de'", f"E'\\n{MARK}'", f"$${MARK}$$", f"x'{MARK}'", f"N'{MARK}'", f"'{{{{ x }}}} {MARK}'"]  # fmt: skip
WORDS = [
    "SELECT", "FROM", "WHERE", "t", "u", "a", "b", ".", ",", "(", ")", "*", "=", "<", ">", "+", "-", "||", "::", "AS", "AND", "OR", "NOT", "IN", "EXISTS", "JOIN", "LEFT", "ON", "USING", "GROUP", "BY", "ORDER", "LIMIT", "1", "2.5", ":p", "UNION", "ALL", "WITH", "x", "VALUES", "NULL", "CASE", "WHEN", "THEN", "ELSE", "END", "CAST", "text", "interval", "upper", "count", "pg_sleep", "date_trunc", "read_csv", "LIKE", "BETWEEN", "OVER", "PARTITION", ";", "INSERT", "INTO", "DELETE", "CREATE", "TABLE", "COPY", "TO", "SET", "EXPLAIN", "CALL", "COLLATE", "AT", "TIME", "ZONE", "->", "->>", "#", "@", "!", "?", "$1", "[", "]", "{", "}", "{{", "}}", "{%", "%}", "--", "/*", "*/"
]  # fmt: skip
STATEMENTS = st.lists(st.sampled_from(WORDS + LITERALS * 3), max_size=25).map(" ".join) | st.builds(
    lambda literal, form: form.format(literal),
    st.sampled_from([*LITERALS, f"'{MARK}", f"$x${MARK}"]),
    st.sampled_from(
        [
            "SELECT {0}", "SELECT a FROM t WHERE b = {0}", "SELECT a AS {0} FROM t", "SELECT {0}.a FROM t",
            "SELECT a FROM {0}", "SELECT f({0})", "SELECT a FROM t ORDER BY {0}", "SELECT CAST(a AS {0})",
            "SELECT a FROM t LIMIT {0}", "SELECT interval {0}", "SELECT a -> {0} FROM t", "COPY t TO {0}",
            "CALL f({0})", "SET x = {0}", "EXPLAIN SELECT {0}", "SELECT 1 {0}", "INSERT INTO t VALUES ({0})",
            "SELECT a FROM read_csv({0})", "SELECT a FROM t AS x({0})", "SELECT a COLLATE {0} FROM t",
            "SELECT a FROM t -- {0}", "/* {0} */ DROP TABLE t", "LISTEN {0}", "PREPARE x AS SELECT {0}",
        ]
    ),
)  # fmt: skip
ANY_TEXT = st.text() | st.text(alphabet="SELECT FROMabt*.,;:'\"()-/{}%#\\\n\r\t$@\0\u202e\ud800")


@cache
def scanner() -> Scanner:
    return Scanner.load()


def lint(name: str, data: bytes, dialect: str) -> tuple[Report, str]:
    """The report on one file, and all that it shows in any form."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        report = Lint(Options(dialect=dialect), scanner()).run([Path(folder)])
        return report, repr(report) + json.dumps(sarif(report, Path(folder)))


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sql=STATEMENTS)
def test_no_literal_is_ever_shown(dialect: str, sql: str) -> None:
    assert MARK not in lint("a.sql", sql.encode(), dialect)[1]
    code = f"GuardedExtractOperator(sql={sql!r})"
    assert MARK not in lint("a.py", code.encode(), dialect)[1]


@settings(max_examples=100, deadline=None)
@given(text=ANY_TEXT | STATEMENTS, name=st.sampled_from(["a.sql", "a.py"]))
def test_any_text_is_linted_without_an_exception(text: str, name: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    report, _ = lint(name, data, "postgres")
    lines = data.count(b"\n") + 1
    assert all(1 <= r.line <= lines and r.column >= 1 for r in report.remarks)


@settings(max_examples=100, deadline=None)
@given(data=st.binary() | ANY_TEXT.map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_any_bytes_behind_the_operators_name_are_linted(data: bytes) -> None:
    report, _ = lint("a.py", b"GuardedExtractOperator(sql=" + data + b")", "postgres")
    assert report.files == 1


@settings(max_examples=100, deadline=None)
@given(sql=ANY_TEXT, dialect=st.sampled_from(DIALECTS))
def test_an_excerpt_has_the_length_of_the_text(sql: str, dialect: str) -> None:
    shown = dotted(sql, dialect, scanner())
    assert [c for c in shown if c == "\n"] == [c for c in sql if c == "\n"]
    assert len(shown) == len(sql)


@settings(max_examples=100, deadline=None)
@given(sql=STATEMENTS, dialect=st.sampled_from(DIALECTS))
def test_an_excerpt_shows_no_literal(sql: str, dialect: str) -> None:
    assert MARK not in dotted(sql, dialect, scanner())
    assert f"{MARK}@" not in withheld(sql, dialect, scanner())


@settings(max_examples=100, deadline=None)
@given(
    sql=STATEMENTS,
    line=st.integers(0, 9),
    column=st.integers(0, 300),
    dialect=st.sampled_from(DIALECTS),
)
def test_a_caret_never_falls_off_its_line(sql: str, line: int, column: int, dialect: str) -> None:
    found = excerpt(sql, f"line {line}, column {column}", dialect, scanner())
    if found:
        assert found[1].strip() == "^"
        assert MARK not in found[0]
