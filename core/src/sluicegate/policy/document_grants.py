"""Rules that grant what an extract never does: writing, scanning a table, a login of one's own.

Each is an effect of its own, so that no permit grants it in passing (promise P7).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sluicegate.policy.document_masks import Entry
from sluicegate.policy.document_rules import ApprovalEntry, PermittedPrincipal, WindowEntry
from sluicegate.policy.names import Exact, Word

StatementKind = Literal[
    "insert",
    "update",
    "delete",
    "merge",
    "truncate",
    "create_table",
    "create_index",
    "alter_table",
    "drop_table",
    "drop_index",
]
"""What a statement does to its table, in one word."""


class GrantEntry(Entry):
    """What every grant says."""

    id: Word = Field(description="Name of the rule in decisions and records.")
    description: str = Field("", max_length=1000, description="For people.")
    principals: list[PermittedPrincipal] = Field(min_length=1, description="Any of these.")
    sources: list[Word] = Field(min_length=1, description="Any of these.")
    tables: list[Exact] = Field(
        min_length=1,
        description="`schema.table`, or patterns over the tables that the sources list.",
    )
    valid: WindowEntry | None = Field(None, description="When the rule is in force.")


class ExecuteEntry(GrantEntry):
    """Grants `sluicegate execute`: statements that change these tables, and no others.

    Tables that a statement reads besides need a permit rule. A forbid rule beats it.
    """

    effect: Literal["execute"]
    purposes: list[Word] = Field(min_length=1, description="Any of these.")
    statements: list[StatementKind] = Field(min_length=1, description="Any of these.")
    max_affected_rows: int = Field(
        1000, ge=0, le=10**12, description="A statement that changes more is rolled back."
    )
    unsafe_whole_table: bool = Field(
        default=False,
        description="Whether UPDATE and DELETE may go without a condition that chooses rows.",
    )
    seconds: Annotated[float, Field(gt=0, le=604_800, strict=True)] | None = Field(
        None, description="Wall time of the statement."
    )
    approval: ApprovalEntry | None = Field(None, description="Consent that is needed first.")


class ScanEntry(GrantEntry):
    """Grants `sluicegate scan table://…`: the guard reads all values, and gives out counts."""

    effect: Literal["scan"]


class LoginEntry(GrantEntry):
    """Grants a short-lived login that reads masked views of these tables by itself.

    What it may see is what permit rules oblige to; a permit with limits, a risk or a budget, which
    nobody could keep there, is refused.
    """

    effect: Literal["login"]
    purposes: list[Word] = Field(min_length=1, description="Any of these.")
    minutes: int = Field(60, ge=1, le=1440, description="Longest life of a login.")
    approval: ApprovalEntry | None = Field(None, description="Consent that is needed first.")
