"""Options about allow-lists and baselines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

BaselineOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--baseline", help="Tell only what this baseline does not know. Needs the key."),
]
WriteBaselineOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--write-baseline", help="Write what is found as a baseline and end with 0. Needs the key."
    ),
]
FileOption: TypeAlias = Annotated[
    Path | None, typer.Option("--file", help="The allow-list. Default: that of the settings.")
]
