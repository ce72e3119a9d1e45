"""Files as they come: loops, pipes, links, other encodings, too many."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sluicegate.detect import Scanner
from sluicegate.errors import ConfigurationError
from sluicegate.lint import Lint, Options

if TYPE_CHECKING:
    from tests.unit.lint.conftest import LintFiles

BAD = "SELECT pg_sleep(1)"


@pytest.mark.parametrize(
    "data",
    [b"SELECT \xff", b"\xff\xfeS\0E\0L\0", b"-" * 1_000_001, b"\0" * 100, b"SELECT '\xed\xa0\x80'"],
    ids=["bytes", "utf-16", "huge", "nul", "surrogate"],
)
def test_a_file_that_is_not_text_is_an_error(lint: LintFiles, data: bytes) -> None:
    found = lint({"a.sql": data})
    assert found.report.count("error") == 1
    assert found.rules in (["L03"], ["G09"])


def test_loops_of_links_and_links_to_folders_are_not_followed(
    tmp_path: Path, scanner: Scanner
) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "b.sql").write_text(BAD)
    (inside / "a.sql").write_text(BAD)
    (inside / "loop").symlink_to(inside)
    (inside / "there").symlink_to(outside)
    (inside / "itself.sql").symlink_to(inside / "itself.sql")
    (inside / "gone.sql").symlink_to(inside / "nothing")
    report = Lint(Options(), scanner).run([inside])
    assert [Path(r.file).name for r in report.remarks] == ["a.sql"]


def test_a_file_under_two_names_is_read_once(tmp_path: Path, scanner: Scanner) -> None:
    (tmp_path / "a.sql").write_text(BAD)
    (tmp_path / "b.sql").symlink_to(tmp_path / "a.sql")
    os.link(tmp_path / "a.sql", tmp_path / "c.sql")
    report = Lint(Options(), scanner).run([tmp_path, tmp_path / "a.sql", tmp_path])
    assert (report.files, len(report.remarks)) == (1, 1)


def test_a_pipe_is_not_waited_for(tmp_path: Path, scanner: Scanner) -> None:
    os.mkfifo(tmp_path / "pipe.sql")
    os.mkfifo(tmp_path / "pipe.py")
    assert Lint(Options(), scanner).run([tmp_path]).files == 0


def test_a_path_that_does_not_exist_is_a_fault_of_the_call(
    tmp_path: Path, scanner: Scanner
) -> None:
    with pytest.raises(ConfigurationError, match="no file or folder"):
        Lint(Options(), scanner).run([tmp_path / "nothing"])


def test_a_file_that_is_named_is_taken_whatever_its_end(tmp_path: Path, scanner: Scanner) -> None:
    (tmp_path / "query.txt").write_text(BAD)
    assert Lint(Options(), scanner).run([tmp_path]).files == 0
    assert Lint(Options(), scanner).run([tmp_path / "query.txt"]).count("error") == 1


def test_hidden_folders_and_environments_are_not_entered(lint: LintFiles) -> None:
    found = lint(
        {
            ".git/a.sql": BAD,
            "env/pyvenv.cfg": "",
            "env/a.sql": BAD,
            "x/__pycache__/a.sql": BAD,
            "x/site-packages/a.sql": BAD,
            "x/a.sql": BAD,
        }
    )
    assert found.report.files == 1


@pytest.mark.parametrize("pattern", ["b.sql", "*/b.sql", "old", "x/old/*", "*.sql"])
def test_what_is_excluded_is_not_read(lint: LintFiles, pattern: str) -> None:
    files: dict[str, str | bytes] = {"x/old/b.sql": b"\xff", "x/a.py": ""}
    assert lint(files, Options(exclude=(pattern,))).told == []


def test_an_excluded_template_is_not_read_either(lint: LintFiles) -> None:
    files: dict[str, str | bytes] = {
        "d.py": "GuardedExtractOperator(sql='b.sql')",
        "b.sql": b"\xff",
    }
    assert lint(files, Options(exclude=("b.sql",))).told == []


def test_a_file_that_may_not_be_read_is_an_error(
    tmp_path: Path, scanner: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.sql").write_text(BAD)
    (tmp_path / "a.sql").chmod(0)
    if os.geteuid() == 0:  # root may read all; the system's refusal is what is tested
        monkeypatch.setattr(Path, "open", _refusing)
    report = Lint(Options(), scanner).run([tmp_path])
    assert [r.rule for r in report.remarks] == ["L03"]


def _refusing(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_name_of_any_bytes_can_be_told(tmp_path: Path, scanner: Scanner) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.sql")).write_text(BAD)
    report = Lint(Options(), scanner).run([tmp_path])
    assert report.count("error") == 1


@pytest.mark.slow
def test_a_thousand_files_take_seconds(tmp_path: Path, scanner: Scanner) -> None:
    """Half of them SQL, half DAGs; each statement has two literals of its own."""
    sql = "SELECT a.id, b.x, count(*) AS n FROM orders a JOIN lines b ON a.id = b.order_id"
    for number in range(500):
        where = f"WHERE a.plan = 'plan{number}' AND a.at > '2024-01-{number % 28 + 1:02}'"
        (tmp_path / f"{number}.sql").write_text(f"{sql} {where} GROUP BY a.id, b.x")
        code = f"GuardedExtractOperator(sql='''{sql} {where.replace('plan', 'p')} GROUP BY 1, 2''')"
        (tmp_path / f"{number}.py").write_text("import os\n" * 50 + code)
    began = time.perf_counter()
    report = Lint(Options(), scanner).run([tmp_path])
    seconds = time.perf_counter() - began
    assert (report.files, report.statements, report.remarks) == (1000, 1000, ())
    assert seconds < 20, "aim: 3 seconds on a quiet machine"


HOSTILE = {
    "braces.sql": "{{" * 450_000,
    "blocks.sql": "{%{#{{" * 150_000,
    "closed.sql": "SELECT a FROM t WHERE b " + "{{a}}" * 20_000,
    "comments.sql": "/*" * 450_000,
    "closed comments.sql": "/**/" * 200_000 + "x",
    "dashes.sql": "--\n" * 300_000,
    "brackets.sql": "SELECT " + "(" * 400_000,
    "commas.sql": "SELECT " + "a," * 100_000,
    "quotes.sql": "SELECT " + "'a' " * 200_000,
    "spaces.sql": " " * 999_000,
    "comments.py": "GuardedExtractOperator(sql='''" + "{{/*" * 100_000 + "''')",
    "laughs.py": "A0 = 'x'\n"
    + "".join(f"A{n + 1} = A{n} + A{n}\n" for n in range(60))
    + "GuardedExtractOperator(sql=A60)",
    "suppressions.sql": "-- sluicegate: ignore\n" * 20_000,
    "suppressions.py": "# sluicegate: ignore G31 why not\n" * 20_000
    + "GuardedExtractOperator(sql='SELECT 1')",
    "names.py": "GuardedExtractOperator(sql=" + "A" * 900_000 + ")",
    "pieces.py": "GuardedExtractOperator(sql=" + "'a ' " * 100_000 + ")",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_done_in_time(lint: LintFiles, name: str) -> None:
    began = time.perf_counter()
    found = lint({name: HOSTILE[name]})
    seconds = time.perf_counter() - began
    assert found.report.files == 1
    assert seconds < 30, "aim: a few seconds on a quiet machine"
