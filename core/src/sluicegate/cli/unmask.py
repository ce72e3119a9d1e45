"""``sluicegate unmask``: turn tokens and encrypted values back, with a grant and on record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.identity import cli_identity
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, json_text, note, print_json
from sluicegate.cli.request_options import PurposeOption

if TYPE_CHECKING:
    from sluicegate.gate.unmask import Unmasked


def unmask(
    *,
    data_class: Annotated[
        str, typer.Option("--class", help="Data class that the values were masked as.")
    ],
    purpose: PurposeOption,
    mask: Annotated[
        str, typer.Option(help="tokenize, preserve_format, tokenize:vault …; if there are several.")
    ] = "",
    key_id: Annotated[
        str, typer.Option(help="Key that the output names; if the purpose ever had several.")
    ] = "",
    values: Annotated[
        Path | None,
        typer.Option("--values", help="File of values, one a line. Default: standard input."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="New file (mode 0600). Default: standard output."),
    ] = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Turn tokens and encrypted values back; needs a rule with `effect: unmask`.

    Values are read from a file or standard input, one a line, never from the command line, which
    other users of the machine can see. An empty line stays empty. Who asked is recorded before and
    after, and how many values; no value is.
    """
    from sluicegate.cli.values_files import lines_of, read_values, written
    from sluicegate.gate import Gate
    from sluicegate.gate.unmask import UnmaskRequest
    from sluicegate.model.data import DataClass

    given = read_values(values)
    request = UnmaskRequest(
        values=given,
        data_class=DataClass(data_class),
        purpose=purpose,
        mask=mask,
        key_id=key_id,
    )
    settings = load_settings(config)
    with written(output) as write, Gate.open(settings) as gate:
        result = gate.unmask(request, cli_identity("unmask", settings.environment))
        if result.values is None:
            _refuse(result, form)
            raise typer.Exit(ExitCode.REFUSED)
        shown = result.values.to_pylist()
        as_json = form is Format.JSON
        write(json_text(_document(result) | {"values": shown}) if as_json else lines_of(shown))
    first, last = result.intent_sequence, result.outcome_sequence
    note(f"{len(shown):,} values; records {first} to {last} of the ledger")


def _refuse(result: Unmasked, form: Format) -> None:
    for reason in result.reasons:
        note(f"refused: {reason}")
    if form is Format.JSON:
        print_json(_document(result))


def _document(result: Unmasked) -> dict[str, object]:
    return {
        "status": "refused" if result.refused else "unmasked",
        "reasons": [str(reason) for reason in result.reasons],
        "approval": result.approval,
        "key_id": result.key_id,
        "intent_sequence": result.intent_sequence,
        "outcome_sequence": result.outcome_sequence,
    }
