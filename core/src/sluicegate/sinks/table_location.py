"""Outputs that are tables, by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sluicegate.errors import ConfigurationError

ATTESTATIONS: Final = "sluicegate_attestations"
"""Table beside the released ones that holds their attestations."""
STAGED: Final = "_sluicegate_"
"""How the names of tables that are being written begin."""
_URL: Final = re.compile(r"table://([A-Za-z0-9_.-]+)/([^/.]+)\.([^/.]+)", re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_SYSTEM: Final = ("pg_", "information_schema")


@dataclass(frozen=True, slots=True)
class TableLocation:
    """A table of a source that the settings name."""

    source: str
    schema: str
    table: str

    @property
    def name(self) -> str:
        """``schema.table``."""
        return f"{self.schema}.{self.table}"

    def __str__(self) -> str:
        return f"table://{self.source}/{self.name}"


def table_location(output: str) -> TableLocation:
    """Read ``table://source/schema.table``; names are taken as they are, case and all.

    Raises:
        ConfigurationError: it is not of this form, a name is not one of 1 to 63 letters, digits and
            underscores, or it is the database's own or ours.
    """
    found = _URL.fullmatch(output)
    if not found or not all(map(_NAME.fullmatch, found.groups()[1:])):
        raise ConfigurationError(
            "the output names no table", hint="table://source/schema.table, of plain names"
        )
    location = TableLocation(*found.groups())
    ours = location.table.casefold() == ATTESTATIONS or location.table.startswith(STAGED)
    if ours or location.schema.casefold().startswith(_SYSTEM):
        raise ConfigurationError("the output is a table of the database's own, or of ours")
    return location
