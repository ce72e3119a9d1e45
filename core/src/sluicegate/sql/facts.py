"""Facts of a statement: what it reads and how, before anybody decides anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlglot import exp

from sluicegate.model.data import CatalogColumn, ColumnRef, Relation
from sluicegate.model.findings import Reason
from sluicegate.model.plan import Influence
from sluicegate.sql.collecting import paused
from sluicegate.sql.context import Context, Lookup, Treatment, Used
from sluicegate.sql.labels import Label
from sluicegate.sql.outputs import check_distinct_names
from sluicegate.sql.parse import LiteralText, Parsed, too_deep
from sluicegate.sql.query import Binder
from sluicegate.sql.refusal import SqlRefused, place_of
from sluicegate.sql.relations import as_written
from sluicegate.sql.scope import Bound

Written = tuple[str | None, str, bool]
"""Schema, name and exactness as a lookup is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one statement does, found by the same walk that rewrites it."""

    dialect: str
    relations: tuple[Relation, ...] = ()
    """Base relations that are scanned, in order of first use."""
    columns: tuple[ColumnRef, ...] = ()
    """Columns that are read, stars written out."""
    functions: tuple[Used, ...] = ()
    stars: tuple[Used, ...] = ()
    parameters: tuple[str, ...] = ()
    """Names, in order of first use."""
    cross_joins: tuple[Used, ...] = ()
    influences: Mapping[Influence, tuple[ColumnRef, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Columns that decide which rows come or in which order."""
    literals: tuple[LiteralText, ...] = field(default=(), repr=False)
    has_limit: bool = False
    has_filter: bool = False
    """Whether the outermost query has a WHERE, or what stands for one."""
    unordered_sample: str = ""
    """Place of a LIMIT without ORDER BY, or of a TABLESAMPLE without a seed."""
    unresolved: tuple[Used, ...] = ()
    """Relations that nobody could look up; only where ``gather`` was told not to mind."""
    problems: tuple[Reason, ...] = ()
    """Why the statement cannot be guarded: unresolved names, functions off the list …"""
    resolved: Mapping[Written, Relation | None] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )
    """Every name that was looked up, so that the rewrite sees the same catalogue."""


@paused()
def gather(parsed: Parsed, lookup: Lookup, *, closed: bool = True) -> Facts:
    """Walk the statement once against the live catalogue.

    Args:
        parsed: From ``parse``.
        lookup: Schema or ``None``, name, whether exact → the relation, or ``None`` if there is none
            or it may not be seen. Asked once per name. Its errors pass through.
        closed: Whether a relation that is not found is a fault. Lint has no catalogue and passes
            ``False``; ``rewrite`` refuses such a statement whatever was passed here.

    Returns:
        The facts; what cannot be guarded stands in ``problems`` and is not raised.
    """
    resolved: dict[Written, Relation | None] = {}

    def remembered(schema: str | None, name: str, exact: bool) -> Relation | None:  # noqa: FBT001 - the port's order
        if (schema, name, exact) not in resolved:
            resolved[schema, name, exact] = lookup(schema, name, exact)
        return resolved[schema, name, exact]

    context = Context(
        dialect=parsed.dialect,
        lookup=remembered,
        treat=_as_it_is,
        filters=lambda _: [],
        closed=closed,
    )
    problems: tuple[Reason, ...] = ()
    try:
        walk(parsed, context)
    except SqlRefused as refused:
        problems = refused.reasons
    return _facts(parsed, context, problems, resolved)


def named_relations(parsed: Parsed) -> tuple[Written, ...]:
    """Return every name that stands for a relation or CTE, as a lookup is asked for it."""
    names = (
        as_written(table.this, table.args.get("db"), parsed.dialect)
        for table in parsed.tree.find_all(exp.Table)
        if isinstance(table.this, exp.Identifier)
    )
    return tuple(dict.fromkeys(names))


def walk(parsed: Parsed, context: Context) -> Bound:
    """Bind the statement, read anew.

    Raises:
        SqlRefused: with every fault that was found.
    """
    try:
        bound = Binder(context).query(parsed.fresh(), None, {})
    except SqlRefused as refused:
        raise SqlRefused((*context.problems, *refused.reasons)) from None
    except RecursionError:
        raise too_deep() from None
    check_distinct_names(bound.outputs, context, parsed.tree)
    if context.problems:
        raise SqlRefused(tuple(context.problems))
    return bound


def _as_it_is(relation: Relation, column: CatalogColumn) -> Treatment:
    ref = ColumnRef(relation=relation.name, column=column.name)
    return Treatment(label=Label(origins=frozenset({ref}), bare=True))


def _facts(
    parsed: Parsed,
    context: Context,
    problems: tuple[Reason, ...],
    resolved: dict[Written, Relation | None],
) -> Facts:
    seen, tree = context.seen, parsed.tree
    return Facts(
        dialect=parsed.dialect,
        relations=tuple(seen.relations.values()),
        columns=tuple(seen.columns),
        functions=tuple(dict.fromkeys(seen.functions)),
        stars=tuple(dict.fromkeys(seen.stars)),
        parameters=tuple(dict.fromkeys(used.name for used in seen.parameters)),
        cross_joins=tuple(dict.fromkeys(seen.cross_joins)),
        influences=MappingProxyType({k: tuple(v) for k, v in seen.influences.items() if v}),
        literals=parsed.literals,
        has_limit=bool(tree.args.get("limit")),
        has_filter=any(s.args.get("where") for s in tree.find_all(exp.Select)),
        unordered_sample=_unordered_sample(tree),
        unresolved=tuple(dict.fromkeys(seen.unresolved)),
        problems=problems,
        resolved=MappingProxyType(resolved),
    )


def _unordered_sample(tree: exp.Query) -> str:
    limited = tree.args.get("limit")
    if limited and not tree.args.get("order") and not _one_row(tree):
        return place_of(limited) or "LIMIT"
    samples = tree.find_all(exp.TableSample)
    return next((place_of(s) or "TABLESAMPLE" for s in samples if not s.args.get("seed")), "")


def _one_row(tree: exp.Query) -> bool:
    """Tell whether the outermost query is one row anyway: all its columns are aggregates."""
    bare = [e.unalias() for e in tree.selects]
    return not tree.args.get("group") and all(isinstance(e, exp.AggFunc) for e in bare)
