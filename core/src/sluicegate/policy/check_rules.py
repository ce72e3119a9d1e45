"""Checks rules: what they refer to exists, and each of them can fire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sluicegate.model.data import SECRET, DataClass, RelationName
from sluicegate.model.masks import Keep, Redact
from sluicegate.policy.builtin import mask_fault
from sluicegate.policy.check_names import Names, check_subject
from sluicegate.policy.check_risk import check_risk
from sluicegate.policy.document_rules import (
    ApprovalEntry,
    ForbidEntry,
    PermitEntry,
    WindowEntry,
)
from sluicegate.policy.faults import quote
from sluicegate.policy.names import parse_table, write_table
from sluicegate.policy.tree import Path


class AsksConsent(Protocol):
    """An entry that may ask people."""

    @property
    def approval(self) -> ApprovalEntry | None:
        """Whom it asks."""


def check_permit(names: Names, path: Path, rule: PermitEntry) -> None:
    """Check a permit rule."""
    check_window(names, path, rule.valid)
    names.check_principals((*path, "principals"), rule.principals)
    for field, words in (("purposes", rule.purposes), ("sources", rule.sources)):
        names.check_twice((*path, field), field.removesuffix("s"), words)
    names.check_twice((*path, "quality"), "quality check", rule.quality)
    known = known_sources(names, path, rule.sources)
    tables = names.check_tables((*path, "tables"), rule.tables, known)
    _check_tables_of_rule(names, path, rule, tables)
    _check_masks(names, path, rule, tables)
    check_approval(names, path, rule)
    if rule.risk:
        listed = [(t, names.listing[s][t]) for s, found in tables.items() for t in found]
        check_risk(names, (*path, "risk"), rule.risk, listed)
    if rule.budget and rule.budget.rows is None and rule.budget.cells is None:
        names.add((*path, "budget"), "a budget of nothing", "name `rows`, `cells` or both")


def check_forbid(names: Names, path: Path, rule: ForbidEntry, purposes: set[str] | None) -> None:
    """Check a forbid rule: one that never fires would be trusted in vain.

    Args:
        names: What the file declares.
        path: Where the rule stands.
        rule: The rule.
        purposes: Every purpose that a permit rule names; ``None`` if they are not all known.
    """
    check_window(names, path, rule.valid)
    names.check_principals((*path, "principals"), rule.principals or ())
    for index, purpose in enumerate((rule.purposes or ()) if purposes is not None else ()):
        names.check_word((*path, "purposes", index), "purpose", purpose, purposes or ())
    known = known_sources(names, path, rule.sources or ())
    sources = known if rule.sources else dict.fromkeys(names.listing)
    patterns = ["*"] if rule.tables is None else rule.tables
    tables = names.check_tables((*path, "tables"), patterns, sources)
    columns = {
        data_class
        for source, found in tables.items()
        for table in found
        for data_class in names.listing[source][table].values()
    }
    for index, data_class in enumerate(rule.classes or ()):
        place: Path = (*path, "classes", index)
        if names.check_word(place, "class", data_class, names.defaults):
            _check_used(names, place, DataClass(data_class), columns)


def known_sources(names: Names, path: Path, sources: Sequence[str]) -> dict[str, Path | None]:
    """Return the sources of a rule that exist, with their places."""
    places: dict[str, Path] = {s: (*path, "sources", index) for index, s in enumerate(sources)}
    return {
        source: place
        for source, place in places.items()
        if names.check_word(place, "source", source, names.listing)
    }


def _check_used(names: Names, path: Path, data_class: DataClass, used: set[DataClass]) -> None:
    if data_class not in used:
        what = f"no column of these tables has the class {quote(data_class)}"
        names.add(path, what, "the rule would never fire: classify the columns or remove it")


def check_window(names: Names, path: Path, window: WindowEntry | None) -> None:
    """Refuse a window that never opens."""
    if window and window.start and window.until and window.until <= window.start:
        what = "`until` is not after `from`"
        names.add((*path, "valid", "until"), what, "the rule would never be in force")


def _check_tables_of_rule(
    names: Names, path: Path, rule: PermitEntry, tables: dict[str, frozenset[RelationName]]
) -> None:
    """Check the keys of ``columns`` and ``row_filters``, and the columns that are listed."""
    covered = {write_table(table) for found in tables.values() for table in found}
    for text in rule.row_filters:
        names.check_key((*path, "row_filters", text), "table of this rule", covered)
        if not rule.row_filters[text].strip():
            names.add((*path, "row_filters", text), "an empty row filter", "remove it")
    for text, columns in rule.columns.items():
        if not names.check_key((*path, "columns", text), "table of this rule", covered):
            continue
        relation = parse_table(text)
        known = {
            c for t in tables for r, cs in names.listing[t].items() if r == relation for c in cs
        }
        for index, column in enumerate(columns):
            names.check_word((*path, "columns", text, index), "column", column, known)


def _check_masks(
    names: Names, path: Path, rule: PermitEntry, tables: dict[str, frozenset[RelationName]]
) -> None:
    for name, entry in rule.masks.items():
        place: Path = (*path, "masks", name)
        if not names.check_key(place, "class", names.defaults):
            continue
        mask, default = entry.value(), names.defaults[DataClass(name)]
        fault = mask_fault(DataClass(name), mask, default)
        if fault:
            names.add(place, *fault)
        elif isinstance(mask, Keep) and not isinstance(default, Keep) and name not in rule.unmask:
            names.add(place, f"{quote(name)} is kept without a grant", "list it under `unmask` too")
        for source, found in tables.items():
            listed = {table: names.listing[source][table] for table in found}
            check_subject(names, place, DataClass(name), mask, listed)
    for index, name in enumerate(rule.unmask):
        _check_unmask(names, (*path, "unmask", index), rule, DataClass(name))


def _check_unmask(names: Names, path: Path, rule: PermitEntry, data_class: DataClass) -> None:
    if not names.check_word(path, "class", data_class, names.defaults):
        return
    if data_class == SECRET or isinstance(names.defaults[data_class], Redact):
        what = f"{quote(data_class)} can never be unmasked"
        names.add(path, what, "remove it: secrets and free text leave masked only")
    if isinstance(names.defaults[data_class], Keep):
        names.add(path, f"{quote(data_class)} is kept anyway", "remove it: it needs no grant")
    entry = rule.masks.get(data_class)
    if entry and not isinstance(entry.value(), Keep):
        what = f"{quote(data_class)} is unmasked and masked by the same rule"
        names.add(path, what, "keep one of the two")


def check_approval(names: Names, path: Path, rule: AsksConsent) -> None:
    """Check that the people who are asked can answer."""
    if rule.approval is None:
        return
    approvers = rule.approval.approvers
    names.check_twice((*path, "approval", "approvers"), "approver", approvers)
    if len(approvers) < rule.approval.required:
        what = f"{rule.approval.required} people must consent and {len(approvers)} may"
        names.add((*path, "approval", "approvers"), what, "name more approvers or require fewer")
