"""Step 1: from a request to a plan, or to the reasons why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sluicegate.errors import KeyDestroyed, SluicegateError, SourceError, SqlError
from sluicegate.gate.allowance import faults as allow_faults
from sluicegate.gate.allowance import utc_today
from sluicegate.gate.baseline import History, look_up
from sluicegate.gate.catalogue import MEMORY, catalogue, confirm_unaltered, schema_digest
from sluicegate.gate.guardrails import asked, of_estimate, of_history, of_request
from sluicegate.gate.measuring import Measuring, measuring
from sluicegate.gate.partitioning import partition_faults
from sluicegate.gate.quality import checks_of, preview_fault
from sluicegate.gate.refused import Refused
from sluicegate.mask.keys import destroyed_text
from sluicegate.model.canonical import canonical_bytes
from sluicegate.model.findings import Reason
from sluicegate.model.masks import Tokenize, parts_of
from sluicegate.model.plan import Plan, PlanFacts, RowShape
from sluicegate.policy import decide
from sluicegate.sources.port import Scoped
from sluicegate.sql import (
    check,
    check_columns,
    check_obligations,
    gather,
    in_order,
    named_relations,
    parse,
    reasons_of,
    rewrite,
    row_shape,
)

if TYPE_CHECKING:
    from sluicegate.gate.services import Services
    from sluicegate.model.data import Estimate, Relation
    from sluicegate.model.decision import Decision
    from sluicegate.model.guardrails import Verdict
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.plan import OutputColumn, Statement
    from sluicegate.model.request import ExtractRequest, Scalar
    from sluicegate.quality import QualityCheck
    from sluicegate.sources.port import Session, Source, Wanted
    from sluicegate.sql import Facts, Parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, or why there is none, and the identity as far as it became known."""

    identity: RunIdentity
    plan: Plan | None = None
    history: History | None = None
    """Of the task; there is one wherever there is a plan."""
    checks: tuple[QualityCheck, ...] = ()
    """Quality checks of the plan, as they were read for it."""
    reasons: tuple[Reason, ...] = ()


def make_plan(
    services: Services,
    request: ExtractRequest,
    identity: RunIdentity,
    source: Source,
    session: Session,
    *,
    row_limit: int | None = None,
) -> Planned:
    """Parse, gather facts, check guardrails, decide, rewrite. Reads the catalogue, never a row.

    Args:
        services: The opened parts of the gate.
        request: What is asked.
        identity: Who asks; the login and policy digest are filled in here.
        source: Where from.
        session: An open read-only transaction of the source.
        row_limit: Most rows of a preview.

    Raises:
        SourceUnavailable: the source cannot answer now, or its relations were altered meanwhile.
    """
    identity = replace(identity, database_login=session.login, policy_digest=services.policy.digest)
    task = _Planning(services, request, identity, source, session)
    try:
        return task.plan(row_limit)
    except Refused as refused:
        return Planned(identity=identity, reasons=refused.reasons)
    except SqlError as error:
        return Planned(identity=identity, reasons=reasons_of(error))
    except SluicegateError:
        raise
    except Exception as error:  # noqa: BLE001 - a parser's own errors quote the statement
        return Planned(identity=identity, reasons=(not_understood(error),))


class _Planning:
    """The steps of one plan. Each refuses or adds to what the next one needs."""

    def __init__(
        self,
        services: Services,
        request: ExtractRequest,
        identity: RunIdentity,
        source: Source,
        session: Session,
    ) -> None:
        self.services = services
        self.policy = services.policy
        self.request = request
        self.identity = identity
        self.source = source
        self.session = session
        self.verdicts: list[Verdict] = []
        self.history: History | None = None

    def plan(self, row_limit: int | None) -> Planned:
        """Make the plan, from what is remembered of the catalogue if that still holds.

        Raises:
            Refused: with the reasons why there is none.
        """
        parsed = parse(self.request.sql, self.source.dialect)
        place = (self.source, self.session.login)
        known = MEMORY.recall(*place, named_relations(parsed))
        if known:
            try:
                return self._made(parsed, known, row_limit)
            except (Refused, SluicegateError):  # perhaps only for what has changed since
                MEMORY.forget(*place, known)
                self.verdicts, self.history = [], None
        return self._made(parsed, {}, row_limit)

    def _made(
        self, parsed: Parsed, known: Mapping[Wanted, Relation], row_limit: int | None
    ) -> Planned:
        facts = gather(parsed, catalogue(self.session, parsed, known))
        scan = literal_scanner(self.services)
        self._hear(check(facts, scan_literal=scan, tuned=self.policy.severities))
        if unbound := _unbound(facts, self.request):
            raise Refused(*unbound)
        decision = self._decide(facts)
        self._check_allow_list()
        self._check_key()
        rewritten = rewrite(
            parsed,
            facts,
            decision.obligations,
            row_limit=row_limit,
            scoped=isinstance(self.session, Scoped),
        )
        self._hear(check_columns(rewritten.columns))
        if self.services.settings.vault is None and (missing := _without_vault(rewritten.columns)):
            raise Refused(*missing)
        options = self.request.output_options
        if wrong := partition_faults(options.partition_by, rewritten.columns):
            raise Refused(*wrong)
        rows = RowShape()
        if decision.obligations.risk is not None:
            rows = row_shape(parsed, facts, rewritten.columns)
        self._check_risk(rewritten.columns, decision, rows, preview=row_limit is not None)
        checks = checks_of(self.services, decision.obligations, self.request)
        if row_limit is not None and (fault := preview_fault(checks)):
            raise Refused(fault)
        estimate = self._estimate(rewritten.statement)
        self._hear(of_estimate(self.policy, decision.obligations, estimate))
        confirm_unaltered(self.session, facts.resolved)
        MEMORY.keep(self.source, self.session.login, facts.resolved)
        plan = Plan(
            source=self.request.source,
            dialect=self.source.dialect,
            purpose=self.request.purpose,
            output=self.request.output,
            output_options=self.request.output_options,
            statement=rewritten.statement,
            shape=rewritten.shape,
            columns=rewritten.columns,
            relations=tuple(r.name for r in facts.relations),
            decision=self._consented(decision),
            warnings=(*(v.reason for v in in_order(self.verdicts)), *rewritten.warnings),
            allow_digest=self.services.allow.digest,
            quality=tuple(check.term for check in checks),
            parameters_digest=parameters_digest(self.services, self.request.parameters),
            influences=facts.influences,
            estimate=estimate,
            source_schema=schema_digest(facts.relations),
            facts=_summary(facts),
            row_shape=rows,
        )
        return Planned(identity=self._reader(), plan=plan, history=self.history, checks=checks)

    def _check_risk(
        self,
        columns: tuple[OutputColumn, ...],
        decision: Decision,
        rows: RowShape,
        *,
        preview: bool,
    ) -> None:
        """Refuse what cannot be measured as a whole, before any row of it is asked for."""
        if decision.obligations.risk is None:
            return
        if preview:
            message = "the first rows tell nothing of the disclosure risk that the policy limits"
            hint = "extract the whole result, or ask for a rule without `risk`"
            raise Refused(Reason(code="RISK-PREVIEW", message=message, hint=hint))
        found = measuring(columns, decision.obligations, rows)
        if not isinstance(found, Measuring):
            raise Refused(*found)

    def _reader(self) -> RunIdentity:
        """Name the login that will read; the rules were asked about the account."""
        if isinstance(self.session, Scoped):
            return replace(self.identity, database_login=self.session.scoped_login)
        return self.identity

    def _decide(self, facts: Facts) -> Decision:
        decision = decide(
            self.policy,
            request=self.request,
            identity=self.identity,
            relations=facts.relations,
            now=datetime.now(UTC),
        )
        if not decision.permitted:
            raise Refused(*decision.reasons)
        obligations = decision.obligations
        self._hear(check_obligations(facts, obligations, tuned=self.policy.severities))
        self._hear(of_request(self.policy, self.request, self.identity, obligations))
        self.history = look_up(
            self.services.ledger, self.identity, self.request.source, facts.relations
        )
        self._hear(of_history(self.policy, self.history))
        return decision

    def _check_allow_list(self) -> None:
        """Refuse while an entry about this source does not hold: neither applied nor ignored."""
        services = self.services
        wrong = allow_faults(
            services.allow.for_source(self.request.source),
            today=self._today(),
            key_id=services.keyring.key_id("fingerprint"),
            detectors={d.id for d in services.scanner.detectors},
        )
        if wrong:
            raise Refused(*wrong)

    def _check_key(self) -> None:
        """Refuse a purpose whose key was destroyed: nothing can be done for it any more."""
        purpose = self.request.purpose
        if self.services.keys.history(purpose).destroyed:
            message, hint = destroyed_text(purpose)
            raise Refused(Reason(code=KeyDestroyed.code, message=message, hint=hint))

    def _today(self) -> date:
        """Return the day in UTC, never one before the ledger's last: a clock may be set back."""
        last = self.services.ledger.head()
        now = utc_today()
        return max(now, last.time.astimezone(UTC).date()) if last else now

    def _hear(self, verdicts: Iterable[Verdict]) -> None:
        heard = in_order(list(verdicts))
        if refused := tuple(v.reason for v in heard if v.severity == "error"):
            raise Refused(*refused)
        self.verdicts += heard

    def _consented(self, decision: Decision) -> Decision:
        asking = tuple(v.reason for v in self.verdicts if v.severity == "ask")
        if not asking:
            return decision
        found = asked(self.policy, decision)
        if isinstance(found, Reason):
            raise Refused(*asking, found)
        return found

    def _estimate(self, statement: Statement) -> Estimate | None:
        """Ask the source's planner; what it cannot plan will not run either."""
        try:
            return self.session.estimate(statement, self.request.parameters)
        except SourceError as error:
            if error.retryable:
                raise
            reason = Reason(code=error.code, message=error.message, hint=error.hint)
        raise Refused(reason)


def _without_vault(columns: Sequence[OutputColumn]) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            code="SG-VAULT",
            message=f"tokens of {column.name!r} are kept in a vault, and the settings name none",
            hint="set `vault` to the URL of its database, or use `store: siv`",
        )
        for column in columns
        if any(
            isinstance(part, Tokenize) and part.store == "vault"
            for mask in column.masks.values()
            for part in parts_of(mask)
        )
    )


def _summary(facts: Facts) -> PlanFacts:
    return PlanFacts(
        columns=facts.columns,
        functions=tuple(dict.fromkeys(used.name for used in facts.functions)),
        stars=tuple(dict.fromkeys(used.name for used in facts.stars)),
        parameters=facts.parameters,
        cross_joins=len(facts.cross_joins),
    )


def not_understood(error: Exception) -> Reason:
    """What breaks the guard is refused like what it does not model (promise P2)."""
    return Reason(
        code="G09",
        message=f"the guard could not work the statement out ({type(error).__name__})",
        hint="write it more simply, and please report this",
    )


def parameters_digest(services: Services, parameters: Mapping[str, Scalar]) -> str:
    """A keyed digest: parameters are often short, and an unkeyed one could be looked up."""
    typed = {name: [type(value).__name__, str(value)] for name, value in parameters.items()}
    return services.keyring.mac("parameters", canonical_bytes(typed))


def _unbound(facts: Facts, request: ExtractRequest) -> tuple[Reason, ...]:
    asked, given = set(facts.parameters), set(request.parameters)
    return tuple(
        Reason(
            code="SG-PARAMETER",
            message=f"the statement has a parameter :{name} that was not given a value"
            if name in asked
            else f"a value was given for :{name}, which the statement does not have",
            hint="name parameters alike in the SQL and in `parameters`",
        )
        for name in sorted(asked ^ given)
    )


def literal_scanner(services: Services) -> Callable[[str], str | None]:
    """Return what tells the data class that a literal of a statement holds."""

    def data_class_of(text: str) -> str | None:
        spans = services.scanner.scan_text(text, advisory=False)
        return spans[0].data_class if spans else None

    return data_class_of
