"""Binding of FROM: tables become masked sub-selects, the rest is bound in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.sql.context import Context
from sluicegate.sql.joins import bind_join
from sluicegate.sql.names import check_identifier, key, quoted, written
from sluicegate.sql.outputs import check_distinct_names, rename
from sluicegate.sql.profiles import profile
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.relations import find_relation
from sluicegate.sql.rowsources import (
    bind_function,
    bind_sequence,
    bind_values,
    check_sample,
    is_sequence,
    lateral_values,
)
from sluicegate.sql.scans import Scan, scan
from sluicegate.sql.scope import Bound, Column, Cte, Group, Scope, Source
from sluicegate.sql.tablefunctions import bind_rows

if TYPE_CHECKING:
    from sluicegate.sql.query import Binder

Item = tuple[exp.Expr, Group]
"""What stands in FROM in the generated statement, and what it offers."""

_FUNCTIONS = (exp.Unnest, exp.GenerateSeries)


def _joins_to_select(node: exp.Select, first: exp.Expr) -> None:
    """Put the joins of DuckDB's ``FROM a JOIN b … SELECT`` where other queries have them."""
    own = first.args.get("joins") if isinstance(first, exp.Table) else None
    if own and not node.args.get("joins"):
        first.set("joins", None)
        node.set("joins", own)


class FromBinder:
    """Binds the FROM clause of one SELECT and remembers its scans."""

    def __init__(self, binder: Binder, scope: Scope) -> None:
        self.binder = binder
        self.context: Context = binder.context
        self.scope = scope
        self.scans: list[Scan] = []

    def bind(self, node: exp.Select) -> None:
        """Bind FROM and the joins of ``node``; ``scope.group`` grows from left to right."""
        clause = node.args.get("from_")
        if self.context.dialect == "mysql" and _is_dual(clause) and not node.args.get("joins"):
            node.set("from_", None)
            return
        if isinstance(clause, exp.From):
            _joins_to_select(node, clause.this)
            first, self.scope.group = self.item(clause.this)
            clause.set("this", first)
        elif clause or node.args.get("joins"):
            raise refuse("G09", "FROM of this form is not modelled", "name tables", place_of(node))
        for join in node.args.get("joins") or []:
            bind_join(self, join)

    def item(self, node: exp.Expr) -> Item:
        """Bind one item of FROM.

        Raises:
            SqlRefused: for an item that is no table, query, VALUES or listed function.
        """
        if isinstance(node, exp.Table):
            return self._table(node)
        if isinstance(node, exp.Subquery):
            if isinstance(node.this, exp.Table):
                return self._nested_joins(node)
            # DuckDB reads a derived table as LATERAL wherever it names what stands left of it.
            lateral = self.context.dialect == "duckdb" and bool(self.scope.group.sources)
            return self._derived(node, self.scope if lateral else self.scope.parent)
        if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            return self._lateral_query(node, node.this)
        if isinstance(node, exp.Values):
            return bind_values(self, node)
        return self._function(node)

    def _lateral_query(self, node: exp.Lateral, query: exp.Subquery) -> Item:
        """``LATERAL (SELECT …)`` and ``LATERAL (VALUES …)``: they see what stands left of them."""
        if not profile(self.context.dialect).has("lateral"):
            hint = "join a derived table"
            raise refuse("G09", "LATERAL is not of this dialect", hint, place_of(node))
        only(node, "this", "alias")
        if isinstance(query.this, exp.Values):
            return lateral_values(self, node, query.this)
        inner, group = self._derived(query, self.scope, node.args.get("alias"))
        alias = inner.args.pop("alias")
        return exp.Lateral(this=inner, alias=alias), group

    def _function(self, node: exp.Expr) -> Item:
        """A function without a table around it: the parser has a node of its own for some."""
        if isinstance(node, exp.Lateral):
            return self._lateral_function(node)
        if isinstance(node, exp.Unnest) and node.args.get("offset"):
            return self._with_offset(node, node.args.get("alias"))
        if isinstance(node, _FUNCTIONS):
            return bind_function(self, node, node.args.get("alias"))
        hint = "read tables of the source; load other data with another task"
        raise refuse("G17", f"{type(node).__name__} in FROM", hint, place_of(node))

    def _table(self, node: exp.Table) -> Item:
        if not isinstance(node.this, exp.Identifier):
            return self._table_function(node)
        if self.context.dialect == "mysql":
            # USE INDEX and the like advise the planner; the index would not fit a sub-select.
            node.set("hints", None)
        only(node, "this", "alias", "db", "sample")
        cte = None if node.args.get("db") else self._cte(node.this)
        if cte is not None:
            return self._cte_scan(node, cte)
        if is_sequence(node, self.context):
            return bind_sequence(self, node)
        return self._base(node)

    def _cte(self, name: exp.Identifier) -> Cte | None:
        return self.scope.ctes.get(key(name, self.context.dialect))

    def _cte_scan(self, node: exp.Table, cte: Cte) -> Item:
        only(node, "this", "alias")
        own, alias, names = self.alias(node.args.get("alias"), node.this)
        bound = Bound(node=exp.Select(), outputs=cte.outputs)
        table = exp.Table(this=quoted(cte.name), alias=exp.TableAlias(this=quoted(alias)))
        if names:
            hint = "name its columns in the WITH clause"
            raise refuse("G09", "an alias list on a WITH query", hint, place_of(node))
        return table, Group.of(_source_of(bound, own, alias))

    def _base(self, node: exp.Table) -> Item:
        relation = find_relation(node, self.context)
        own, alias, names = self.alias(node.args.get("alias"), node.this)
        if relation is None:
            source = Source(key=own, alias=alias, columns=[], unknown=True)
            return node, Group.of(source)
        if len(names) > len(relation.columns):
            hint = "name as many columns as the table has"
            raise refuse("G09", "an alias list that is too long", hint, place_of(node))
        found = scan(
            relation,
            self.context,
            own_key=own,
            alias=alias,
            names=[(written(n, self.context.dialect), key(n, self.context.dialect)) for n in names],
            schema=self._schema_key(node, relation.name.schema),
            sample=check_sample(node.args.get("sample"), self.context.dialect),
        )
        self.scans.append(found)
        return found.node, Group.of(found.source)

    def _schema_key(self, node: exp.Table, schema: str) -> str | None:
        if node.args.get("alias"):
            return None
        db = node.args.get("db")
        return key(db, self.context.dialect) if db else schema

    def _derived(
        self, node: exp.Subquery, parent: Scope | None, alias: exp.Expr | None = None
    ) -> Item:
        alias = alias or node.args.get("alias")
        plain = node.copy()
        plain.set("alias", None)
        bound = self.binder.query(plain, parent, self.scope.ctes)
        own, name, names = self.alias(alias, None)
        rename(bound, names, self.context.dialect)
        check_distinct_names(bound.outputs, self.context, node)
        subquery = (
            bound.node if isinstance(bound.node, exp.Subquery) else exp.Subquery(this=bound.node)
        )
        subquery.set("alias", exp.TableAlias(this=quoted(name)))
        return subquery, Group.of(_source_of(bound, own, name))

    def _nested_joins(self, node: exp.Subquery) -> Item:
        """``(a JOIN b ON …)``: its tables stay in sight by their own names."""
        only(node, "this")
        table = node.this
        joins = table.args.get("joins") or []
        table.set("joins", None)
        outer = self.scope.group
        inner_node, self.scope.group = self.item(table)
        for join in joins:
            bind_join(self, join)
        inner, self.scope.group = self.scope.group, outer
        inner_node.set("joins", joins)
        # The parser hangs joins on the first item, and the generator writes them after its alias.
        return exp.Paren(this=inner_node), inner

    def _table_function(self, node: exp.Table) -> Item:
        function = node.this
        only(node, "this", "alias", "ordinality")
        ordinality = bool(node.args.get("ordinality"))
        if isinstance(function, _FUNCTIONS) and not ordinality:
            return bind_function(self, function, node.args.get("alias"))
        return bind_rows(self, function, node.args.get("alias"), ordinality=ordinality)

    def _lateral_function(self, node: exp.Lateral) -> Item:
        """``LATERAL f(…)``: functions in FROM see what stands left of them anyway."""
        only(node, "this", "alias", "ordinality")
        function, alias = node.this, node.args.get("alias")
        if self.context.dialect == "sqlite":
            raise refuse("G17", "LATERAL in FROM", "leave LATERAL out", place_of(node))
        if isinstance(function, exp.Unnest) and function.args.get("offset"):
            return self._with_offset(function, alias)
        ordinality = bool(node.args.get("ordinality"))
        if isinstance(function, _FUNCTIONS) and not ordinality:
            return bind_function(self, function, alias)
        return bind_rows(self, function, alias, ordinality=ordinality)

    def _with_offset(self, node: exp.Unnest, alias: exp.Expr | None) -> Item:
        """``unnest(…) WITH ORDINALITY``: the parser takes the last name out of the alias list."""
        only(node, "expressions", "alias", "offset")
        offset = node.args["offset"]
        alias = alias.copy() if isinstance(alias, exp.TableAlias) else exp.TableAlias()
        if isinstance(offset, exp.Identifier) and alias.columns:
            alias.append("columns", offset.copy())
        if len(node.expressions) != 1:
            raise refuse("G09", "a function of several columns in FROM", "use one", place_of(node))
        return bind_rows(self, node, alias, ordinality=True)

    def alias(
        self, alias: exp.Expr | None, table: exp.Identifier | None
    ) -> tuple[str, str, list[exp.Identifier]]:
        """Return the key, the unique name, and the alias list of an item."""
        name = alias.args.get("this") if isinstance(alias, exp.TableAlias) else None
        names = list(alias.columns) if isinstance(alias, exp.TableAlias) else []
        identifier = name if isinstance(name, exp.Identifier) else table
        if any(not isinstance(n, exp.Identifier) for n in names):
            raise refuse("G09", "an alias list with types", "name columns only", place_of(alias))
        for part in (*names, *([identifier] if identifier else [])):
            check_identifier(part, self.context.dialect)
        if identifier is None:
            return "", self.context.unique("_query"), names
        dialect = self.context.dialect
        return key(identifier, dialect), self.context.unique(written(identifier, dialect)), names


def _is_dual(clause: object) -> bool:
    """``FROM dual`` is MySQL's word for no table; in backticks it is a table's name."""
    table = clause.this if isinstance(clause, exp.From) else None
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
        return False
    bare = {name for name, value in table.args.items() if value} == {"this"}
    return bare and not table.this.args.get("quoted") and table.name.lower() == "dual"


def _source_of(bound: Bound, own: str, alias: str) -> Source:
    columns = [Column(name=o.name, key=o.key, label=o.label) for o in bound.outputs]
    return Source(key=own, alias=alias, columns=columns)
