"""Decides on what is no extract: statements that write, scans of tables, logins.

A grant must hold for every table by itself, a forbid rule beats it, and what no rule grants is
refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sluicegate.errors import PolicyError
from sluicegate.model.data import Relation
from sluicegate.model.findings import Reason
from sluicegate.model.identity import RunIdentity
from sluicegate.model.request import ExtractRequest
from sluicegate.policy.denial import early_denials
from sluicegate.policy.faults import quote
from sluicegate.policy.grants import ExecuteRule, Grant, LoginRule, ScanRule
from sluicegate.policy.matching import Asked, forbid_miss, principal_miss
from sluicegate.policy.values import Policy

G = TypeVar("G", bound=Grant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted(Generic[G]):
    """The rules that grant a request, or why none does."""

    rules: tuple[G, ...] = ()
    """All of them bind together; empty if it is refused."""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Who asks for what, beside the kind of the grant."""

    identity: RunIdentity
    source: str
    relations: Sequence[Relation]
    """The tables that must be granted, from the live catalogue."""
    now: datetime
    purpose: str = ""


def decide_execute(policy: Policy, wanted: Wanted, statement: str) -> Granted[ExecuteRule]:
    """Decide whether a statement of this kind may change all of the tables.

    Raises:
        PolicyError: the time has no zone, so that no window can be judged.
    """
    rules = [rule for rule in policy.executes if statement in rule.statements]
    what = f"to {statement.replace('_', ' ')}"
    return _decide(policy, wanted, rules, what, "execute")


def decide_scan(policy: Policy, wanted: Wanted) -> Granted[ScanRule]:
    """Decide whether the tables may be scanned.

    Raises:
        PolicyError: the time has no zone.
    """
    return _decide(policy, wanted, policy.scans, "to scan", "scan")


def decide_login(policy: Policy, wanted: Wanted) -> Granted[LoginRule]:
    """Decide whether a login may be made for the tables.

    Raises:
        PolicyError: the time has no zone.
    """
    return _decide(policy, wanted, policy.logins, "a login for", "login")


def _decide(
    policy: Policy, wanted: Wanted, rules: Iterable[G], what: str, effect: str
) -> Granted[G]:
    if wanted.now.utcoffset() is None:
        raise PolicyError("the time of the decision has no zone", hint="pass an aware datetime")
    asked = Asked(
        request=ExtractRequest(source=wanted.source, sql="", purpose=wanted.purpose),
        identity=wanted.identity,
        relations=tuple(wanted.relations),
        now=wanted.now,
    )
    if refused := (*_forbidden(policy, asked), *early_denials(policy, asked)):
        return Granted(reasons=refused)
    who = [rule for rule in rules if _holds(rule, asked)]
    found: dict[str, G] = {}
    reasons = []
    for relation in wanted.relations:
        own = [r for r in who if relation.name in r.tables.get(wanted.source, frozenset())]
        found |= {rule.id: rule for rule in own}
        if not own:
            purpose = f" for the purpose {quote(wanted.purpose)}" if wanted.purpose else ""
            reasons.append(
                Reason(
                    code=f"POLICY-{effect.upper()}",
                    message=f"no rule grants {asked.identity.principal} {what}"
                    f" {relation.name}{purpose}",
                    hint=f"it takes a rule with `effect: {effect}`; no permit grants it",
                    place=str(relation.name),
                )
            )
    if reasons:
        return Granted(reasons=tuple(reasons))
    return Granted(rules=tuple(found[name] for name in sorted(found)))


def _forbidden(policy: Policy, asked: Asked) -> tuple[Reason, ...]:
    """A forbid of classes binds too: whoever may not read a column may not change it either."""
    return tuple(
        Reason(code="POLICY-FORBIDDEN", message=rule.reason, place=f"rule {rule.id}")
        for rule in policy.forbids
        if forbid_miss(rule, policy, asked) is None
    )


def _holds(rule: Grant, asked: Asked) -> bool:
    return (
        (rule.purposes is None or asked.request.purpose in rule.purposes)
        and rule.window.holds(asked.now)
        and principal_miss(rule.principals, asked.identity) is None
    )
