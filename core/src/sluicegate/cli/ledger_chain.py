"""``sluicegate ledger chain`` and ``run``: what belongs together in the record."""

from __future__ import annotations

from typing import Annotated

import typer

from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines, print_table


def chain(
    *,
    name: Annotated[
        str, typer.Argument(help="An output, or 12 digits or more of its manifest's digest.")
    ],
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what a release was made from and what was made from it, whoever ran it."""
    from sluicegate.cli.ledger_reading import reading
    from sluicegate.cli.trust import trusted
    from sluicegate.gate.chain import chain_of
    from sluicegate.model.canonical import plain

    with reading(load_settings(config), trusted(config, None)) as ledger:
        releases = chain_of(ledger, name)
    if form is Format.JSON:
        print_json({"releases": [plain(release) for release in releases]})
        return
    places = {release.manifest: str(release.record) for release in releases}
    print_table(
        "",
        ("record", "made by", "purpose", "output", "made from"),
        [
            (
                release.record,
                release.producer,
                release.purpose,
                release.output,
                ", ".join(places.get(p, p) for p in release.parents) or release.source,
            )
            for release in releases
        ],
    )


def run(
    *,
    pipeline: Annotated[str, typer.Argument(help="DAG, Dagster job.")],
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="Id of the run.")],
    orchestrator: Annotated[str, typer.Option(help="airflow or dagster.")] = "airflow",
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show all records of a run, and whether they are those that it was sealed with."""
    from sluicegate.cli.ledger_reading import reading
    from sluicegate.cli.show_ledger import record_document
    from sluicegate.cli.show_run import report_facts, report_lines
    from sluicegate.cli.trust import trusted
    from sluicegate.gate.runs import RunName
    from sluicegate.gate.seals import check_seal

    wanted = RunName(orchestrator=orchestrator, pipeline=pipeline, run=run_id)
    with reading(load_settings(config), trusted(config, None)) as ledger:
        report = check_seal(ledger, wanted)
    if form is Format.JSON:
        records = [record_document(record) for record in report.records]
        print_json({**report_facts(report), "records": records})
    else:
        print_lines(report_lines(report))
    if not report.ok:
        raise typer.Exit(ExitCode.REFUSED)
