"""The policy file as a whole, checked for shape; what its names refer to is checked afterwards."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from sluicegate.model.canonical import canonical_bytes
from sluicegate.policy.document_grants import ExecuteEntry, LoginEntry, ScanEntry
from sluicegate.policy.document_masks import Entry, MaskEntry
from sluicegate.policy.document_rules import (
    ApprovalEntry,
    ForbidEntry,
    PermitEntry,
    UnmaskEntry,
)
from sluicegate.policy.names import ClassName, Exact, Guardrail, TableName, Word


def check_version(value: object) -> object:
    """Refuse another version, and what only equals 1: ``1.0`` and ``true``."""
    if type(value) is not int or value != 1:
        raise PydanticCustomError("version", "must be 1|write `version: 1`")
    return value


Version = Annotated[int, BeforeValidator(check_version), WithJsonSchema({"const": 1})]


RuleEntry = Annotated[
    PermitEntry | ForbidEntry | UnmaskEntry | ExecuteEntry | ScanEntry | LoginEntry,
    Field(discriminator="effect"),
]


class TableEntry(Entry):
    """A table or view of a source."""

    columns: dict[Exact, ClassName] = Field(
        description="Column, spelled as in the catalogue, to its data class."
    )


class SourceEntry(Entry):
    """A database that may be read."""

    environment: Word | None = Field(
        None,
        description="Where its data belongs, for example `prod`: G37 tells when a run of another"
        " environment reads it.",
    )
    unclassified: Literal["refuse", "suppress"] = Field(
        "refuse",
        description="What becomes of a column that is not listed: a statement that reads it is"
        " refused, or it leaves as NULL.",
    )
    tables: dict[TableName, TableEntry] = Field(
        description="`schema.table`, spelled as in the catalogue. What is not listed is refused."
    )


class GuardrailsEntry(Entry):
    """What the guardrails do."""

    severity: dict[Guardrail, Literal["ignore", "warn", "ask", "error"]] = Field(
        default_factory=dict,
        description="Id of a guardrail to what it does: nothing, tell, ask for an approval, refuse."
        " Only some can be changed; `docs/reference/guardrails.md` lists them.",
    )
    approval: ApprovalEntry | None = Field(
        None, description="Who is asked by a guardrail, where the rule itself asks nobody."
    )


class OutputsEntry(Entry):
    """What is borne of the store that an output lies in."""

    unsafe_public_bucket: bool = Field(
        default=False, description="Whether a bucket may be one that anybody can read."
    )
    unsafe_unencrypted_bucket: bool = Field(
        default=False, description="Whether a bucket may lack encryption by default."
    )


class Document(Entry):
    """A Sluicegate policy: what may leave which source, for whom, for which purpose, and how.

    Nothing is permitted that no rule permits, and a forbid rule beats every permit.
    """

    version: Version = Field(description="Version of this format.")
    name: Word = Field(description="Name of the policy in records.")
    description: str = Field("", max_length=4000, description="For people.")
    sources: dict[Word, SourceEntry] = Field(
        default_factory=dict, description="Name of the source in the settings to its tables."
    )
    classes: dict[ClassName, MaskEntry] = Field(
        default_factory=dict,
        description="Data class to its default mask. Built in: `public` is kept, `free_text` is"
        " redacted, `secret` is suppressed.",
    )
    guardrails: GuardrailsEntry = Field(
        default_factory=GuardrailsEntry, description="Other severities than the built-in ones."
    )
    outputs: OutputsEntry = Field(
        default_factory=OutputsEntry,
        description="What is borne of buckets on S3; neither is, unless it stands here.",
    )
    rules: list[RuleEntry] = Field(default_factory=list, description="In any order.")


def canonical_form(document: Document) -> dict[str, Any]:
    """Return the file as JSON types in one form, whatever its comments, layout and order."""
    form: dict[str, Any] = _ordered(document.model_dump(mode="json", by_alias=True))
    return form


def _ordered(value: Any) -> Any:
    """Sort every list: in this format the order of none of them means anything."""
    if isinstance(value, dict):
        return {name: _ordered(item) for name, item in value.items()}
    if isinstance(value, list):
        return sorted((_ordered(item) for item in value), key=canonical_bytes)
    return value
