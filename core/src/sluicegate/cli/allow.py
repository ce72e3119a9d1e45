"""``sluicegate allow``: values that may leave although a detector fires on them."""

from __future__ import annotations

from typing import Annotated

import typer

from sluicegate.cli.allow_options import FileOption
from sluicegate.cli.examples import example
from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines, print_table

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Values that may leave although a detector fires: add, list and check entries."""


@app.command("add", epilog=example("allow add"))
def add(
    *,
    path: Annotated[str, typer.Option(help="As the finding tells it: `data/*.csv#column`.")],
    detector: Annotated[str, typer.Option(help="Id of the detector that fires.")],
    fingerprint: Annotated[str, typer.Option(help="As the finding tells it.")],
    owner: Annotated[str, typer.Option(help="Who answers for it.")],
    reason: Annotated[str, typer.Option(help="Why it may leave.")],
    expires: Annotated[str, typer.Option(help="Last day in UTC, at most a year ahead.")],
    file: FileOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Write an entry at the end of the allow-list; what stands there stays as it is."""
    from sluicegate.cli.allowing import append_entry, entry_text, place_of_file
    from sluicegate.detect import open_scanner
    from sluicegate.mask import Keyring, open_key

    settings = load_settings(config)
    keyring = Keyring(open_key(settings.key).root())
    target = place_of_file(file, settings)
    entry = append_entry(
        target,
        entry_text(
            path=path,
            detector=detector,
            fingerprint=fingerprint,
            key_id=keyring.key_id("fingerprint"),
            owner=owner,
            reason=reason,
            expires=expires,
        ),
        detectors={d.id for d in open_scanner(settings.detectors).detectors},
    )
    if form is Format.JSON:
        print_json({"file": str(target), "line": entry.line, "path": entry.path})
    else:
        print_lines([f"added to {target}: {entry}"])
        if settings.allow is None:
            print_lines([f'set allow = "{target}" in sluicegate.toml, or it is not used'])


@app.command("list", epilog=example("allow list"))
def list_entries(
    *, file: FileOption = None, config: ConfigOption = None, form: FormatOption = Format.TABLE
) -> None:
    """List the entries: whether each holds, days left, and when an extract last used it."""
    from sluicegate.cli.allowing import entry_documents, place_of_file

    settings = load_settings(config)
    documents = entry_documents(place_of_file(file, settings), settings)
    if form is Format.JSON:
        print_json({"entries": documents})
        return
    headers = ("line", "path", "detector", "owner", "state", "days left", "last used")
    print_table("", headers, [[d[h.replace(" ", "_")] for h in headers] for d in documents])
    print_lines([f"{len(documents):,} entries"])


@app.command("check", epilog=example("allow check"))
def check(
    *, file: FileOption = None, config: ConfigOption = None, form: FormatOption = Format.TABLE
) -> None:
    """Check the allow-list; exit 1 if it is malformed, or if an entry does not hold."""
    from sluicegate.cli.allowing import check_file, place_of_file

    settings = load_settings(config)
    target = place_of_file(file, settings)
    allow, reasons = check_file(target, settings)
    if form is Format.JSON:
        entries = len(allow.entries)
        print_json(
            {"file": str(target), "digest": allow.digest, "entries": entries, "faults": reasons}
        )
    else:
        print_lines(
            [str(r) for r in reasons] or [f"{target} holds: {len(allow.entries):,} entries"]
        )
    if reasons:
        raise typer.Exit(ExitCode.REFUSED)


@app.command("schema", epilog=example("allow schema"))
def schema() -> None:
    """Print the JSON Schema of the allow-list, for editors."""
    from sluicegate.policy import allow_schema

    print_json(allow_schema())
