"""``sluicegate login``: short-lived logins of PostgreSQL over masked views."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sluicegate.cli.examples import example
from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.identity import cli_identity
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines
from sluicegate.cli.request_options import PurposeOption, SourceOption

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Lend logins that read masked views for some minutes, and take them back.",
)


@app.command("lend", epilog=example("login lend"))
def lend(
    *,
    source: SourceOption,
    purpose: PurposeOption,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="New file (mode 0600) for the login's URL.")
    ],
    table: Annotated[
        list[str] | None,
        typer.Option("--table", help="schema.table; default: all that rules grant."),
    ] = None,
    minutes: Annotated[
        int | None, typer.Option(min=1, help="How long; default: as long as the rules grant.")
    ] = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Make a login that reads masked views; needs a rule with `effect: login`.

    Its URL, which holds the password, is written to a file and shown nowhere.
    """
    from sluicegate.cli.values_files import written
    from sluicegate.gate import Gate
    from sluicegate.model.login import LoginRequest

    request = LoginRequest(
        source=source, purpose=purpose, relations=tuple(table or ()), minutes=minutes
    )
    settings = load_settings(config)
    with written(output) as write, Gate.open(settings) as gate:
        login = gate.broker(request, cli_identity("login lend", settings.environment))
        if not login.refused:
            write(f"{login.url.reveal()}\n")
    facts = {
        "name": login.name,
        "expires": login.expires.isoformat() if login.expires else "",
        "views": list(login.views),
        "left_out": list(login.left_out),
        "reasons": [str(reason) for reason in login.reasons],
        "approval": login.approval,
        "blind_spots": list(login.blind_spots),
    }
    if form is Format.JSON:
        print_json(facts)
    else:
        told = {name: value for name, value in facts.items() if value}
        print_lines(
            f"{n:<12} {', '.join(v) if isinstance(v, list) else v}" for n, v in told.items()
        )
    if login.refused:
        output.unlink(missing_ok=True)
        raise typer.Exit(ExitCode.REFUSED)


@app.command("revoke", epilog=example("login revoke"))
def revoke(
    *,
    name: Annotated[str, typer.Argument(help="Name of the login: sluicegate_…")],
    source: SourceOption,
    config: ConfigOption = None,
) -> None:
    """End a login's sessions and drop it before its time."""
    from sluicegate.gate import Gate
    from sluicegate.model.login import BrokeredLogin

    settings = load_settings(config)
    with Gate.open(settings) as gate:
        login = BrokeredLogin(source=source, name=name)
        found = gate.revoke(login, cli_identity("login revoke", settings.environment))
    print_lines(["revoked" if found else "there is no such login of this account"])
    if not found:
        raise typer.Exit(ExitCode.REFUSED)
