"""Runs statements that change a source: one, in one transaction, with records around its commit.

Failure mode: closed. What is not granted, recorded or within its budget is not committed. Whether a
commit that was not answered took place is asked of the source, at once and by the next try; where
no source can tell, that try is refused instead of being run twice.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from sluicegate.errors import (
    ConfigurationError,
    OutcomeUnknown,
    SluicegateError,
    SourceError,
    SourceUnavailable,
)
from sluicegate.gate.consent import missing_consent
from sluicegate.gate.scan_tables import unscoped
from sluicegate.gate.statement_planning import PlannedStatement, plan_statement
from sluicegate.gate.statement_record import Told, refuse, statement_facts, statement_subject
from sluicegate.model.canonical import digest
from sluicegate.model.findings import Reason
from sluicegate.model.statement import StatementOutcome, StatementStatus
from sluicegate.sources.changing import Changeable, Changed
from sluicegate.sources.port import Source

if TYPE_CHECKING:
    from sluicegate.gate.services import Services
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.statement import StatementPlan, StatementRequest
    from sluicegate.sources.changing import ChangingSession

_EMPTYING: Final = frozenset({"truncate", "drop_table"})
_OBJECTS: Final = _EMPTYING | {"create_table", "create_index", "alter_table"}
_ORACLE: Final = "the number of changed rows answers whether rows that a condition names are there"


def execute(
    services: Services, request: StatementRequest, identity: RunIdentity
) -> StatementOutcome:
    """Run one statement that changes a source, or refuse; see ``Gate.execute``."""
    began = time.monotonic()
    outcome = _Execution(services, request, identity).run()
    return replace(outcome, seconds=time.monotonic() - began)


def plan_only(
    services: Services, request: StatementRequest, identity: RunIdentity
) -> StatementOutcome:
    """Tell what a statement would do. Reads the catalogue, no row; records nothing."""
    source = _changeable(services, request.source)
    with source.connect() as session:
        planned = plan_statement(services, request, identity, source, session)
    run_key = digest(identity.work_key)
    if planned.plan is None:
        status = StatementStatus.REFUSED
        return StatementOutcome(status=status, run_key=run_key, reasons=planned.reasons)
    missing = missing_consent(
        services, planned.plan, planned.identity, use=False, facts=statement_facts
    )
    return StatementOutcome(
        status=StatementStatus.PLANNED,
        run_key=run_key,
        plan=planned.plan,
        reasons=(missing[0],) if missing else (),
        approval=missing[1] if missing else "",
        blind_spots=(_ORACLE,),
    )


class _ChangeableSource(Changeable, Source, Protocol):
    """A source that can be written to."""


def _changeable(services: Services, name: str) -> _ChangeableSource:
    source = unscoped(services.resolve(name))
    if not isinstance(source, Changeable):
        raise ConfigurationError(
            f"statements cannot change the source {name!r}",
            hint="PostgreSQL, MySQL, MariaDB, SQLite and DuckDB can be changed",
        )
    return source


class _Execution:
    """One try of one statement."""

    def __init__(
        self, services: Services, request: StatementRequest, identity: RunIdentity
    ) -> None:
        self._services = services
        self._request = request
        self._identity = identity
        self._run_key = digest(identity.work_key)
        self._source = _changeable(services, request.source)

    def run(self) -> StatementOutcome:
        """Plan, ask for consent, run."""
        with self._source.connect() as session:
            planned = plan_statement(
                self._services, self._request, self._identity, self._source, session
            )
        if planned.plan is None:
            return self._refused(planned, planned.reasons)
        subject = statement_subject(self._run_key, planned.plan, self._request.occurrence)
        told = Told(self._services, self._run_key, subject)
        if not self._request.dry_run:
            return self._once(planned, planned.plan, told)
        if self._source.commits_objects and planned.plan.kind in _OBJECTS:
            return self._refused(planned, (_no_dry_run(planned.plan),))
        return self._tried(planned, told, begun=0)

    def _once(self, planned: PlannedStatement, plan: StatementPlan, told: Told) -> StatementOutcome:
        """Run it, unless an earlier try did."""
        tries = told.tries()
        if tries.executed is not None:
            outcome = _replay(self._run_key, plan, tries.executed.body)
            return replace(outcome, outcome_sequence=tries.executed.sequence)
        for earlier in tries.open:
            ended = self._source.ended(str(earlier.body.get("transaction", "")))
            if ended is None:
                return self._refused(planned, (_unknown(),))
            if ended:
                return self._found(plan, told, earlier.sequence, earlier.body)
            told.failed(plan, SourceUnavailable.code, changed=earlier.sequence)
        missing = missing_consent(
            self._services, plan, planned.identity, use=True, facts=statement_facts
        )
        if missing:
            return self._refused(planned, (missing[0],), missing[1])
        return self._tried(planned, told, begun=tries.begun)

    def _tried(self, planned: PlannedStatement, told: Told, *, begun: int) -> StatementOutcome:
        assert planned.plan is not None
        intent = told.intent(planned.plan, planned.identity, dry_run=self._request.dry_run)
        attempt = _Attempt(self._source, self._request, planned, told, begun)
        try:
            outcome = attempt.run(self._run_key)
        except SluicegateError as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote a value
            failure = SluicegateError(f"the statement broke off: {type(error).__name__}")
        else:
            written = told.outcome(outcome, changed=attempt.changed)
            return replace(
                outcome, intent_sequence=intent.sequence, outcome_sequence=written.sequence
            )
        if not attempt.open:
            # the first error is the one to tell; the intent without an outcome tells of the second
            with suppress(SluicegateError):
                told.failed(planned.plan, failure.code, changed=attempt.changed)
        failure.__cause__ = failure.__context__ = None
        raise failure.with_traceback(None)

    def _refused(
        self, planned: PlannedStatement, reasons: tuple[Reason, ...], approval: str = ""
    ) -> StatementOutcome:
        written = refuse(self._services, self._run_key, self._request, planned.identity, reasons)
        return StatementOutcome(
            status=StatementStatus.REFUSED,
            run_key=self._run_key,
            reasons=reasons,
            plan=planned.plan,
            approval=approval,
            intent_sequence=written.sequence,
            outcome_sequence=written.sequence,
        )

    def _found(
        self, plan: StatementPlan, told: Told, changed: int, body: Mapping[str, Any]
    ) -> StatementOutcome:
        """Write down the end of an earlier try that was committed, and give it."""
        outcome = _replay(self._run_key, plan, body)
        written = told.outcome(outcome, changed=changed)
        return replace(outcome, intent_sequence=changed, outcome_sequence=written.sequence)


class _Attempt:
    """The part of a try that writes."""

    def __init__(
        self,
        source: _ChangeableSource,
        request: StatementRequest,
        planned: PlannedStatement,
        told: Told,
        begun: int,
    ) -> None:
        assert planned.plan is not None
        self._source = source
        self._request = request
        self._planned = planned
        self._plan = planned.plan
        self._told = told
        self._begun = begun
        self.changed = 0
        """Sequence of the record before the commit."""
        self.open = False
        """Whether nobody knows if it was committed."""

    def run(self, run_key: str) -> StatementOutcome:
        """Run the statement, and commit it or take it back."""
        plan = self._plan
        with self._source.changing() as session:
            self._confirm(session)
            session.limit(plan.decision.obligations.limits)
            emptied = self._emptied(session)
            if emptied > plan.max_affected_rows:
                return self._over(run_key, session, Changed(rows=emptied, with_others=emptied))
            by_itself = self._source.commits_objects and plan.kind in _OBJECTS
            if by_itself:
                self._record(Changed(rows=emptied, with_others=emptied), "")
            done = session.change(plan.statement, self._request.parameters)
            if plan.kind in _EMPTYING:
                done = Changed(rows=emptied, with_others=max(emptied, done.with_others))
            if max(done.rows, done.with_others) > plan.max_affected_rows and not by_itself:
                session.rollback()
                return self._over(run_key, session, done)
            if self._request.dry_run:
                session.rollback()
                return self._ended(StatementStatus.DRY_RUN, run_key, session, done)
            if not by_itself:
                self._record(done, session.transaction)
                self._commit(session)
            self.open = False
            return self._ended(StatementStatus.EXECUTED, run_key, session, done)

    def _confirm(self, session: ChangingSession) -> None:
        """See that tables are what the plan was made for, and that they can be taken back.

        Raises:
            SourceUnavailable: one was altered; another try will see it.
            SourceError: a change of one could not be taken back.
        """
        names = list(self._planned.resolved)
        for found, name in zip(session.relations(names), names, strict=True):
            if found != self._planned.resolved[name]:
                shown = ".".join(part for part in name[:2] if part)
                raise SourceUnavailable(
                    f"{shown!r} was altered while the statement was planned",
                    hint="run it again: it will be planned for what the source has now",
                )
        for relation in self._planned.targets:
            if relation.columns and (why := session.unsafe(relation)):
                raise SourceError(
                    f"{relation.name} cannot be changed in a transaction: {why}",
                    hint="what is changed here must be possible to take back",
                )

    def _emptied(self, session: ChangingSession) -> int:
        """Count what TRUNCATE or DROP takes away: the source does not tell."""
        if self._plan.kind not in _EMPTYING:
            return 0
        return sum(session.count(relation) for relation in self._planned.targets)

    def _record(self, done: Changed, transaction: str) -> None:
        """Put on record what is about to be committed; from here on the end may be unknown.

        Raises:
            SourceUnavailable: another try of the statement has come as far.
        """
        body = {
            "plan": self._plan.digest,
            "transaction": transaction,
            "affected_rows": done.rows,
            "affected_with_others": done.with_others,
        }
        record = self._told.changed(self._begun, body)
        if record is None:
            raise SourceUnavailable(
                "another try of this statement is about to commit it",
                hint="run it again: what that try came to will be told",
            )
        self.changed, self.open = record.sequence, True

    def _commit(self, session: ChangingSession) -> None:
        """Commit; ask the source what became of a commit that it did not answer to.

        Raises:
            SluicegateError: it was not committed.
            OutcomeUnknown: nobody can tell.
        """
        try:
            session.commit()
        except SluicegateError as error:
            failure = error
        else:
            return
        if session.undone:
            self.open = False
            raise failure
        try:
            ended = self._source.ended(session.transaction)
        except SluicegateError:
            ended = None
        if ended:
            return
        if ended is False:
            self.open = False
            raise failure
        raise OutcomeUnknown(
            f"the source {self._plan.source!r} did not answer to the commit of a statement",
            hint="the next try of this run asks what became of it, where the source can tell",
        )

    def _over(self, run_key: str, session: ChangingSession, done: Changed) -> StatementOutcome:
        rows = max(done.rows, done.with_others)
        most = self._plan.max_affected_rows
        others = " with those that triggers and cascades change" if rows > done.rows else ""
        reason = Reason(
            code="STATEMENT-ROWS",
            message=f"it would change {rows:,} rows{others}, and {most:,} may be: taken back",
            hint="narrow its condition, or ask for a larger `max_affected_rows` in the policy",
        )
        ended = self._ended(StatementStatus.REFUSED, run_key, session, done)
        return replace(ended, reasons=(reason,))

    def _ended(
        self, status: StatementStatus, run_key: str, session: ChangingSession, done: Changed
    ) -> StatementOutcome:
        return StatementOutcome(
            status=status,
            run_key=run_key,
            plan=self._plan,
            affected_rows=done.rows,
            affected_with_others=done.with_others,
            blind_spots=(_ORACLE, *session.notes),
        )


def _replay(run_key: str, plan: StatementPlan, body: Mapping[str, Any]) -> StatementOutcome:
    return StatementOutcome(
        status=StatementStatus.EXECUTED,
        run_key=run_key,
        plan=plan,
        affected_rows=int(body["affected_rows"]),
        affected_with_others=int(body["affected_with_others"]),
        blind_spots=(_ORACLE,),
        replayed=True,
    )


def _no_dry_run(plan: StatementPlan) -> Reason:
    return Reason(
        code="STATEMENT-DRY-RUN",
        message=f"{plan.kind.replace('_', ' ')} cannot be tried here: the source commits it by"
        " itself",
        hint="look at the plan instead",
    )


def _unknown() -> Reason:
    return Reason(
        code="STATEMENT-UNKNOWN",
        message="an earlier try of this run may have committed this statement, and the source"
        " cannot tell",
        hint="look at the table; if it was not changed, start a new run",
    )
