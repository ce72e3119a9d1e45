"""Why a request is denied, told so that it helps the requester and does not recite the policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sluicegate.model.data import RelationName
from sluicegate.model.findings import Reason
from sluicegate.model.identity import RunIdentity
from sluicegate.policy.document_rules import PATTERN_FIELDS
from sluicegate.policy.faults import near, quote
from sluicegate.policy.matching import Asked, Miss, Step, principal_miss, table_miss
from sluicegate.policy.names import is_system
from sluicegate.policy.values import PermitRule, Policy


def early_denials(policy: Policy, asked: Asked) -> tuple[Reason, ...]:
    """Return what denies a request before any permit rule is looked at."""
    hidden = _hidden_field(asked.identity)
    if hidden:
        message = f"the run's `{hidden}` holds characters that cannot be seen"
        return (Reason(code="POLICY-IDENTITY", message=message, hint="rename it"),)
    source = asked.request.source
    if source not in policy.sources:
        mine = {s for rule in _rules_of(policy, asked) for s in rule.tables}
        return (
            Reason(
                code="POLICY-SOURCE-UNKNOWN",
                message=f"the policy knows no source {quote(source)}",
                hint=near(source, mine) if mine else "add it to the policy under `sources`",
            ),
        )
    if not asked.relations:
        message = "the statement reads no table, so no rule can permit it"
        return (Reason(code="POLICY-NO-RELATION", message=message, hint="read a listed table"),)
    names = sorted({relation.name for relation in asked.relations})
    unknown = (_unknown_relation(policy, source, name) for name in names)
    return tuple(reason for reason in unknown if reason)


def denials(
    policy: Policy,
    asked: Asked,
    missing: Sequence[RelationName],
    misses: Mapping[str, Miss | None],
) -> tuple[Reason, ...]:
    """Return the reasons why the relations in ``missing`` are covered by no permit rule."""
    reasons = (_denial(policy, asked, relation, misses) for relation in missing)
    return tuple(dict.fromkeys(reasons))


def _denial(
    policy: Policy, asked: Asked, relation: RelationName, misses: Mapping[str, Miss | None]
) -> Reason:
    source, purpose = asked.request.source, asked.request.purpose
    nearest: tuple[Miss, PermitRule] | None = None
    for rule in policy.permits:
        miss = misses[rule.id] or table_miss(rule, source, relation)
        if miss and (nearest is None or miss.step > nearest[0].step):
            nearest = (miss, rule)
    if nearest is None:
        message, hint = "the policy permits nothing", "add a permit rule"
        return Reason(code="POLICY-NO-RULE", message=message, hint=hint)
    miss, rule = nearest
    hint = f"nearest rule: {quote(rule.id)}; {miss.hint}"
    if miss.step is Step.PRINCIPAL:
        message = f"no rule permits {asked.identity.principal}"
        return Reason(code="POLICY-NO-RULE", message=message, hint=hint)
    if miss.step is Step.PURPOSE:
        known = {p for r in _rules_of(policy, asked) for p in r.purposes}
        message = f"no rule permits this principal the purpose {quote(purpose)}"
        return Reason(code="POLICY-PURPOSE", message=message, hint=near(purpose, known))
    if miss.step is Step.SOURCE:
        message = f"no rule permits this principal the source {quote(source)} for this purpose"
        return Reason(code="POLICY-NO-RULE", message=message, hint=hint)
    if miss.step is Step.WINDOW:
        message = "the rule that would permit this is not in force"
        return Reason(code="POLICY-OUTSIDE-WINDOW", message=message, hint=hint)
    message = f"no rule permits this principal to read {relation} for this purpose"
    return Reason(code="POLICY-NO-RULE", message=message, hint=hint, place=str(relation))


def _rules_of(policy: Policy, asked: Asked) -> list[PermitRule]:
    """Return the permit rules that name this principal: only these may be told of."""
    return [r for r in policy.permits if principal_miss(r.principals, asked.identity) is None]


def _unknown_relation(policy: Policy, source: str, relation: RelationName) -> Reason | None:
    listed = policy.sources[source].tables
    if is_system(relation):
        message = "belongs to the database itself and may hold copies of values"
        hint = "read the tables that the policy lists"
    elif relation in listed:
        return None
    else:
        message = f"is not listed under {quote(source)} in the policy"
        hint = "add it with its columns, or read another"
        alike = [str(n) for n in listed if str(n).casefold() == str(relation).casefold()]
        if alike:
            hint = f"{quote(alike[0])} is listed, and case counts"
    return Reason(
        code="POLICY-RELATION-UNKNOWN",
        message=f"{quote(str(relation))} {message}",
        hint=hint,
        place=str(relation),
    )


def _hidden_field(identity: RunIdentity) -> str:
    """Return the first field that rules ask for and that holds a character that nobody sees."""
    for name in PATTERN_FIELDS:
        value: str | None = getattr(identity, name)
        if value and not value.isprintable():
            return name
    return ""
