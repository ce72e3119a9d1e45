"""``sluicegate verify``: check a released output against its attestation, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.options import ConfigOption, FormatOption, PublicKeysOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines
from sluicegate.errors import ConfigurationError


def verify(
    *,
    output: Annotated[
        str, typer.Argument(help="Folder, s3://bucket/prefix/ or table://… of a release.")
    ],
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy",
            help="YAML file of demands: not_older_than, purposes, sources, min_approvals …",
        ),
    ] = None,
    public_keys: PublicKeysOption = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Check an output against its attestation, and against what you demand of it.

    Names changed, added and removed files, and demands that are not met.
    """
    from sluicegate.cli.show_verification import verification_document, verification_lines
    from sluicegate.cli.trust import trusted
    from sluicegate.evidence import Demands, verify_output

    if "://" not in output and not Path(output).is_dir():
        raise ConfigurationError(f"there is no folder {output}")
    demands = Demands.read(policy) if policy else None
    source_url = load_settings(config).source_url if "://" in output else None
    keys = trusted(config, public_keys)
    verification = verify_output(output, keys, source_url=source_url, demands=demands)
    if form is Format.JSON:
        print_json(verification_document(verification))
    else:
        print_lines(verification_lines(verification))
    if not verification.ok:
        raise typer.Exit(ExitCode.REFUSED)
