"""Names of data: classes, relations, columns, and the families of types that masks care about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

DataClass = NewType("DataClass", str)
"""What a value is: ``email``, ``phone``, ``secret``, ``free_text``, ``public`` …; a stable
contract.
"""

PUBLIC = DataClass("public")
"""Carries nothing that identifies a person: may leave as it is."""
FREE_TEXT = DataClass("free_text")
"""Text in which anything may stand: leaves only redacted."""
SECRET = DataClass("secret")
"""Credentials and tokens. No policy can permit one to leave."""

PERSON_NAME = DataClass("person_name")
"""Names of people. In free text only a recognizer finds them."""


class TypeFamily(StrEnum):
    """The families of column types; each source maps its own types to one."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    TIME = "time"
    UUID = "uuid"
    JSON = "json"
    BINARY = "binary"
    ARRAY = "array"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class RelationName:
    """A relation by its exact name in the source (as the catalogue spells it)."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ColumnRef:
    """A column of a relation of the source."""

    relation: RelationName
    column: str

    def __str__(self) -> str:
        return f"{self.relation}.{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogColumn:
    """A column as the live catalogue tells it."""

    name: str
    native_type: str
    """The source's own name of the type, for example ``character varying(80)``."""
    family: TypeFamily
    nullable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table or view as the live catalogue tells it, columns in their order."""

    name: RelationName
    kind: str
    """``table``, ``view``, ``materialized_view``, ``partitioned_table``, ``foreign_table``."""
    columns: tuple[CatalogColumn, ...]
    key: tuple[str, ...] = ()
    """Columns of the primary key, where the source tells it; empty if there is none."""

    def column(self, name: str) -> CatalogColumn | None:
        """Find a column by its exact name."""
        return next((c for c in self.columns if c.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What the source's planner expects of a statement, before it runs. Often off by much."""

    rows: float | None
    """Rows of the result."""
    cost: float | None
    """Total cost in the source's own unit; for PostgreSQL pages read in sequence."""
