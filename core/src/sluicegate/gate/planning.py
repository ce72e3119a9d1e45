"""Step 1: from a request to a plan, or to the reasons why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sluicegate.errors import SluicegateError, SqlError
from sluicegate.model.canonical import canonical_bytes
from sluicegate.model.findings import Reason
from sluicegate.model.plan import Plan
from sluicegate.policy import decide
from sluicegate.sql import Facts, Rewritten, Verdict, check, gather, parse, reasons_of, rewrite

if TYPE_CHECKING:
    from sluicegate.gate.services import Services
    from sluicegate.model.decision import Decision
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.request import ExtractRequest, Scalar
    from sluicegate.sources.port import Session, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, or why there is none, and the identity as far as it became known."""

    identity: RunIdentity
    plan: Plan | None = None
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
    """
    identity = replace(identity, database_login=session.login, policy_digest=services.policy.digest)
    try:
        parsed = parse(request.sql, source.dialect)
        facts = gather(
            parsed, lambda schema, name, exact: session.relation(schema, name, quoted=exact)
        )
        verdicts = check(facts, scan_literal=_literal_scanner(services))
        if refused := _refusing(verdicts) or _unbound(facts, request):
            return Planned(identity=identity, reasons=refused)
        decision = decide(
            services.policy,
            request=request,
            identity=identity,
            relations=facts.relations,
            now=datetime.now(UTC),
        )
        if not decision.permitted:
            return Planned(identity=identity, reasons=decision.reasons)
        verdicts = check(facts, obligations=decision.obligations)
        if refused := _refusing(verdicts):
            return Planned(identity=identity, reasons=refused)
        warnings = tuple(v.reason for v in verdicts)
        plan = _assemble(
            services,
            request,
            source.dialect,
            facts,
            decision,
            rewritten=rewrite(parsed, facts, decision.obligations, row_limit=row_limit),
            warnings=warnings,
        )
    except SqlError as error:
        return Planned(identity=identity, reasons=reasons_of(error))
    except SluicegateError:
        raise
    except Exception as error:  # noqa: BLE001 - a parser's own errors quote the statement
        return Planned(identity=identity, reasons=(_not_understood(error),))
    return Planned(identity=identity, plan=plan)


def _not_understood(error: Exception) -> Reason:
    """What breaks the guard is refused like what it does not model (promise P2)."""
    return Reason(
        code="G09",
        message=f"the guard could not work the statement out ({type(error).__name__})",
        hint="write it more simply, and please report this",
    )


def _refusing(verdicts: Sequence[Verdict]) -> tuple[Reason, ...]:
    """What stops the statement: all but warnings, for nobody can answer an ``ask`` yet."""
    return tuple(v.reason for v in verdicts if v.severity != "warn")


def _assemble(
    services: Services,
    request: ExtractRequest,
    dialect: str,
    facts: Facts,
    decision: Decision,
    *,
    rewritten: Rewritten,
    warnings: tuple[Reason, ...],
) -> Plan:
    return Plan(
        source=request.source,
        dialect=dialect,
        purpose=request.purpose,
        output=request.output,
        statement=rewritten.statement,
        shape=rewritten.shape,
        columns=rewritten.columns,
        relations=tuple(r.name for r in facts.relations),
        decision=decision,
        warnings=warnings + rewritten.warnings,
        parameters_digest=_parameters_digest(services, request.parameters),
    )


def _parameters_digest(services: Services, parameters: Mapping[str, Scalar]) -> str:
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


def _literal_scanner(services: Services) -> Callable[[str], str | None]:
    def data_class_of(text: str) -> str | None:
        spans = services.scanner.scan_text(text)
        return spans[0].data_class if spans else None

    return data_class_of
