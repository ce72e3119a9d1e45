"""``sluicegate evidence sign``: a keyless signature for a release, through sigstore."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from sluicegate.cli.options import ConfigOption, FormatOption, PublicKeysOption
from sluicegate.cli.output import Format, print_json, print_lines
from sluicegate.errors import ConfigurationError
from sluicegate.model.sensitive import Sensitive

_VARIABLE: Final = "SIGSTORE_IDENTITY_TOKEN"
_MOST_CHARACTERS: Final = 1 << 16


def sign(
    *,
    output: Annotated[str, typer.Argument(help="Folder or s3://bucket/prefix/ of a release.")],
    trust_config: Annotated[
        Path | None,
        typer.Option(help="ClientTrustConfig of a private sigstore. Default: the public one."),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            help=f"File of an identity token for the audience sigstore. Default: {_VARIABLE},"
            " else that of the CI."
        ),
    ] = None,
    public_keys: PublicKeysOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Sign a release's attestation through sigstore too, after it was verified.

    The log of the public sigstore keeps who signed, and when, for anybody to read.
    """
    from sluicegate.cli.trust import trusted
    from sluicegate.evidence.keyless_signing import sign_output
    from sluicegate.evidence.place import BUNDLE

    new = sign_output(
        output, trusted(config, public_keys), token=_token(token_file), trust_config=trust_config
    )
    if form is Format.JSON:
        print_json({"output": output, "bundle": BUNDLE, "signed": new})
    else:
        print_lines([f"{output}: {'signed' if new else 'was signed already'}, {BUNDLE}"])


def _token(file: Path | None) -> Sensitive[str] | None:
    if file is None:
        found = os.environ.get(_VARIABLE, "")
    else:
        try:
            with file.open(encoding="ascii") as opened:
                found = opened.read(_MOST_CHARACTERS).strip()
        except (OSError, UnicodeDecodeError):
            found = ""
        if not found:
            raise ConfigurationError(f"the token file {file} is missing, empty or not readable")
    return Sensitive(found) if found else None
