"""From a statement that writes to a plan, or to the reasons why there is none.

What the statement reads is bound like any query: by the same vocabulary, against the live
catalogue. Where it assigns, values stay in their data class; where a SELECT fills a table, they do
so or are masked on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sluicegate.errors import ConfigurationError, SluicegateError, SqlError
from sluicegate.gate.catalogue import catalogue
from sluicegate.gate.guardrails import of_request
from sluicegate.gate.planning import literal_scanner, not_understood, parameters_digest
from sluicegate.gate.refused import Refused
from sluicegate.gate.statement_targets import Targets, reason
from sluicegate.model.data import ColumnRef, DataClass, Relation, RelationName
from sluicegate.model.decision import (
    ApprovalTerms,
    ColumnRule,
    Decision,
    Effect,
    Limits,
    Obligations,
)
from sluicegate.model.findings import Reason
from sluicegate.model.masks import Keep, SuppressRow
from sluicegate.model.plan import Carries, OutputColumn, Statement
from sluicegate.model.request import ExtractRequest
from sluicegate.model.statement import StatementPlan, StatementRequest
from sluicegate.policy import ExecuteRule, Wanted, decide, decide_execute
from sluicegate.policy.obligations import combine_approvals
from sluicegate.sql import (
    Facts,
    check,
    check_obligations,
    gather,
    in_order,
    parse,
    reasons_of,
    rewrite,
)
from sluicegate.sql.changes import (
    Change,
    changing_statement,
    check_flows,
    filling_statement,
    kept_classes,
    parse_change,
)
from sluicegate.sql.names import fold
from sluicegate.sql.shape import with_names

if TYPE_CHECKING:
    from sluicegate.gate.services import Services
    from sluicegate.model.guardrails import Verdict
    from sluicegate.model.identity import RunIdentity
    from sluicegate.sources.port import Session, Source
    from sluicegate.sources.port import Wanted as Name
    from sluicegate.sql import Parsed

_CHOOSING: Final = frozenset({"update", "delete", "merge"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStatement:
    """A plan, or why there is none, and what it was made for."""

    identity: RunIdentity
    plan: StatementPlan | None = None
    reasons: tuple[Reason, ...] = ()
    targets: tuple[Relation, ...] = ()
    """As the catalogue told them; one that a CREATE makes has no columns."""
    resolved: Mapping[Name, Relation | None] = field(default_factory=dict)
    """Every name that was looked up."""


def plan_statement(
    services: Services,
    request: StatementRequest,
    identity: RunIdentity,
    source: Source,
    session: Session,
) -> PlannedStatement:
    """Read the statement, decide on it, write what would run. Reads the catalogue, never a row.

    Args:
        services: The opened parts of the gate.
        request: What is asked.
        identity: Who asks; the login and policy digest are filled in here.
        source: Where it would run.
        session: An open read-only transaction of the source.

    Raises:
        SourceUnavailable: the source cannot answer now.
    """
    identity = replace(identity, database_login=session.login, policy_digest=services.policy.digest)
    task = _Planning(services, request, identity, source, session)
    try:
        return task.plan()
    except Refused as refused:
        reasons = refused.reasons
    except SqlError as error:
        # places would be those of a text that the guard wrote
        reasons = tuple(replace(r, place="") for r in reasons_of(error))
    except SluicegateError:
        raise
    except Exception as error:  # noqa: BLE001 - a parser's own errors quote the statement
        reasons = (not_understood(error),)
    return PlannedStatement(identity=identity, reasons=reasons)


class _Planning:
    """The steps of one plan. Each refuses or adds to what the next one needs."""

    def __init__(
        self,
        services: Services,
        request: StatementRequest,
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
        self.now = datetime.now(UTC)
        self.verdicts: list[Verdict] = []
        self.targets = Targets(session, source.dialect)
        self.read: dict[RelationName, Relation] = {}
        self.permits: list[Decision] = []

    def plan(self) -> PlannedStatement:
        """Make the plan.

        Raises:
            Refused: with the reasons why there is none.
        """
        _check_numbers(self.request)
        change = parse_change(self.request.sql, self.source.dialect)
        targets = self.targets.of(change)
        rules = self._granted(change, targets)
        self._check_shape(change, rules)
        literals = Facts(dialect=change.dialect, literals=change.literals)
        scan = literal_scanner(self.services)
        self._hear(check(literals, scan_literal=scan, tuned=self.policy.severities))
        self._check_reads(change, targets)
        columns: tuple[OutputColumn, ...] = ()
        if change.query is not None:
            statement, columns = self._filling(change, targets[0])
        else:
            named = [c.name for c in targets[0].columns[: change.width]]
            statement = changing_statement(change, self.targets.resolve, targets[0].name, named)
        self._check_parameters(change, statement)
        plan = self._plan(change, targets, rules, statement, columns)
        return PlannedStatement(
            identity=self.identity, plan=plan, targets=targets, resolved=self.targets.resolved
        )

    def _plan(
        self,
        change: Change,
        targets: tuple[Relation, ...],
        rules: tuple[ExecuteRule, ...],
        statement: Statement,
        columns: tuple[OutputColumn, ...],
    ) -> StatementPlan:
        asked = self.request.max_affected_rows
        most = min(r.max_affected_rows for r in rules)
        return StatementPlan(
            source=self.request.source,
            dialect=change.dialect,
            purpose=self.request.purpose,
            kind=change.kind,
            statement=statement,
            shape=change.shape,
            targets=tuple(t.name for t in targets),
            relations=tuple(sorted(self.read)),
            columns=columns,
            decision=self._decision(rules),
            max_affected_rows=most if asked is None else min(most, asked),
            warnings=tuple(v.reason for v in in_order(self.verdicts)),
            parameters_digest=parameters_digest(self.services, self.request.parameters),
        )

    def _granted(self, change: Change, targets: Sequence[Relation]) -> tuple[ExecuteRule, ...]:
        wanted = Wanted(
            identity=self.identity,
            source=self.request.source,
            relations=targets,
            now=self.now,
            purpose=self.request.purpose,
        )
        granted = decide_execute(self.policy, wanted, change.kind)
        if granted.reasons:
            raise Refused(*granted.reasons)
        return granted.rules

    def _check_shape(self, change: Change, rules: Sequence[ExecuteRule]) -> None:
        if change.kind in _CHOOSING and change.whole and not all(r.whole_table for r in rules):
            hint = "add a WHERE; or a rule with `unsafe_whole_table: true`"
            what = "no condition chooses rows, so every row would change"
            raise Refused(reason("STATEMENT-WHOLE-TABLE", what, hint))
        for old, new in change.renames.items():
            target = self.targets.of(change)[0].name
            before = self._class_of(ColumnRef(relation=target, column=old))
            after = self._class_of(ColumnRef(relation=target, column=new))
            if after is not None and before != after:
                what = f"{old!r} ({before or 'unclassified'}) would be read as {new!r} ({after})"
                hint = "choose a name that the policy does not list, or one of the same class"
                raise Refused(reason("STATEMENT-RENAME", what, hint))

    def _check_reads(self, change: Change, targets: Sequence[Relation]) -> None:
        """Bind what is assigned and compared, and see that no value leaves its class."""
        if change.reads is None:
            return
        parsed, facts = self._gathered(with_names(change.reads, change.dialect))
        if facts.problems:
            raise Refused(*(replace(p, place="") for p in facts.problems))
        own = {t.name for t in targets}
        others = [r for r in facts.relations if r.name not in own]
        if others:
            self._check_raw(facts, self._permitted(others, targets[0].name), own)
        outputs = rewrite(parsed, facts, self._as_it_is(facts.relations)).columns
        into = [
            self.targets.column(targets[0], a.column, a.position, change)
            for a in change.assignments
        ]
        if flows := tuple(check_flows(outputs, into, self._class_of)):
            raise Refused(*flows)

    def _check_raw(self, facts: Facts, decision: Decision, own: set[RelationName]) -> None:
        """Other tables are read as they are here, so what a permit filters cannot be read."""
        obligations = decision.obligations
        for relation in obligations.row_filters:
            hint = "INSERT … SELECT keeps row filters; or read it by a rule without one"
            what = f"a rule filters the rows of {relation}"
            raise Refused(reason("STATEMENT-ROW-FILTER", what, hint))
        for ref, rule in obligations.columns.items():
            if isinstance(rule.mask, SuppressRow):
                what = f"rows of {ref.relation} are left out by {ref.column!r}"
                raise Refused(reason("STATEMENT-ROW-FILTER", what, "use INSERT … SELECT"))
            if rule.mask is None and ref in facts.columns and ref.relation not in own:
                what = f"column {ref} must not be read (rule {rule.rule})"
                raise Refused(reason("POLICY-COLUMN-UNREADABLE", what, "leave it out"))

    def _filling(
        self, change: Change, target: Relation
    ) -> tuple[Statement, tuple[OutputColumn, ...]]:
        """Mask the SELECT that fills a table, but for values that stay in their class."""
        assert change.query is not None
        parsed, facts = self._gathered(with_names(change.query, change.dialect))
        self._hear(check(facts, tuned=self.policy.severities))
        obligations = Obligations()
        if facts.relations:
            obligations = self._permitted(facts.relations, target.name).obligations
        self._hear(check_obligations(facts, obligations, tuned=self.policy.severities))
        raw = rewrite(parsed, facts, self._as_it_is(facts.relations)).columns
        into = [self.targets.filled(target, change, i, c) for i, c in enumerate(raw)]
        kept = kept_classes(raw, into, self._class_of)
        filled = rewrite(parsed, facts, _keeping(obligations, kept))
        if unmasked := tuple(_unmasked(filled.columns, into)):
            raise Refused(*unmasked)
        if change.ddl and filled.statement.parameters and change.dialect == "postgres":
            hint = "make the table first, then INSERT … SELECT"
            what = "PostgreSQL binds no parameters in CREATE TABLE AS"
            raise Refused(reason("STATEMENT-PARAMETER", what, hint))
        names = [ref.column for ref in into]
        return filling_statement(change, target.name, filled.statement, names), filled.columns

    def _gathered(self, text: str) -> tuple[Parsed, Facts]:
        parsed = parse(text, self.source.dialect)
        facts = gather(parsed, catalogue(self.session, parsed))
        self.targets.resolved |= facts.resolved
        self.read |= {relation.name: relation for relation in facts.relations}
        return parsed, facts

    def _permitted(self, relations: Sequence[Relation], target: RelationName) -> Decision:
        """Return what the permit rules oblige to; what cannot be kept inside a source is refused.

        Raises:
            Refused: no rule permits it.
        """
        output = f"table://{self.request.source}/{target}"
        request = ExtractRequest(
            source=self.request.source, sql="", purpose=self.request.purpose, output=output
        )
        decision = decide(
            self.policy,
            request=request,
            identity=self.identity,
            relations=relations,
            now=self.now,
        )
        if not decision.permitted:
            raise Refused(*decision.reasons)
        obligations = decision.obligations
        if obligations.risk is not None or obligations.budgets:
            hint = "extract to a table (output table://…), or ask for a rule without them"
            what = "a rule limits the risk or the sum of what is read, which only an extract keeps"
            raise Refused(reason("STATEMENT-OBLIGATION", what, hint))
        self._hear(of_request(self.policy, request, self.identity, obligations))
        self.permits.append(decision)
        return decision

    def _decision(self, rules: Sequence[ExecuteRule]) -> Decision:
        """Combine all that was decided into what the plan is bound to."""
        asked = [r.approval for r in rules] + [d.obligations.approval for d in self.permits]
        if any(v.severity == "ask" for v in self.verdicts):
            if self.policy.guardrail_approval is None:
                hint = "name approvers under `guardrails: approval:` in the policy"
                what = "a guardrail asks for an approval and the policy names nobody to give it"
                raise Refused(reason("APPROVAL-MISSING", what, hint))
            asked.append(self.policy.guardrail_approval)
        terms: list[ApprovalTerms] = [t for t in (*asked, self.request.approval) if t is not None]
        seconds = [r.seconds for r in rules] + [d.obligations.limits.seconds for d in self.permits]
        ends = [r.window.until for r in rules] + [d.valid_until for d in self.permits]
        permits = (rule for d in self.permits for rule in d.rules)
        return Decision(
            effect=Effect.PERMIT,
            policy_digest=self.policy.digest,
            rules=tuple(dict.fromkeys((*(r.id for r in rules), *permits))),
            obligations=Obligations(
                limits=Limits(seconds=min((s for s in seconds if s is not None), default=None)),
                approval=combine_approvals(terms),
            ),
            valid_until=min((e for e in ends if e is not None), default=None),
        )

    def _check_parameters(self, change: Change, statement: Statement) -> None:
        asked, given = set(statement.parameters), set(self.request.parameters)
        if change.ddl and change.query is None and asked:
            what = "a statement that changes objects has no parameters"
            raise Refused(reason("STATEMENT-PARAMETER", what, "write the value out"))
        if odd := sorted(asked ^ given):
            what = "is not given a value" if odd[0] in asked else "is not in the statement"
            hint = "name parameters alike in the SQL and in `parameters`"
            raise Refused(reason("SG-PARAMETER", f"the parameter :{odd[0]} {what}", hint))

    def _class_of(self, ref: ColumnRef) -> DataClass | None:
        listed = self.policy.sources[self.request.source].tables.get(ref.relation, {})
        if ref.column in listed or self.source.dialect == "postgres":
            return listed.get(ref.column)
        alike = [c for name, c in listed.items() if fold(name) == fold(ref.column)]
        return alike[0] if len(alike) == 1 else None

    def _as_it_is(self, relations: Iterable[Relation]) -> Obligations:
        """Return obligations under which every value can be followed: nothing runs by them."""
        columns = {}
        for relation in relations:
            for column in relation.columns:
                ref = ColumnRef(relation=relation.name, column=column.name)
                columns[ref] = ColumnRule(
                    column=ref, data_class=self._class_of(ref), mask=Keep(), rule="statement"
                )
        return Obligations(columns=MappingProxyType(columns))

    def _hear(self, verdicts: Iterable[Verdict]) -> None:
        heard = in_order(list(verdicts))
        if refused := tuple(v.reason for v in heard if v.severity == "error"):
            raise Refused(*refused)
        self.verdicts += heard


def _check_numbers(request: StatementRequest) -> None:
    """Take exact integers only: what compares as it likes would be no bound.

    Raises:
        ConfigurationError: one is something else.
    """
    for name, value, least in (
        ("max_affected_rows", request.max_affected_rows, 0),
        ("occurrence", request.occurrence, 1),
    ):
        if value is not None and (type(value) is not int or value < least):
            raise ConfigurationError(f"{name} is an integer of {least} or more")


def _keeping(obligations: Obligations, kept: frozenset[DataClass]) -> Obligations:
    columns = {
        ref: replace(rule, mask=Keep()) if rule.mask and rule.data_class in kept else rule
        for ref, rule in obligations.columns.items()
    }
    return replace(obligations, columns=MappingProxyType(columns))


def _unmasked(columns: Sequence[OutputColumn], into: Sequence[ColumnRef]) -> Iterator[Reason]:
    """What only the guard masks cannot be put into a table from inside of the source."""
    for column, target in zip(columns, into, strict=True):
        if column.carries is not Carries.FINISHED:
            methods = ", ".join(sorted({mask.method for mask in column.masks.values()}))
            yield reason(
                "STATEMENT-FLOW",
                f"{column.name!r} is masked by {methods}, which the source cannot do by itself",
                f"put it into a column of its own class (not {target}), leave it out, or extract"
                " to a table (output table://…)",
            )
