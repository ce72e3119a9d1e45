"""Checks a whole file for what only shows across its parts."""

from __future__ import annotations

from collections.abc import Sequence

from sluicegate.model.data import DataClass
from sluicegate.model.masks import (
    Bucket,
    GeneralizeNumber,
    Keep,
    Mask,
    Noise,
    Partial,
    Pseudonymize,
)
from sluicegate.policy.builtin import CARD
from sluicegate.policy.check_grants import check_grant
from sluicegate.policy.check_guardrails import check_guardrails
from sluicegate.policy.check_names import Names, check_classes, check_sources
from sluicegate.policy.check_rules import AsksConsent, check_forbid, check_permit
from sluicegate.policy.check_unmask import check_unmask, reversible_classes
from sluicegate.policy.document import Document, GuardrailsEntry
from sluicegate.policy.document_grants import ExecuteEntry, GrantEntry, LoginEntry
from sluicegate.policy.document_rules import PermitEntry, UnmaskEntry
from sluicegate.policy.faults import Faults, quote
from sluicegate.policy.names import fold
from sluicegate.policy.tree import Path, Tree


def check_document(
    document: Document, tree: Tree, faults: Faults, places: Sequence[int] | None = None
) -> None:
    """Note everything in ``document`` that contradicts itself or can never fire.

    Args:
        document: The file, right in shape.
        tree: Where its parts stand.
        faults: Where to note faults.
        places: Index in the file of each rule, if the document leaves some out.
    """
    names = Names(document, tree, faults)
    check_sources(names)
    check_classes(names, document)
    check_guardrails(names, document)
    # With rules left out, a purpose that seems unknown may be one of theirs.
    granting = (PermitEntry, ExecuteEntry, LoginEntry)
    permitted = {p for r in document.rules if isinstance(r, granting) for p in r.purposes}
    purposes = permitted if places is None else None
    paths: list[Path] = [("rules", i) for i in (places or range(len(document.rules)))]
    seen: set[str] = set()
    reversible = reversible_classes(document) if places is None else None
    for path, rule in zip(paths, document.rules, strict=True):
        if rule.id.casefold() in seen:
            names.add((*path, "id"), f"the rule id {quote(rule.id)} stands twice", "rename one")
        seen.add(rule.id.casefold())
        if isinstance(rule, PermitEntry):
            check_permit(names, path, rule)
        elif isinstance(rule, UnmaskEntry):
            check_unmask(names, path, rule, purposes, reversible)
        elif isinstance(rule, GrantEntry):
            check_grant(names, path, rule)
        else:
            check_forbid(names, path, rule, purposes)
    both = list(zip(paths, document.rules, strict=True))
    rules = [(path, rule) for path, rule in both if isinstance(rule, PermitEntry)]
    asking = (*granting, UnmaskEntry)
    _check_spelling(names, [(p, r) for p, r in both if isinstance(r, asking)], document.guardrails)
    _check_card(names, rules)
    _check_differencing(names, rules, document.guardrails)


def _check_differencing(
    names: Names, rules: Sequence[tuple[Path, PermitEntry]], guardrails: GuardrailsEntry
) -> None:
    for path, rule in rules:
        asks = rule.risk is not None and rule.risk.differencing == "ask"
        if asks and rule.approval is None and guardrails.approval is None:
            what = "`differencing: ask` names nobody to give the approval"
            hint = "name approvers in the rule, or under `guardrails: approval:`"
            names.add((*path, "risk", "differencing"), what, hint)


def _check_spelling(
    names: Names, rules: Sequence[tuple[Path, AsksConsent]], guardrails: GuardrailsEntry
) -> None:
    """One person under two spellings would count as two people."""
    spelled: dict[str, str] = {}
    asked: list[tuple[Path, AsksConsent]] = [*rules, (("guardrails",), guardrails)]
    for path, rule in asked:
        approvers = rule.approval.approvers if rule.approval else []
        for index, name in enumerate(approvers):
            first = spelled.get(fold(name), name)
            if first != name:
                what = f"the approver {quote(name)} is {quote(first)} elsewhere"
                names.add((*path, "approval", "approvers", index), what, "spell it in one way")
        spelled = {fold(name): name for name in approvers} | spelled


def _check_card(names: Names, rules: Sequence[tuple[Path, PermitEntry]]) -> None:
    """Keep card numbers within what PCI DSS 4.0 allows.

    At most the first 8 (BIN) and last 4 digits are shown (3.4.1); and a pseudonym and a truncation
    of one number, brought together, give the number back (3.5.1), so that a policy gives out one of
    the two forms only.
    """
    masks: list[tuple[Path, Mask]] = []
    if CARD in names.defaults:
        masks.append((("classes", CARD), names.defaults[CARD]))
    for path, rule in rules:
        own = rule.masks.get(CARD)
        if own:
            masks.append(((*path, "masks", CARD), own.value()))
        if DataClass(CARD) in rule.unmask:
            masks.append(((*path, "unmask", rule.unmask.index(CARD)), Keep()))
    for path, mask in masks:
        if isinstance(mask, Partial) and (mask.keep_first > 8 or mask.keep_last > 4):  # noqa: PLR2004 - the clause's own numbers
            names.add(path, "more of a card number than first 8 and last 4", "keep less of it")
    hashed = any(isinstance(mask, Pseudonymize) for _, mask in masks)
    cut = [path for path, mask in masks if _shows_part(mask)]
    if hashed and cut:
        what = "card numbers leave both pseudonymized and in part"
        names.add(cut[-1], what, "choose one: together they give the number back")


def _shows_part(mask: Mask) -> bool:
    if isinstance(mask, Partial):
        return mask.keep_first + mask.keep_last > 0 or mask.keep == "area"
    return isinstance(mask, (Keep, GeneralizeNumber, Bucket, Noise))
