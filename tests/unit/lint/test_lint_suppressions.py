"""Comments that answer a remark, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.lint.conftest import Linted, LintFiles

    LintDag = Callable[[str], Linted]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM t WHERE a -- sluicegate: ignore G31 wide on purpose",
        "-- sluicegate: ignore G31 wide on purpose\nSELECT * FROM t WHERE a",
        "-- sluicegate: ignore G31 wide on purpose\n\n-- more\nSELECT * FROM t WHERE a",
        "SELECT\n  -- sluicegate: ignore G31, G30 wide on purpose\n  * FROM t WHERE a",
        "--sluicegate:ignore G31   because: 42 columns",
    ],
)
def test_a_comment_answers_its_line_or_the_next(lint: LintFiles, sql: str) -> None:
    sql = sql if "FROM" in sql else f"{sql}\nSELECT * FROM t WHERE a"
    found = lint({"a.sql": sql})
    assert found.told == []
    (one,) = found.report.suppressed
    assert (one.remark.rule, bool(one.reason)) == ("G31", True)


@pytest.mark.parametrize(
    "comment",
    [
        "-- sluicegate: ignore G31",
        "-- sluicegate: ignore G31 ok",
        "-- sluicegate: ignore G31 123 456",
        "-- sluicegate: ignore",
        "-- sluicegate: ignore everything here",
    ],
)
def test_without_an_id_or_a_reason_it_counts_for_nothing(lint: LintFiles, comment: str) -> None:
    found = lint({"a.sql": f"{comment}\nSELECT * FROM t WHERE a"})
    assert found.told == [("L04", "error", 1, 1), ("G31", "warn", 2, 8)]


def test_another_rule_or_another_line_is_not_answered(lint: LintFiles) -> None:
    sql = "-- sluicegate: ignore G31 wide on purpose\nSELECT a,\n pg_sleep(1), t.* FROM t WHERE b"
    assert sorted(lint({"a.sql": sql}).rules) == ["G07", "G31", "L05"]


def test_what_nothing_needs_is_told(lint: LintFiles) -> None:
    sql = "SELECT a FROM t WHERE b -- sluicegate: ignore G31 it was wide once"
    assert lint({"a.sql": sql}).told == [("L05", "warn", 1, 25)]


def test_lints_own_faults_cannot_be_answered(lint: LintFiles) -> None:
    sql = "-- sluicegate: ignore L04, L05 no reason\n-- sluicegate: ignore G31\nSELECT a FROM t WHERE b"
    assert lint({"a.sql": sql}).rules == ["L05", "L04"]


@pytest.mark.parametrize(
    "code",
    [
        "GuardedExtractOperator(sql='DROP TABLE a')  # sluicegate: ignore G03 a demo",
        "# sluicegate: ignore G03 a demo\nGuardedExtractOperator(sql='DROP TABLE a')",
        "# sluicegate: ignore G03 a demo\nGuardedExtractOperator(\n  task_id='x',\n  sql='DROP TABLE a')",
        "GuardedExtractOperator(\n  # sluicegate: ignore G03 a demo\n  sql='''\n\nDROP TABLE a''')",
        "GuardedExtractOperator(sql='''\n-- sluicegate: ignore G03 a demo\nDROP TABLE a''')",
    ],
)
def test_in_python_a_comment_of_either_language_counts(lint_dag: LintDag, code: str) -> None:
    found = lint_dag(code)
    assert (found.told, len(found.report.suppressed)) == ([], 1)


def test_a_comment_mark_in_a_python_string_is_none(lint_dag: LintDag) -> None:
    code = "x = '# sluicegate: ignore G03 a demo'; GuardedExtractOperator(sql='DROP TABLE a')"
    assert lint_dag(code).rules == ["G03"]
    assert lint_dag(f"'''\n-- sluicegate: ignore G03 a demo\n'''\n{code}").rules == ["G03"]


def test_a_note_on_computed_sql_can_be_answered(lint_dag: LintDag) -> None:
    code = "GuardedExtractOperator(sql=f'{x}')  # sluicegate: ignore L02 reviewed by hand"
    assert lint_dag(code).told == []
