"""How each column must be treated, over all rules that take part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sluicegate.model.data import ColumnRef, DataClass, Relation, RelationName
from sluicegate.model.decision import ColumnRule
from sluicegate.model.masks import Keep, Mask, Suppress
from sluicegate.policy.matching import Asked, forbidden_columns
from sluicegate.policy.strength import strongest
from sluicegate.policy.values import ForbidRule, PermitRule, Policy, Unclassified

UNCLASSIFIED = "default:unclassified"
"""Says of a column rule that the source's treatment of unlisted columns decided."""


def column_rules(
    policy: Policy,
    asked: Asked,
    parts: Mapping[RelationName, Sequence[PermitRule]],
    forbids: Sequence[ForbidRule],
) -> dict[ColumnRef, ColumnRule]:
    """Return the rule of every column of every relation of the request."""
    kept = _granted(policy, asked, parts)
    found: dict[ColumnRef, ColumnRule] = {}
    for relation in sorted(asked.relations, key=lambda r: r.name):
        unreadable = _unreadable(policy, asked, relation, parts[relation.name], forbids)
        listed = policy.sources[asked.request.source].tables[relation.name]
        for column in relation.columns:
            ref = ColumnRef(relation=relation.name, column=column.name)
            data_class = listed.get(column.name)
            mask, origin = None, unreadable.get(column.name)
            if origin is None:
                mask, origin = _treat(policy, asked, data_class, parts[relation.name], kept)
            found[ref] = ColumnRule(column=ref, data_class=data_class, mask=mask, rule=origin)
    return found


def _treat(
    policy: Policy,
    asked: Asked,
    data_class: DataClass | None,
    rules: Sequence[PermitRule],
    kept: frozenset[DataClass],
) -> tuple[Mask | None, str]:
    """Return the mask of a readable column and who says so."""
    if data_class is None:
        refused = policy.sources[asked.request.source].unclassified is Unclassified.REFUSE
        return (None if refused else Suppress()), UNCLASSIFIED
    wanted = [
        (_wanted(policy, rule, data_class, kept), _origin(policy, rule, data_class, kept))
        for rule in sorted(rules, key=lambda r: r.id)
    ]
    mask = strongest(mask for mask, _ in wanted)
    # Where two masks were combined to a third, the first rule of the strongest kind is named.
    exact = (origin for each, origin in wanted if each == mask)
    alike = (origin for each, origin in wanted if type(each) is type(mask))
    return mask, next(exact, next(alike, wanted[0][1]))


def _wanted(
    policy: Policy, rule: PermitRule, data_class: DataClass, kept: frozenset[DataClass]
) -> Mask:
    """Return the mask that one rule wants for a class."""
    own = rule.masks.get(data_class)
    if data_class in rule.unmask:
        return Keep() if data_class in kept else policy.classes[data_class]
    return policy.classes[data_class] if own is None else own


def _origin(
    policy: Policy, rule: PermitRule, data_class: DataClass, kept: frozenset[DataClass]
) -> str:
    by_rule = data_class in kept if data_class in rule.unmask else data_class in rule.masks
    if by_rule:
        return rule.id
    return f"{'default' if data_class in policy.declared else 'built-in'}:{data_class}"


def _granted(
    policy: Policy, asked: Asked, parts: Mapping[RelationName, Sequence[PermitRule]]
) -> frozenset[DataClass]:
    """Return the classes that every rule grants which takes part for a table that has the class.

    The scan of the output ignores findings of such a class wherever they stand. So it may not be
    that one table's rule grants it while another's does not.
    """
    granted: set[DataClass] = set()
    refused: set[DataClass] = set()
    tables = policy.sources[asked.request.source].tables
    for relation, rules in parts.items():
        for data_class in set(tables[relation].values()):
            for rule in rules:
                (granted if data_class in rule.unmask else refused).add(data_class)
    return frozenset(granted - refused)


def _unreadable(
    policy: Policy,
    asked: Asked,
    relation: Relation,
    rules: Sequence[PermitRule],
    forbids: Sequence[ForbidRule],
) -> dict[str, str]:
    """Return the columns that may not be read, with the rule that says so; forbids go first."""
    found: dict[str, str] = {}
    for rule in rules:
        if relation.name in rule.columns:
            closed = {c.name for c in relation.columns} - rule.columns[relation.name]
            found |= {column: min(rule.id, found.get(column, rule.id)) for column in closed}
    for forbid in sorted(forbids, key=lambda r: r.id, reverse=True):
        columns = forbidden_columns(forbid, policy, asked.request.source, relation)
        found |= dict.fromkeys(columns, forbid.id)
    return found
