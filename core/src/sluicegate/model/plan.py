"""What will run: the rewritten statement, its columns and what happens to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from sluicegate.model.canonical import digest, plain
from sluicegate.model.data import ColumnRef, DataClass, Estimate, RelationName
from sluicegate.model.decision import Decision
from sluicegate.model.findings import Reason
from sluicegate.model.masks import Mask, Redact, parameters_of, parts_of
from sluicegate.model.output_options import OutputOptions
from sluicegate.model.quality import QualityTerm


class Carries(StrEnum):
    """What the source sends for an output column."""

    FINISHED = "finished"
    """Masked by the source, or never sensitive."""
    DIGEST = "digest"
    """64 lower-case hex digits of an unkeyed SHA-256; the guard applies the keyed step."""
    RAW_TEXT = "raw_text"
    """A raw value as text; the guard masks it before anything is written. A mask that goes by a
    subject gets ``<digest of the subject>:<value>``."""


Influence = Literal["filter", "join", "group_by", "sort", "window"]
"""How a column decides which rows come, or in which order, without its values being among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputColumn:
    """One column of the result."""

    name: str
    carries: Carries
    origins: tuple[ColumnRef, ...] = ()
    """Columns of the source whose values reach it."""
    masks: Mapping[ColumnRef, Mask] = field(default_factory=lambda: MappingProxyType({}))
    """The mask of each origin."""
    data_classes: tuple[DataClass, ...] = ()
    bare: bool = True
    """The column is one origin's value and nothing computed from it."""
    aggregated: bool = False
    """Values of several rows went into it. MIN, MAX, ANY_VALUE and STRING_AGG give values out
    again: an aggregate is no mask."""
    returns: str = ""
    """Arrow type that the guard gives a raw value back in; empty: text, or the mask's own type."""

    @property
    def mask(self) -> Mask | None:
        """The mask of a bare column."""
        return next(iter(self.masks.values()), None) if self.bare else None

    @property
    def redacted(self) -> bool:
        """Whether the guard redacts findings in it, or in a part of its documents."""
        return self.carries is Carries.RAW_TEXT and any(
            isinstance(inner, Redact) for mask in self.masks.values() for inner in parts_of(mask)
        )


Counts = Literal["", "rows", "distinct"]
"""Whether a column is a bare ``COUNT(*)``, a bare ``COUNT(DISTINCT column)``, or neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowShape:
    """What one row of the result stands for; by default the worst."""

    repeats: bool = True
    """A row of a relation may be in several rows of the result, as behind a join."""
    moves: bool = True
    """A value of one row may stand in another, as by ``LAG``."""
    grouped: bool = False
    """The outermost query aggregates."""
    nested: bool = True
    """A query below it does."""
    selective: bool = True
    """Of an aggregate: a column may be of some rows of a group only, as ``SUM(CASE …)`` is."""
    counts: tuple[Counts, ...] = ()
    """Of each output column."""
    once: frozenset[RelationName] = frozenset()
    """Relations that are read in one place only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedForm:
    """The same statement in two parts, for a source that enforces the masks itself."""

    views: Mapping[str, str]
    """Name of a masking view → the query that it stands for."""
    sql: str
    """The statement over these views; it names no other relation. Parameters as in the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """SQL that a source may run: generated from the tree, never the text that a user wrote."""

    sql: str
    parameters: tuple[str, ...] = ()
    """Names of the parameters, in the order of their positions in ``sql``."""
    scoped: ScopedForm | None = None
    """There is one where the source runs under a scoped role: then this is what runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """What the user's statement does, for a person to look at. Names only."""

    columns: tuple[ColumnRef, ...] = ()
    """Columns that are read, stars written out."""
    functions: tuple[str, ...] = ()
    stars: tuple[str, ...] = ()
    """``*`` and ``t.*`` as written."""
    parameters: tuple[str, ...] = ()
    cross_joins: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole intent of one extract, bound by its digest."""

    source: str
    dialect: str
    purpose: str
    output: str
    statement: Statement
    shape: str
    """The user's statement with every literal replaced by ``?``: safe to record."""
    columns: tuple[OutputColumn, ...]
    relations: tuple[RelationName, ...]
    decision: Decision
    warnings: tuple[Reason, ...] = ()
    output_options: OutputOptions = field(default_factory=OutputOptions)
    """Format and layout of the output."""
    allow_digest: str = ""
    """Digest of the allow-list in force; empty if there is none."""
    quality: tuple[QualityTerm, ...] = ()
    """Checks that the result must pass before it is released."""
    parameters_digest: str = ""
    """Keyed digest of the bound parameters."""
    influences: Mapping[Influence, tuple[ColumnRef, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Columns that decide which rows come or in which order; lineage tells them as indirect."""
    estimate: Estimate | None = None
    """What the source's planner expects; not part of the digest, since statistics change."""
    source_schema: str = ""
    """Digest of what the catalogue tells of the relations. Not part of the digest: a column that is
    not read may be added without a new consent."""
    facts: PlanFacts = field(default_factory=PlanFacts)
    """Not part of the digest: they follow from the statement and its columns, which are."""
    row_shape: RowShape = field(default_factory=RowShape)
    """Looked at only where the policy asks for the disclosure risk. Not part of the digest, for the
    same reason."""

    @property
    def enforcement(self) -> Literal["guard", "scoped_role"]:
        """Who keeps the statement to its masked scans: the guard alone, or the database too."""
        return "scoped_role" if self.statement.scoped else "guard"

    @property
    def digest(self) -> str:
        """SHA-256 over all that decides what leaves: any changed byte changes it."""
        return digest(
            {
                "source": self.source,
                "dialect": self.dialect,
                "purpose": self.purpose,
                "output": self.output,
                "statement": {
                    name: value
                    for name, value in plain(self.statement).items()
                    if name != "scoped" or value is not None
                },
                "columns": [
                    {
                        "name": c.name,
                        "carries": c.carries,
                        "masks": {
                            str(ref): {"method": m.method, "parameters": parameters_of(m)}
                            for ref, m in sorted(c.masks.items())
                        },
                    }
                    for c in self.columns
                ],
                "policy": self.decision.policy_digest,
                "rules": self.decision.rules,
                "limits": self.decision.obligations.limits,
                "approval": self.decision.obligations.approval,
                "valid_until": str(self.decision.valid_until),
                "parameters": self.parameters_digest,
            }
            | ({"allow": self.allow_digest} if self.allow_digest else {})
            | ({"quality": plain(self.quality)} if self.quality else {})
            | self._options()
        )

    def _options(self) -> dict[str, OutputOptions]:
        """Name the options where they are not those that an older plan had without saying so."""
        plain_ones = self.output_options == OutputOptions()
        return {} if plain_ones else {"options": self.output_options}
