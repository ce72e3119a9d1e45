"""The leak budget: how much personal data one consumer may get for one purpose in a period."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sluicegate.errors import BudgetExceeded
from sluicegate.gate.account import Account
from sluicegate.model.data import PUBLIC
from sluicegate.model.findings import Reason
from sluicegate.model.masks import Suppress

if TYPE_CHECKING:
    import pyarrow as pa

    from sluicegate.gate.account import Entry
    from sluicegate.gate.services import Services
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.plan import Plan
    from sluicegate.model.risk import Budget


class Spent(NamedTuple):
    """Rows that hold personal data, and their values of it."""

    rows: int
    cells: int


def personal_columns(plan: Plan) -> tuple[str, ...]:
    """Return the output columns into which personal data goes: every class but `public`.

    A pseudonym is personal data too; only what is suppressed is not.
    """
    rules = plan.decision.obligations.columns
    return tuple(
        column.name
        for column in plan.columns
        if any(
            rules[ref].data_class != PUBLIC and not isinstance(column.masks.get(ref), Suppress)
            for ref in column.origins
        )
    )


def exhausted(services: Services, plan: Plan, identity: RunIdentity) -> tuple[Reason, ...]:
    """Tell which budgets leave not even one row.

    Raises:
        LedgerUnavailable: the ledger cannot be read.
    """
    budgets = plan.decision.obligations.budgets
    if not budgets or not personal_columns(plan):
        return ()
    account = Account(services.ledger, identity, plan.purpose)
    entries = account.entries(seconds=longest(budgets), least=0)
    return overdrawn(budgets, entries, Spent(1, 1))


def longest(budgets: Sequence[Budget]) -> int:
    """Return the longest period, 0 if there is none."""
    return max((b.seconds for b in budgets), default=0)


def overdrawn(
    budgets: Sequence[Budget], entries: Sequence[Entry], more: Spent
) -> tuple[Reason, ...]:
    """Tell which budgets would be exceeded if ``more`` were released now."""
    if not more.rows:
        return ()
    return tuple(
        _reason(budget, unit, limit, used)
        for budget in budgets
        for unit, limit, used, asked in _uses(budget, entries, more)
        if limit is not None and used + asked > limit
    )


class Spending:
    """Counts the personal data of a stream and stops it where a budget ends.

    Args:
        plan: What runs.
        entries: Of the account, before the run.
    """

    def __init__(self, plan: Plan, entries: Sequence[Entry]) -> None:
        self._budgets = plan.decision.obligations.budgets
        self._personal = personal_columns(plan)
        self._entries = entries
        self.spent = Spent(0, 0)

    def through(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Pass on what leaves.

        Raises:
            BudgetExceeded: there is more than a budget has left.
        """
        for batch in batches:
            if self._personal:
                self._count(batch)
            yield batch

    def _count(self, batch: pa.RecordBatch) -> None:
        columns = [batch.column(name) for name in self._personal]
        cells = sum(len(c) - c.null_count for c in columns)
        self.spent = Spent(self.spent.rows + batch.num_rows, self.spent.cells + cells)
        for reason in overdrawn(self._budgets, self._entries, self.spent):
            raise BudgetExceeded(reason.message, hint=reason.hint)


def _uses(
    budget: Budget, entries: Sequence[Entry], more: Spent
) -> Iterator[tuple[str, int | None, int, int]]:
    start = time.time() - budget.seconds
    known = [e.body for e in entries if e.at > start]
    yield "rows", budget.rows, sum(b["rows"] for b in known), more.rows
    yield "values", budget.cells, sum(b["cells"] for b in known), more.cells


def _reason(budget: Budget, unit: str, limit: int, used: int) -> Reason:
    days = budget.seconds / 86_400
    return Reason(
        code="RISK-BUDGET",
        message=f"the budget of {limit:,} {unit} of personal data in {days:g} days would be"
        f" exceeded: this consumer already got {used:,} for the purpose",
        hint="wait until earlier releases are older, narrow the query, or ask for a larger budget",
    )
