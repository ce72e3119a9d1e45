"""From the policy's obligations to the treatment of each column of a scan."""

from __future__ import annotations

from sluicegate.model.data import CatalogColumn, ColumnRef, Relation, TypeFamily
from sluicegate.model.decision import ColumnRule, Obligations
from sluicegate.model.findings import Reason
from sluicegate.model.masks import (
    Fake,
    Keep,
    Mask,
    Noise,
    Pseudonymize,
    Redact,
    ShiftDate,
    SuppressRow,
)
from sluicegate.model.plan import Carries
from sluicegate.sql.context import Treatment
from sluicegate.sql.digests import KINDS, digest_tag
from sluicegate.sql.guardside import Subject, by_guard, returned_type
from sluicegate.sql.labels import Label
from sluicegate.sql.pushdown import families_of, fits, push_down


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
    if not fits(rule.mask, column.family) or _too_fine(rule.mask, column):
        return Treatment(label=None, fault=_unfit(ref, rule.mask, column))
    subject = _subject(relation, ref, rule.mask, obligations)
    if isinstance(subject, Reason):
        return Treatment(label=None, fault=subject)
    data_class = rule.data_class or "unclassified"
    return Treatment(
        label=_label(ref, rule.mask, data_class, column, dialect),
        build=push_down(rule.mask, column, data_class, dialect, subject),
        one_to_one=isinstance(rule.mask, (Keep, Pseudonymize, Fake)),
    )


def _too_fine(mask: Mask, column: CatalogColumn) -> bool:
    """Tell whether noise would be rounded to what a column of integers cannot hold."""
    whole = column.family is TypeFamily.INTEGER
    return isinstance(mask, Noise) and whole and not float(mask.round_to).is_integer()


def suppressing(relation: Relation, obligations: Obligations) -> list[CatalogColumn]:
    """Return the columns that must be NULL in every row that a scan of ``relation`` gives."""
    return [
        column
        for column in relation.columns
        if (rule := obligations.columns.get(ColumnRef(relation=relation.name, column=column.name)))
        and isinstance(rule.mask, SuppressRow)
    ]


def _subject(
    relation: Relation, ref: ColumnRef, mask: Mask, obligations: Obligations
) -> Subject | Reason | None:
    """Return whose value a column holds, where its mask goes by that; or why that cannot be."""
    if not isinstance(mask, (ShiftDate, Noise)):
        return None
    column = relation.column(mask.subject)
    rule = obligations.columns.get(ColumnRef(relation=relation.name, column=mask.subject))
    if column is None or rule is None:
        return _no_subject(ref, mask, "does not exist", "name another column in the mask")
    if rule.mask is None or rule.data_class is None:
        hint = "let the rule read that column too, and give it a data class"
        return _no_subject(ref, mask, "must not be read", hint)
    if column.family not in KINDS:
        hint = f"its values need a digest: {', '.join(KINDS)}"
        return _no_subject(ref, mask, f"is of the family {column.family}", hint)
    return Subject(column=column, data_class=rule.data_class)


def _label(
    ref: ColumnRef, mask: Mask, data_class: str, column: CatalogColumn, dialect: str
) -> Label:
    origins = frozenset({ref})
    if isinstance(mask, (Pseudonymize, Fake)):
        tag = digest_tag(data_class, column.family)
        return Label(carries=Carries.DIGEST, origins=origins, bare=True, tag=tag, mask=mask)
    if isinstance(mask, Redact):
        return Label(carries=Carries.RAW_TEXT, origins=origins, bare=True, mask=mask)
    if by_guard(mask):
        return Label(
            carries=Carries.RAW_TEXT,
            origins=origins,
            bare=True,
            # noise is a column's own; the other masks treat all columns of a class alike
            tag=f"{ref}" if isinstance(mask, Noise) else f"{data_class}:{column.family}",
            mask=mask,
            returns=returned_type(mask, column, dialect),
        )
    return Label(origins=origins, bare=True)


def _no_subject(ref: ColumnRef, mask: ShiftDate | Noise, what: str, hint: str) -> Reason:
    return Reason(
        code="POLICY-MASK-SUBJECT",
        message=f"mask {mask.method} of {ref} goes by the column {mask.subject!r}, which {what}",
        hint=hint,
    )


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
    if _too_fine(mask, column):
        return Reason(
            code="POLICY-MASK-UNFIT",
            message=f"mask {mask.method} rounds the integers of {ref} to parts of one",
            hint="make `round_to` a whole number",
        )
    return Reason(
        code="POLICY-MASK-UNFIT",
        message=f"mask {mask.method} does not fit column {ref} of family {column.family}",
        hint=f"it fits {', '.join(families_of(mask))}; use suppress or another mask",
    )
