"""``sluicegate policy``: check a policy, ask it why, print its schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sluicegate.cli.examples import example
from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines
from sluicegate.cli.request_options import (
    ParamOption,
    PurposeOption,
    SourceOption,
    SqlFileOption,
    SqlOption,
    read_request,
)

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Check a policy, ask it why, print its schema."""


@app.command("check", epilog=example("policy check"))
def check(
    *,
    file: Annotated[Path | None, typer.Argument(help="Default: that of the settings.")] = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Check a policy file; names line and column of every fault."""
    from sluicegate.policy import load_policy

    path = file or load_settings(config).policy
    policy = load_policy(path)
    if form is Format.JSON:
        print_json({"file": str(path), "valid": True, "digest": policy.digest})
    else:
        print_lines([f"{path} is valid", f"digest {policy.digest}"])


@app.command("explain", epilog=example("policy explain"))
def explain(
    *,
    source: SourceOption,
    purpose: PurposeOption,
    sql: SqlOption = None,
    sql_file: SqlFileOption = None,
    param: ParamOption = None,
    orchestrator: Annotated[str, typer.Option(help="Ask for a run of this one.")] = "cli",
    pipeline: Annotated[str | None, typer.Option(help="DAG id, job name.")] = None,
    task: Annotated[str | None, typer.Option(help="Task id, asset key.")] = None,
    environment: Annotated[str | None, typer.Option(help="Default: the settings'.")] = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Tell which rule decides about a request, and why each other one does not. Reads no row."""
    from sluicegate.cli.asking import explain_request, identity_to_ask_for
    from sluicegate.cli.show_explanation import explanation_document, explanation_lines

    request = read_request(source=source, sql=sql, sql_file=sql_file, purpose=purpose, param=param)
    settings = load_settings(config)
    identity = identity_to_ask_for(
        orchestrator, pipeline, task, environment or settings.environment
    )
    explanation = explain_request(settings, request, identity)
    if form is Format.JSON:
        print_json(explanation_document(explanation))
    else:
        print_lines(explanation_lines(explanation))
    if not explanation.decision.permitted:
        raise typer.Exit(ExitCode.REFUSED)


@app.command("from-dbt", epilog=example("policy from-dbt"))
def from_dbt(
    *,
    manifest: Annotated[Path, typer.Argument(help="manifest.json of `dbt compile` or `build`.")],
    source: SourceOption,
    against: Annotated[
        Path | None,
        typer.Option("--check", metavar="POLICY", help="Compare with this policy instead."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Write the proposal here; never over a file.")
    ] = None,
    fail_on_drift: Annotated[
        bool, typer.Option("--fail-on-drift", help="Exit 1 on warnings too, not on errors only.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Propose a policy from a dbt project's meta and tags, or tell where the two differ.

    Columns say `meta: {sluicegate: {class: email, mask: {mask: pseudonymize}}}` or have a tag
    `pii`. Compiled models are traced: one that carries a sensitive column and does not say so is an
    error. dbt is not needed, and no database is asked.

    Exit codes: 0 no drift that counts, 1 drift, 2 usage or configuration.
    """
    from sluicegate.cli.from_dbt import check_project, propose_policy

    if against is None:
        propose_policy(manifest, source=source, output=output)
    elif check_project(manifest, against, source=source, strict=fail_on_drift, form=form):
        raise typer.Exit(ExitCode.REFUSED)


@app.command("schema", epilog=example("policy schema"))
def schema() -> None:
    """Print the JSON Schema of the policy file, for editors."""
    from sluicegate.policy import json_schema

    print_json(json_schema())
