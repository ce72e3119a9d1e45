"""``sluicegate lint``: the guardrails over files, for CI."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.failures import FORMAT_KEY
from sluicegate.cli.options import ConfigOption, load_settings
from sluicegate.cli.output import Format, print_json


class LintFormat(StrEnum):
    """How lint answers."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


class FailOn(StrEnum):
    """Least level that fails a call."""

    ERROR = "error"
    WARN = "warn"


def _remember(ctx: typer.Context, value: LintFormat) -> LintFormat:
    ctx.meta[FORMAT_KEY] = Format.TABLE if value is LintFormat.TEXT else Format.JSON
    return value


def lint(
    *,
    paths: Annotated[list[Path], typer.Argument(help=".sql and Python files, or folders to walk.")],
    dialect: Annotated[
        str | None,
        typer.Option(help="Of SQL that does not name its own. Default: the settings' sources'."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="Check names against what this policy classifies.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", "-s", help="Of SQL that does not name its own.")
    ] = None,
    fail_on: Annotated[FailOn, typer.Option(help="Least level that ends with 1.")] = FailOn.ERROR,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Leave out; as in a shell. Give once per pattern."),
    ] = None,
    guarded: Annotated[
        list[str] | None,
        typer.Option(
            "--guarded",
            metavar="PATTERN",
            help="Connections only the gate may read, beside the policy's sources.",
        ),
    ] = None,
    color: Annotated[
        bool, typer.Option("--color/--no-color", help="For a terminal; NO_COLOR counts too.")
    ] = True,
    config: ConfigOption = None,
    form: Annotated[
        LintFormat,
        typer.Option(
            "--format", "-f", callback=_remember, is_eager=True, help="sarif: SARIF 2.1.0."
        ),
    ] = LintFormat.TEXT,
) -> None:
    """Check SQL in files against the guardrails; no database, nothing is run or imported.

    Looks into .sql files, and into Python for GuardedExtractOperator(sql=...) and
    extract(sql=...). Python that names Airflow or Dagster must hold no secret, and use no guarded
    connection without the gate. A comment `-- sluicegate: ignore G31 reason` answers a remark on
    its line or the next; a first line `-- sluicegate: dialect=duckdb` names the dialect.
    """
    from sluicegate.cli.linting import options_for
    from sluicegate.cli.show_lint import lint_document, show_lint
    from sluicegate.lint import Lint, sarif

    options = options_for(
        load_settings(config),
        dialect=dialect,
        policy=policy,
        source=source,
        exclude=tuple(exclude or ()),
        guarded=tuple(guarded or ()),
    )
    report = Lint(options).run(paths)
    if form is LintFormat.SARIF:
        print_json(sarif(report, Path.cwd()))
    elif form is LintFormat.JSON:
        print_json(lint_document(report))
    else:
        show_lint(report, color=color)
    failing = report.count("error")
    if fail_on is FailOn.WARN:
        failing += report.count("warn") + report.count("ask")
    if failing:
        raise typer.Exit(ExitCode.REFUSED)
