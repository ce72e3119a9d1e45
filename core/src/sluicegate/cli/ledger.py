"""``sluicegate ledger``: read and verify the record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sluicegate.cli import ledger_keeping, ledger_proofs, ledger_questions
from sluicegate.cli.examples import example
from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.ledger_chain import chain, run
from sluicegate.cli.ledger_proofs import WitnessOption
from sluicegate.cli.options import ConfigOption, FormatOption, PublicKeysOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines, print_table

app = typer.Typer(no_args_is_help=True)
app.command("checkpoint", epilog=example("ledger checkpoint"))(ledger_proofs.checkpoint)
app.command("prove", epilog=example("ledger prove"))(ledger_proofs.prove)
app.command("check", epilog=example("ledger check"))(ledger_proofs.check)
app.command("query", epilog=example("ledger query"))(ledger_questions.query)
app.command("export", epilog=example("ledger export"))(ledger_questions.export)
app.command("hold", epilog=example("ledger hold"))(ledger_keeping.hold)
app.command("unhold", epilog=example("ledger unhold"))(ledger_keeping.unhold)
app.command("holds", epilog=example("ledger holds"))(ledger_keeping.holds)
app.command("drop", epilog=example("ledger drop"))(ledger_keeping.drop)


@app.callback()
def _group() -> None:
    """Read, verify and prove the record of what ran; ask it, export it, keep it."""


@app.command("verify", epilog=example("ledger verify"))
def verify(
    *,
    attestation: Annotated[
        list[Path] | None,
        typer.Option(
            help="Attestation or released folder whose records must be in the ledger; repeatable."
        ),
    ] = None,
    witness: WitnessOption = None,
    every_signature: Annotated[
        bool,
        typer.Option(help="Verify each record's signature, though the last vouches for all."),
    ] = False,
    public_keys: PublicKeysOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Check chain, tree and signatures; with attestations or witnesses that nothing was cut off."""
    from sluicegate.cli.ledger_reading import attested_by, reading, witnessed_by
    from sluicegate.cli.show_ledger import newest_stamp, report_document, report_lines
    from sluicegate.cli.trust import trusted

    keys = trusted(config, public_keys)
    attested = attested_by(attestation or (), keys)
    with reading(load_settings(config), {}) as ledger:
        witnessed = witnessed_by(witness or (), ledger)
        report = ledger.verify(
            keys,
            attested.records,
            witnessed=(*attested.checkpoints, *witnessed),
            every_signature=every_signature,
        )
    stamped = newest_stamp(witnessed)
    if form is Format.JSON:
        print_json(report_document(report, stamped))
    else:
        anchored = bool(attested.records or witness)
        print_lines(report_lines(report, anchored=anchored, stamped=stamped))
    if not report.ok:
        raise typer.Exit(ExitCode.REFUSED)


@app.command("list", epilog=example("ledger list"))
def list_records(
    *,
    kind: Annotated[str | None, typer.Option(help="Only this kind, as extract.outcome.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only about this digest.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest, at most.")] = 50,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """List records, oldest first."""
    from collections import deque

    from sluicegate.cli.ledger_reading import reading
    from sluicegate.cli.show_ledger import record_document
    from sluicegate.cli.trust import trusted

    with reading(load_settings(config), trusted(config, None)) as ledger:
        newest = deque(ledger.records(kind=kind, subject=subject), maxlen=limit)
    if form is Format.JSON:
        print_json({"records": [record_document(record) for record in newest]})
        return
    print_table(
        "",
        ("record", "time", "kind", "subject"),
        [(r.sequence, f"{r.time:%Y-%m-%d %H:%M:%S}", r.kind, r.subject) for r in newest],
    )


@app.command("show", epilog=example("ledger show"))
def show(
    *,
    sequence: Annotated[int, typer.Argument(min=1, help="Number of the record.")],
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show one record whole."""
    import json

    from sluicegate.cli.ledger_reading import find_record, reading
    from sluicegate.cli.show_ledger import record_document
    from sluicegate.cli.trust import trusted

    with reading(load_settings(config), trusted(config, None)) as ledger:
        document = record_document(find_record(ledger, sequence))
    if form is Format.JSON:
        print_json(document)
        return
    body = document.pop("body")
    print_lines(f"{name:<10} {value}" for name, value in document.items())
    print_lines(json.dumps(body, indent=2).splitlines())


app.command("chain", epilog=example("ledger chain"))(chain)
app.command("run", epilog=example("ledger run"))(run)
