"""``sluicegate ledger hold``, ``unhold``, ``holds`` and ``drop``: retention, on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeAlias

import typer

from sluicegate.cli.ledger_options import (
    ColumnOption,
    KindOption,
    PipelineOption,
    PrincipalOption,
    PurposeOption,
    RunOption,
    SourceOption,
    TableOption,
)
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines, print_table

_Name: TypeAlias = Annotated[str, typer.Argument(help="Name of the hold.")]
_Reason: TypeAlias = Annotated[str, typer.Option(help="Goes on record.")]


def hold(
    *,
    name: _Name,
    reason: _Reason,
    kind: KindOption = "",
    run: RunOption = "",
    pipeline: PipelineOption = "",
    principal: PrincipalOption = "",
    source: SourceOption = "",
    purpose: PurposeOption = "",
    table: TableOption = "",
    column: ColumnOption = "",
    config: ConfigOption = None,
) -> None:
    """Put a legal hold on records, past and to come: their bodies are not dropped."""
    from sluicegate.cli.identity import acting_person
    from sluicegate.cli.ledger_reading import writing
    from sluicegate.ledger.question import Question
    from sluicegate.ledger.retention import Retention

    question = Question(
        kind=kind, run=run, pipeline=pipeline, principal=principal, source=source,
        purpose=purpose, table=table, column=column,
    )  # fmt: skip
    with writing(load_settings(config)) as ledger:
        Retention(ledger).hold(name, question, by=acting_person(), reason=reason)
    print_lines([f"the hold {name} is in force"])


def unhold(*, name: _Name, reason: _Reason, config: ConfigOption = None) -> None:
    """End a legal hold."""
    from sluicegate.cli.identity import acting_person
    from sluicegate.cli.ledger_reading import writing
    from sluicegate.ledger.retention import Retention

    with writing(load_settings(config)) as ledger:
        Retention(ledger).end(name, by=acting_person(), reason=reason)
    print_lines([f"the hold {name} has ended"])


def holds(*, config: ConfigOption = None, form: FormatOption = Format.TABLE) -> None:
    """List the legal holds that are in force."""
    from sluicegate.cli.ledger_reading import reading
    from sluicegate.cli.trust import trusted
    from sluicegate.ledger.retention import Retention

    with reading(load_settings(config), trusted(config, None)) as ledger:
        found = Retention(ledger).holds()
    if form is Format.JSON:
        facts = [
            {"name": h.name, "on": h.question.told(), "since": h.since.isoformat(), "by": h.by,
             "reason": h.reason}
            for h in found
        ]  # fmt: skip
        print_json({"holds": facts})
        return
    rows = [
        (h.name, ", ".join(f"{n}={v}" for n, v in h.question.told().items()),
         f"{h.since:%Y-%m-%d %H:%M:%S}", h.by, h.reason)
        for h in found
    ]  # fmt: skip
    print_table("", ("hold", "on", "since", "by", "reason"), rows)


def drop(
    *,
    older_than: Annotated[int, typer.Option(min=1, help="Days that bodies are kept.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Drop bodies of old records; the records stay, and the ledger verifies as before.

    Only intents, refusals, previews and unmaskings lose theirs: what later runs read stays whole.
    """
    from sluicegate.cli.identity import acting_person
    from sluicegate.cli.ledger_reading import writing
    from sluicegate.ledger.retention import Retention

    before = datetime.now(UTC) - timedelta(days=older_than)
    with writing(load_settings(config)) as ledger:
        done = Retention(ledger).drop(before, by=acting_person(), dry=dry_run)
    if form is Format.JSON:
        print_json({"bodies": done.bodies, "held": done.held, "dry_run": dry_run})
    else:
        what = "would be dropped" if dry_run else "dropped"
        print_lines([f"{done.bodies:,} bodies {what}, {done.held:,} are held"])
