"""Binding of the SELECT list: stars written out, every result column named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from sluicegate.sql.columnlists import matching, of_star, title
from sluicegate.sql.context import Context, Used
from sluicegate.sql.expressions import Expressions
from sluicegate.sql.labels import Label
from sluicegate.sql.names import catalogue_key, check_identifier, key, quoted, written
from sluicegate.sql.profiles import profile
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.resolve import read, sources_named
from sluicegate.sql.scope import Output, Scope, Visible
from sluicegate.sql.structs import row_parts, unnested_fields


def _reference(visible: Visible) -> exp.Column:
    """Name a column as a statement would, so that it is bound like any other."""
    source = visible.parts[0][0]
    table = quoted(source.key) if source.key and len(visible.parts) == 1 else None
    return exp.Column(this=quoted(visible.key), table=table)


Item = tuple[exp.Expr, Label, str, str]
"""Expression, label, name and key of one result column."""


class ProjectionBinder:
    """Binds the SELECT list of one query."""

    def __init__(self, expressions: Expressions, scope: Scope) -> None:
        self.expressions = expressions
        self.context: Context = expressions.context
        self.scope = scope

    def bind(self, node: exp.Select) -> list[Output]:
        """Write the SELECT list anew and return what it gives."""
        items: list[Item] = []
        for projection in node.expressions:
            found = list(self._items(projection))
            items += found
            if isinstance(projection, exp.Alias) and profile(self.context.dialect).has(
                "alias-in-list"
            ):
                # DuckDB lets a column of the list use the aliases before it.
                self.scope.aliases |= {own: (e, label) for e, label, _, own in found}
        if not items and not self.context.problems and not self.context.guessing:
            raise refuse("G09", "a SELECT of no columns", "name at least one", place_of(node))
        named = [
            (expression, label, name or f"_col_{index}", own or f"_col_{index}")
            for index, (expression, label, name, own) in enumerate(items)
        ]
        node.set("expressions", [exp.Alias(this=e, alias=quoted(n)) for e, _, n, _ in named])
        # A parameter is one only where it stands; as a column it may be NULL by an outer join.
        return [
            Output(name=n, key=k, label=replace(label, parameter="")) for _, label, n, k in named
        ]

    def _items(self, node: exp.Expr) -> Iterator[Item]:
        if self.context.dialect == "duckdb":
            node = of_star(node) or node
        if self.context.dialect == "duckdb" and isinstance(
            pattern := node.find(exp.Columns), exp.Columns
        ):
            yield from self._columns(node, pattern)
        elif isinstance(node, exp.Star):
            yield from self._star(node, self.scope.group.visible, node, "*")
        elif isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
            yield from self._table_star(node)
        elif self.context.dialect == "duckdb" and (fields := unnested_fields(node)):
            for field in fields:
                yield self._alias(field)
        elif parts := row_parts(node, self.context.dialect):
            for part in parts:
                yield self._single(part)
        elif isinstance(node, exp.Alias):
            yield self._alias(node)
        else:
            yield self._single(node)

    def _columns(self, node: exp.Expr, pattern: exp.Columns) -> Iterator[Item]:
        """``COLUMNS(…)``: the expression once for each column that is meant."""
        if pattern.args.get("unpack"):
            one = self._unpacked(node.copy())
            yield self._alias(one) if isinstance(one, exp.Alias) else self._single(one)
            return
        if isinstance(node, exp.Alias):
            yield from self._titled(node, pattern)
            return
        if len(list(node.find_all(exp.Columns))) > 1:
            raise refuse("G09", "COLUMNS of this form", "name columns one by one", place_of(node))
        found = self.meant(pattern)
        self._note("COLUMNS", found, node)
        for visible in found:
            one = node.copy()
            place = one if isinstance(one, exp.Columns) else one.find(exp.Columns)
            assert place is not None
            if place is one:
                yield (*read(visible, self.context, node), visible.name, visible.key)
                continue
            place.replace(_reference(visible))
            expression, label = self.expressions.bind(one, self.scope)
            yield expression, label, visible.name, visible.key

    def _alias(self, node: exp.Alias) -> Item:
        name = node.args.get("alias")
        if not isinstance(name, exp.Identifier):
            raise refuse("G09", "an alias the guard does not read", "use a name", place_of(node))
        check_identifier(name, self.context.dialect)
        expression, label = self.expressions.bind(node.this, self.scope)
        dialect = self.context.dialect
        return expression, label, written(name, dialect), key(name, dialect)

    def _single(self, node: exp.Expr) -> Item:
        expression, label = self.expressions.bind(node, self.scope)
        dialect = self.context.dialect
        if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
            return (
                expression,
                label,
                written(node.expression, dialect),
                key(node.expression, dialect),
            )
        if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier):
            return expression, label, "", ""
        # Bound columns carry the name as the catalogue spells it.
        found = expression if isinstance(expression, exp.Column) else node
        return expression, label, found.name, catalogue_key(found.name, dialect)

    def _unpacked(self, node: exp.Expr) -> exp.Expr:
        """``greatest(*COLUMNS(…))``: the columns stand side by side as arguments of one call."""
        for pattern in list(node.find_all(exp.Columns)):
            call = pattern.parent
            first = pattern.arg_key == "this"
            takes = (exp.Greatest, exp.Least, exp.Coalesce) if first else (exp.Func,)
            if not pattern.args.get("unpack") or not isinstance(call, takes):
                raise refuse("G09", "COLUMNS of this form", "name columns", place_of(pattern))
            pattern.set("unpack", None)
            found = self.meant(pattern)
            self._note("COLUMNS", found, node)
            own = [_reference(visible) for visible in found]
            if first:
                call.set("this", own[0])
                call.set("expressions", [*own[1:], *call.expressions])
            else:
                rest = [[item] if item is not pattern else own for item in call.expressions]
                call.set("expressions", [item for items in rest for item in items])
        return node

    def meant(self, pattern: exp.Columns) -> list[Visible]:
        """Return the columns in sight that a pattern means: at least one."""
        found = matching(pattern, self.scope.group.visible, self._names)
        if not found and not self.context.guessing:
            where = place_of(pattern)
            raise refuse("G09", "COLUMNS that means no column", "check the pattern", where)
        return found

    def _titled(self, node: exp.Alias, pattern: exp.Columns) -> Iterator[Item]:
        r"""``min(COLUMNS(*)) AS "min_\0"``: an alias made of each name."""
        alias = node.args["alias"]
        for expression, label, name, _ in self._columns(node.this, pattern):
            identifier = exp.to_identifier(title(alias.name, pattern, name), quoted=True)
            check_identifier(identifier, self.context.dialect)
            own = key(identifier, self.context.dialect)
            yield expression, label, written(identifier, self.context.dialect), own

    def _table_star(self, node: exp.Column) -> Iterator[Item]:
        only(node, "this", "table", "db")
        source = sources_named(node, self.scope, self.context)
        if not any(own is source for own in self.scope.group.sources) or source is None:
            hint = "use the alias of a table in FROM"
            raise refuse("G09", f"no table {node.table!r} for its *", hint, place_of(node))
        visible = [Visible(name=c.name, key=c.key, parts=((source, c),)) for c in source.columns]
        assert isinstance(node.this, exp.Star)
        yield from self._star(node.this, visible, node, f"{node.table}.*")

    def _star(
        self, star: exp.Star, visible: list[Visible], node: exp.Expr, shown: str
    ) -> Iterator[Item]:
        only(star, "except_", "replace", "rename")
        left_out = self._names(star.args.get("except_"), node)
        replaced = {self._alias_key(alias): alias for alias in star.args.get("replace") or []}
        renamed = {self._source_key(alias): alias for alias in star.args.get("rename") or []}
        known = {v.key for v in visible}
        unknown = (left_out | set(replaced) | set(renamed)) - known
        if unknown and not self.context.guessing:
            message = f"no column {min(unknown)!r} to leave out or replace"
            self.context.problem("G09", message, "check the name", node)
        self._note(shown, [v for v in visible if v.key not in left_out], node)
        for column in visible:
            if column.key in replaced:
                expression, label = self.expressions.bind(replaced[column.key].this, self.scope)
                yield expression, label, column.name, column.key
            elif column.key not in left_out:
                expression, label = read(column, self.context, node)
                name, own = self._renamed(renamed.get(column.key), column)
                yield expression, label, name, own

    def _renamed(self, alias: exp.Expr | None, column: Visible) -> tuple[str, str]:
        if alias is None:
            return column.name, column.key
        name = alias.args["alias"]
        check_identifier(name, self.context.dialect)
        return written(name, self.context.dialect), key(name, self.context.dialect)

    def _source_key(self, alias: exp.Expr) -> str:
        self._alias_key(alias)
        return next(iter(self._names([alias.this], alias)))

    def _names(self, nodes: object, node: exp.Expr) -> set[str]:
        names = set()
        for item in nodes if isinstance(nodes, list) else []:
            identifier = item.this if isinstance(item, exp.Column) and not item.table else item
            if not isinstance(identifier, exp.Identifier):
                raise refuse("G09", "EXCEPT of this form", "name plain columns", place_of(node))
            names.add(key(identifier, self.context.dialect))
        return names

    def _alias_key(self, alias: exp.Expr) -> str:
        name = alias.args.get("alias")
        if not isinstance(alias, exp.Alias) or not isinstance(name, exp.Identifier):
            raise refuse("G09", "REPLACE of this form", "use expression AS column", place_of(alias))
        return key(name, self.context.dialect)

    def _note(self, shown: str, visible: list[Visible], node: exp.Expr) -> None:
        labels = [col.label for v in visible for _, col in v.parts if col.label]
        columns = dict.fromkeys(ref for label in labels for ref in sorted(label.origins))
        used = Used(name=shown, place=place_of(node), columns=tuple(columns))
        self.context.seen.stars.append(used)
