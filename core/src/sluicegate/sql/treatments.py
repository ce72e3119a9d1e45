"""From the policy's obligations to the treatment of each column of a scan."""

from __future__ import annotations

from sluicegate.model.data import CatalogColumn, ColumnRef, Relation
from sluicegate.model.decision import ColumnRule, Obligations
from sluicegate.model.findings import Reason
from sluicegate.model.masks import Keep, Mask, Pseudonymize, Redact
from sluicegate.model.plan import Carries
from sluicegate.sql.context import Treatment
from sluicegate.sql.labels import Label
from sluicegate.sql.pushdown import digest_tag, families_of, fits, push_down


def treatment(
    relation: Relation, column: CatalogColumn, obligations: Obligations, dialect: str
) -> Treatment:
    """Return how a scan must give out ``column``; fail closed where the policy is silent."""
    ref = ColumnRef(relation=relation.name, column=column.name)
    rule = obligations.columns.get(ref)
    if rule is None:
        return Treatment(label=None, fault=_outside(ref))
    if rule.mask is None:
        return Treatment(label=None, fault=_unreadable(ref, rule))
    if not fits(rule.mask, column.family):
        return Treatment(label=None, fault=_unfit(ref, rule.mask, column))
    data_class = rule.data_class or "unclassified"
    return Treatment(
        label=_label(ref, rule.mask, data_class, column),
        build=push_down(rule.mask, column, data_class, dialect),
        one_to_one=isinstance(rule.mask, (Keep, Pseudonymize)),
    )


def _label(ref: ColumnRef, mask: Mask, data_class: str, column: CatalogColumn) -> Label:
    origins = frozenset({ref})
    if isinstance(mask, Pseudonymize):
        tag = digest_tag(data_class, column.family)
        return Label(carries=Carries.DIGEST, origins=origins, bare=True, tag=tag, mask=mask)
    if isinstance(mask, Redact):
        return Label(carries=Carries.RAW_TEXT, origins=origins, bare=True, mask=mask)
    return Label(origins=origins, bare=True)


def _outside(ref: ColumnRef) -> Reason:
    hint = "add the relation and its columns to the policy"
    return Reason(code="G10", message=f"the policy says nothing of {ref}", hint=hint)


def _unreadable(ref: ColumnRef, rule: ColumnRule) -> Reason:
    what = "is not classified" if rule.data_class is None else "must not be read"
    return Reason(
        code="POLICY-COLUMN-UNREADABLE",
        message=f"column {ref} {what} (rule {rule.rule})",
        hint="leave it out, listing columns instead of *; or classify it and give it a mask",
    )


def _unfit(ref: ColumnRef, mask: Mask, column: CatalogColumn) -> Reason:
    return Reason(
        code="POLICY-MASK-UNFIT",
        message=f"mask {mask.method} does not fit column {ref} of family {column.family}",
        hint=f"it fits {', '.join(families_of(mask))}; use suppress or another mask",
    )
