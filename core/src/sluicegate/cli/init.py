"""``sluicegate init``: the files that a first extract needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sluicegate.cli.options import FormatOption
from sluicegate.cli.output import Format, print_json, print_lines


def init(
    *,
    folder: Annotated[Path, typer.Argument(help="Made if it is missing.")] = Path(),
    form: FormatOption = Format.TABLE,
) -> None:
    """Write settings, a policy that permits nothing yet, a root key and its public key.

    Never overwrites a file: what is there is kept.
    """
    from sluicegate.cli.scaffold import NEXT_STEPS, write_scaffold

    files = write_scaffold(folder)
    if form is Format.JSON:
        print_json({"files": [{"file": str(path), "written": new} for path, new in files]})
        return
    print_lines(f"{'wrote' if new else 'kept '} {path}" for path, new in files)
    print_lines(NEXT_STEPS)
