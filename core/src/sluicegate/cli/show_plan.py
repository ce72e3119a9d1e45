"""Shows a plan: both statements side by side, the facts, the decision, the masks, the blind spots.

The statement as written belongs to who wrote it and goes to this terminal only.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sluicegate.cli.plan_document import column_document, decision_document, facts_document
from sluicegate.cli.safe_text import safe_text
from sluicegate.cli.sql_text import Pointer
from sluicegate.gate.present import headline

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from sluicegate.model.findings import Reason
    from sluicegate.model.outcome import Outcome
    from sluicegate.model.plan import Plan

_SIDE_BY_SIDE: Final = 110
"""Columns of a terminal that two statements need beside each other."""
_UNBOUNDED: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan and the texts to show with it, from which values are withheld."""

    outcome: Outcome
    written: str
    rewritten: str
    point: Pointer


def plan_console(*, color: bool) -> Console:
    """Open the terminal; a pipe gets lines of any length and no colour, as does NO_COLOR."""
    from rich.console import Console

    console = Console(
        file=sys.stdout, highlight=False, markup=False, emoji=False, no_color=not color or None
    )
    if not console.is_terminal:
        console.width = _UNBOUNDED
    return console


def show_plan(view: PlanView, console: Console) -> None:
    """Print a plan, or why there is none."""
    outcome = view.outcome
    style = "bold red" if outcome.plan is None else "bold green"
    console.print(_text(f"sluicegate {headline(outcome)}", style))
    for reason in outcome.reasons:
        _show_reason(reason, view, console, "bold red")
    if outcome.approval:
        console.print(_text(f"  approve with sluicegate approvals approve {outcome.approval}"))
    if outcome.plan is None:
        return
    _show_statements(view, console)
    _show_facts(outcome.plan, console)
    _show_columns(outcome.plan, console)
    if outcome.plan.warnings:
        console.print(_heading("warnings"))
    for warning in outcome.plan.warnings:
        _show_reason(warning, view, console, "yellow")
    _show_list("blind spots", outcome.blind_spots, console)


def _show_statements(view: PlanView, console: Console) -> None:
    from rich.table import Table

    titles = ("as written", "as it will run")
    texts = [_highlighted(text) for text in (view.written, view.rewritten)]
    beside = console.is_terminal and console.width >= _SIDE_BY_SIDE
    if not beside:
        for title, text in zip(titles, texts, strict=True):
            console.print(_heading(title))
            console.print(text)
        return
    grid = Table.grid(padding=(0, 3), expand=True)
    for _ in titles:
        grid.add_column(ratio=1, overflow="fold")
    grid.add_row(*map(_heading, titles))
    grid.add_row(*texts)
    console.print(grid)


def _show_facts(plan: Plan, console: Console) -> None:
    console.print(_heading("facts and decision"))
    pairs = [*_facts(plan), *_decision(plan)]
    if not console.is_terminal:
        for name, value in pairs:
            console.print(_text(f"  {name:<16} {value}"))
        return
    grid = _grid()
    for name, value in pairs:
        grid.add_row(_text(f"  {name}", "dim"), _text(value))
    console.print(grid)


def _facts(plan: Plan) -> Iterator[tuple[str, str]]:
    facts = facts_document(plan)
    influences = facts.pop("influences")
    for name, value in facts.items():
        shown = ", ".join(value) if isinstance(value, list) else str(value or "")
        yield name.replace("_", " "), shown or "none"
    for kind, refs in influences.items():
        yield f"rows by {kind.replace('_', ' ')}", ", ".join(refs)
    if plan.estimate:
        told = {"rows": plan.estimate.rows, "cost": plan.estimate.cost}
        parts = (f"{name} {value:,.0f}" for name, value in told.items() if value is not None)
        yield "planner expects", ", ".join(parts) or "nothing"


def _decision(plan: Plan) -> Iterator[tuple[str, str]]:
    decision = decision_document(plan)
    yield "decision", f"{decision['effect']} by {', '.join(decision['rules']) or 'no rule'}"
    for name, value in decision["limits"].items():
        yield f"limit of {name}", f"{value:,}"
    for name, filters in decision["row_filters"].items():
        yield "row filter", f"{name}: {' AND '.join(filters)}"
    if terms := plan.decision.obligations.approval:
        people = ", ".join(terms.approvers) or "anybody else"
        yield "approval", f"{terms.required} of {people}"
    if plan.decision.valid_until:
        yield "valid until", plan.decision.valid_until.isoformat()


def _show_columns(plan: Plan, console: Console) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    console.print(_heading("columns"))
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for header in ("  column", "from", "class", "mask", "masked by"):
        table.add_column(header, overflow="fold")
    for column in map(column_document, plan.columns):
        table.add_row(
            _text(f"  {column['column']}"),
            _text(", ".join(column["origins"]) or "no column"),
            _text(", ".join(column["classes"])),
            _text(f"{column['mask']}, aggregated" if column["aggregated"] else column["mask"]),
            _text(" then ".join(column["masked_by"]) or "nobody"),
        )
    console.print(table)


def _show_reason(reason: Reason, view: PlanView, console: Console, style: str) -> None:
    from rich.text import Text

    where = f" at {reason.place}" if reason.place else ""
    said = _text(f"{reason.message}{where}")
    console.print(Text.assemble("  ", (safe_text(reason.code), style), " ", said), soft_wrap=True)
    for line in view.point(reason.place) or ():
        console.print(_text(f"      {line}", "dim"), soft_wrap=True)
    if reason.hint:
        console.print(_text(f"      remedy: {reason.hint}"), soft_wrap=True)


def _show_list(title: str, items: Sequence[str], console: Console) -> None:
    if items:
        console.print(_heading(title))
    for item in items:
        console.print(_text(f"  {item}"))


def _grid() -> Table:
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def _heading(title: str) -> Text:
    return _text(f"\n{title}", "bold")


def _highlighted(sql: str) -> Text:
    from rich.syntax import Syntax

    safe = "\n".join(f"  {safe_text(line)}" for line in sql.expandtabs(4).splitlines())
    painter = Syntax("", "sql", theme="ansi_dark", background_color="default", word_wrap=True)
    text = painter.highlight(safe)
    text.rstrip()
    return text


def _text(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text("\n".join(safe_text(line) for line in text.split("\n")), style=style)
