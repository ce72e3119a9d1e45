"""What a user asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from sluicegate.model.output_options import OutputOptions

Scalar = None | bool | int | float | str | Decimal | date | datetime
"""What a bound parameter may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractRequest:
    """One extract: which rows of which source, for which purpose, to where."""

    source: str
    """Name of the source in policy and settings."""
    sql: str
    """One read-only statement in the source's dialect; parameters as ``:name``."""
    purpose: str
    output: str = ""
    """Folder, or prefix on S3 (``s3://bucket/prefix/``), to release to; empty for a preview."""
    output_options: OutputOptions = field(default_factory=OutputOptions)
    """Format and layout of what is released."""
    quality: tuple[str, ...] = ()
    """Checks that the result must pass besides those of the policy: ``gx:suite.json``,
    ``pandera:module:Schema``."""
    parameters: Mapping[str, Scalar] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )
    """Bound to the statement, never spliced into it."""
