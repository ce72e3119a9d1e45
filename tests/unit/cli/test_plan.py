"""What ``plan`` shows: side by side, stacked, without colour, pointing, and never a value."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from sluicegate.cli import show_plan as module
from sluicegate.cli.plan import _view
from sluicegate.cli.show_plan import PlanView, show_plan
from sluicegate.gate import Gate
from sluicegate.model.data import Estimate
from sluicegate.model.identity import RunIdentity
from sluicegate.model.request import ExtractRequest
from sluicegate.settings import Settings

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

SQL = "SELECT id, email, upper(plan) AS tier, notes\nFROM customers\nWHERE email = :address AND plan = 'basic'"
SECRET = "someone7f3a@corp.de"


def shown(project: Project, sql: str, *, width: int, purpose: str = "training", color: bool = True, **more: str) -> str:  # fmt: skip
    """What a terminal of a width gets."""
    parameters = {"address": "a"} if ":address" in sql else {}
    request = ExtractRequest(source="shop", sql=sql, purpose=purpose, parameters=parameters)
    identity = RunIdentity(orchestrator="cli", pipeline="p", task="extract", run="r")
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=True, color_system="truecolor", no_color=not color, highlight=False,
        legacy_windows=False, _environ=more,
    )  # fmt: skip
    with Gate.open(Settings.load(project.folder / "sluicegate.toml")) as gate:
        view = _view(gate.plan(request, identity), sql, "sqlite", gate.scanner)
    show_plan(view, console)
    return out.getvalue()


def plain(text: str) -> str:
    """Text without escape sequences and without spaces at the end of lines."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return "\n".join(line.rstrip() for line in text.splitlines())


def test_a_wide_terminal_gets_both_statements_side_by_side(
    project: Project, snapshot: SnapshotAssertion
) -> None:
    text = plain(shown(project, SQL, width=150))
    assert any("as written" in line and "as it will run" in line for line in text.splitlines())
    assert text == snapshot


def test_a_narrow_terminal_gets_them_one_after_the_other(
    project: Project, snapshot: SnapshotAssertion
) -> None:
    text = plain(shown(project, SQL, width=80))
    assert text == snapshot
    assert max(map(len, text.splitlines())) <= 80


def test_a_pipe_gets_whole_lines_without_escapes(project: Project) -> None:
    result = project.ask("plan", SQL, "--param", "address=a")
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.stdout
    assert (
        "columns          main.customers.id, main.customers.email, main.customers.plan"
        in result.stdout
    )


def test_sql_is_in_colour_unless_somebody_does_not_want_it(project: Project) -> None:
    colours = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7])[;m]")
    assert colours.search(shown(project, SQL, width=150))
    assert not colours.search(shown(project, SQL, width=150, color=False))


@pytest.mark.parametrize(("arguments", "environ"), [(["--no-color"], {}), ([], {"NO_COLOR": "1"})])
def test_the_option_and_the_variable_take_the_colour_away(
    project: Project, arguments: list[str], environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    ask = ["plan", "SELECT id FROM customers"]
    assert "\x1b[1;32m" in project.ask(*ask).stdout
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert "\x1b[1;32m" not in project.ask(*ask, *arguments).stdout


def test_a_refusal_points_at_the_place(project: Project, snapshot: SnapshotAssertion) -> None:
    sql = f"SELECT id,\n\tpg_sleep(4), 'quiet7f3a', 12345, -- hm {SECRET}\n  \"plan\" FROM customers WHERE ref = '{SECRET}'"
    result = project.ask("plan", sql)
    assert result.exit_code == 1
    assert result.stdout == snapshot
    lines = result.stdout.splitlines()
    at = next(n for n, line in enumerate(lines) if line.strip() == "^")
    assert lines[at - 1][lines[at].index("^") :].startswith("pg_sleep(")
    for hidden in ("7f3a", "12345", "hm"):
        assert hidden not in result.output


@pytest.mark.parametrize("sql", ["SELECT 'open7f3a", "SELECT /* open7f3a", "SELECT $$ 7f3a", "\0SELECT '7f3a'", "SELECT '7f3a' \u00a0, x"])  # fmt: skip
def test_what_cannot_be_tokenized_shows_nothing_behind_a_quote(project: Project, sql: str) -> None:
    result = project.ask("plan", sql)
    assert result.exit_code == 1
    assert "7f3a" not in result.output


def test_a_long_line_is_cut_around_the_place(project: Project) -> None:
    sql = f"SELECT {', '.join(f'1 AS c{n}' for n in range(200))}, pg_sleep(1) FROM customers"
    lines = [line for line in project.ask("plan", sql).stdout.splitlines() if "pg_sleep(·)" in line]
    assert len(lines) == 1
    assert len(lines[0]) < 120


def test_a_caret_stands_below_wide_characters(project: Project) -> None:
    from rich.cells import cell_len

    sql = "SELECT 1 AS 漢字漢字, pg_sleep(1) FROM customers"
    out = project.ask("plan", sql).stdout.splitlines()
    at = next(n for n, line in enumerate(out) if line.strip() == "^")
    assert len(out[at]) - 1 == cell_len(out[at - 1][: out[at - 1].index("pg_sleep")])


def allow_literals(project: Project) -> None:
    policy = project.folder / "policy.yaml"
    policy.write_text(policy.read_text() + "guardrails: {severity: {G12: warn}}\n")


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_literal_that_is_a_finding_is_shown_nowhere(project: Project, form: str) -> None:
    """Where the policy lets such a literal pass, the display still withholds it."""
    allow_literals(project)
    sql = f"SELECT id FROM customers -- {SECRET}\nWHERE plan = '{SECRET}' AND ref = 'x'"
    result = project.ask("plan", sql, "--format", form)
    assert result.exit_code == 0, result.output
    assert "7f3a" not in result.output
    assert "ref" in result.stdout


def test_the_json_has_the_same_facts(project: Project) -> None:
    result = project.ask("plan", SQL, "--param", "address=a", "--format", "json")
    document = json.loads(result.stdout)
    assert document["facts"] == {
        "relations": ["main.customers"],
        "columns": [f"main.customers.{c}" for c in ("id", "email", "plan", "notes")],
        "functions": ["upper"],
        "stars": [],
        "parameters": ["address"],
        "cross_joins": 0,
        "influences": {"filter": ["main.customers.email", "main.customers.plan"]},
    }
    assert document["decision"]["effect"] == "permit"
    assert document["decision"]["rules"] == ["training"]
    by_name = {c["column"]: (c["mask"], c["masked_by"]) for c in document["columns"]}
    assert by_name == {
        "id": ("pseudonymize", ["source", "guard"]),
        "email": ("pseudonymize", ["source", "guard"]),
        "tier": ("computed from keep", []),
        "notes": ("redact", ["guard"]),
    }
    assert document["shape"].count("?") == 1
    assert [g["code"] for g in document["guardrails"]] == ["G33"]


def test_the_json_of_a_refusal_has_the_same_keys(project: Project) -> None:
    good = json.loads(project.ask("plan", "SELECT id FROM customers", "-f", "json").stdout)
    result = project.ask("plan", "SELECT pg_sleep(1)", "-f", "json")
    bad = json.loads(result.stdout)
    assert (result.exit_code, set(bad)) == (1, set(good))
    assert (bad["decision"]["effect"], bad["facts"]) == ("deny", None)
    assert bad["guardrails"][0]["place"] == "line 1, column 8"


def test_an_approval_that_is_missing_is_told_with_its_terms(project: Project) -> None:
    text = project.ask("plan", "SELECT id FROM customers", purpose="quality").stdout
    assert "approve with sluicegate approvals approve sha256:" in text
    assert re.search(r"approval +1 of daemon", text)


def test_the_statement_as_written_goes_to_the_terminal_only(project: Project) -> None:
    marked = "SELECT id AS marked7f3a FROM customers WHERE plan = 'told7f3a'"
    assert "told7f3a" in project.ask("plan", marked).stdout
    for path in project.folder.rglob("*"):
        if path.is_file():
            assert b"told7f3a" not in path.read_bytes(), path


def test_what_runs_is_not_what_is_printed(project: Project) -> None:
    """Line breaks are for the eye: the statement of the plan has none."""
    document = json.loads(project.ask("plan", "SELECT id FROM customers", "-f", "json").stdout)
    assert "\n" not in document["sql"]


def test_escape_sequences_in_a_statement_are_spelled_out(project: Project) -> None:
    text = project.ask("plan", "SELECT id FROM customers WHERE plan = '\x1b[2J\u202e'").stdout
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\x1b[2J\\u202e" in text


def test_blind_spots_are_foreseen(project: Project) -> None:
    text = project.ask("plan", "SELECT plan, notes FROM customers").stdout
    assert "no detector for them" in text
    assert "columns that leave as they are, seen by the scan alone: plan" in text


def test_what_groups_and_aggregates_is_told(project: Project) -> None:
    sql = "SELECT plan, max(email) AS last FROM customers GROUP BY plan"
    text = project.ask("plan", sql).stdout
    assert re.search(r"rows by group by +main.customers.plan", text)
    assert re.search(r"last +main.customers.email +email +pseudonymize, aggregated", text)


@pytest.mark.parametrize(
    ("rows", "cost", "told"),
    [(1234.4, 56789.0, "rows 1,234, cost 56,789"), (None, 0.0, "cost 0"), (None, None, "nothing")],
)
def test_what_the_planner_expects_is_told(
    project: Project, rows: float | None, cost: float | None, told: str
) -> None:
    request = ExtractRequest(source="shop", sql="SELECT id FROM customers", purpose="training")
    identity = RunIdentity(orchestrator="cli", pipeline="p", task="extract", run="r")
    with Gate.open(Settings.load(project.folder / "sluicegate.toml")) as gate:
        outcome = gate.plan(request, identity)
    assert outcome.plan is not None
    plan = replace(outcome.plan, estimate=Estimate(rows=rows, cost=cost))
    out = io.StringIO()
    view = PlanView(
        outcome=replace(outcome, plan=plan), written="", rewritten="", point=lambda _: None
    )
    show_plan(view, Console(file=out, width=200))
    assert re.search(rf"planner expects +{told}\n", out.getvalue())
    assert plan.digest == outcome.plan.digest


def test_two_statements_need_some_room() -> None:
    assert module._SIDE_BY_SIDE > 100


def test_plan_reads_no_row(project: Project) -> None:
    """A source whose rows nobody could read: planning it goes on."""
    import sqlite3

    with sqlite3.connect(project.folder / "shop.db") as connection:
        connection.execute("CREATE VIEW broken AS SELECT abs(-9223372036854775807 - 1) AS id")
    connection.close()
    policy = Path(project.folder / "policy.yaml")
    policy.write_text(
        policy.read_text()
        .replace(
            "main.customers:\n", "main.broken: {columns: {id: public}}\n      main.customers:\n"
        )
        .replace("tables: [main.customers]", "tables: [main.customers, main.broken]")
    )
    assert project.ask("plan", "SELECT id FROM broken").exit_code == 0
    assert project.ask("preview", "SELECT id FROM broken").exit_code != 0
