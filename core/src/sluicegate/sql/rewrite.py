"""The masked rewrite: one statement in, the statement that may run out."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

from sqlglot import exp

from sluicegate.model.data import CatalogColumn, ColumnRef, Relation
from sluicegate.model.decision import Obligations
from sluicegate.model.findings import Reason
from sluicegate.model.plan import OutputColumn, Statement
from sluicegate.sql.collecting import paused
from sluicegate.sql.context import Context, Treatment
from sluicegate.sql.facts import Facts, walk
from sluicegate.sql.filters import row_filter
from sluicegate.sql.limits import limited
from sluicegate.sql.names import column
from sluicegate.sql.parameters import in_order, number
from sluicegate.sql.parse import Parsed
from sluicegate.sql.proof import Reads, prove
from sluicegate.sql.scope import Bound, Output
from sluicegate.sql.scoped import scoped_form
from sluicegate.sql.shape import generate, shape
from sluicegate.sql.treatments import suppressing, treatment
from sluicegate.sql.writers import ready


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """What may run, and what comes out of it."""

    statement: Statement = field(repr=False)
    columns: tuple[OutputColumn, ...]
    shape: str
    """The user's statement with literals as ``?``: safe to record."""
    warnings: tuple[Reason, ...] = ()


@paused()
def rewrite(
    parsed: Parsed,
    facts: Facts,
    obligations: Obligations,
    *,
    row_limit: int | None = None,
    scoped: bool = False,
) -> Rewritten:
    """Replace every scan of a base relation by a masked one.

    Args:
        parsed: From ``parse``.
        facts: From ``gather`` on the same statement; its lookups are used again, no new ones.
        obligations: Of the policy; a column they do not name must not be read.
        row_limit: Most rows that may come out, for a preview.
        scoped: Also give the statement as masking views and a query over them.

    Raises:
        SqlRefused: with a reason per fault: ``POLICY-COLUMN-UNREADABLE``, ``POLICY-MASK-UNFIT``,
            ``POLICY-ROW-FILTER``, ``SQL-DUPLICATE-COLUMN``, ``G10``, ``G13`` and all that
            ``facts.problems`` holds. Failure mode: closed.
    """
    context = _context(parsed, facts, obligations)
    bound = walk(parsed, context)
    query = bound.node
    if row_limit is not None:
        names = [output.name for output in bound.outputs]
        query = limited(query, row_limit, names, context.unique("_rows"))
    parameters = number(query, parsed.dialect) if context.seen.parameters else ()
    ready(query, parsed.dialect)
    own = Reads.of(query)  # before the generator may change the tree
    text = generate(query, parsed.dialect, copy=scoped)
    sql, parameters = in_order(text, parameters, parsed.dialect)
    prove(sql, parsed.dialect, own)
    return Rewritten(
        statement=Statement(
            sql=sql,
            parameters=parameters,
            scoped=scoped_form(query, sql, parsed.dialect) if scoped else None,
        ),
        columns=_columns(bound, obligations),
        shape=shape(parsed),
        warnings=_warnings(bound, context),
    )


def _context(parsed: Parsed, facts: Facts, obligations: Obligations) -> Context:
    dialect = parsed.dialect

    def lookup(schema: str | None, name: str, exact: bool) -> Relation | None:  # noqa: FBT001 - the port's order
        return facts.resolved.get((schema, name, exact))

    def treat(relation: Relation, own: CatalogColumn) -> Treatment:
        return treatment(relation, own, obligations, dialect)

    def filters(relation: Relation) -> list[exp.Expr]:
        conditions = obligations.row_filters.get(relation.name, ())
        return [
            *(row_filter(condition, relation, dialect) for condition in conditions),
            *(
                exp.Is(this=column(relation.name.name, own.name), expression=exp.Null())
                for own in suppressing(relation, obligations)
            ),
        ]

    return Context(dialect=dialect, lookup=lookup, treat=treat, filters=filters)


def _columns(bound: Bound, obligations: Obligations) -> tuple[OutputColumn, ...]:
    return tuple(_column(output, obligations) for output in bound.outputs)


def _column(output: Output, obligations: Obligations) -> OutputColumn:
    origins: tuple[ColumnRef, ...] = tuple(sorted(output.label.origins))
    rules = {ref: obligations.columns[ref] for ref in origins}
    classes = {rule.data_class for rule in rules.values() if rule.data_class}
    return OutputColumn(
        name=output.name,
        carries=output.label.carries,
        origins=origins,
        masks=MappingProxyType({ref: r.mask for ref, r in rules.items() if r.mask}),
        data_classes=tuple(sorted(classes)),
        bare=output.label.bare,
        aggregated=output.label.aggregated,
        returns=output.label.returns,
    )


def _warnings(bound: Bound, context: Context) -> tuple[Reason, ...]:
    unnamed = [o.name for o in bound.outputs if o.name.startswith("_col_")]
    hint = "give it an alias"
    names = [
        Reason(code="SQL-UNNAMED-COLUMN", message=f"a result column is called {n!r}", hint=hint)
        for n in unnamed
    ]
    places = dict.fromkeys(used.place for used in context.seen.unsorted)
    keys = [
        Reason(
            code="SQL-UNSORTED",
            message="a pseudonymized column is left out of ORDER BY: it has no order",
            hint="sort the output by the pseudonyms, or by a column that breaks ties before LIMIT",
            place=place,
        )
        for place in places
    ]
    return (*names, *keys)
