"""Rows that come from no table: VALUES, generate_series, unnest; and TABLESAMPLE."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.sql.context import Context, Used
from sluicegate.sql.labels import Label, computed
from sluicegate.sql.names import key, quoted, written
from sluicegate.sql.profiles import profile
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.relations import as_written
from sluicegate.sql.scope import Column, Group, Scope, Source

if TYPE_CHECKING:
    from sluicegate.sql.fromclause import FromBinder, Item

_SEQUENCE = re.compile(r"seq_(\d{1,18})_to_(\d{1,18})(?:_step_(\d{1,18}))?")
_MOST_ROWS = 1_000_000
_SAMPLE_METHODS = frozenset({"BERNOULLI", "SYSTEM", "RESERVOIR"})


def lateral_values(from_: FromBinder, node: exp.Lateral, values: exp.Values) -> Item:
    """Bind ``LATERAL (VALUES ('a', t.a), …) AS v(name, value)``: it sees what stands left of it."""
    only(node.this, "this")
    own = values.copy()
    own.set("alias", node.args.get("alias"))
    bound, group = bind_values(from_, own, lateral=True)
    alias = bound.args.pop("alias")
    return exp.Lateral(this=exp.Subquery(this=bound), alias=alias), group


def bind_values(from_: FromBinder, node: exp.Values, *, lateral: bool = False) -> Item:
    """Bind ``VALUES (…), (…)`` in FROM; unnamed columns get the dialect's names."""
    own_dialect = profile(from_.context.dialect)
    if not own_dialect.has("values"):
        hint = "write SELECT … UNION ALL SELECT …"
        raise refuse("G09", "VALUES in FROM is not modelled here", hint, place_of(node))
    only(node, "expressions", "alias")
    outer = from_.scope if lateral else Scope(parent=from_.scope.parent, ctes=from_.scope.ctes)
    rows = [_row(from_, row, outer) for row in node.expressions]
    width = len(rows[0]) if rows else 0
    if not width or any(len(row) != width for row in rows):
        raise refuse("G09", "VALUES of unequal width", "give each row as many", place_of(node))
    own, alias, names = from_.alias(node.args.get("alias"), None)
    dialect = from_.context.dialect
    if len(names) > width or (names and not own_dialect.has("values-names")):
        hint = "name its columns in a WITH clause"
        raise refuse("G09", "an alias list on VALUES", hint, place_of(node))
    columns = [
        Column(
            name=written(names[i], dialect) if i < len(names) else _default_name(i, dialect),
            key=key(names[i], dialect) if i < len(names) else _default_name(i, dialect),
            label=computed(row[i] for row in rows),
        )
        for i in range(width)
    ]
    node.set("alias", _alias_list(alias, columns, dialect))
    return node, Group.of(Source(key=own, alias=alias, columns=columns))


def _default_name(index: int, dialect: str) -> str:
    return f"col{index}" if dialect == "duckdb" else f"column{index + 1}"


def _row(from_: FromBinder, row: exp.Expr, scope: Scope) -> list[Label]:
    cells = row.expressions if isinstance(row, exp.Tuple) else [row]
    pairs = [from_.binder.expressions.value(cell, scope) for cell in cells]
    if isinstance(row, exp.Tuple):
        row.set("expressions", [expression for expression, _ in pairs])
    elif pairs[0][0] is not row:
        raise refuse("G09", "VALUES of this form", "put each row in brackets", place_of(row))
    return [label for _, label in pairs]


def bind_function(from_: FromBinder, node: exp.Expr, alias: exp.Expr | None) -> Item:
    """Bind a listed function in FROM. It sees what stands left of it, as if LATERAL."""
    dialect = from_.context.dialect
    if not profile(dialect).has("table-functions"):
        raise refuse("G17", "a table function", "read tables of the source", place_of(node))
    only(node, "start", "end", "step", "expressions", "alias", "is_end_exclusive")
    labels = []
    for name in ("start", "end", "step"):
        if isinstance(part := node.args.get(name), exp.Expr):
            bound, label = from_.binder.expressions.value(part, from_.scope)
            node.set(name, bound)
            labels.append(label)
    pairs = [from_.binder.expressions.value(item, from_.scope) for item in node.expressions]
    if pairs:
        node.set("expressions", [expression for expression, _ in pairs])
    labels += [label for _, label in pairs]
    own, name, names = from_.alias(alias, None)
    if dialect == "postgres" and isinstance(node, exp.Unnest) and len(names) == len(pairs) > 1:
        from_.context.seen.functions.append(Used(name="unnest", place=place_of(node)))
        columns = [
            Column(name=written(n, dialect), key=key(n, dialect), label=computed(labels))
            for n in names
        ]
        if len({c.key for c in columns}) != len(columns):
            raise refuse("G09", "an alias list that gives two columns one name", "use other names")
        node.set("alias", _alias_list(name, columns, dialect))
        return node, Group.of(Source(key=own, alias=name, columns=columns))
    if len(names) > 1 or len(pairs) > 1:
        hint = "use one, or name as many columns as arrays: unnest(a, b) AS t(x, y)"
        raise refuse("G09", "a function of several columns in FROM", hint, place_of(node))
    title = "unnest" if isinstance(node, exp.Unnest) else "generate_series"
    title = "range" if node.args.get("is_end_exclusive") else title
    from_.context.seen.functions.append(Used(name=title, place=place_of(node)))
    # DuckDB calls the column like the function whatever the alias is; PostgreSQL like the alias.
    default = title if dialect == "duckdb" else (own or title)
    shown = written(names[0], dialect) if names else default
    col_key = key(names[0], dialect) if names else default
    column = Column(name=shown, key=col_key, label=computed(labels))
    node.set("alias", None)
    list_ = _alias_list(name, [column], dialect)
    if isinstance(node, exp.Unnest):
        node.set("alias", list_)
        return node, Group.of(Source(key=own or title, alias=name, columns=[column], scalar=True))
    return exp.Table(this=node, alias=list_), Group.of(
        Source(key=own or title, alias=name, columns=[column], scalar=True)
    )


def is_sequence(node: exp.Table, context: Context) -> bool:
    """Tell whether a name means MariaDB's numbers, such as ``seq_1_to_12``, and no table."""
    if context.dialect != "mysql" or node.args.get("db") or not _SEQUENCE.fullmatch(node.name):
        return False
    return context.lookup(*as_written(node.this, None, "mysql")) is None


def bind_sequence(from_: FromBinder, node: exp.Table) -> Item:
    """Bind ``seq_1_to_100_step_5``, of at most 1,000,000 rows; its column is called ``seq``."""
    only(node, "this", "alias")
    found = _SEQUENCE.fullmatch(node.name)
    assert found is not None
    first, last, step = (int(n or 1) for n in found.group(1, 2, 3))
    own, alias, names = from_.alias(node.args.get("alias"), node.this)
    if names or not step or abs(last - first) // step >= _MOST_ROWS:
        hint = f"at most {_MOST_ROWS:,} rows, without an alias list"
        raise refuse("G09", "a sequence of this form", hint, place_of(node))
    from_.context.seen.functions.append(Used(name="seq", place=place_of(node)))
    table = exp.Table(this=quoted(node.name), alias=exp.TableAlias(this=quoted(alias)))
    column = Column(name="seq", key="seq", label=Label())
    return table, Group.of(Source(key=own, alias=alias, columns=[column]))


def _alias_list(alias: str, columns: list[Column], dialect: str) -> exp.TableAlias:
    has_names = profile(dialect).has("values-names")
    names = [quoted(c.name) for c in columns] if has_names else []
    return exp.TableAlias(this=quoted(alias), columns=names)


def check_sample(sample: object, dialect: str) -> exp.TableSample | None:
    """Return a TABLESAMPLE of a known method over a literal share, or refuse."""
    if not sample:
        return None
    assert isinstance(sample, exp.TableSample)
    only(sample, "method", "percent", "size", "seed")
    method = sample.args.get("method")
    parts = [sample.args.get(n) for n in ("percent", "size", "seed")]
    plain = all(
        p in (None, False) or (isinstance(p, exp.Literal) and not p.is_string) for p in parts
    )
    name = method.name.upper() if isinstance(method, exp.Var) else ""
    if dialect == "duckdb" and sample.args.get("size") and name != "RESERVOIR":
        # The parser takes a bare number for rows, whatever the method.
        raise refuse("G09", "a sample without a unit", "write 10%", place_of(sample))
    if not profile(dialect).has("sample") or not plain or (method and name not in _SAMPLE_METHODS):
        hint = "use TABLESAMPLE BERNOULLI (percent)"
        raise refuse("G09", "a sample of this form is not modelled", hint, place_of(sample))
    return sample.copy()
