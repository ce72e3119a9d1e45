"""The gate: plan, consent, intent, extract, mask, verify, release, record."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self, TypeVar

import pyarrow as pa

from sluicegate.errors import ConfigurationError, SluicegateError
from sluicegate.evidence import ATTESTATION
from sluicegate.gate import record
from sluicegate.gate.allowance import ready
from sluicegate.gate.answers import FileAnswers
from sluicegate.gate.baseline import keep
from sluicegate.gate.blind_spots import foreseen
from sluicegate.gate.brokering import broker, revoke
from sluicegate.gate.checkpointing import checkpointed
from sluicegate.gate.consent import missing_consent
from sluicegate.gate.guardrails import of_rows
from sluicegate.gate.lineage import emit
from sluicegate.gate.passing import Passing
from sluicegate.gate.pipeline import side_by_side
from sluicegate.gate.planning import Planned, make_plan
from sluicegate.gate.reading import Reading
from sluicegate.gate.record import plan_facts
from sluicegate.gate.release import file_metadata, labels, publish, quarantine
from sluicegate.gate.replay import earlier_release
from sluicegate.gate.run import Run
from sluicegate.gate.scan import ScanReport, scan_places
from sluicegate.gate.scan_tables import scan_targets
from sluicegate.gate.services import Services
from sluicegate.gate.sink_proof import ProvenStaging
from sluicegate.gate.spending import exhausted
from sluicegate.gate.spool import Spool
from sluicegate.gate.statement import execute, plan_only
from sluicegate.gate.unmask import Unmasked, UnmaskRequest, unmask
from sluicegate.model.canonical import digest
from sluicegate.model.outcome import Outcome, Status
from sluicegate.sinks import open_sink
from sluicegate.sinks.location import join_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.approvals import Approvals
    from sluicegate.detect import Scanner
    from sluicegate.gate.scan_places import Place, Target
    from sluicegate.ledger import Ledger
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.login import BrokeredLogin, LoginRequest
    from sluicegate.model.request import ExtractRequest
    from sluicegate.model.statement import StatementOutcome, StatementRequest
    from sluicegate.policy import Policy
    from sluicegate.settings import Settings
    from sluicegate.sinks.port import Sink
    from sluicegate.sources.port import Session, Source

MAX_PREVIEW_ROWS: Final = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A look at the first rows, masked and verified like an extract."""

    outcome: Outcome
    table: pa.Table | None = None
    """Masked rows; ``None`` unless the outcome is released."""


class Gate:
    """The one place through which data leaves.

    ``extract``, ``plan`` and ``preview`` return an ``Outcome``: a refusal and a leak are values.
    What could not be done raises a ``SluicegateError``; its ``retryable`` tells whether trying
    again may help.

    Build it with ``Gate.open`` and use it as a context manager.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    @classmethod
    def open(cls, settings: Settings, *, sources: Mapping[str, Source] | None = None) -> Self:
        """Open policy, keys, ledger and detectors.

        Args:
            settings: Where they are.
            sources: Sources by name that go before those of the settings.

        Raises:
            SluicegateError: one of them is missing or wrong; nothing works without them.
        """
        return cls(Services.open(settings).with_sources(sources or {}))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the ledger."""
        self._services.ledger.close()

    @property
    def approvals(self) -> Approvals:
        """Requests for consent, and answers."""
        return self._services.approvals

    @property
    def ledger(self) -> Ledger:
        """The record of everything this gate did."""
        return self._services.ledger

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._services.policy

    @property
    def scanner(self) -> Scanner:
        """The detectors."""
        return self._services.scanner

    @property
    def trusted(self) -> Mapping[str, bytes]:
        """Key id → public key whose signatures count."""
        return self._services.trusted

    def dialect_of(self, source: str) -> str:
        """Return the dialect of a source's SQL, as sqlglot names it; nothing is connected.

        Raises:
            UnknownNameError: there is no such source.
        """
        return self._services.resolve(source).dialect

    def plan(self, request: ExtractRequest, identity: RunIdentity) -> Outcome:
        """Tell what an extract would do. Reads the catalogue, no row; records nothing."""
        run_key = digest(identity.work_key)
        source = self._services.resolve(request.source)
        with source.connect() as session:
            planned = make_plan(self._services, request, identity, source, session)
            notes = session.notes
        if planned.plan is None:
            return Outcome(status=Status.REFUSED, run_key=run_key, reasons=planned.reasons)
        missing = missing_consent(
            self._services, planned.plan, planned.identity, use=False, facts=plan_facts
        )
        spent = exhausted(self._services, planned.plan, planned.identity)
        return Outcome(
            status=Status.PLANNED,
            run_key=run_key,
            plan=planned.plan,
            reasons=(*spent, *((missing[0],) if missing else ())),
            blind_spots=foreseen(planned.plan, notes, self._services.recognizers),
            approval=missing[1] if missing else "",
        )

    def extract(self, request: ExtractRequest, identity: RunIdentity) -> Outcome:
        """Extract, mask, verify and release; or refuse, or quarantine.

        A retry of a run that has released already returns that release and reads nothing.

        Raises:
            SluicegateError: it could not be done. Nothing stands at the output then.
        """
        if not request.output:
            raise ConfigurationError("an extract needs an output folder", hint="set output=")
        began = time.monotonic()
        services, run_key = self._services, digest(identity.work_key)
        sink = open_sink(
            request.output,
            request.output_options,
            services.policy.outputs,
            services.settings.source_url,
        )
        source = services.resolve(request.source)
        with source.connect() as session:
            planned = make_plan(services, request, identity, source, session)
            if planned.plan is None:
                return self._refuse("extract", request, planned, run_key)
            earlier = earlier_release(services, sink, planned.plan, run_key)
            if earlier:
                return self._conclude("extract", earlier, planned.identity, began)
            sink.check(request.output)
            if refused := self._stopped("extract", request, planned, run_key):
                return refused
            run = self._begin("extract", run_key, planned)
            emit(services.settings, "START", run.plan, run.identity)
            outcome = self._guarded("extract", run, lambda: self._run(run, request, session, sink))
        outcome = replace(outcome, intent_sequence=run.intent.sequence)
        outcome = self._conclude("extract", outcome, run.identity, began)
        if outcome.released:
            keep(services.ledger, run.history, run.key, outcome.rows, run.plan.shape)
        return outcome

    def preview(self, request: ExtractRequest, identity: RunIdentity, *, rows: int = 20) -> Preview:
        """Look at the first rows: same rules, masks, scan and record; nothing is written to a sink.

        Args:
            request: As for an extract; its output is ignored.
            identity: Who looks.
            rows: Most rows, 1 to 1000.
        """
        if not 1 <= rows <= MAX_PREVIEW_ROWS:
            raise ConfigurationError(f"a preview has 1 to {MAX_PREVIEW_ROWS} rows")
        began = time.monotonic()
        run_key = digest(identity.work_key)
        request = replace(request, output="")
        source = self._services.resolve(request.source)
        with source.connect() as session:
            planned = make_plan(self._services, request, identity, source, session, row_limit=rows)
            if refused := self._stopped("preview", request, planned, run_key):
                return Preview(outcome=refused)
            run = self._begin("preview", run_key, planned)
            batches, outcome = self._guarded(
                "preview", run, lambda: _looked_at(Passing(run, request, session, preview=True))
            )
        outcome = replace(outcome, intent_sequence=run.intent.sequence)
        outcome = self._conclude("preview", outcome, run.identity, began)
        return Preview(
            outcome=outcome, table=pa.Table.from_batches(batches) if outcome.released else None
        )

    def read(self, request: ExtractRequest, identity: RunIdentity) -> Reading:
        """Read a whole result into this process: same rules, masks, scan and record as an extract.

        No row is handed out before all of them were verified; until then they lie, masked, in a
        file without a name beside the quarantine. Nothing is released, attested or compared with
        an earlier release.

        Args:
            request: As for an extract; its output is ignored.
            identity: Who reads.

        Raises:
            SluicegateError: it could not be done; nothing is handed out.
        """
        began = time.monotonic()
        run_key = digest(identity.work_key)
        request = replace(request, output="")
        source = self._services.resolve(request.source)
        with source.connect() as session:
            planned = make_plan(self._services, request, identity, source, session)
            if refused := self._stopped("read", request, planned, run_key):
                return Reading(outcome=refused)
            run = self._begin("read", run_key, planned)
            spool = Spool(run.services.settings.quarantine)
            try:
                outcome = self._guarded(
                    "read", run, lambda: _spooled(Passing(run, request, session), spool)
                )
                outcome = replace(outcome, intent_sequence=run.intent.sequence)
                outcome = self._conclude("read", outcome, run.identity, began)
            except BaseException:
                spool.close()
                raise
        if not outcome.released:
            spool.close()
            return Reading(outcome=outcome)
        return Reading(outcome=outcome, spool=spool)

    def unmask(self, request: UnmaskRequest, identity: RunIdentity) -> Unmasked:
        """Undo a reversible mask, where a rule of the policy with ``effect: unmask`` grants it.

        A refusal is a value; who asked is on record either way, and before any value is computed.

        Raises:
            MaskingError: a value was not made by this mask, key, purpose and class.
            LedgerUnavailable: a record could not be written; no value is given.
        """
        return unmask(self._services, request, identity)

    def execute(self, request: StatementRequest, identity: RunIdentity) -> StatementOutcome:
        """Run one statement that changes a source, where a rule with ``effect: execute`` grants it.

        It runs in one transaction and once over all tries of a run. More rows than allowed are
        taken back; so is a dry run. A refusal is a value.

        Raises:
            OutcomeUnknown: the source did not answer to the commit, and cannot tell.
            SluicegateError: it could not be done, and nothing was changed.
        """
        return execute(self._services, request, identity)

    def plan_statement(self, request: StatementRequest, identity: RunIdentity) -> StatementOutcome:
        """Tell what ``execute`` would do. Reads the catalogue, no row; records nothing."""
        return plan_only(self._services, request, identity)

    def broker(self, request: LoginRequest, identity: RunIdentity) -> BrokeredLogin:
        """Make a short-lived login that reads masked views, where rules grant it (PostgreSQL).

        A refusal is a value. The login is on record; its password is told here and nowhere else.

        Raises:
            ConfigurationError: the source lends no logins, or its account lacks a grant.
            SluicegateError: it could not be done; there is no login then.
        """
        return broker(self._services, request, identity)

    def revoke(self, login: BrokeredLogin, identity: RunIdentity) -> bool:
        """End a login's sessions and drop it; ``False`` if it is not there any more.

        Anybody may who has this gate: it only takes away. Of the login, source and name count.
        """
        return revoke(self._services, login, identity)

    def scan(self, targets: Sequence[Target], identity: RunIdentity | None = None) -> ScanReport:
        """Scan what others wrote: files, folders, patterns of them, prefixes on S3, tables.

        A table (``table://source/schema.table``) takes a rule with ``effect: scan``; without one
        the report holds the reasons and nothing was read. Its scan is on record.

        Args:
            targets: See ``Target``.
            identity: Who asks; needed for tables only.

        Raises:
            SourceError: a place is missing or cannot be read; nothing is reported as clean then.
            AllowListError: an entry about files does not hold.
            ConfigurationError: a table without an identity, or a place that nothing reads.
        """
        services = self._services
        key_id = services.keyring.key_id("fingerprint")
        ready(services.allow, key_id=key_id, detectors=self.scanner.detectors)

        def scanned(places: Iterable[Place]) -> ScanReport:
            return scan_places(
                self.scanner,
                places,
                fingerprint=services.keyring.fingerprints(),
                key_id=key_id,
                answers=FileAnswers(allow=services.allow),
            )

        return scan_targets(services, targets, identity, scanned)

    def _stopped(
        self, verb: str, request: ExtractRequest, planned: Planned, run_key: str
    ) -> Outcome | None:
        """Refuse what has no plan, no budget or no consent; ``None`` if it may run."""
        if planned.plan is None:
            return self._refuse(verb, request, planned, run_key)
        if spent := exhausted(self._services, planned.plan, planned.identity):
            return self._refuse(verb, request, replace(planned, reasons=spent), run_key)
        missing = missing_consent(
            self._services, planned.plan, planned.identity, use=True, facts=plan_facts
        )
        if missing:
            refused = replace(planned, reasons=(missing[0],))
            return self._refuse(verb, request, refused, run_key, missing[1])
        return None

    def _begin(self, verb: str, run_key: str, planned: Planned) -> Run:
        """Write the intent; from here on a row may be asked for (promise P3)."""
        assert planned.plan is not None
        assert planned.history is not None
        who = planned.identity.triggered_by or planned.identity.orchestrator
        services = self._services.for_purpose(planned.plan.purpose, by=who)
        intent = services.ledger.append(
            record.intent(verb, run_key, planned.plan, planned.identity)
        )
        return Run(
            services=services,
            plan=planned.plan,
            identity=planned.identity,
            key=run_key,
            history=planned.history,
            checks=planned.checks,
            intent=intent,
        )

    def _run(self, run: Run, request: ExtractRequest, session: Session, sink: Sink) -> Outcome:
        passing = Passing(run, request, session)
        sink.sweep(request.output)
        staged = sink.stage(
            request.output,
            run.key,
            lambda _: file_metadata(run.services, run.plan),
            labels=labels(run.key, run.plan),
        )
        staging = ProvenStaging(staged, request.output_options)
        try:
            for _ in side_by_side(passing.batches(), staging.write):
                pass
            files = staging.finish()
            now = run.history.now(passing.chamber.rows, run.plan.shape)
            outcome = passing.outcome(of_rows(run.services.policy, run.history.before, now))
            assert outcome.scan is not None
            if not outcome.released:
                place = quarantine(run, staging, outcome.scan, outcome.reasons)
                return replace(outcome, quarantine=place)
            publish(run, staging, files, passing.chamber, outcome, passing.inputs.parents)
        finally:
            staging.discard()
        return replace(
            outcome,
            files=files,
            bytes=sum(f.bytes for f in files),
            output=request.output,
            attestation=join_output(request.output, ATTESTATION),
        )

    def _refuse(
        self,
        verb: str,
        request: ExtractRequest,
        planned: Planned,
        run_key: str,
        approval: str = "",
    ) -> Outcome:
        statement = self._services.keyring.mac("parameters", request.sql.encode())
        written = self._services.ledger.append(
            record.refusal(
                verb,
                run_key,
                request=request,
                identity=planned.identity,
                reasons=planned.reasons,
                statement_digest=statement,
            )
        )
        outcome = Outcome(
            status=Status.REFUSED,
            run_key=run_key,
            reasons=planned.reasons,
            plan=planned.plan,
            approval=approval,
            intent_sequence=written.sequence,
            outcome_sequence=written.sequence,
        )
        if verb == "extract":
            emit(self._services.settings, "FAIL", planned.plan, planned.identity, outcome)
        return outcome

    def _conclude(
        self, verb: str, outcome: Outcome, identity: RunIdentity, began: float
    ) -> Outcome:
        written = self._services.ledger.append(record.outcome(verb, outcome))
        assert outcome.plan is not None
        if verb == "extract":
            emit(
                self._services.settings,
                "COMPLETE" if outcome.released else "FAIL",
                outcome.plan,
                identity,
                outcome,
            )
        outcome = replace(
            outcome,
            outcome_sequence=written.sequence,
            intent_sequence=outcome.intent_sequence or written.sequence,
        )
        outcome = checkpointed(self._services, outcome)
        return replace(outcome, seconds=time.monotonic() - began)

    def _guarded(self, verb: str, run: Run, act: Callable[[], T]) -> T:
        """Act; record a failure by its code, and tell what is not ours by its type only.

        The error is raised after its handler has ended and without what led to it: causes, contexts
        and frames may hold rows, and orchestrators store them.
        """
        try:
            return act()
        except SluicegateError as error:
            failure, code = error, error.code
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote the data
            code = type(error).__name__
            failure = SluicegateError(
                f"the {verb} broke off: {code} in {_place(error)}",
                hint="nothing was released; please report this",
            )
        failure.__cause__ = failure.__context__ = None
        self._record_failure(verb, run, code)
        raise failure.with_traceback(None)

    def _record_failure(self, verb: str, run: Run, code: str) -> None:
        # the first error is the one to tell; the intent without an outcome tells of the second
        with suppress(SluicegateError):
            self._services.ledger.append(record.failure(verb, run.key, run.plan, code))
        if verb == "extract":
            emit(self._services.settings, "FAIL", run.plan, run.identity, error=code)


def _looked_at(passing: Passing) -> tuple[list[pa.RecordBatch], Outcome]:
    batches = list(passing.batches())
    return batches, passing.outcome()


def _spooled(passing: Passing, spool: Spool) -> Outcome:
    """Keep all rows; tell whether they may be handed out."""
    for _ in side_by_side(passing.batches(), spool.write):
        pass
    return passing.outcome()


def _place(error: BaseException) -> str:
    """Module and line where an error arose: enough to find it, and no value."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
