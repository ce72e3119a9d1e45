"""``sluicegate execute``: one statement that changes a source, by a grant and on record."""

from __future__ import annotations

from typing import Annotated

import typer

from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.identity import cli_identity
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines
from sluicegate.cli.request_options import (
    ParamOption,
    PurposeOption,
    RunOption,
    SourceOption,
    SqlFileOption,
    read_request,
)


def execute(
    *,
    source: SourceOption,
    purpose: PurposeOption,
    sql: Annotated[
        str | None, typer.Option("--sql", help="One statement that writes; parameters as :name.")
    ] = None,
    sql_file: SqlFileOption = None,
    param: ParamOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Run it, tell the rows it changes, take it back.")
    ] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Tell what would run; nothing is asked of the data.")
    ] = False,
    max_rows: Annotated[
        int | None,
        typer.Option(
            "--max-rows", min=0, help="Most rows it may change; never more than a rule's."
        ),
    ] = None,
    run: RunOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Run one INSERT, UPDATE, DELETE, MERGE or DDL; needs a rule with `effect: execute`.

    It runs in one transaction, which is rolled back if it changes more rows than allowed, and once
    over all tries of a run. The source's login must be one that may write.
    """
    from sluicegate.gate import Gate
    from sluicegate.gate.present_statement import statement_facts, statement_lines
    from sluicegate.model.statement import StatementRequest, StatementStatus

    asked = read_request(source=source, sql=sql, sql_file=sql_file, purpose=purpose, param=param)
    request = StatementRequest(
        source=source,
        sql=asked.sql,
        purpose=purpose,
        parameters=asked.parameters,
        dry_run=dry_run,
        max_affected_rows=max_rows,
    )
    settings = load_settings(config)
    identity = cli_identity("execute", settings.environment, run)
    with Gate.open(settings) as gate:
        ask = gate.plan_statement if plan else gate.execute
        outcome = ask(request, identity)
    if form is Format.JSON:
        names = {"approval": outcome.approval, "run": identity.run, "run_key": outcome.run_key}
        print_json(statement_facts(outcome) | names)
    else:
        print_lines(statement_lines(outcome))
    if outcome.status is StatementStatus.REFUSED:
        raise typer.Exit(ExitCode.REFUSED)
