"""Checks what a policy makes of the guardrails."""

from __future__ import annotations

from sluicegate.model.guardrails import GUARDRAILS, guardrail
from sluicegate.policy.check_names import Names
from sluicegate.policy.check_rules import check_approval
from sluicegate.policy.document import Document
from sluicegate.policy.document_rules import PermitEntry
from sluicegate.policy.faults import quote
from sluicegate.policy.tree import Path

_AFTERWARDS = "G34"
"""Known only when the rows have been read: nobody can be asked before."""


def check_guardrails(names: Names, document: Document) -> None:
    """Note severities that would do nothing, or more than the guard can hold."""
    entry = document.guardrails
    path: Path = ("guardrails", "severity")
    for code, severity in entry.severity.items():
        if not names.check_key((*path, code), "guardrail", (g.id for g in GUARDRAILS)):
            continue
        rule = guardrail(code)
        if rule is not None and not rule.tunable:
            what = f"{quote(code)} cannot be changed: the guard does not hold without it"
            names.add((*path, code), what, "remove it")
        elif severity == "ask" and code == _AFTERWARDS:
            what = f"{quote(code)} is known only after the extract, so nobody can be asked"
            names.add((*path, code), what, "choose warn or error")
        elif severity == "ask" and entry.approval is None and _asks_nobody(document):
            what = f"{quote(code)} asks for an approval, and some rules name nobody to give it"
            names.add((*path, code), what, "name approvers under `guardrails: approval:`")
    check_approval(names, ("guardrails",), entry)


def _asks_nobody(document: Document) -> bool:
    return any(isinstance(r, PermitEntry) and r.approval is None for r in document.rules)
