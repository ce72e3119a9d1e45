"""Undoes reversible masks for whoever has the grant, with two records around it.

Failure mode: closed. Nothing is computed before the intent is on record, and nothing is handed out
before the outcome is. Records tell who, what class and purpose, which key and how many; never a
value, neither masked nor plain.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sluicegate.errors import SluicegateError
from sluicegate.gate.consent import missing_consent
from sluicegate.model.canonical import digest, plain
from sluicegate.model.data import DataClass
from sluicegate.model.decision import Decision, Effect, Obligations
from sluicegate.model.events import Event
from sluicegate.model.findings import Reason
from sluicegate.model.masks import Reversible, parameters_of
from sluicegate.policy import UnmaskDecision, decide_unmask

if TYPE_CHECKING:
    from sluicegate.gate.services import Services
    from sluicegate.model.identity import RunIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmaskRequest:
    """Which values are to be turned back."""

    values: pa.Array = field(repr=False)
    """Tokens or encrypted texts, of one class, purpose and mask."""
    data_class: DataClass
    purpose: str
    """What they were masked for: their key is that purpose's."""
    mask: str = ""
    """``tokenize``, ``tokenize:vault``, ``preserve_format`` …; empty if the class has one only."""
    key_id: str = ""
    """Key that the values' output names; needed if the purpose ever had several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmasked:
    """The values, or why they are not given. Its ``repr`` holds none."""

    values: pa.Array | None = field(default=None, repr=False)
    reasons: tuple[Reason, ...] = ()
    approval: str = ""
    """Digest to approve, when an approval is what is missing."""
    key_id: str = ""
    intent_sequence: int = 0
    outcome_sequence: int = 0

    @property
    def refused(self) -> bool:
        """Whether it was refused; on record like what was not."""
        return self.values is None


def unmask(services: Services, request: UnmaskRequest, identity: RunIdentity) -> Unmasked:
    """Turn masked values back, if a rule of the policy grants it.

    Args:
        services: The opened parts of the gate.
        request: What is asked.
        identity: Who asks.

    Returns:
        The values as canonical texts, in their order, or the reasons of a refusal.

    Raises:
        MaskingError: a value was not made by this mask, key, purpose and class; its row is named.
        KeyUnavailable: the key is destroyed, unknown or out of reach.
        LedgerUnavailable: a record could not be written; no value is given.
    """
    identity = replace(identity, policy_digest=services.policy.digest)
    decision = decide_unmask(
        services.policy,
        identity=identity,
        purpose=request.purpose,
        data_class=request.data_class,
        mask=request.mask,
        count=len(request.values),
        now=datetime.now(UTC),
    )
    subject = digest(identity.work_key)
    facts = _facts(request, identity, decision)
    if decision.mask is None:
        return _refused(services, subject, facts, decision.reasons)
    plan = _plan(services, request, decision, facts)
    if missing := missing_consent(services, plan, identity, use=True, facts=lambda p: p.facts):
        return _refused(services, subject, facts, (missing[0],), missing[1])
    return _granted(services, request, decision.mask, subject, facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What people approve: these values of one class, purpose, mask and key."""

    digest: str
    decision: Decision
    facts: Mapping[str, Any]


def _plan(
    services: Services, request: UnmaskRequest, decision: UnmaskDecision, facts: Mapping[str, Any]
) -> _Plan:
    assert decision.mask is not None
    values = json.dumps(request.values.to_pylist(), default=str).encode()
    shown = {name: facts[name] for name in ("data_class", "purpose", "count", "policy", "rules")}
    shown |= {"kind": "unmask", "mask": decision.mask.method, "key_id": request.key_id}
    return _Plan(
        digest=digest(shown | {"values": services.keyring.mac("parameters", values)}),
        decision=Decision(
            effect=Effect.PERMIT,
            policy_digest=decision.policy_digest,
            rules=decision.rules,
            obligations=Obligations(approval=decision.approval),
            valid_until=decision.valid_until,
        ),
        facts=shown,
    )


def _refused(
    services: Services,
    subject: str,
    facts: Mapping[str, Any],
    reasons: tuple[Reason, ...],
    approval: str = "",
) -> Unmasked:
    body = {**facts, "reasons": [plain(reason) for reason in reasons]}
    record = services.ledger.append(Event(kind="unmask.refused", subject=subject, body=body))
    return Unmasked(
        reasons=reasons,
        approval=approval,
        intent_sequence=record.sequence,
        outcome_sequence=record.sequence,
    )


def _granted(
    services: Services,
    request: UnmaskRequest,
    mask: Reversible,
    subject: str,
    facts: dict[str, Any],
) -> Unmasked:
    facts |= {"mask": mask.method, "parameters": parameters_of(mask), "key_id": request.key_id}
    intent = services.ledger.append(Event(kind="unmask.intent", subject=subject, body=facts))
    done = {"intent": intent.sequence, "count": len(request.values), "key_id": request.key_id}
    try:
        keys = services.for_key(request.purpose, request.key_id).mask_keys(request.purpose)
        done["key_id"] = keys.key_id
        values = keys.both_ways(mask, request.data_class).reveal(request.values)
    except SluicegateError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote a value
        failure = SluicegateError(f"unmasking broke off: {type(error).__name__}")
    else:
        body = done | {"status": "unmasked"}
        outcome = services.ledger.append(Event(kind="unmask.outcome", subject=subject, body=body))
        return Unmasked(
            values=values,
            key_id=keys.key_id,
            intent_sequence=intent.sequence,
            outcome_sequence=outcome.sequence,
        )
    # the first error is the one to tell; the intent without an outcome tells of the second
    with suppress(SluicegateError):
        body = done | {"status": "failed", "error": failure.code}
        services.ledger.append(Event(kind="unmask.outcome", subject=subject, body=body))
    failure.__cause__ = failure.__context__ = None
    raise failure.with_traceback(None)


def _facts(
    request: UnmaskRequest, identity: RunIdentity, decision: UnmaskDecision
) -> dict[str, Any]:
    return {
        "identity": plain(identity),
        "data_class": request.data_class,
        "purpose": request.purpose,
        "count": len(request.values),
        "policy": decision.policy_digest,
        "rules": list(decision.rules),
    }
