"""Checked rules that grant writing, scanning a table, or a login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluicegate.model.data import RelationName
    from sluicegate.model.decision import ApprovalTerms
    from sluicegate.policy.values import Principal, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What all grants say."""

    id: str
    principals: tuple[Principal, ...]
    purposes: frozenset[str] | None
    """``None``: a grant of this kind has no purpose."""
    tables: Mapping[str, frozenset[RelationName]]
    """Source to tables."""
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecuteRule(Grant):
    """Lets statements change tables."""

    statements: frozenset[str]
    max_affected_rows: int
    whole_table: bool
    """Whether a statement need not choose rows."""
    seconds: float | None
    approval: ApprovalTerms | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRule(Grant):
    """Lets tables be scanned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRule(Grant):
    """Lets a login be made that reads masked views."""

    minutes: int
    approval: ApprovalTerms | None
