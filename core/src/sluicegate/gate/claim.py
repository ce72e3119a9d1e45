"""The last look before a release: what the consumer already has, together with what it would get.

Budgets and comparisons are judged on one state of the ledger, and the entry that later runs will
be judged by is written only if no other run wrote one meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sluicegate.gate.account import Account
from sluicegate.gate.consent import missing_consent
from sluicegate.gate.differencing import KEPT, too_near
from sluicegate.gate.guardrails import asked as with_approvers
from sluicegate.gate.record import plan_facts
from sluicegate.gate.spending import Spending, longest, overdrawn
from sluicegate.model.canonical import digest, plain
from sluicegate.model.findings import Reason
from sluicegate.model.outcome import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sluicegate.gate.account import Entry
    from sluicegate.gate.differencing import Facts
    from sluicegate.gate.run import Run
    from sluicegate.gate.spending import Spent
    from sluicegate.model.decision import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """What people approve: a plan with one result of it."""

    digest: str
    decision: Decision


class Claim:
    """One run's share of what its consumer may get.

    Args:
        run: The run.
    """

    def __init__(self, run: Run) -> None:
        obligations = run.plan.decision.obligations
        self._run = run
        self._budgets = obligations.budgets
        self._terms = obligations.risk
        self._account = Account(run.services.ledger, run.identity, run.plan.purpose)
        self._seconds = longest(self._budgets)
        entries = self._account.entries(seconds=self._seconds, least=0) if self._budgets else []
        self.spending = Spending(run.plan, entries)

    def settle(
        self, outcome: Outcome, result: Callable[[], Facts | None] = lambda: None
    ) -> Outcome:
        """Write what is released to the account, or turn the outcome into a quarantine.

        Args:
            outcome: So far; only one that would be released is written.
            result: Gives what later results are compared with, if the policy compares any.

        Raises:
            LedgerUnavailable: the account cannot be read or written; nothing may be released.
        """
        facts = result() if outcome.released else None
        if not outcome.released or (facts is None and not self._budgets):
            return outcome
        warnings: list[Reason] = []
        asked: list[tuple[Reason, str]] = []

        def judge(entries: Sequence[Entry]) -> tuple[Reason, ...]:
            near = self._compare(facts, entries)
            over = overdrawn(self._budgets, entries, self._spent)
            asked[:] = self._unapproved(facts, near) if not over else ()
            refused = near if asked or not self._bears(near) else ()
            warnings[:] = near if not refused else ()
            return (*over, *refused, *(reason for reason, _ in asked))

        reasons = self._account.claim(
            self._body(facts), judge, seconds=self._seconds, least=KEPT if facts else 1
        )
        return replace(
            outcome,
            status=Status.QUARANTINED if reasons else outcome.status,
            reasons=(*outcome.reasons, *reasons),
            warnings=(*outcome.warnings, *warnings),
            approval=next((name for _, name in asked), outcome.approval),
        )

    def _bears(self, near: Sequence[Reason]) -> bool:
        """Tell whether a result that is too near may be released, once those asked agree."""
        return not near or (self._terms is not None and self._terms.differencing != "refuse")

    def _unapproved(
        self, facts: Facts | None, near: Sequence[Reason]
    ) -> tuple[tuple[Reason, str], ...]:
        """Ask whether just this result may be released; empty if it may, or nobody is to ask."""
        if not near or self._terms is None or self._terms.differencing != "ask":
            return ()
        run = self._run
        decision = with_approvers(run.services.policy, run.plan.decision)
        if isinstance(decision, Reason):
            return ((decision, ""),)
        result = _Result(digest=digest([run.plan.digest, facts]), decision=decision)
        shown = {**plan_facts(run.plan), "kind": "difference", "near": plain(near)}
        missing = missing_consent(
            run.services, result, run.identity, use=True, facts=lambda _: shown
        )
        return (missing,) if missing else ()

    @property
    def _spent(self) -> Spent:
        return self.spending.spent

    def _compare(self, facts: Facts | None, entries: Sequence[Entry]) -> tuple[Reason, ...]:
        if facts is None or self._terms is None:
            return ()
        return tuple(too_near(facts, self._run.key, entries, self._terms.k or 2))[:3]

    def _body(self, facts: Facts | None) -> dict[str, Any]:
        return {
            "run": self._run.key,
            "plan": self._run.plan.digest,
            "rows": self._spent.rows,
            "cells": self._spent.cells,
            **(facts or {}),
        }
