"""Rules as the policy file writes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sluicegate.policy.document_masks import Entry, MaskEntry
from sluicegate.policy.document_risk import BudgetEntry, RiskEntry
from sluicegate.policy.names import ClassName, Exact, Pattern, QualityName, TableName, Word
from sluicegate.policy.quantities import Duration, Instant, Size

PATTERN_FIELDS = (
    "orchestrator",
    "pipeline",
    "task",
    "team",
    "owner",
    "triggered_by",
    "trigger",
    "environment",
    "database_login",
)
"""Fields of a run identity that a rule can ask for, in the order in which they are compared."""


class ForbiddenPrincipal(Entry):
    """A run by patterns on its identity (`*` any text, `?` one character, with case).

    All fields that are given must match. A field that the run does not know matches nothing.
    """

    orchestrator: Pattern | None = Field(None, description="`airflow`, `dagster` or `cli`.")
    pipeline: Pattern | None = Field(None, description="DAG id, Dagster job, or repository name.")
    task: Pattern | None = Field(None, description="Task id, asset key, or CLI command.")
    team: Pattern | None = Field(None, description="Team, as the orchestrator says.")
    owner: Pattern | None = Field(None, description="Owner, as the pipeline says.")
    triggered_by: Pattern | None = Field(
        None,
        description="Person who started the run. A permit asks that the orchestrator or the"
        " operating system has authenticated that person.",
    )
    trigger: Pattern | None = Field(None, description="`manual`, `scheduled`, `backfill` …")
    environment: Pattern | None = Field(None, description="`prod` …, from Sluicegate's settings.")
    database_login: Pattern | None = Field(None, description="Login that the source reports.")

    @model_validator(mode="after")
    def _asks_something(self) -> ForbiddenPrincipal:
        if not self.patterns():
            raise PydanticCustomError(
                "principal", "a principal without a pattern|name at least one field of the run"
            )
        return self

    def patterns(self) -> tuple[tuple[str, str], ...]:
        """Return field and pattern of all that is asked for."""
        given = ((name, getattr(self, name)) for name in PATTERN_FIELDS)
        return tuple((name, pattern) for name, pattern in given if pattern is not None)


class PermittedPrincipal(ForbiddenPrincipal):
    """As in a forbid rule, and optionally only if a person is authenticated."""

    trust: Literal["authenticated"] | None = Field(
        None, description="Asks for an authenticated person, whoever it is."
    )


class LimitsEntry(Entry):
    """Budgets of one extract. What is left out has no limit of this kind."""

    rows: int | None = Field(None, ge=1, le=10**12, description="Rows that leave the source.")
    bytes: Annotated[Size, Field(ge=1, le=2**50)] | None = Field(
        None, description="Arrow data that leaves the source: `500MB`, `2GiB`, or bytes."
    )
    seconds: Annotated[float, Field(gt=0, le=604_800, strict=True)] | None = Field(
        None, description="Wall time of query and stream."
    )
    memory: Annotated[Size, Field(ge=2**24, le=2**45)] | None = Field(
        None,
        description="Memory of an engine that runs in this process (DuckDB, files) and of one batch"
        " of any source, 16 MiB or more: `512MiB`, `2GiB`, or bytes.",
    )
    cost: Annotated[float, Field(gt=0, strict=True)] | int | None = Field(
        None,
        description="What the source's planner may expect at most, in its own unit: for PostgreSQL"
        " the total cost that EXPLAIN tells.",
    )


class ApprovalEntry(Entry):
    """People who must consent before anything is read; never the requester."""

    required: int = Field(1, ge=1, le=20, description="Number of distinct people.")
    approvers: list[Exact] = Field(min_length=1, description="Names that may answer.")
    expires: Annotated[Duration, Field(ge=60, le=30 * 86_400)] = Field(
        default=86_400,
        description="From request to refusal, 1 minute to 30 days: `24h`, `30m`, `7d`.",
    )


class WindowEntry(Entry):
    """When the rule is in force. Dates are midnight UTC; a time needs its offset."""

    start: Instant | None = Field(None, alias="from", description="First instant.")
    until: Instant | None = Field(None, description="First instant after it.")


class PermitEntry(Entry):
    """Permits an extract, if every table that it reads is covered by a permit rule.

    Where several permit rules match they bind together: the stronger mask, all row filters, the
    smaller limits, an approval that satisfies each of them, the stricter risk, and all budgets.
    """

    id: Word = Field(description="Name of the rule in decisions and records.")
    effect: Literal["permit"]
    description: str = Field("", max_length=1000, description="For people.")
    principals: list[PermittedPrincipal] = Field(min_length=1, description="Any of these.")
    purposes: list[Word] = Field(min_length=1, description="Any of these.")
    sources: list[Word] = Field(min_length=1, description="Any of these.")
    tables: list[Exact] = Field(
        min_length=1,
        description="`schema.table`, or patterns over the tables that the sources list.",
    )
    columns: dict[TableName, Annotated[list[Exact], Field(min_length=1)]] = Field(
        default_factory=dict,
        description="For a table: the only columns that may be read. Default: all classified ones.",
    )
    masks: dict[ClassName, MaskEntry] = Field(
        default_factory=dict, description="Masks that this rule wants instead of the defaults."
    )
    unmask: list[ClassName] = Field(
        default_factory=list,
        description="Grant: classes that leave as they are. Never `secret`, never text that is"
        " redacted. Counts if all rules that take part for the class grant it.",
    )
    row_filters: dict[TableName, Annotated[str, Field(min_length=1, max_length=4000)]] = Field(
        default_factory=dict,
        description="For a table: a SQL condition over its raw columns, in the source's dialect.",
    )
    limits: LimitsEntry | None = Field(None, description="Budgets.")
    outputs: list[Pattern] = Field(
        default_factory=list,
        description="Folders below which the output must lie, as patterns over absolute paths, or"
        " relative to where the run stands. Default: anywhere.",
    )
    approval: ApprovalEntry | None = Field(None, description="Consent that is needed first.")
    risk: RiskEntry | None = Field(
        None, description="What the result must fulfil as a whole, so that it singles nobody out."
    )
    budget: BudgetEntry | None = Field(
        None, description="Personal data that one consumer may get for one purpose in a period."
    )
    quality: list[QualityName] = Field(
        default_factory=list,
        description="Checks of Great Expectations or pandera that a result must pass before it is"
        " released: `gx:suite.json`, `pandera:schema.yaml` (relative to this file), or"
        " `module:object` in the place of the file.",
    )
    valid: WindowEntry | None = Field(None, description="When the rule is in force.")


class ForbidEntry(Entry):
    """Forbids, whatever is permitted. What is left out means any; with nothing given, all.

    With `classes`, columns of these classes become unreadable in the tables; without, a request
    that reads one of the tables is denied.
    """

    id: Word = Field(description="Name of the rule in decisions and records.")
    effect: Literal["forbid"]
    reason: Annotated[Exact, Field(max_length=1000)] = Field(description="Shown to the user.")
    principals: list[ForbiddenPrincipal] | None = Field(None, min_length=1, description="Any of.")
    purposes: list[Word] | None = Field(None, min_length=1, description="Any of.")
    sources: list[Word] | None = Field(None, min_length=1, description="Any of.")
    tables: list[Exact] | None = Field(None, min_length=1, description="As in a permit.")
    classes: list[ClassName] | None = Field(None, min_length=1, description="Any of.")
    valid: WindowEntry | None = Field(None, description="When the rule is in force.")


class UnmaskEntry(Entry):
    """Grants `sluicegate unmask`: turning tokens and encrypted values back, and nothing else.

    It permits no extract, and no permit rule grants it. A forbid rule beats it that names one of
    its classes, or no table.
    """

    id: Word = Field(description="Name of the rule in decisions and records.")
    effect: Literal["unmask"]
    description: str = Field("", max_length=1000, description="For people.")
    principals: list[PermittedPrincipal] = Field(min_length=1, description="Any of these.")
    purposes: list[Word] = Field(
        min_length=1, description="Any of these: the purpose that the values were masked for."
    )
    classes: list[ClassName] = Field(min_length=1, description="Any of these.")
    values: int = Field(1000, ge=1, le=10**9, description="Most values of one call.")
    approval: ApprovalEntry | None = Field(None, description="Consent that is needed first.")
    valid: WindowEntry | None = Field(None, description="When the rule is in force.")
