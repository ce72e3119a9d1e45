"""Binding of one SELECT: its clauses in the order in which names come into sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.model.plan import Carries, Influence
from sluicegate.sql.context import Context, Used
from sluicegate.sql.expressions import Expressions
from sluicegate.sql.fromclause import FromBinder
from sluicegate.sql.grouping import extend_group
from sluicegate.sql.labels import Label
from sluicegate.sql.leaves import check_text_arguments
from sluicegate.sql.names import column, key
from sluicegate.sql.pivots import list_unpivoted, spell_titles, unpivot_pattern
from sluicegate.sql.profiles import profile
from sluicegate.sql.projections import ProjectionBinder
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.resolve import Bind
from sluicegate.sql.rowsources import check_sample
from sluicegate.sql.scans import Scan
from sluicegate.sql.scope import Bound, Output, Scope
from sluicegate.sql.windows import window_parts

if TYPE_CHECKING:
    from sluicegate.sql.query import Binder

_CLAUSES = (
    "with_", "expressions", "distinct", "from_", "joins", "where", "group", "having", "qualify",
    "windows", "order", "limit", "offset", "sample",
)  # fmt: skip


class SelectBinder:
    """Binds the SELECTs of one statement."""

    def __init__(self, binder: Binder) -> None:
        self.binder = binder
        self.context: Context = binder.context
        self.expressions: Expressions = binder.expressions
        self.dialect = profile(binder.context.dialect)

    def bind(self, node: exp.Select, scope: Scope) -> Bound:
        """Bind ``node``; its WITH clause is bound already."""
        self._leave_hints_out(node)
        only(node, *_CLAUSES)
        from_ = FromBinder(self.binder, scope)
        from_.bind(node)
        projections = ProjectionBinder(self.expressions, scope)
        if self.context.dialect == "duckdb":
            spell_titles(node, scope.group)
            if pattern := unpivot_pattern(node):
                list_unpivoted(node, projections.meant(pattern))
        outputs = projections.bind(node)
        if self.dialect.has("output-aliases"):
            scope.aliases = {
                o.key: (p.this, o.label) for o, p in zip(outputs, node.expressions, strict=True)
            }
        self._conditions(node, scope)
        for window in node.args.get("windows") or []:
            window.set("this", self.binder.window_name(window.this))
            window_parts(self.expressions, window, scope)
        self._distinct(node, outputs, scope)
        self._group(node, outputs, scope)
        self.order(node, outputs, scope)
        if sample := node.args.get("sample"):
            if self.context.dialect != "duckdb":
                raise refuse("G09", "USING SAMPLE is not of this dialect", "use TABLESAMPLE")
            node.set("sample", check_sample(sample, self.context.dialect))
        self.limits(node, node, scope)
        if self.dialect.has("functional-dependency"):
            extend_group(node, from_.scans)
        finish_scans(from_.scans)
        return Bound(node=node, outputs=outputs)

    def _leave_hints_out(self, node: exp.Select) -> None:
        words = node.args.get("operation_modifiers") or []
        if words and all(word.name.upper() in self.dialect.hints for word in words):
            node.set("operation_modifiers", None)

    def _conditions(self, node: exp.Select, scope: Scope) -> None:
        if node.args.get("qualify") and not self.dialect.has("qualify"):
            # The generator would turn it into a query that nobody bound.
            raise refuse("G09", "QUALIFY is not of this dialect", "use a subquery", place_of(node))
        if self.context.dialect == "mysql" and (having := node.args.get("having")):
            self._check_having_names(having, scope)
        for name in ("where", "having", "qualify"):
            if clause := node.args.get(name):
                bound, label = self.expressions.value(clause.this, scope)
                clause.set("this", bound)
                self.context.influence("filter", label)
        if self.context.dialect == "mysql":
            _having_to_where(node)

    def _check_having_names(self, having: exp.Expr, scope: Scope) -> None:
        """Refuse a name that MySQL takes for an alias and the binder for a column."""
        for item in having.find_all(exp.Column):
            if item.table or not isinstance(item.this, exp.Identifier):
                continue
            wanted = key(item.this, self.context.dialect)
            found, alias = scope.group.named(wanted), scope.aliases.get(wanted)
            if not found or alias is None:
                continue
            source, col = found[0].parts[0]
            if alias[0] != column(source.alias, col.name):
                message = f"{item.name!r} is a column and the name of another result column"
                hint = "put the table's alias before it, or name the result column otherwise"
                raise refuse("G09", message, hint, place_of(item))

    def _distinct(self, node: exp.Select, outputs: list[Output], scope: Scope) -> None:
        clause = node.args.get("distinct")
        if not isinstance(clause, exp.Distinct):
            return
        only(clause, "on")
        on = clause.args.get("on")
        if isinstance(on, exp.Tuple) and self.dialect.has("distinct-on"):
            keys = [self._output_or_key(e, outputs, scope)[0] for e in on.expressions]
            on.set("expressions", keys)
        elif on:
            hint = "use row_number() in a subquery"
            raise refuse("G09", "DISTINCT ON is not of this dialect", hint, place_of(node))
        else:
            for output, projection in zip(outputs, node.expressions, strict=True):
                self.expressions.usable_key(output.label, projection)

    def _group(self, node: exp.Select, outputs: list[Output], scope: Scope) -> None:
        clause = node.args.get("group")
        if not isinstance(clause, exp.Group):
            return
        only(clause, "expressions", "rollup", "cube", "grouping_sets", "all")
        if clause.args.get("all") and not self.dialect.has("group-by-all"):
            raise refuse("G09", "GROUP BY ALL is not of this dialect", "list the columns")
        if clause.args.get("all"):
            for output, projection in zip(outputs, node.expressions, strict=True):
                self.expressions.usable_key(output.label, projection)
        self._group_items(clause, outputs, scope)
        for name in ("rollup", "cube", "grouping_sets"):
            for part in clause.args.get(name) or []:
                self._group_items(part, outputs, scope)

    def _group_items(self, node: exp.Expr, outputs: list[Output], scope: Scope) -> None:
        items: list[exp.Expr] = []
        for item in node.expressions:
            if isinstance(item, (exp.Tuple, exp.Rollup, exp.Cube, exp.GroupingSets)):
                self._group_items(item, outputs, scope)
                items.append(item)
            else:
                items.append(self._group_item(item, outputs, scope))
        node.set("expressions", items)

    def _group_item(self, item: exp.Expr, outputs: list[Output], scope: Scope) -> exp.Expr:
        """Columns of the sources come before output names here, as in all three engines."""
        if isinstance(item, exp.Column) and not item.table and not self._in_sources(item, scope):
            return self._output_or_key(item, outputs, scope, "group_by")[0]
        if isinstance(item, exp.Literal):
            if not self.dialect.has("group-by-position"):
                hint = "name the column"
                raise refuse("G09", "GROUP BY of a position is not of this dialect", hint)
            return self._output_or_key(item, outputs, scope, "group_by")[0]
        bound, label = self.expressions.key(item, scope)
        self.context.influence("group_by", label)
        return bound

    def _in_sources(self, item: exp.Column, scope: Scope) -> bool:
        identifier = item.this
        if not isinstance(identifier, exp.Identifier):
            return True
        return bool(scope.group.named(key(identifier, self.context.dialect)))

    def order(self, node: exp.Query, outputs: list[Output], scope: Scope | None) -> None:
        """Bind ORDER BY; after a set operation (no scope) names and positions of the result only.

        A digest has no order of its own: sorting by it would tell the first bits of what is not
        keyed yet. It is left out as a key, and refused where it would choose the rows.
        """
        order = node.args.get("order")
        if not isinstance(order, exp.Order):
            return
        cut = bool(node.args.get("limit") or node.args.get("offset"))
        distinct = _distinct_on(node)
        kept: list[exp.Expr] = []
        for index, item in enumerate(self._order_items(order, outputs)):
            label = self._order_item(item, outputs, scope)
            if label.carries is not Carries.DIGEST or index < distinct:
                kept.append(item)
            elif distinct or (cut and not kept):
                what = "a pseudonymized column chooses the rows"
                hint = "sort by another column where there is LIMIT, OFFSET or DISTINCT ON"
                self.context.problem("G13", what, hint, item)
            else:
                self.context.seen.unsorted.append(Used(name="order by", place=place_of(item)))
        order.set("expressions", kept)
        node.set("order", order if kept else None)

    def _order_items(self, order: exp.Order, outputs: list[Output]) -> list[exp.Expr]:
        """Write DuckDB's ``ORDER BY ALL`` out: it sorts by each column of the result."""
        items: list[exp.Expr] = list(order.expressions)
        only_item = items[0].this if len(items) == 1 else None
        is_all = isinstance(only_item, exp.Var) and only_item.name.upper() == "ALL"
        if not is_all or self.context.dialect != "duckdb":
            return items
        copies = [items[0].copy() for _ in outputs]
        for position, item in enumerate(copies, 1):
            item.set("this", exp.Literal.number(position))
        return list(copies)

    def _order_item(self, item: exp.Expr, outputs: list[Output], scope: Scope | None) -> Label:
        only(item, "this", "desc", "nulls_first")
        check_text_arguments(item)
        nulls = item.args.get("nulls_first")
        if not self.dialect.has("nulls-order") and bool(nulls) is bool(item.args.get("desc")):
            hint = "sort by an expression such as x IS NULL before it"
            raise refuse("G09", "NULLS FIRST or LAST is not of this dialect", hint, place_of(item))
        bound, label = self._output_or_key(item.this, outputs, scope)
        item.set("this", bound)
        return label

    def _output_or_key(
        self, item: exp.Expr, outputs: list[Output], scope: Scope | None, kind: Influence = "sort"
    ) -> Bind:
        """Write a name or position of the result as its position, which no engine misreads."""
        position = self._position(item, outputs)
        if position is not None:
            label = self.expressions.usable_key(outputs[position - 1].label, item)
            self.context.influence(kind, label)
            return exp.Literal.number(position), label
        if scope is None:
            hint = "order by a column of the result or its position"
            raise refuse("G09", "ORDER BY of a set operation", hint, place_of(item))
        bound, label = self.expressions.key(item, scope)
        self.context.influence(kind, label)
        return _not_a_position(bound, label), label

    def _position(self, item: exp.Expr, outputs: list[Output]) -> int | None:
        if isinstance(item, exp.Literal) and not item.is_string:
            if item.name.isdigit() and 1 <= int(item.name) <= len(outputs):
                return int(item.name)
            hint = f"use 1 to {len(outputs)}"
            raise refuse("G09", "a position outside of the result", hint, place_of(item))
        if isinstance(item, exp.Column) and not item.table:
            if not isinstance(item.this, exp.Identifier):
                return None
            wanted = key(item.this, self.context.dialect)
            found = [n for n, output in enumerate(outputs, 1) if output.key == wanted]
            return found[0] if len(found) == 1 else None
        return None

    def limits(self, source: exp.Query, target: exp.Query, scope: Scope) -> None:
        """Bind LIMIT, FETCH and OFFSET."""
        for name in ("limit", "offset"):
            clause = source.args.get(name)
            if isinstance(clause, (exp.Limit, exp.Offset)):
                only(clause, "expression", "offset", *self._percent(clause))
                self._limit_parts(clause, ("expression", "offset"), scope)
            elif isinstance(clause, exp.Fetch):
                only(clause, "direction", "count", "limit_options")
                self._limit_parts(clause, ("count",), scope)
                _check_fetch(clause)
            if clause:
                target.set(name, clause)

    def _percent(self, clause: exp.Expr) -> tuple[str, ...]:
        """Name the part that makes a share of a limit, where the dialect has ``LIMIT 10%``."""
        options = clause.args.get("limit_options")
        if self.context.dialect != "duckdb" or not isinstance(options, exp.LimitOptions):
            return ()
        return (
            ("limit_options",) if {n for n, v in options.args.items() if v} == {"percent"} else ()
        )

    def _limit_parts(self, clause: exp.Expr, names: tuple[str, ...], scope: Scope) -> None:
        # A limit sees no columns, so it is bound outside of the query's own sources.
        outside = Scope(parent=None, ctes=scope.ctes)
        for name in names:
            if isinstance(part := clause.args.get(name), exp.Expr):
                clause.set(name, self.expressions.value(part, outside)[0])


def _check_fetch(clause: exp.Fetch) -> None:
    options = clause.args.get("limit_options")
    word = str(clause.args.get("direction") or "FIRST").upper()
    if word not in {"FIRST", "NEXT"} or (options and options.args.get("percent")):
        raise refuse("G09", "FETCH of this form is not modelled", "use LIMIT", place_of(clause))


def _having_to_where(node: exp.Select) -> None:
    """Filter rows where MySQL's HAVING would, since it takes no columns there but by an alias."""
    having = node.args.get("having")
    parts = [*node.expressions, having]
    if not having or node.args.get("group") or any(p.find(exp.AggFunc, exp.Window) for p in parts):
        return
    where = node.args.get("where")
    conditions = [exp.Paren(this=c.this) for c in (where, having) if c]
    node.set("where", exp.Where(this=exp.and_(*conditions, wrap=False, copy=False)))
    node.set("having", None)


def _distinct_on(node: exp.Query) -> int:
    """Count the keys of DISTINCT ON, by which a query has to be sorted first."""
    clause = node.args.get("distinct")
    on = clause.args.get("on") if isinstance(clause, exp.Distinct) else None
    return len(on.expressions) if isinstance(on, exp.Tuple) else 0


def _not_a_position(bound: exp.Expr, label: Label) -> exp.Expr:
    # A constant would be read as a position by the source; nothing is sorted by a constant.
    if not label.origins and isinstance(bound.unnest(), (exp.Literal, exp.Neg, exp.Placeholder)):
        raise refuse("G09", "a constant to group or sort by", "name a column")
    return bound


def finish_scans(scans: list[Scan]) -> None:
    """Fill in the sub-selects, now that it is known which columns are read."""
    for scan in scans:
        scan.finish()
