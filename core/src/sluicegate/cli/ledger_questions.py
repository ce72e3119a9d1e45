"""``sluicegate ledger query`` and ``export``: answers for people, events for other systems."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeAlias

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
from sluicegate.cli.output import Format, note, print_json, print_lines, print_table

_Time: TypeAlias = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
]
_HEADERS = (
    "record",
    "time",
    "kind",
    "who",
    "purpose",
    "source",
    "output",
    "status",
    "rows",
    "codes",
)


def query(
    *,
    kind: KindOption = "",
    run: RunOption = "",
    pipeline: PipelineOption = "",
    principal: PrincipalOption = "",
    source: SourceOption = "",
    purpose: PurposeOption = "",
    output: Annotated[str, typer.Option(help="Output that was asked for.")] = "",
    table: TableOption = "",
    column: ColumnOption = "",
    policy: Annotated[str, typer.Option(help="Digest of the policy that decided.")] = "",
    status: Annotated[str, typer.Option(help="released, refused, quarantined or failed.")] = "",
    since: _Time = None,
    until: _Time = None,
    sql: Annotated[
        str | None, typer.Option(help="SQL (DuckDB) over the table `records` of what was found.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", help="Write to a new file: .parquet or .csv.")
    ] = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Ask the record: who read a column, what a run did, which datasets came out of a table.

    Names may have `*`; `--column email` finds `public.users.email` too. Times are UTC.
    """
    from sluicegate.cli.ledger_reading import reading
    from sluicegate.cli.trust import trusted
    from sluicegate.ledger.question import Question, answers

    question = Question(
        kind=kind, run=run, pipeline=pipeline, principal=principal, source=source,
        purpose=purpose, output=output, table=table, column=column, policy=policy, status=status,
        since=_utc(since), until=_utc(until),
    )  # fmt: skip
    with reading(load_settings(config), trusted(config, None)) as ledger:
        found = list(answers(ledger, question))
    if sql is not None or save is not None:
        _tabular(found, sql, save, form)
    elif form is Format.JSON:
        from dataclasses import asdict

        print_json({"records": [asdict(f) | {"time": f.time.isoformat()} for f in found]})
    else:
        print_table("", _HEADERS, [_cells(facts) for facts in found])


def export(
    *,
    to: Annotated[
        str,
        typer.Option(
            help="file:PATH, syslog+tcp://, syslog+tls:// or syslog+udp://host:port, https://…"
            " (token in SLUICEGATE_EXPORT_TOKEN), s3://bucket/prefix."
        ),
    ],
    most: Annotated[int | None, typer.Option(min=1, help="At most so many events now.")] = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Send what a target has not got yet, as OCSF events, in order and at least once.

    How far each target has come is on record. Run it on a schedule.
    """
    from sluicegate.cli.ledger_reading import writing
    from sluicegate.ledger.export import export as send
    from sluicegate.ledger.targets import open_target

    target = open_target(to)
    try:
        with writing(load_settings(config)) as ledger:
            done = send(ledger, target, most=most)
    finally:
        target.close()
    if form is Format.JSON:
        told = {"target": target.name, "events": done.events, "through": done.through}
        print_json(told | {"overtaken": done.overtaken})
    else:
        print_lines([f"{done.events:,} event(s) to {target.name}, through record {done.through:,}"])
        if done.overtaken:
            print_lines(["another export to it is under way, and sends the rest"])


def _tabular(found: Any, sql: str | None, save: Path | None, form: Format) -> None:
    from sluicegate.ledger.tables import facts_table, run_sql, write_table

    table = facts_table(found)
    if sql is not None:
        table = run_sql(table, sql)
    if save is not None:
        write_table(table, save)
        note(f"{table.num_rows:,} row(s) in {save}")
    elif form is Format.JSON:
        rows = [{n: _json(v) for n, v in row.items()} for row in table.to_pylist()]
        print_json({"rows": rows})
    else:
        print_table("", table.column_names, [list(row.values()) for row in table.to_pylist()])


def _json(value: Any) -> Any:
    plain = value is None or isinstance(value, (str, int, float, bool, list, dict))
    return value if plain else str(value)


def _cells(facts: Any) -> tuple[Any, ...]:
    who = facts.principal or f"{facts.orchestrator}:{facts.pipeline}.{facts.task}".strip(":.")
    return (
        facts.sequence, f"{facts.time:%Y-%m-%d %H:%M:%S}", facts.kind, who, facts.purpose,
        facts.source, facts.output, facts.status, facts.rows, ", ".join(facts.codes),
    )  # fmt: skip


def _utc(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time else None
