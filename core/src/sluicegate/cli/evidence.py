"""``sluicegate evidence``: what the ledger can show for the controls of a framework."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sluicegate.cli import signing
from sluicegate.cli.examples import example
from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.options import ConfigOption, FormatOption, PublicKeysOption, load_settings
from sluicegate.cli.output import Format, json_text, note, print_json, print_lines, print_table

app = typer.Typer(no_args_is_help=True)
app.command("sign", epilog=example("evidence sign"))(signing.sign)
_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]


@app.callback()
def _group() -> None:
    """Turn records into evidence for controls, attestations into data sheets; sign these too."""


@app.command("frameworks", epilog=example("evidence frameworks"))
def list_frameworks(*, form: FormatOption = Format.TABLE) -> None:
    """List the frameworks, and how many of their controls records can say something about."""
    from sluicegate.evidence.reporting import Framework, frameworks

    known = [Framework.load(name) for name in frameworks()]
    if form is Format.JSON:
        print_json({"frameworks": known})
        return
    rows = [(f.id, f.title, len(f.controls)) for f in known]
    print_table("", ("framework", "title", "controls"), rows)


@app.command("report", epilog=example("evidence report"))
def report(
    *,
    framework: Annotated[str, typer.Option(help="As `evidence frameworks` lists them.")],
    since: Annotated[
        datetime | None, typer.Option("--from", formats=_TIMES, help="First moment, UTC.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--to",
            formats=_TIMES,
            help="Moment after the last, UTC. Default: up to the newest checkpoint.",
        ),
    ] = None,
    dataset: Annotated[str, typer.Option(help="Only about this output; may have *.")] = "",
    person: Annotated[str, typer.Option(help="Only what this person is behind.")] = "",
    pipeline: Annotated[str, typer.Option(help="Only this DAG or job.")] = "",
    html: Annotated[Path | None, typer.Option(help="New file for the report.")] = None,
    oscal: Annotated[
        Path | None, typer.Option(help="New file for OSCAL assessment results.")
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(help="New ZIP of all, with proofs and a program to check them."),
    ] = None,
    public_keys: PublicKeysOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Gather the records of a period that support evidence for each control, with their proofs.

    Records must be covered by a checkpoint (`sluicegate ledger checkpoint`). The same records make
    the same bytes. No value from the data is in any of it.
    """
    from sluicegate.cli.evidence_files import kept_policies, write_new
    from sluicegate.cli.ledger_reading import reading
    from sluicegate.cli.show_evidence import dossier_document, dossier_rows
    from sluicegate.cli.trust import trusted
    from sluicegate.evidence import reporting

    chosen = reporting.Framework.load(framework)
    scope = reporting.Scope(
        since=_utc(since), until=_utc(until), dataset=dataset, person=person, pipeline=pipeline
    )
    settings, keys = load_settings(config), trusted(config, public_keys)
    with reading(settings, keys) as ledger:
        entries, checkpoint = reporting.select(ledger, scope)
    dossier = reporting.Dossier.of(chosen, scope, entries, checkpoint)
    made: list[tuple[Path, bytes]] = []
    if html is not None:
        made.append((html, reporting.report_page(dossier).encode()))
    if oscal is not None:
        made.append((oscal, json_text(reporting.assessment_results(dossier)).encode()))
    if bundle is not None:
        made.append((bundle, reporting.write_bundle(dossier, keys, kept_policies(settings))))
    for path, data in made:
        write_new(path, data)
        note(f"{len(data):,} bytes in {path}")
    if form is Format.JSON:
        print_json(dossier_document(dossier))
        return
    print_table("", ("control", "about", "records"), dossier_rows(dossier))
    print_lines(
        ["records support evidence for a control; whether it is met is for people to judge"]
    )


@app.command("passport", epilog=example("evidence passport"))
def passport(
    *,
    output: Annotated[
        str, typer.Argument(help="Folder, s3://bucket/prefix/ or table://… of a release.")
    ],
    name: Annotated[str, typer.Option(help="What to call it. Default: its folder.")] = "",
    html: Annotated[Path | None, typer.Option(help="New file for people.")] = None,
    croissant: Annotated[
        Path | None, typer.Option(help="New file for the card (Croissant 1.0, JSON-LD).")
    ] = None,
    public_keys: PublicKeysOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Write the data sheet of a release, for EU AI Act Art. 10 and Annex IV(2)(d).

    Every file is verified against the attestation first; all that is told is signed there.
    """
    from sluicegate.cli.evidence_files import write_new
    from sluicegate.cli.show_evidence import passport_rows
    from sluicegate.cli.show_verification import verification_lines
    from sluicegate.cli.trust import trusted
    from sluicegate.evidence import reporting, verify_output

    source_url = load_settings(config).source_url if "://" in output else None
    verification = verify_output(output, trusted(config, public_keys), source_url=source_url)
    if not verification.ok:
        for line in verification_lines(verification):
            note(line)
        raise typer.Exit(ExitCode.REFUSED)
    made = reporting.Passport.of(verification, name)
    if html is not None:
        write_new(html, reporting.passport_page(made).encode())
    if croissant is not None:
        write_new(croissant, json_text(reporting.croissant_card(made)).encode())
    if form is Format.JSON:
        print_json(made.document())
        return
    print_table("", ("about", "told"), passport_rows(made))


def _utc(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time else None
