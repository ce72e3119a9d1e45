"""Turns a checked document into a ``Policy``."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, TypeVar

from sluicegate.model.canonical import digest
from sluicegate.model.data import DataClass, RelationName
from sluicegate.model.decision import ApprovalTerms, Limits, StoreTerms
from sluicegate.policy.check_names import Listing, defaults_of, listing_of
from sluicegate.policy.document import Document, canonical_form
from sluicegate.policy.document_grants import ExecuteEntry, GrantEntry, LoginEntry, ScanEntry
from sluicegate.policy.document_rules import (
    ApprovalEntry,
    ForbiddenPrincipal,
    ForbidEntry,
    LimitsEntry,
    PermitEntry,
    PermittedPrincipal,
    UnmaskEntry,
    WindowEntry,
)
from sluicegate.policy.grants import ExecuteRule, LoginRule, ScanRule
from sluicegate.policy.names import parse_table
from sluicegate.policy.patterns import select_tables
from sluicegate.policy.risk import budget_of, terms_of
from sluicegate.policy.values import (
    ForbidRule,
    PermitRule,
    Policy,
    Principal,
    SourcePolicy,
    Tables,
    Unclassified,
    UnmaskRule,
    Window,
)

E = TypeVar("E", bound=GrantEntry)


def resolve(document: Document) -> Policy:
    """Resolve the names of a document that ``check_document`` found no fault in."""
    listing = listing_of(document)
    unmasks = (_unmask(r) for r in document.rules if isinstance(r, UnmaskEntry))
    permits = (_permit(r, listing) for r in document.rules if isinstance(r, PermitEntry))
    forbids = (_forbid(r, listing) for r in document.rules if isinstance(r, ForbidEntry))
    return Policy(
        name=document.name,
        digest=digest(canonical_form(document)),
        sources=MappingProxyType(
            {
                name: SourcePolicy(
                    unclassified=Unclassified(document.sources[name].unclassified),
                    environment=document.sources[name].environment,
                    tables=MappingProxyType(
                        {table: MappingProxyType(dict(cs)) for table, cs in tables.items()}
                    ),
                )
                for name, tables in listing.items()
            }
        ),
        classes=MappingProxyType(defaults_of(document)),
        declared=frozenset(DataClass(name) for name in document.classes),
        severities=MappingProxyType(dict(document.guardrails.severity)),
        guardrail_approval=_approval(document.guardrails.approval),
        permits=tuple(sorted(permits, key=lambda rule: rule.id)),
        forbids=tuple(sorted(forbids, key=lambda rule: rule.id)),
        unmasks=tuple(sorted(unmasks, key=lambda rule: rule.id)),
        executes=tuple(_execute(r, listing) for r in _ordered(document, ExecuteEntry)),
        scans=tuple(ScanRule(**_grant(r, listing)) for r in _ordered(document, ScanEntry)),
        logins=tuple(_login(r, listing) for r in _ordered(document, LoginEntry)),
        outputs=StoreTerms(
            public=document.outputs.unsafe_public_bucket,
            unencrypted=document.outputs.unsafe_unencrypted_bucket,
        ),
    )


def _permit(rule: PermitEntry, listing: Listing) -> PermitRule:
    return PermitRule(
        id=rule.id,
        principals=tuple(_principal(p) for p in rule.principals),
        purposes=frozenset(rule.purposes),
        tables=_tables(rule.tables, rule.sources, listing),
        columns=MappingProxyType({_table(t): frozenset(cs) for t, cs in rule.columns.items()}),
        masks=MappingProxyType({DataClass(c): m.value() for c, m in rule.masks.items()}),
        unmask=frozenset(DataClass(c) for c in rule.unmask),
        row_filters=MappingProxyType({_table(t): sql for t, sql in rule.row_filters.items()}),
        limits=_limits(rule.limits),
        outputs=tuple(sorted(rule.outputs)),
        approval=_approval(rule.approval),
        risk=terms_of(rule.risk) if rule.risk else None,
        budget=budget_of(rule.budget) if rule.budget else None,
        quality=frozenset(rule.quality),
        window=_window(rule.valid),
    )


def _forbid(rule: ForbidEntry, listing: Listing) -> ForbidRule:
    sources = rule.sources or tuple(listing)
    return ForbidRule(
        id=rule.id,
        reason=rule.reason,
        principals=None
        if rule.principals is None
        else tuple(_principal(p) for p in rule.principals),
        purposes=None if rule.purposes is None else frozenset(rule.purposes),
        sources=None if rule.sources is None else frozenset(rule.sources),
        tables=None if rule.tables is None else _tables(rule.tables, sources, listing),
        classes=None if rule.classes is None else frozenset(DataClass(c) for c in rule.classes),
        window=_window(rule.valid),
    )


def _unmask(rule: UnmaskEntry) -> UnmaskRule:
    return UnmaskRule(
        id=rule.id,
        principals=tuple(_principal(p) for p in rule.principals),
        purposes=frozenset(rule.purposes),
        classes=frozenset(DataClass(c) for c in rule.classes),
        values=rule.values,
        window=_window(rule.valid),
        approval=_approval(rule.approval),
    )


def _ordered(document: Document, kind: type[E]) -> list[E]:
    return sorted((r for r in document.rules if isinstance(r, kind)), key=lambda rule: rule.id)


def _execute(rule: ExecuteEntry, listing: Listing) -> ExecuteRule:
    return ExecuteRule(
        **_grant(rule, listing, rule.purposes),
        statements=frozenset(rule.statements),
        max_affected_rows=rule.max_affected_rows,
        whole_table=rule.unsafe_whole_table,
        seconds=rule.seconds,
        approval=_approval(rule.approval),
    )


def _login(rule: LoginEntry, listing: Listing) -> LoginRule:
    common = _grant(rule, listing, rule.purposes)
    return LoginRule(**common, minutes=rule.minutes, approval=_approval(rule.approval))


def _grant(
    rule: GrantEntry, listing: Listing, purposes: Iterable[str] | None = None
) -> dict[str, Any]:
    return {
        "id": rule.id,
        "principals": tuple(_principal(p) for p in rule.principals),
        "purposes": None if purposes is None else frozenset(purposes),
        "tables": _tables(rule.tables, rule.sources, listing),
        "window": _window(rule.valid),
    }


def _tables(patterns: Iterable[str], sources: Iterable[str], listing: Listing) -> Tables:
    wanted = tuple(patterns)
    return MappingProxyType(
        {
            source: frozenset[RelationName]().union(
                *(select_tables(pattern, listing[source]) for pattern in wanted)
            )
            for source in sources
        }
    )


def _table(text: str) -> RelationName:
    relation = parse_table(text)
    assert relation is not None, "the document was checked"
    return relation


def _principal(entry: ForbiddenPrincipal) -> Principal:
    # Only a permit asks for trust: a forbid must hold for whoever claims to be the one it names.
    asks = isinstance(entry, PermittedPrincipal) and bool(entry.trust or entry.triggered_by)
    return Principal(patterns=entry.patterns(), authenticated=asks)


def _limits(entry: LimitsEntry | None) -> Limits:
    if entry is None:
        return Limits()
    return Limits(
        rows=entry.rows,
        bytes=entry.bytes,
        seconds=entry.seconds,
        cost=entry.cost,
        memory=entry.memory,
    )


def _approval(entry: ApprovalEntry | None) -> ApprovalTerms | None:
    if entry is None:
        return None
    return ApprovalTerms(
        required=entry.required,
        approvers=tuple(sorted(entry.approvers)),
        expires_seconds=entry.expires,
    )


def _window(entry: WindowEntry | None) -> Window:
    return Window(start=entry.start, until=entry.until) if entry else Window()
