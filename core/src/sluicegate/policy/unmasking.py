"""Decides who may undo a reversible mask: a grant of its own, which no permit rule gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sluicegate.errors import PolicyError
from sluicegate.model.data import DataClass
from sluicegate.model.decision import ApprovalTerms
from sluicegate.model.findings import Reason
from sluicegate.model.identity import RunIdentity
from sluicegate.model.masks import PreserveFormat, Reversible, parts_of
from sluicegate.policy.faults import quote
from sluicegate.policy.matching import principal_miss
from sluicegate.policy.obligations import combine_approvals, valid_until
from sluicegate.policy.values import ForbidRule, Policy, UnmaskRule


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmaskDecision:
    """The policy's answer: a mask to undo, or why not."""

    policy_digest: str
    mask: Reversible | None = None
    """``None``: it is refused, for the reasons."""
    rules: tuple[str, ...] = ()
    """Ids of the rules that decided."""
    reasons: tuple[Reason, ...] = ()
    approval: ApprovalTerms | None = None
    """Who must consent first; ``None``: nobody."""
    valid_until: datetime | None = None
    """End of the first of the rules to end."""


def decide_unmask(
    policy: Policy,
    *,
    identity: RunIdentity,
    purpose: str,
    data_class: DataClass,
    mask: str,
    count: int,
    now: datetime,
) -> UnmaskDecision:
    """Decide whether values may be unmasked. What no rule grants is refused; a forbid beats all.

    Args:
        policy: The policy.
        identity: Who asks.
        purpose: What the values were masked for.
        data_class: Their class.
        mask: Which mask to undo (see ``mask_name``); empty if the class has only one.
        count: How many values.
        now: The time, with a zone.

    Raises:
        PolicyError: ``now`` has no zone, so that no window can be judged.
    """
    if now.utcoffset() is None:
        raise PolicyError("the time of the decision has no zone", hint="pass an aware datetime")
    asked = _Asked(policy, identity, purpose, data_class, now)
    forbids = [rule for rule in policy.forbids if asked.forbidden_by(rule)]
    if forbids:
        reasons = tuple(
            Reason(code="POLICY-FORBIDDEN", message=rule.reason, place=f"rule {rule.id}")
            for rule in forbids
        )
        return UnmaskDecision(
            policy_digest=policy.digest, rules=tuple(r.id for r in forbids), reasons=reasons
        )
    grants = [rule for rule in policy.unmasks if asked.granted_by(rule)]
    enough = [rule for rule in grants if count <= rule.values]
    if not enough:
        reason = _too_many(grants, count) if grants else _no_grant(asked)
        return UnmaskDecision(policy_digest=policy.digest, reasons=(reason,))
    found = _mask(policy, purpose, data_class, mask)
    if isinstance(found, Reason):
        return UnmaskDecision(policy_digest=policy.digest, reasons=(found,))
    return UnmaskDecision(
        policy_digest=policy.digest,
        mask=found,
        rules=tuple(rule.id for rule in enough),
        approval=combine_approvals([r.approval for r in enough if r.approval is not None]),
        valid_until=valid_until(enough),
    )


def mask_name(mask: Reversible) -> str:
    """Name a reversible mask with what tells it from its like: ``tokenize:siv``."""
    own = mask.alphabet if isinstance(mask, PreserveFormat) else mask.store
    return f"{mask.method}:{own}"


@dataclass(frozen=True, slots=True)
class _Asked:
    policy: Policy
    identity: RunIdentity
    purpose: str
    data_class: DataClass
    now: datetime

    def granted_by(self, rule: UnmaskRule) -> bool:
        return (
            self.purpose in rule.purposes
            and self.data_class in rule.classes
            and rule.window.holds(self.now)
            and principal_miss(rule.principals, self.identity) is None
        )

    def forbidden_by(self, rule: ForbidRule) -> bool:
        """A forbid of tables without classes says nothing of values that have left them."""
        if rule.classes is None:
            meant = rule.tables is None and rule.sources is None
        else:
            meant = self.data_class in rule.classes
        return (
            meant
            and (rule.purposes is None or self.purpose in rule.purposes)
            and rule.window.holds(self.now)
            and (rule.principals is None or principal_miss(rule.principals, self.identity) is None)
        )


def _mask(policy: Policy, purpose: str, data_class: DataClass, wanted: str) -> Reversible | Reason:
    """Find the one mask that the policy has for a class and purpose and that can be undone."""
    found = {mask_name(mask): mask for mask in _reversible(policy, purpose, data_class)}
    chosen = {name: mask for name, mask in found.items() if wanted in {"", name, mask.method}}
    if len(chosen) == 1:
        return chosen.popitem()[1]
    names = ", ".join(sorted(found)) or "none"
    what = "more than one mask" if chosen else "no such mask"
    return Reason(
        code="POLICY-UNMASK-MASK",
        message=f"{what} of {quote(data_class)} for this purpose can be undone",
        hint=f"name one of them: {names}",
    )


def _reversible(policy: Policy, purpose: str, data_class: DataClass) -> Iterator[Reversible]:
    tables = [policy.classes, *(rule.masks for rule in policy.permits if purpose in rule.purposes)]
    for masks in tables:
        if mask := masks.get(data_class):
            yield from (part for part in parts_of(mask) if isinstance(part, Reversible))


def _no_grant(asked: _Asked) -> Reason:
    return Reason(
        code="POLICY-UNMASK",
        message=f"no rule grants {asked.identity.principal} to unmask"
        f" {quote(asked.data_class)} for the purpose {quote(asked.purpose)}",
        hint="it takes a rule with `effect: unmask`; permits and `unmask` lists grant no more than"
        " extracts",
    )


def _too_many(grants: list[UnmaskRule], count: int) -> Reason:
    most = max(rule.values for rule in grants)
    return Reason(
        code="POLICY-UNMASK-LIMIT",
        message=f"{count:,} values are more than the {most:,} that a rule grants at once",
        hint="ask for fewer",
    )
