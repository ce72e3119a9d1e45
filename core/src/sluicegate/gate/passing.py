"""One pass of a statement's rows: masked, verified, weighed, inspected, and counted as given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from sluicegate.gate.chamber import Chamber
from sluicegate.gate.claim import Claim
from sluicegate.gate.parents import inputs_of
from sluicegate.gate.quality import Inspection
from sluicegate.gate.risk import Weighing
from sluicegate.model.outcome import Outcome, Status
from sluicegate.sources.port import Scoped
from sluicegate.sql import in_order

if TYPE_CHECKING:
    import pyarrow as pa

    from sluicegate.gate.run import Run
    from sluicegate.model.guardrails import Verdict
    from sluicegate.model.request import ExtractRequest
    from sluicegate.sources.port import Session


class Passing:
    """What all rows go through on their way out, whoever takes them.

    Take ``batches`` to their end, then ask for the ``outcome``.

    Args:
        run: A run whose intent is on record.
        request: What was asked for.
        session: An open session of the source.
        preview: Whether only the first rows are looked at.

    Raises:
        SluicegateError: what is read is not attested as it must be.
    """

    def __init__(
        self, run: Run, request: ExtractRequest, session: Session, *, preview: bool = False
    ) -> None:
        plan, folder = run.plan, run.services.settings.quarantine
        self.inputs = inputs_of(session, plan, run.services.trusted)
        self.chamber = Chamber(run.services, plan, run.key)
        self._run = run
        self._request = request
        self._session = session
        self._weighing = Weighing(plan, folder)
        most = plan.decision.obligations.limits.memory
        self._inspection = Inspection(run.checks, folder, most=most, preview=preview)
        self._claim = Claim(run)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows, masked and verified; whether they may be given is not known yet."""
        masked = self.chamber.pass_through(self._stream())
        inspected = self._inspection.through(self._weighing.through(masked))
        return self._claim.spending.through(inspected)

    def outcome(self, verdicts: Iterable[Verdict] = ()) -> Outcome:
        """Tell how it ended, once all rows were taken.

        Args:
            verdicts: What a comparison with the last release says.
        """
        outcome = self._weighed(_compared(self._seen(), verdicts))
        outcome = self._inspected(outcome)
        plan, keyring = self._run.plan, self._run.services.keyring
        return self._claim.settle(outcome, lambda: self._weighing.facts(plan, keyring))

    def _stream(self) -> Iterator[pa.RecordBatch]:
        plan = self._run.plan
        self._session.limit(plan.decision.obligations.limits)
        if isinstance(self._session, Scoped):
            self._session.label(self._run.key)
        return self._session.stream(plan.statement, self._request.parameters)

    def _seen(self) -> Outcome:
        chamber = self.chamber
        scan = chamber.summary(self._session.notes)
        return Outcome(
            status=Status.QUARANTINED if chamber.leaks else Status.RELEASED,
            run_key=self._run.key,
            reasons=chamber.leaks,
            plan=self._run.plan,
            rows=chamber.rows,
            bytes=chamber.bytes,
            types={f.name: str(f.type) for f in chamber.schema},
            scan=scan,
            redactions=chamber.redactions,
            warnings=(*chamber.remarks, *self.inputs.warnings),
            blind_spots=scan.blind_spots,
        )

    def _weighed(self, outcome: Outcome) -> Outcome:
        """Add what the disclosure risk says; rows that were left out for it are not released."""
        report, reasons = self._weighing.report, self._weighing.reasons
        return replace(
            outcome,
            status=Status.QUARANTINED if reasons else outcome.status,
            reasons=(*outcome.reasons, *reasons),
            rows=outcome.rows - (report.suppressed if report else 0),
            risk=report,
        )

    def _inspected(self, outcome: Outcome) -> Outcome:
        """Add what the quality checks say."""
        inspection = self._inspection
        return replace(
            outcome,
            status=Status.QUARANTINED if inspection.reasons else outcome.status,
            reasons=(*outcome.reasons, *inspection.reasons),
            warnings=(*outcome.warnings, *inspection.warnings),
            quality=inspection.reports,
            blind_spots=(*outcome.blind_spots, *inspection.blind_spots),
        )


def _compared(outcome: Outcome, verdicts: Iterable[Verdict]) -> Outcome:
    heard = in_order(list(verdicts))
    refusing = tuple(v.reason for v in heard if v.severity == "error")
    return replace(
        outcome,
        status=Status.QUARANTINED if refusing else outcome.status,
        reasons=(*outcome.reasons, *refusing),
        warnings=(*outcome.warnings, *(v.reason for v in heard if v.severity != "error")),
    )
