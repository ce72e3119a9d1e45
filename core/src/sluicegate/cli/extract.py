"""``sluicegate plan``, ``extract`` and ``preview``: one request, three ways to ask it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.identity import cli_identity
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format
from sluicegate.cli.request_options import (
    ParamOption,
    PurposeOption,
    SourceOption,
    SqlFileOption,
    SqlOption,
    read_request,
)
from sluicegate.model.outcome import Outcome, Status
PLAN_EXAMPLE: Final = example('sluicegate plan -s shop_prod -p churn_training --sql "SELECT id, email FROM customers"')
EXTRACT_EXAMPLE: Final = example('sluicegate extract -s shop_prod -p churn_training -o data/customers --sql-file customers.sql --param since:date=2026-01-01')
PREVIEW_EXAMPLE: Final = example('sluicegate preview -s shop_prod -p churn_training --rows 5 --sql "SELECT * FROM customers"')

_GOOD = frozenset({Status.RELEASED, Status.PLANNED})


def plan(
    *,
    source: SourceOption,
    purpose: PurposeOption,
    sql: SqlOption = None,
    sql_file: SqlFileOption = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder.")] = None,
    param: ParamOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what an extract would do: its columns, masks and rewritten SQL. Nothing runs."""
    from sluicegate.cli.show import show_outcome
    from sluicegate.gate import Gate

    request = read_request(source, sql, sql_file, purpose, param, output)
    settings = load_settings(config)
    with Gate.open(settings) as gate:
        outcome = gate.plan(request, cli_identity("plan", settings.environment))
    show_outcome(outcome, form, with_sql=True)
    _end(outcome)


def extract(
    *,
    source: SourceOption,
    purpose: PurposeOption,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the Parquet files; must not exist.")
    ],
    sql: SqlOption = None,
    sql_file: SqlFileOption = None,
    param: ParamOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Run a guarded extract and release it with its attestation, or refuse and say why."""
    from sluicegate.cli.progress import counted
    from sluicegate.cli.show import show_outcome
    from sluicegate.gate import Gate

    request = read_request(source, sql, sql_file, purpose, param, output)
    settings = load_settings(config)
    with counted(settings, source) as sources, Gate.open(settings, sources=sources) as gate:
        outcome = gate.extract(request, cli_identity("extract", settings.environment))
    show_outcome(outcome, form)
    _end(outcome)


def preview(
    *,
    source: SourceOption,
    purpose: PurposeOption,
    sql: SqlOption = None,
    sql_file: SqlFileOption = None,
    rows: Annotated[int, typer.Option(min=1, max=1000, help="Rows at most.")] = 20,
    param: ParamOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show the first rows, masked and verified by the rules of an extract, and on record like one."""
    from sluicegate.cli.show import show_preview
    from sluicegate.gate import Gate

    request = read_request(source, sql, sql_file, purpose, param)
    settings = load_settings(config)
    with Gate.open(settings) as gate:
        seen = gate.preview(request, cli_identity("preview", settings.environment), rows=rows)
    show_preview(seen, form)
    _end(seen.outcome)


def _end(outcome: Outcome) -> None:
    if outcome.status not in _GOOD:
        raise typer.Exit(ExitCode.REFUSED)
