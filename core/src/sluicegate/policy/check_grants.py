"""Checks rules that grant writing, scanning or a login: each of them can fire."""

from __future__ import annotations

from sluicegate.policy.check_names import Names
from sluicegate.policy.check_rules import check_approval, check_window, known_sources
from sluicegate.policy.document_grants import ExecuteEntry, GrantEntry, LoginEntry
from sluicegate.policy.tree import Path


def check_grant(names: Names, path: Path, rule: GrantEntry) -> None:
    """Check a grant."""
    check_window(names, path, rule.valid)
    names.check_principals((*path, "principals"), rule.principals)
    names.check_twice((*path, "sources"), "source", rule.sources)
    known = known_sources(names, path, rule.sources)
    names.check_tables((*path, "tables"), rule.tables, known)
    if isinstance(rule, (ExecuteEntry, LoginEntry)):
        names.check_twice((*path, "purposes"), "purpose", rule.purposes)
        check_approval(names, path, rule)
    if isinstance(rule, ExecuteEntry):
        names.check_twice((*path, "statements"), "statement", rule.statements)
