"""SQL in Python files: found without running them, placed in the Python file."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.lint.conftest import Linted, LintFiles

    LintDag = Callable[[str], Linted]


def operator(sql: str, more: str = "") -> str:
    return f"GuardedExtractOperator(task_id='a', conn_id='shop', output='o', purpose='p', sql={sql}{more})\n"


@pytest.mark.parametrize(
    "code",
    [
        "GuardedExtractOperator(sql='SELECT pg_sleep(1)')",
        "GuardedExtractOperator(\n    sql='SELECT pg_sleep(1)',\n)",
        'GuardedExtractOperator(sql="""\n  SELECT a,\n    pg_sleep(1)\n  FROM t WHERE b""")',
        "GuardedExtractOperator(sql=('SELECT a, '  # why\n   'pg_sleep(1) '\n 'FROM t'))",
        "GuardedExtractOperator(sql='SELECT a, ' + 'pg_sleep(1)')",
        "GuardedExtractOperator(sql=r'SELECT a, pg_sleep(1)')",
        "GuardedExtractOperator(sql='SELECT\\na, pg_sleep(1)')",
        "GuardedExtractOperator(sql='SELECT \\'\\u00e4\\' AS a, pg_sleep(1)')",
        "# ä\nGuardedExtractOperator(sql='SELECT \"ä€𝄞\", pg_sleep(1)')",
        "SQL = 'SELECT pg_sleep(1)'\nGuardedExtractOperator(sql=SQL)",
        "SQL: str = '''\nSELECT pg_sleep(1)'''\nGuardedExtractOperator(sql=SQL)",
        "from textwrap import dedent\nGuardedExtractOperator(sql=dedent('SELECT pg_sleep(1)'))",
        "GuardedExtractOperator(sql='  SELECT pg_sleep(1)  '.strip())",
        "GuardedExtractOperator.partial(sql='SELECT pg_sleep(1)').expand(conn_id=[1])",
        "GuardedExtractOperator.partial(a=1).expand(sql=['SELECT pg_sleep(1)'])",
        "import airflow_provider_sluicegate as s\ns.GuardedExtractOperator(sql='SELECT pg_sleep(1)')",
        "from a import GuardedExtractOperator as G\nG(sql='SELECT pg_sleep(1)')",
        "class Mine(GuardedExtractOperator): pass\nMine(sql='SELECT pg_sleep(1)')",
        "def f(context, s):\n  return s.extract(context, source='shop', purpose='p', sql='SELECT pg_sleep(1)')",
        "ExtractRequest(source='shop', purpose='p', sql='SELECT pg_sleep(1)')",
    ],
)
def test_sql_is_found_where_it_stands(lint_dag: LintDag, code: str) -> None:
    found = lint_dag(code)
    lines = (found.folder / "dag.py").read_text("utf-8").splitlines()
    ((line, text),) = [(n, t) for n, t in enumerate(lines, 1) if "pg_sleep" in t]
    assert found.place("G07") == ("dag.py", line, text.index("pg_sleep") + 1)


def test_an_escape_is_read_as_python_reads_it(lint_dag: LintDag) -> None:
    found = lint_dag("GuardedExtractOperator(sql='SELECT \\x61, \\N{BULLET} FROM t')")
    assert found.rules == ["G30"]
    code = "GuardedExtractOperator(sql='\\x53ELECT \\u0061, pg_sleep(\\61) FROM \\\n t')"
    assert lint_dag(code).place("G07") == ("dag.py", 2, code.index("pg_sleep") + 1)


@pytest.mark.parametrize(
    "sql",
    [
        "f'SELECT {x}'",
        "f'SELECT 1'",
        "'SELECT %s' % x",
        "'SELECT {}'.format(x)",
        "x",
        "open('a.sql').read()",
        "'SELECT ' + x",
        "x + 'SELECT '",
        "'SELECT 1' if x else 'SELECT 2'",
        "b'SELECT 1'",
        "None",
        "3",
        "*x",
        "' '.join(['SELECT', '1'])",
    ],
)
def test_what_is_computed_is_a_note_and_not_silence(lint_dag: LintDag, sql: str) -> None:
    code = operator(sql) if sql != "*x" else "GuardedExtractOperator(**x)"
    assert [(r, level) for r, level, *_ in lint_dag(code).told] == [("L02", "note")]


@pytest.mark.parametrize(
    "code",
    [
        "SQL = 'SELECT 1'\nSQL = 'SELECT 2'\nGuardedExtractOperator(sql=SQL)",
        "SQL = 'SELECT 1'\nSQL += 'x'\nGuardedExtractOperator(sql=SQL)",
        "SQL = 'SELECT 1'\ndef f(SQL):\n  GuardedExtractOperator(sql=SQL)",
        "def f():\n  SQL = 'SELECT 1'\n  GuardedExtractOperator(sql=SQL)",
        "for SQL in ['SELECT 1']:\n  GuardedExtractOperator(sql=SQL)",
        "A = B\nB = A\nGuardedExtractOperator(sql=A)",
        "GuardedExtractOperator(task_id='a', default_args={'sql': 'SELECT 1'})",
        "GuardedExtractOperator.partial(a=1).expand_kwargs(x)",
        "GuardedExtractOperator.partial(**x)",
        "GuardedExtractOperator.partial(a=1).expand(sql=x)",
    ],
)
def test_a_name_that_may_be_something_else_is_a_note(lint_dag: LintDag, code: str) -> None:
    assert lint_dag(code).rules == ["L02"]


@pytest.mark.parametrize(
    "code",
    [
        "df['a'].str.extract('(SELECT)')",
        "archive.extract(sql='x')",
        "PostgresOperator(sql='DROP TABLE x')",
        "x = 'DROP TABLE x'",
        "# GuardedExtractOperator(sql='DROP TABLE x')",
        "'''GuardedExtractOperator(sql='DROP TABLE x')'''",
    ],
)
def test_other_code_is_none_of_lints_business(lint_dag: LintDag, code: str) -> None:
    assert lint_dag(code).told == []


def test_a_template_file_is_linted_with_the_source_of_its_call(lint: LintFiles) -> None:
    found = lint(
        {
            "dags/dag.py": operator("'sql/a.sql'"),
            "dags/sql/a.sql": "SELECT a,\n pg_sleep(1) FROM t WHERE b",
        }
    )
    assert found.place("G07") == ("a.sql", 2, 2)
    assert found.report.statements == 1


@pytest.mark.parametrize(
    "path", ["missing7f3a.sql", "/etc/7f3a.sql", "7f3a\\0.sql", "..", "7f3a/" * 2000 + ".sql"]
)
def test_a_template_file_that_is_not_there_is_a_note(lint: LintFiles, path: str) -> None:
    found = lint({"dag.py": operator(f"'{path}'")})
    assert found.rules[0] in {"L02", "G09"}
    assert "7f3a" not in found.everything.replace("file='", "")


def test_dagster_has_no_template_files_and_no_templates(lint_dag: LintDag) -> None:
    found = lint_dag("s.extract(c, source='a', purpose='p', sql='SELECT {{ x }} FROM t')")
    assert "L01" not in found.rules
    assert found.report.count("error") == 1


@pytest.mark.parametrize(
    "code",
    [
        b"GuardedExtractOperator(sql='SELECT 1'",
        b"GuardedExtractOperator(sql='\xff\xfe')",
        b"# -*- coding: nonsense -*-\nGuardedExtractOperator(sql='SELECT 1')",
        b"GuardedExtractOperator(sql='\0')",
        b"GuardedExtractOperator(sql=" + b"(" * 5000 + b")" * 5000 + b")",
        b"GuardedExtractOperator(sql=" + b"-" * 50_000 + b"1)",
        b"GuardedExtractOperator(sql='" + b"x" * 4_000_000 + b"')",
    ],
    ids=["open", "bytes", "cookie", "nul", "brackets", "signs", "huge"],
)
def test_a_file_that_cannot_be_read_is_an_error(lint: LintFiles, code: bytes) -> None:
    found = lint({"dag.py": code})
    assert found.rules in (["L03"], ["L02"]), found.told


def test_a_deep_sum_of_strings_is_a_note(lint_dag: LintDag) -> None:
    assert lint_dag(operator("+".join(["'SELECT 1'"] * 900))).rules == ["L02"]


def test_latin_1_is_read_as_the_file_says(lint: LintFiles) -> None:
    code = "# -*- coding: latin-1 -*-\n# ä\n" + operator("'SELECT pg_sleep(1)'")
    assert lint({"dag.py": code.encode("latin-1")}).rules == ["G07"]


def test_the_compilers_warnings_do_not_show_the_line(
    lint_dag: LintDag, capfd: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        lint_dag(operator("'SELECT \\d 7f3a'"))
    assert seen == []
    assert "7f3a" not in "".join(capfd.readouterr())


def test_nothing_is_imported_or_run(lint: LintFiles) -> None:
    code = "import os\nos.mkdir('ran7f3a')\nraise SystemExit(3)\n" + operator("'SELECT 1'")
    found = lint({"dag.py": code, "airflow_provider_sluicegate.py": "raise SystemExit(4)"})
    assert found.told == []
    assert not (found.folder / "ran7f3a").exists()
