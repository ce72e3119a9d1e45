"""Whether a rule matches a request, and if not, the first thing that it asks in vain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from sluicegate.model.data import DataClass, Relation, RelationName
from sluicegate.model.identity import RunIdentity, Trust
from sluicegate.model.request import ExtractRequest
from sluicegate.policy.patterns import matches
from sluicegate.policy.values import ForbidRule, PermitRule, Policy, Principal, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All that a decision looks at, beside the policy."""

    request: ExtractRequest
    identity: RunIdentity
    relations: tuple[Relation, ...]
    now: datetime


class Step(IntEnum):
    """What a rule asks, in the order in which it is compared."""

    PRINCIPAL = 1
    PURPOSE = 2
    SOURCE = 3
    WINDOW = 4
    TABLE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """The first thing that a rule asks and the request does not give."""

    step: Step
    detail: str
    """For the author of the policy: quotes the rule."""
    hint: str
    """For the requester: says what to look at, without quoting the rule's patterns."""


def permit_miss(rule: PermitRule, asked: Asked) -> Miss | None:
    """Compare all that a permit asks, but for tables; ``None`` if it is met."""
    request = asked.request
    return (
        principal_miss(rule.principals, asked.identity)
        or _word_miss(Step.PURPOSE, "purpose", request.purpose, rule.purposes)
        or _word_miss(Step.SOURCE, "source", request.source, frozenset(rule.tables))
        or _window_miss(rule.window, asked.now)
    )


def table_miss(rule: PermitRule, source: str, relation: RelationName) -> Miss | None:
    """Tell whether a permit that is met otherwise covers ``relation``."""
    if relation in rule.tables.get(source, frozenset()):
        return None
    return Miss(
        step=Step.TABLE,
        detail=f"{relation} is not among its tables",
        hint="its tables do not include this one",
    )


def forbid_miss(rule: ForbidRule, policy: Policy, asked: Asked) -> Miss | None:
    """Compare all that a forbid asks; ``None`` if it forbids something of the request."""
    request = asked.request
    miss = principal_miss(rule.principals, asked.identity) if rule.principals else None
    if miss is None and rule.purposes is not None:
        miss = _word_miss(Step.PURPOSE, "purpose", request.purpose, rule.purposes)
    if miss is None and rule.sources is not None:
        miss = _word_miss(Step.SOURCE, "source", request.source, rule.sources)
    miss = miss or _window_miss(rule.window, asked.now)
    if miss or (rule.tables is None and rule.classes is None):
        return miss
    covered = [r for r in asked.relations if rule.covers(request.source, r.name)]
    if not covered:
        return _table_miss_of_forbid("none of its tables is read")
    if rule.classes is not None and not any(
        forbidden_columns(rule, policy, request.source, r) for r in covered
    ):
        return _table_miss_of_forbid("no column of its classes is in the tables that are read")
    return None


def forbidden_columns(
    rule: ForbidRule, policy: Policy, source: str, relation: Relation
) -> frozenset[str]:
    """Return the columns of ``relation`` that a forbid with classes makes unreadable."""
    listed = (
        policy.sources[source].tables.get(relation.name, {}) if source in policy.sources else {}
    )
    wanted: frozenset[DataClass] = rule.classes or frozenset()
    if not rule.covers(source, relation.name):
        return frozenset()
    return frozenset(c.name for c in relation.columns if listed.get(c.name) in wanted)


def principal_miss(principals: Sequence[Principal], identity: RunIdentity) -> Miss | None:
    """Compare a run with each principal; tells of the one that fails last."""
    nearest: tuple[int, Miss] | None = None
    for principal in principals:
        found = _fields_miss(principal, identity)
        if found is None:
            return None
        if nearest is None or found[0] > nearest[0]:
            nearest = found
    assert nearest is not None, "a rule names at least one principal"
    return nearest[1]


def _fields_miss(principal: Principal, identity: RunIdentity) -> tuple[int, Miss] | None:
    """Return the first field that does not match, with how many did."""
    for count, (name, pattern) in enumerate(principal.patterns):
        value = getattr(identity, name)
        if not matches(pattern, value):
            known = f"`{value}` does not match `{pattern}`" if value else "is not known"
            hint = f"its `{name}` is another" if value else f"the run's `{name}` is not known"
            return count, Miss(step=Step.PRINCIPAL, detail=f"`{name}` {known}", hint=hint)
    if principal.authenticated and (
        identity.trust is not Trust.AUTHENTICATED or not identity.triggered_by
    ):
        text = "the person behind the run is not authenticated"
        return len(principal.patterns), Miss(step=Step.PRINCIPAL, detail=text, hint=text)
    return None


def _word_miss(step: Step, kind: str, word: str, known: frozenset[str]) -> Miss | None:
    if word in known:
        return None
    listed = ", ".join(f"`{w}`" for w in sorted(known))
    detail = f"the {kind} is `{word}`, not one of {listed}"
    return Miss(step=step, detail=detail, hint=f"it is for another {kind}")


def _window_miss(window: Window, now: datetime) -> Miss | None:
    if window.holds(now):
        return None
    if window.start is not None and now < window.start:
        text = f"it is not in force before {window.start.isoformat()}"
    else:
        assert window.until is not None
        text = f"it is in force until {window.until.isoformat()} only"
    return Miss(step=Step.WINDOW, detail=text, hint=text)


def _table_miss_of_forbid(text: str) -> Miss:
    return Miss(step=Step.TABLE, detail=text, hint=text)
