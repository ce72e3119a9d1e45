"""Short-lived logins for people and tools that must ask the database themselves.

The login sees masked views and nothing else. What only the guard can mask is NULL there, and what
only the guard can keep (budgets, risk, limits) makes a permit void: such a login is refused.
Failure mode: closed. No login is made without an intent on record; one that a crash leaves expires
by itself, and is dropped by the next one or by ``doctor``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from sluicegate.errors import ConfigurationError, SluicegateError, SqlError
from sluicegate.gate.consent import missing_consent
from sluicegate.gate.guardrails import of_request
from sluicegate.gate.scan_tables import unscoped
from sluicegate.model.canonical import digest, plain
from sluicegate.model.data import ColumnRef, Relation
from sluicegate.model.decision import Decision, Limits, Obligations
from sluicegate.model.events import Event
from sluicegate.model.findings import Reason
from sluicegate.model.login import BrokeredLogin, LoginPlan, LoginRequest
from sluicegate.model.masks import Suppress
from sluicegate.model.plan import Carries
from sluicegate.model.request import ExtractRequest
from sluicegate.policy import LoginRule, Wanted, decide, decide_login
from sluicegate.policy.names import parse_table, write_table
from sluicegate.policy.obligations import combine_approvals
from sluicegate.sources.lending import Lending
from sluicegate.sources.port import Source
from sluicegate.sql import gather, in_order, parse, reasons_of, rewrite
from sluicegate.sql.refusal import refuse

if TYPE_CHECKING:
    from sluicegate.gate.services import Services
    from sluicegate.model.identity import RunIdentity
    from sluicegate.sources.port import Session

_SPOTS: Final = (
    "what the login reads is neither scanned nor counted; only the source's own log may tell it",
    "a session that began before the login expired goes on until it is swept or revoked",
)


def broker(services: Services, request: LoginRequest, identity: RunIdentity) -> BrokeredLogin:
    """Make a login, or refuse; see ``Gate.broker``."""
    source = _lending(services, request.source)
    with source.connect() as session:
        identity = replace(
            identity, database_login=session.login, policy_digest=services.policy.digest
        )
        planned = _plan(services, request, identity, session)
    run_key = digest(identity.work_key)
    told = _Told(services, run_key, identity, request)
    if not isinstance(planned, LoginPlan):
        return told.refused(planned)
    missing = missing_consent(services, planned, identity, use=True, facts=_facts)
    if missing:
        return told.refused((missing[0],), missing[1])
    name = source.new_login()
    intent = told.append("intent", {"login": name, "plan": _facts(planned)})
    try:
        lent = source.lend(name, dict(planned.views), minutes=planned.minutes, run=run_key)
    except SluicegateError as error:
        # the first error is the one to tell; the intent without an outcome tells of the second
        with suppress(SluicegateError):
            told.append("outcome", {"login": name, "status": "failed", "error": error.code})
        raise
    done = {"login": name, "status": "lent", "expires": lent.expires.isoformat()}
    try:
        outcome = told.append("outcome", done)
    except SluicegateError:
        source.take_back(name)  # nobody may have what is not on record
        raise
    return BrokeredLogin(
        source=request.source,
        name=name,
        password=lent.password,
        url=lent.url,
        expires=lent.expires,
        views=tuple(view for view, _ in planned.views),
        left_out=planned.left_out,
        blind_spots=(*_SPOTS, *lent.notes),
        intent_sequence=intent,
        outcome_sequence=outcome,
    )


def revoke(services: Services, login: BrokeredLogin, identity: RunIdentity) -> bool:
    """End a login before its time; see ``Gate.revoke``."""
    source = _lending(services, login.source)
    found = source.take_back(login.name)
    body = {
        "identity": plain(identity),
        "source": login.source,
        "login": login.name,
        "status": "revoked" if found else "unknown",
    }
    subject = digest(identity.work_key)
    services.ledger.append(Event(kind="login.revoked", subject=subject, body=body))
    return found


class _Told:
    """Writes the records of one login."""

    def __init__(
        self, services: Services, run_key: str, identity: RunIdentity, request: LoginRequest
    ) -> None:
        self._services = services
        self._run_key = run_key
        self._request = request
        self._common = {
            "identity": plain(identity),
            "source": request.source,
            "purpose": request.purpose,
            "minutes": request.minutes,
        }

    def append(self, what: str, body: dict[str, Any]) -> int:
        event = Event(kind=f"login.{what}", subject=self._run_key, body=self._common | body)
        return self._services.ledger.append(event).sequence

    def refused(self, reasons: tuple[Reason, ...], approval: str = "") -> BrokeredLogin:
        number = self.append("refused", {"reasons": [plain(r) for r in reasons]})
        return BrokeredLogin(
            source=self._request.source,
            reasons=reasons,
            approval=approval,
            intent_sequence=number,
            outcome_sequence=number,
        )


class _LendingSource(Lending, Source, Protocol):
    """A source that lends logins."""


def _lending(services: Services, name: str) -> _LendingSource:
    source = unscoped(services.resolve(name))
    if not isinstance(source, Lending):
        raise ConfigurationError(
            f"no login can be made for the source {name!r}", hint="only PostgreSQL lends logins"
        )
    return source


def _plan(
    services: Services, request: LoginRequest, identity: RunIdentity, session: Session
) -> LoginPlan | tuple[Reason, ...]:
    """Decide on each table, and write its masked view."""
    found = _relations(services, request, identity, session)
    if isinstance(found, tuple):
        return found
    relations = list(found)
    rules = decide_login(services.policy, _wanted(request, identity, relations)).rules
    most = min(rule.minutes for rule in rules)
    minutes = most if request.minutes is None else request.minutes
    if not 1 <= minutes <= most:
        what = f"{minutes} minutes are not 1 to {most}, which the rules grant"
        return (_reason("LOGIN-MINUTES", what, "ask for less"),)
    asked = ExtractRequest(source=request.source, sql="", purpose=request.purpose)
    decision = decide(
        services.policy,
        request=asked,
        identity=identity,
        relations=relations,
        now=datetime.now(UTC),
    )
    if not decision.permitted:
        return decision.reasons
    heard = in_order(list(of_request(services.policy, asked, identity, decision.obligations)))
    refused = tuple(v.reason for v in heard if v.severity in {"error", "ask"})
    if refused := (*refused, *_unkept(decision.obligations)):
        return refused
    try:
        views, left_out = _views(relations, decision.obligations)
    except SqlError as error:
        return tuple(replace(r, place="") for r in reasons_of(error))
    return LoginPlan(
        source=request.source,
        purpose=request.purpose,
        minutes=minutes,
        views=views,
        relations=tuple(r.name for r in relations),
        left_out=left_out,
        decision=_consented(decision, rules),
    )


def _relations(
    services: Services, request: LoginRequest, identity: RunIdentity, session: Session
) -> list[Relation] | tuple[Reason, ...]:
    """Return the tables that are named, or all that rules grant; or why there are none."""
    listed = services.policy.sources.get(request.source)
    names = request.relations or tuple(
        write_table(t) for t in sorted(listed.tables if listed else ())
    )
    granted: list[Relation] = []
    reasons: list[Reason] = []
    for text in names:
        name = parse_table(text)
        relation = session.relation(name.schema, name.name, quoted=True) if name else None
        if relation is None:
            reasons.append(_reason("LOGIN-NO-TABLE", f"the source shows no table {text!r}", ""))
            continue
        decided = decide_login(services.policy, _wanted(request, identity, [relation]))
        reasons += decided.reasons
        granted += [relation] if decided.rules else []
    if (request.relations and reasons) or not granted:
        hint = "it takes a rule with `effect: login`"
        return tuple(reasons) or (_reason("POLICY-LOGIN", "no table is granted", hint),)
    return granted


def _wanted(request: LoginRequest, identity: RunIdentity, relations: list[Relation]) -> Wanted:
    return Wanted(
        identity=identity,
        source=request.source,
        relations=relations,
        now=datetime.now(UTC),
        purpose=request.purpose,
    )


def _unkept(obligations: Obligations) -> Iterator[Reason]:
    """What nobody could keep once the login is out of hand."""
    for name, asked in (
        ("limits", obligations.limits != Limits()),
        ("a risk", obligations.risk is not None),
        ("a budget", bool(obligations.budgets)),
        ("outputs", bool(obligations.outputs)),
    ):
        if asked:
            hint = "permit it by a rule without, for a purpose of its own; or extract instead"
            what = f"a permit has {name}, which nobody could keep for a login"
            yield _reason("LOGIN-OBLIGATION", what, hint)


def _consented(decision: Decision, rules: tuple[LoginRule, ...]) -> Decision:
    asked = [decision.obligations.approval, *(r.approval for r in rules)]
    terms = combine_approvals([t for t in asked if t is not None])
    return replace(
        decision,
        rules=(*decision.rules, *(r.id for r in rules)),
        obligations=replace(decision.obligations, approval=terms),
    )


def _views(
    relations: list[Relation], obligations: Obligations
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return name and query of each view, and the columns that are NULL in them."""
    names = [r.name.name for r in relations]
    views: dict[str, str] = {}
    left_out: list[str] = []
    for relation in relations:
        query, columns = _masked(relation, obligations)
        own = relation.name.name
        views[own if names.count(own) == 1 else f"{relation.name.schema}_{own}"] = query
        left_out += [f"{relation.name}.{column}" for column in columns]
    return tuple(views.items()), tuple(left_out)


def _masked(relation: Relation, obligations: Obligations) -> tuple[str, list[str]]:
    """Write the query of one view: whatever may be read, masked by the source alone."""
    readable = [c.name for c in relation.columns if _rule(relation, c.name, obligations)]
    if not readable:
        hint = "name other tables, or classify its columns"
        raise refuse("LOGIN-NOTHING", f"no column of {relation.name} may be read", hint)
    columns = ", ".join(_quote(name) for name in readable)
    table = f"{_quote(relation.name.schema)}.{_quote(relation.name.name)}"
    parsed = parse(f"SELECT {columns} FROM {table}", "postgres")  # noqa: S608  # never run: rewritten
    facts = gather(parsed, lambda *_: relation)
    first = rewrite(parsed, facts, obligations)
    unfinished = [c.name for c in first.columns if c.carries is not Carries.FINISHED]
    if unfinished:
        hidden = dict(obligations.columns)
        for name in unfinished:
            ref = ColumnRef(relation=relation.name, column=name)
            hidden[ref] = replace(hidden[ref], mask=Suppress())
        obligations = replace(obligations, columns=MappingProxyType(hidden))
    return rewrite(parsed, facts, obligations).statement.sql, unfinished


def _rule(relation: Relation, column: str, obligations: Obligations) -> bool:
    rule = obligations.columns.get(ColumnRef(relation=relation.name, column=column))
    return rule is not None and rule.mask is not None


def _facts(plan: LoginPlan) -> dict[str, Any]:
    return {
        "digest": plan.digest,
        "source": plan.source,
        "purpose": plan.purpose,
        "kind": "login",
        "minutes": plan.minutes,
        "relations": [str(r) for r in plan.relations],
        "left_out": list(plan.left_out),
        "policy": plan.decision.policy_digest,
        "rules": list(plan.decision.rules),
    }


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _reason(code: str, message: str, hint: str) -> Reason:
    return Reason(code=code, message=message, hint=hint)
