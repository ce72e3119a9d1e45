"""``sluicegate extract`` and ``preview``: rows, masked and verified."""

from __future__ import annotations

from typing import Annotated

import typer

from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.identity import cli_identity
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format
from sluicegate.cli.request_options import (
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
from sluicegate.model.outcome import Outcome, Status


def extract(
    *,
    source: SourceOption,
    purpose: PurposeOption,
    output: Annotated[
        str,
        typer.Option("--output", "-o", help="Folder or s3://bucket/prefix/, where nothing stands."),
    ],
    output_option: OutputOptionsOption = None,
    quality: QualityOption = None,
    sql: SqlOption = None,
    sql_file: SqlFileOption = None,
    param: ParamOption = None,
    run: RunOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Run a guarded extract and release it with its attestation, or refuse and say why."""
    from sluicegate.cli.progress import counted
    from sluicegate.cli.show import show_outcome
    from sluicegate.gate import Gate

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
    with counted(settings, source) as sources, Gate.open(settings, sources=sources) as gate:
        identity = cli_identity("extract", settings.environment, run)
        outcome = gate.extract(request, identity)
    show_outcome(outcome, identity, form)
    _end(outcome)


def preview(
    *,
    source: SourceOption,
    purpose: PurposeOption,
    sql: SqlOption = None,
    sql_file: SqlFileOption = None,
    rows: Annotated[int, typer.Option(min=1, max=1000, help="Rows at most.")] = 20,
    param: ParamOption = None,
    run: RunOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show the first rows, masked, verified and on record like an extract's."""
    from sluicegate.cli.show import show_preview
    from sluicegate.gate import Gate

    request = read_request(source=source, sql=sql, sql_file=sql_file, purpose=purpose, param=param)
    settings = load_settings(config)
    with Gate.open(settings) as gate:
        identity = cli_identity("preview", settings.environment, run)
        seen = gate.preview(request, identity, rows=rows)
    show_preview(seen, identity, form)
    _end(seen.outcome)


def _end(outcome: Outcome) -> None:
    if outcome.status is not Status.RELEASED:
        raise typer.Exit(ExitCode.REFUSED)
