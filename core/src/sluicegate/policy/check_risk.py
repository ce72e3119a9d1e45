"""Checks the `risk` of a rule: what it names exists, and what it asks for can be measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sluicegate.model.data import ColumnRef, DataClass, RelationName
from sluicegate.model.risk import LARGEST_DIFFERENCE
from sluicegate.policy.check_names import Names
from sluicegate.policy.document_risk import RiskEntry, parse_column
from sluicegate.policy.faults import quote
from sluicegate.policy.tree import Path

Listed = Sequence[tuple[RelationName, Mapping[str, DataClass]]]
"""The tables of a rule in all of its sources, and their columns."""


def check_risk(names: Names, path: Path, risk: RiskEntry, listed: Listed) -> None:
    """Note what a rule's `risk` gets wrong: one that measures nothing would be trusted in vain."""
    asked = (risk.k, risk.l, risk.entropy_l, risk.t, risk.unique, risk.cells, risk.differencing)
    if all(value is None for value in asked):
        names.add(path, "no measure is asked for", "name `k`, or another of the measures")
    lists = {f: getattr(risk, f) or () for f in ("quasi_identifiers", "sensitive", "subject")}
    for field, columns in lists.items():
        for index, column in enumerate(columns):
            _check_column(names, (*path, field, index), column, listed)
    _check_sensitive(names, path, risk)
    if risk.differencing and risk.k is None:
        what = "`differencing` without `k`"
        names.add((*path, "differencing"), what, "`k` tells how many people are too few")
    if risk.differencing and (risk.k or 0) > LARGEST_DIFFERENCE:
        what = f"`differencing` with `k` above {LARGEST_DIFFERENCE}"
        names.add((*path, "k"), what, "differences of so many are not told from larger ones")
    for index, column in enumerate(lists["subject"]):
        if column in lists["quasi_identifiers"]:
            what = f"{quote(column)} is both subject and quasi-identifier"
            names.add((*path, "subject", index), what, "every class would be one person")


def _check_sensitive(names: Names, path: Path, risk: RiskEntry) -> None:
    fields = ("l", "entropy_l", "t")
    asking = [f for f in fields if getattr(risk, f) is not None]
    if asking and not risk.sensitive:
        what = f"`{asking[0]}` without `sensitive`"
        names.add((*path, asking[0]), what, "name the sensitive classes or columns")
    if risk.sensitive and not asking:
        what = "`sensitive` without a measure of it"
        names.add((*path, "sensitive"), what, "name `l`, `entropy_l` or `t`")


def _check_column(names: Names, path: Path, text: str, listed: Listed) -> None:
    ref = parse_column(text)
    if ref is None:
        names.check_word(path, "class", text, names.defaults)
        return
    known = {str(ColumnRef(relation=t, column=c)) for t, cs in listed for c in cs}
    names.check_word(path, "column of this rule's tables", str(ref), known)
