"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from sluicegate.cli.failures import FORMAT_KEY
from sluicegate.cli.output import Format
from sluicegate.settings import Settings


def _remember(ctx: typer.Context, value: Format) -> Format:
    ctx.meta[FORMAT_KEY] = value
    return value


ConfigOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="Settings file. Default: SLUICEGATE_CONFIG, else the nearest sluicegate.toml upward.",
    ),
]
FormatOption: TypeAlias = Annotated[
    Format,
    typer.Option(
        "--format",
        "-f",
        callback=_remember,
        is_eager=True,
        help="table for people; json: one document on stdout, everything else on stderr.",
    ),
]
PublicKeysOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--public-keys", help="File of `key-id base64` lines to trust, instead of the settings'."
    ),
]


def load_settings(config: Path | None) -> Settings:
    """Load the settings that a command runs under."""
    return Settings.load(config)
