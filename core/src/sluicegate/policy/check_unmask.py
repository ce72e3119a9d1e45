"""Checks rules that let reversible masks be undone: each of them can fire."""

from __future__ import annotations

from sluicegate.model.masks import Reversible, parts_of
from sluicegate.policy.check_names import Names
from sluicegate.policy.check_rules import check_approval, check_window
from sluicegate.policy.document import Document
from sluicegate.policy.document_rules import PermitEntry, UnmaskEntry
from sluicegate.policy.faults import quote
from sluicegate.policy.tree import Path


def check_unmask(
    names: Names,
    path: Path,
    rule: UnmaskEntry,
    purposes: set[str] | None,
    reversible: set[str] | None,
) -> None:
    """Check an unmask rule.

    Args:
        names: What the file declares.
        path: Where the rule stands.
        rule: The rule.
        purposes: Every purpose that a permit rule names; ``None`` if they are not all known.
        reversible: Every class with a mask that can be undone; ``None`` likewise.
    """
    check_window(names, path, rule.valid)
    names.check_principals((*path, "principals"), rule.principals)
    check_approval(names, path, rule)
    for index, purpose in enumerate(rule.purposes if purposes is not None else ()):
        names.check_word((*path, "purposes", index), "purpose", purpose, purposes or ())
    for index, data_class in enumerate(rule.classes):
        place: Path = (*path, "classes", index)
        known = names.check_word(place, "class", data_class, names.defaults)
        if known and reversible is not None and data_class not in reversible:
            what = f"no mask of {quote(data_class)} can be undone"
            names.add(place, what, "mask it by tokenize or preserve_format, or remove it here")


def reversible_classes(document: Document) -> set[str]:
    """Return the classes that are masked somewhere so that the mask can be undone."""
    entries = [*document.classes.items()]
    for rule in document.rules:
        entries += rule.masks.items() if isinstance(rule, PermitEntry) else []
    return {
        name
        for name, entry in entries
        if any(isinstance(part, Reversible) for part in parts_of(entry.value()))
    }
