"""``sluicegate subject``: what released data sets hold of one person."""

from __future__ import annotations

from typing import Annotated

import typer

from sluicegate.cli.examples import example
from sluicegate.cli.identity import cli_identity
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines, print_table

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Answer a person who asks what released data sets hold of them."""


@app.command("find", epilog=example("subject find"))
def find(
    *,
    data_class: Annotated[
        str, typer.Option("--class", help="Data class of the identifier, as the policy names it.")
    ],
    purpose: Annotated[
        list[str], typer.Option("--purpose", "-p", help="What data was released for; repeatable.")
    ],
    request: Annotated[
        str, typer.Option(help="Name of the request; goes on record, so it must not tell who.")
    ] = "",
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Find the data sets, columns and numbers of rows in which a person is.

    The identifier is read from standard input, never from the command line, which other users of
    the machine can see. Its pseudonym is computed and counted; nothing is turned back. That
    somebody asked is recorded before and after, the identifier is not.
    """
    from sluicegate.cli.values_files import read_values
    from sluicegate.errors import ConfigurationError
    from sluicegate.gate.subject_requests import SubjectRequest, find_subject
    from sluicegate.model.data import DataClass
    from sluicegate.model.sensitive import Sensitive

    lines = [line for line in read_values(None).to_pylist() if line]
    if len(lines) != 1:
        raise ConfigurationError("write one identifier, on one line, to standard input")
    asked = SubjectRequest(
        identifier=Sensitive(lines[0]),
        data_class=DataClass(data_class),
        purposes=tuple(dict.fromkeys(purpose)),
        request=request,
    )
    settings = load_settings(config)
    found = find_subject(settings, asked, cli_identity("subject find", settings.environment))
    if form is Format.JSON:
        print_json(found)
        return
    print_table(
        "",
        ("data set", "column", "rows"),
        [(place.output, place.column, f"{place.rows:,}") for place in found.places],
    )
    print_lines(
        [
            f"in {len(found.places):,} of {found.searched:,} column(s) that were searched",
            *(f"not searched: {u.output} {u.column}: {u.why}" for u in found.unsearched),
            f"records {found.intent_sequence} and {found.outcome_sequence} of the ledger",
        ]
    )
