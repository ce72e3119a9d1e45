"""``sluicegate plan``: what an extract would do, before it does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.identity import cli_identity
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json
from sluicegate.cli.request_options import (
    OutputOption,
    OutputOptionsOption,
    ParamOption,
    PurposeOption,
    QualityOption,
    RunOption,
    SourceOption,
    SqlFileOption,
    SqlOption,
    read_request,
)
from sluicegate.model.outcome import Status

if TYPE_CHECKING:
    from sluicegate.cli.show_plan import PlanView
    from sluicegate.detect import Scanner
    from sluicegate.model.outcome import Outcome


def plan(
    *,
    source: SourceOption,
    purpose: PurposeOption,
    sql: SqlOption = None,
    sql_file: SqlFileOption = None,
    output: OutputOption = None,
    output_option: OutputOptionsOption = None,
    quality: QualityOption = None,
    param: ParamOption = None,
    run: RunOption = None,
    color: Annotated[
        bool, typer.Option("--color/--no-color", help="For a terminal; NO_COLOR counts too.")
    ] = True,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what an extract would do: both statements, facts, masks, blind spots. Nothing runs."""
    from sluicegate.cli.plan_document import plan_document
    from sluicegate.cli.show import outcome_document
    from sluicegate.cli.show_plan import plan_console, show_plan
    from sluicegate.gate import Gate
    from sluicegate.sources import open_source

    request = read_request(
        source=source,
        sql=sql,
        sql_file=sql_file,
        purpose=purpose,
        param=param,
        output=output,
        output_option=output_option,
        quality=quality,
    )
    settings = load_settings(config)
    with Gate.open(settings) as gate:
        # an extract is what is planned, so it is an extract that the policy is asked about
        identity = cli_identity("extract", settings.environment, run)
        outcome = gate.plan(request, identity)
        dialect = open_source(source, settings.source_url(source)).dialect
        view = _view(outcome, request.sql, dialect, gate.scanner)
    if form is Format.JSON:
        added = plan_document(outcome, _shown(outcome, dialect, gate.scanner))
        print_json(outcome_document(outcome, identity) | added)
    else:
        show_plan(view, plan_console(color=color))
    if outcome.status is not Status.PLANNED:
        raise typer.Exit(ExitCode.REFUSED)


def _view(outcome: Outcome, written: str, dialect: str, scanner: Scanner) -> PlanView:
    from sluicegate.cli.show_plan import PlanView
    from sluicegate.cli.sql_text import excerpt, pretty, withheld

    rewritten = outcome.plan.statement.sql if outcome.plan else ""
    return PlanView(
        outcome=outcome,
        written=withheld(written.strip("\n"), dialect, scanner),
        rewritten=withheld(pretty(rewritten, dialect), dialect, scanner),
        point=lambda place: excerpt(written, place, dialect, scanner),
    )


def _shown(outcome: Outcome, dialect: str, scanner: Scanner) -> str:
    from sluicegate.cli.sql_text import withheld

    return withheld(outcome.plan.statement.sql, dialect, scanner) if outcome.plan else ""
