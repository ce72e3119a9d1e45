"""``sluicegate verify``: check a released output against its attestation, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.options import ConfigOption, FormatOption, PublicKeysOption
from sluicegate.cli.output import Format, print_json

VERIFY_EXAMPLE: Final = example('sluicegate verify data/customers --public-keys trusted_keys')

def verify(
    *,
    output: Annotated[Path, typer.Argument(help="Folder of a release.")],
    public_keys: PublicKeysOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Check that an output is what its attestation says; names changed, added, removed files."""
    from sluicegate.cli.show_verification import show_verification, verification_document
    from sluicegate.cli.trust import trusted
    from sluicegate.evidence import verify_output

    verification = verify_output(output, trusted(config, public_keys))
    if form is Format.JSON:
        print_json(verification_document(output, verification))
    else:
        show_verification(output, verification)
    if not verification.ok:
        raise typer.Exit(ExitCode.REFUSED)
