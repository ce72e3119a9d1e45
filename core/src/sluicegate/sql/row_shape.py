"""What one row of a result stands for: a row of a relation, or a group of them, and how often.

Who counts people by rows must know that no row comes twice. Whatever is not known to keep rows
apart counts as repeating them; conditions cannot, so they are not looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from sluicegate.model.data import RelationName
from sluicegate.model.plan import Counts, OutputColumn, RowShape
from sluicegate.sql.facts import Facts
from sluicegate.sql.leaves import function_name
from sluicegate.sql.names import key
from sluicegate.sql.parse import Parsed
from sluicegate.sql.relations import as_written
from sluicegate.sql.vocabulary import ROW_FUNCTIONS

_ROWS_OF_ONE: Final = ("unnest", "explod", "inline", "generat", "flatten")
"""Parts of the names of functions that give rows, whatever the dialect; the parser has several
for one."""
_CLAUSES: Final = frozenset(
    {
        "kind", "expressions", "from_", "where", "group", "having", "order", "limit", "offset",
        "distinct", "with_", "windows", "qualify", "sample",
    }
)  # fmt: skip
_STAYING: Final = frozenset({"row_number", "rank", "dense_rank", "count", "sum", "avg"})
"""Window functions that give no value of another row."""
_HARMLESS: Final[dict[type[exp.Expr], frozenset[str]]] = {
    exp.Select: _CLAUSES,
    exp.Table: frozenset({"this", "db", "catalog", "alias", "sample"}),
    exp.Subquery: frozenset({"this", "alias", "with_", "sample"}),
    exp.Group: frozenset({"expressions", "all"}),
    exp.With: frozenset({"expressions"}),
}
"""Parts of a statement, and what they may hold without repeating a row."""
_WHOLE: Final = (exp.Column, exp.Star)
_REPEATING: Final = (exp.SetOperation, exp.Join, exp.Rollup, exp.Cube, exp.GroupingSets)


def row_shape(parsed: Parsed, facts: Facts, columns: tuple[OutputColumn, ...]) -> RowShape:
    """Tell what the rows of a statement stand for.

    Args:
        parsed: The user's statement: masked scans and row filters only take rows away.
        facts: Of it.
        columns: Of its result.
    """
    tree = _unwrapped(parsed.tree)
    nested = any(_aggregates(s) for s in parsed.tree.find_all(exp.Select) if s is not tree)
    # the guard knows aggregates that the parser does not
    told = any(c.aggregated for c in columns) and not (nested or tree.find(exp.Window))
    return RowShape(
        repeats=any(_repeats(node, parsed.dialect) for node in _without_conditions(parsed.tree)),
        moves=any(function_name(w.this) not in _STAYING for w in parsed.tree.find_all(exp.Window)),
        grouped=isinstance(tree, exp.Select) and (_aggregates(tree) or told),
        nested=nested,
        selective=_selects_within(tree),
        counts=_counts(tree, len(columns)),
        once=_once(parsed, facts),
    )


def _unwrapped(tree: exp.Expr) -> exp.Expr:
    while isinstance(tree, exp.Subquery) and isinstance(tree.this, exp.Query):
        tree = tree.this
    return tree


def _without_conditions(tree: exp.Expr) -> Iterator[exp.Expr]:
    return tree.walk(prune=lambda node: isinstance(node, (exp.Where, exp.Having)))


def _repeats(node: exp.Expr, dialect: str) -> bool:
    """Tell whether a part of a statement may make several rows of one."""
    if isinstance(node, _REPEATING):
        return True
    known = next((known for kind, known in _HARMLESS.items() if isinstance(node, kind)), None)
    if known is not None and {name for name, value in node.args.items() if value} - known:
        return True
    if isinstance(node, exp.Table):
        return not isinstance(node.this, exp.Identifier)
    if isinstance(node, exp.From):
        return not isinstance(node.this, (exp.Table, exp.Subquery))
    return isinstance(node, exp.Select) and _makes_rows(node, dialect)


def _makes_rows(select: exp.Select, dialect: str) -> bool:
    """Tell whether a function among the columns gives several rows, as ``unnest`` does."""
    known = ROW_FUNCTIONS.get(dialect, {})
    functions = [f for column in select.expressions for f in column.find_all(exp.Func, exp.UDTF)]
    names = [function_name(f) for f in functions]
    return any(isinstance(f, exp.UDTF) for f in functions) or any(
        name in known or any(part in name for part in _ROWS_OF_ONE) for name in names
    )


def _aggregates(select: exp.Select) -> bool:
    if select.args.get("group") or select.args.get("having"):
        return True
    found = (f for column in select.expressions for f in column.find_all(exp.AggFunc))
    return any(f.find_ancestor(exp.Window, exp.Select) is select for f in found)


def _selects_within(tree: exp.Expr) -> bool:
    """Tell whether an aggregate may look at some rows of its groups only.

    Whatever is computed, in it or below it, may be a condition: ``SUM(1 - ABS(SIGN(id - 17)))``.
    """
    found = list(_without_conditions(tree))
    # the parser does not know every aggregate as one
    aggregates = (node for node in found if isinstance(node, (exp.AggFunc, exp.Anonymous)))
    selects = (node for node in found if isinstance(node, exp.Select) and node is not tree)
    below = (column.unalias() for select in selects for column in select.selects)
    return (
        any(isinstance(node, exp.Filter) for node in found)
        or not all(_is_whole(node) for node in aggregates)
        or not all(isinstance(column, _WHOLE) for column in below)
    )


def _is_whole(aggregate: exp.Expr) -> bool:
    """Tell whether an aggregate reads columns as they are, or all rows."""
    arguments = list(aggregate.iter_expressions())
    if isinstance(aggregate.this, exp.Distinct):
        arguments = [*aggregate.this.expressions, *arguments[1:]]
    return all(isinstance(argument, (*_WHOLE, exp.Literal)) for argument in arguments)


def _counts(tree: exp.Expr, width: int) -> tuple[Counts, ...]:
    """Tell of each column whether it is a bare count; of none, unless columns are written out."""
    columns = tree.expressions if isinstance(tree, exp.Select) else []
    if len(columns) != width or any(c.is_star for c in columns if not isinstance(c, exp.Func)):
        nothing: Counts = ""
        return (nothing,) * width
    return tuple(_count(column.unalias()) for column in columns)


def _count(column: exp.Expr) -> Counts:
    if not isinstance(column, exp.Count) or column.expressions:
        return ""
    if isinstance(column.this, exp.Star):
        return "rows"
    distinct = isinstance(column.this, exp.Distinct) and len(column.this.expressions) == 1
    return "distinct" if distinct and isinstance(column.this.expressions[0], exp.Column) else ""


def _once(parsed: Parsed, facts: Facts) -> frozenset[RelationName]:
    """Return the relations of which each row of the result has one row at most.

    A name that stands for a WITH query as well is counted for both.
    """
    named = {key(c.args["alias"].this, parsed.dialect) for c in parsed.tree.find_all(exp.CTE)}
    uses, again = Counter[RelationName](), Counter[str]()
    for table in parsed.tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            continue
        again[key(table.this, parsed.dialect)] += 1
        written = as_written(table.this, table.args.get("db"), parsed.dialect)
        if relation := facts.resolved.get(written):
            uses[relation.name] += 1
    if any(again[name] > 1 for name in named):
        return frozenset()
    return frozenset(name for name, times in uses.items() if times == 1)
