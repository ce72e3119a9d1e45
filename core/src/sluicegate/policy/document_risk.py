"""Disclosure risk and budgets as the policy file writes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from sluicegate.model.data import ColumnRef
from sluicegate.model.risk import Differencing
from sluicegate.policy.document_masks import Entry
from sluicegate.policy.names import check_exact, parse_table
from sluicegate.policy.quantities import Duration


def check_column(text: str) -> str:
    """Allow a data class, or a column as ``schema.table.column``."""
    check_exact(text)
    if "." in text and parse_column(text) is None:
        raise PydanticCustomError(
            "column", "must be a data class or schema.table.column|write `city` or `public.a.city`"
        )
    return text


def parse_column(text: str) -> ColumnRef | None:
    """Read ``schema.table.column``; ``None`` if it is none."""
    table, _, column = text.rpartition(".")
    relation = parse_table(table)
    return ColumnRef(relation=relation, column=column) if relation and column else None


Columns = Annotated[
    list[Annotated[str, StringConstraints(max_length=600), AfterValidator(check_column)]],
    Field(min_length=1),
]
Count = Annotated[int, Field(ge=2, le=10_000)]
Share = Annotated[float, Field(ge=0, le=1, strict=True)]


class RiskEntry(Entry):
    """What a result must fulfil as a whole. What is left out is not asked for.

    Columns are named by data class or as `schema.table.column`: what a statement calls them, or
    computes from them, does not matter.
    """

    k: Count | None = Field(
        None,
        description="k-anonymity: each combination of the quasi-identifiers stands for at least so"
        " many rows, or people where a `subject` is named.",
    )
    l: Count | None = Field(  # noqa: E741 - the measure's name
        None, description="l-diversity: each of them has so many distinct sensitive values."
    )
    entropy_l: Annotated[float, Field(gt=1, le=10_000, strict=True)] | None = Field(
        None, description="The same, weighed: e to the entropy of the sensitive values."
    )
    t: Share | None = Field(
        None,
        description="t-closeness: how far the sensitive values of each may be from those of all.",
    )
    unique: Share | None = Field(
        None, description="Largest share of rows that are alone with their combination."
    )
    cells: Count | None = Field(
        None, description="Least count of each row of an aggregate. Default: `k`."
    )
    quasi_identifiers: Columns | None = Field(
        None, description="Default: the classes that are known as quasi-identifiers."
    )
    sensitive: Columns | None = Field(None, description="What `l`, `entropy_l` and `t` look at.")
    subject: Columns | None = Field(
        None,
        description="What names the person whom a row is about; then people are counted, not rows."
        " The statement must select it.",
    )
    on_failure: Literal["refuse", "suppress_rows"] = Field(
        "refuse", description="Release nothing, or leave out the rows that fail."
    )
    differencing: Differencing | None = Field(
        None,
        description="What becomes of a result that differs from an earlier one of the same"
        " consumer and purpose by fewer than `k`: nothing is released, or not before somebody"
        " approved it, or it is told.",
    )


class BudgetEntry(Entry):
    """Personal data that one consumer may get for one purpose in a period that ends now."""

    rows: Annotated[int, Field(ge=1, le=10**12)] | None = Field(
        None, description="Rows that hold any personal data."
    )
    cells: Annotated[int, Field(ge=1, le=10**15)] | None = Field(
        None, description="Values of personal data; NULL is none."
    )
    per: Annotated[Duration, Field(ge=3600, le=3660 * 86_400)] = Field(
        description="Length of the period, an hour to ten years: `30d`."
    )
