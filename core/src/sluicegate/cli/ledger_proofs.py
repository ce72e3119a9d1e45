"""``sluicegate ledger checkpoint``, ``prove`` and ``check``: what others can verify offline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from sluicegate.cli.options import ConfigOption, FormatOption, PublicKeysOption, load_settings
from sluicegate.cli.output import Format, json_text, print_json, print_lines

if TYPE_CHECKING:
    from sluicegate.errors import SluicegateError
    from sluicegate.ledger import Checkpoint, Witness

WitnessOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--witness",
        "-w",
        help="Keeps checkpoints: file:PATH, git:REPOSITORY, s3://bucket/prefix?days=N,"
        " rfc3161:URL?keep=FOLDER&ca=FILE; repeatable.",
    ),
]
_Output: TypeAlias = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write it to a new file instead of stdout.")
]


def checkpoint(
    *,
    witness: WitnessOption = None,
    output: _Output = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Sign the tree over all records, put that on record, and give it to witnesses.

    To those of the settings if none is named. What a witness holds shows later if records were
    changed or cut off.
    """
    from sluicegate.cli.ledger_reading import writing
    from sluicegate.cli.show_ledger import checkpoint_document
    from sluicegate.ledger import open_witness

    settings = load_settings(config)
    witnesses = [open_witness(address) for address in witness or settings.witnesses]
    with writing(settings) as ledger:
        signed = ledger.checkpoint()
    missed = _given(witnesses, signed)
    if output is not None:
        _write_new(output, signed.note)
    if form is Format.JSON:
        kept = [one.place for one in witnesses if one.place not in missed]
        print_json(checkpoint_document(signed) | {"witnesses": kept})
    elif output is None:
        print_lines(signed.note.splitlines())
    for error in missed.values():
        raise error


def prove(
    *,
    sequence: Annotated[
        int | None, typer.Argument(min=1, help="Number of the record that is to be proven.")
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(help="File of an older checkpoint: prove that the ledger only grew since."),
    ] = None,
    output: _Output = None,
    config: ConfigOption = None,
) -> None:
    """Prove that a record is in the ledger, or that the ledger only grew since a checkpoint.

    The proof is JSON and holds all that is needed to check it but the public key.
    """
    from sluicegate.cli.ledger_reading import read_checkpoint, reading
    from sluicegate.cli.trust import trusted
    from sluicegate.errors import ConfigurationError
    from sluicegate.ledger.proof import prove_growth, prove_record

    if (sequence is None) is (since is None):
        raise ConfigurationError("name either a record, or a checkpoint with --since")
    with reading(load_settings(config), trusted(config, None)) as ledger:
        if since is not None:
            document = prove_growth(ledger, read_checkpoint(since))
        else:
            document = prove_record(ledger, sequence or 0)
    if output is None:
        print_json(document)
    else:
        _write_new(output, json_text(document))


def check(
    *,
    proof: Annotated[Path, typer.Argument(help="File that `ledger prove` wrote.")],
    public_keys: PublicKeysOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Check a proof by itself: no ledger is opened, and a file of public keys is enough."""
    from sluicegate.cli.ledger_reading import read_proof
    from sluicegate.cli.show_ledger import proven_document, proven_lines
    from sluicegate.cli.trust import trusted
    from sluicegate.ledger.proof import check_proof

    proven = check_proof(read_proof(proof), trusted(config, public_keys))
    if form is Format.JSON:
        print_json(proven_document(proven))
    else:
        print_lines(proven_lines(proven))


def _given(witnesses: Sequence[Witness], signed: Checkpoint) -> dict[str, SluicegateError]:
    """Give a checkpoint to all witnesses, and return what went wrong, by place."""
    from sluicegate.errors import SluicegateError

    missed = {}
    for one in witnesses:
        try:
            one.keep(signed)
        except SluicegateError as error:
            missed[one.place] = error
    return missed


def _write_new(path: Path, text: str) -> None:
    from sluicegate.errors import ConfigurationError

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigurationError(f"{path} is there already; it is not replaced") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from None
