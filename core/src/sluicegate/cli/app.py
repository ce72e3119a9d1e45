"""The command ``sluicegate``: puts the commands together."""

from __future__ import annotations

from typing import Annotated

import typer

import sluicegate
from sluicegate.cli import (
    allow,
    approvals,
    classify,
    detectors,
    doctor,
    evidence,
    execute,
    extract,
    init,
    keys,
    ledger,
    lint,
    login,
    plan,
    policy,
    scan,
    subject,
    unmask,
    verify,
)
from sluicegate.cli.examples import example
from sluicegate.cli.failures import GuardedGroup

app = typer.Typer(
    cls=GuardedGroup,
    name="sluicegate",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("init", epilog=example("init"))(init.init)
app.command("classify", epilog=example("classify"))(classify.classify)
app.command("plan", epilog=example("plan"))(plan.plan)
app.command("extract", epilog=example("extract"))(extract.extract)
app.command("preview", epilog=example("preview"))(extract.preview)
app.command("execute", epilog=example("execute"))(execute.execute)
app.command("lint", epilog=example("lint"))(lint.lint)
app.command("scan", epilog=example("scan"))(scan.scan)
app.command("verify", epilog=example("verify"))(verify.verify)
app.command("unmask", epilog=example("unmask"))(unmask.unmask)
app.command("doctor", epilog=example("doctor"))(doctor.doctor)
app.add_typer(allow.app, name="allow")
app.add_typer(approvals.app, name="approvals")
app.add_typer(login.app, name="login")
app.add_typer(policy.app, name="policy")
app.add_typer(ledger.app, name="ledger")
app.add_typer(evidence.app, name="evidence")
app.add_typer(subject.app, name="subject")
app.add_typer(detectors.app, name="detectors")
app.add_typer(keys.app, name="keys")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sluicegate {sluicegate.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say it.")
    ] = False,
) -> None:
    """Guard the step where data leaves a database and enters a pipeline.

    Exit codes: 0 released or clean, 1 refused or findings, 2 usage or configuration, 3 cannot do
    it now.
    """


def main() -> None:
    """Run the command line."""
    app()
