"""DuckDB's PIVOT and UNPIVOT, written out as the ordinary queries that they stand for.

This happens to the tree before anything is bound, so that each part is checked like any other: a
cell of PIVOT is an aggregate with a FILTER, and UNPIVOT is ``unnest`` of two lists side by side.
(DuckDB documentation, "PIVOT Statement" and "UNPIVOT Statement".)
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from sqlglot import exp

from sluicegate.sql.names import key, quoted
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.scope import Group, Visible

_MOST_CELLS = 1_000
_PLAIN_NUMBER = re.compile(r"(0|[1-9]\d*)(\.\d+)?")
"""A number that DuckDB shows as it is written."""
_TITLE = "title_of"
_PATTERN = "unpivoted"


def written_out(tree: exp.Expr) -> exp.Expr:
    """Replace each PIVOT and UNPIVOT in ``tree``; return the tree, or what takes its place.

    Raises:
        SqlRefused: the columns that it would make are not in the statement itself.
    """
    # The innermost first: what is around it is made of a copy.
    for node in reversed(list(tree.find_all(exp.Table, exp.Subquery))):
        if node.args.get("pivots"):
            _item(node)
    for node in reversed(list(tree.find_all(exp.Pivot))):
        select = _unpivoted(node) if node.args.get("unpivot") else _pivoted(node)
        select.set("with_", node.args.get("with_"))
        if node is tree:
            return select
        node.replace(select)
    return tree


def unpivot_pattern(node: exp.Select) -> exp.Columns | None:
    """Return the pattern by which UNPIVOT names columns, if ``node`` was made of such a one."""
    return node.meta.get(_PATTERN)


def list_unpivoted(node: exp.Select, found: list[Visible]) -> None:
    """Put the columns that a pattern means into the lists of an UNPIVOT."""
    star, titles, values = node.expressions
    names = [quoted(column.name) for column in found]
    star.set("except_", [name.copy() for name in names])
    titles.this.this.set("expressions", [exp.Literal.string(c.name) for c in found])
    values.this.this.set("expressions", [exp.Column(this=name) for name in names])


def spell_titles(node: exp.Select, group: Group) -> None:
    """Write the names that UNPIVOT makes values as the columns are really spelled."""
    for title in node.find_all(exp.Literal):
        wanted = title.meta.get(_TITLE)
        found = group.named(wanted) if wanted else []
        if len(found) == 1:
            title.set("this", found[0].name)


def _item(node: exp.Expr) -> None:
    """``t PIVOT (…) AS p`` in FROM: the parser hangs it on the table, one after the other."""
    pivots = node.args["pivots"]
    item = node.copy()
    item.set("pivots", None)
    joins = node.args.get("joins")
    item.set("joins", None)
    alias: exp.Expr | None = None
    for pivot in pivots:
        select = (_unpivoted if pivot.args.get("unpivot") else _pivoted)(pivot, item)
        alias = pivot.args.get("alias")
        item = exp.Subquery(this=select, alias=alias.copy() if alias else None)
    item.set("joins", joins)
    node.replace(item)


def _pivoted(node: exp.Pivot, item: exp.Expr | None = None) -> exp.Select:
    """One aggregate per cell, over the rows of that cell, grouped by what is left."""
    only(
        node, "this", "expressions", "fields", "using", "group", "alias", "columns", "with_",
        "pivot_column_naming", "prefixed_pivot_columns", "identify_pivot_strings",
    )  # fmt: skip
    fields = node.args.get("fields") if item else node.expressions
    using = node.expressions if item else (node.args.get("using") or [])
    using = using or [exp.Count(this=exp.Star(), big_int=True)]
    axes = [_axis(field) for field in fields or []]
    cells = list(itertools.product(*axes))
    if not cells or len(cells) * len(using) > _MOST_CELLS:
        hint = f"list what becomes columns, at most {_MOST_CELLS:,} in all"
        raise refuse("G09", "a PIVOT of this size", hint, place_of(node))
    projections: list[exp.Expr] = []
    for cell in cells:
        title = "_".join(name for name, _ in cell)
        condition = exp.and_(*(test.copy() for _, test in cell), copy=False)
        for call in using:
            name = _title(call, title, several=len(using) > 1)
            projections.append(
                exp.Alias(this=_filtered(call.unalias().copy(), condition), alias=quoted(name))
            )
    group = node.args.get("group")
    keys: list[exp.Expr] = [item.copy() for item in group.expressions] if group else []
    if not all(isinstance(item, exp.Column) for item in keys):
        raise refuse("G09", "PIVOT … GROUP BY of this form", "name columns", place_of(group))
    if not keys:
        read = [*(f.this for f in fields or []), *using]
        keys = [_all_but(column for part in read for column in part.find_all(exp.Column))]
    return exp.Select(
        expressions=[*keys, *projections],
        from_=exp.From(this=item or node.this.copy()),
        group=exp.Group(all=True),
    )


def _axis(field: exp.Expr) -> list[tuple[str, exp.Expr]]:
    """Return the name and the test of each value that becomes a column."""
    if not isinstance(field, exp.In) or not field.expressions:
        hint = "list the values that become columns: PIVOT … ON column IN ('a', 'b')"
        raise refuse("G09", "PIVOT over values that are not listed", hint, place_of(field))
    if not isinstance(field.this, (exp.Column, exp.Func, exp.Paren)):
        # DuckDB reads `a || b IN (…)` as `a || (b IN (…))`.
        raise refuse("G09", "PIVOT over an expression", "put it in brackets", place_of(field))
    found: list[tuple[str, exp.Expr]] = []
    for item in field.expressions:
        value = item.this if isinstance(item, exp.PivotAlias) else item
        if not isinstance(value, (exp.Literal, exp.Boolean)):
            hint = "list literals"
            raise refuse("G09", "PIVOT over a value of this form", hint, place_of(field))
        name = str(value.this).lower() if isinstance(value, exp.Boolean) else value.name
        if isinstance(value, exp.Literal) and not value.is_string:
            _check_number(name, field)
        # DuckDB compares as text: 2 is not the 2.00 of a decimal column.
        subject = exp.Cast(this=field.this.copy(), to=exp.DataType.build("text"))
        test = exp.EQ(this=subject, expression=exp.Literal.string(name))
        if isinstance(item, exp.PivotAlias):
            name = item.args["alias"].name
        found.append((name, test))
    return found


def _check_number(text: str, field: exp.Expr) -> None:
    if not _PLAIN_NUMBER.fullmatch(text):
        hint = "write numbers as the database shows them"
        raise refuse("G09", "PIVOT over a number of this form", hint, place_of(field))


def _filtered(call: exp.Expr, condition: exp.Expr) -> exp.Expr:
    """Let each aggregate of ``call`` see the rows of one cell only."""
    inside = list(call.walk(prune=lambda node: isinstance(node, _AGGREGATES)))
    found: list[exp.Expr] = [node for node in inside if isinstance(node, _AGGREGATES)]
    if isinstance(call, exp.Anonymous):
        found = [call]
    # DuckDB drops a FILTER that stands here already without a word.
    if not found or call.find(exp.Window, exp.Query, exp.Filter):
        hint = "use an aggregate per column, such as sum(x)"
        raise refuse("G09", "PIVOT USING of this form", hint, place_of(call))
    for node in found:
        filtered = exp.Filter(this=node.copy(), expression=exp.Where(this=condition.copy()))
        if node is call:
            return filtered
        node.replace(filtered)
    return call


_AGGREGATES = (exp.AggFunc, exp.IgnoreNulls, exp.RespectNulls)


def _title(call: exp.Expr, cell: str, *, several: bool) -> str:
    """Name a column as DuckDB does: the cell, then the aggregate if it has to be told apart."""
    if isinstance(call, exp.Alias):
        return f"{cell}_{call.alias}"
    if not several:
        return cell
    whole = isinstance(call, exp.Count) and isinstance(call.this, exp.Star)
    return (
        f"{cell}_count_star()"
        if whole
        else f"{cell}_{call.sql('duckdb', normalize_functions='lower')}"
    )


def _unpivoted(node: exp.Pivot, item: exp.Expr | None = None) -> exp.Select:
    """Each row once per column that is listed, but for those that are NULL there."""
    only(
        node, "this", "expressions", "fields", "unpivot", "into", "alias", "include_nulls", "with_",
        "value_columns_first",
    )  # fmt: skip
    if item:
        field = node.args["fields"][0]
        plain = len(node.expressions) == len(node.args["fields"]) == 1 and isinstance(field, exp.In)
        listed = field.expressions if plain else []
        names = (field.this, node.expressions[0]) if plain else ()
    else:
        into = node.args.get("into")
        listed = node.expressions
        names = (
            (into.this, *into.expressions)
            if into
            else (exp.to_identifier("name"), exp.to_identifier("value"))
        )
    pattern = _pattern(listed)
    listed = [] if pattern else listed
    columns = [c.this if isinstance(c, (exp.PivotAlias, exp.Alias)) else c for c in listed]
    known = bool(columns or pattern) and all(
        isinstance(c, exp.Column) and isinstance(c.this, exp.Identifier) and not c.table
        for c in columns
    )
    if not known or len(names) != 2:  # noqa: PLR2004 - one for the names, one for the values
        hint = "list plain columns, with one name for their names and one for their values"
        raise refuse("G09", "UNPIVOT of this form", hint, place_of(node))
    titles = [_title_of(c) for c in listed]
    lists = (titles, [c.copy() for c in columns])
    own = [n.this.copy() if isinstance(n, exp.Column) else n.copy() for n in names]
    unnested = [
        exp.Alias(this=exp.Explode(this=exp.Array(expressions=parts)), alias=name.copy())
        for parts, name in zip(lists, own, strict=True)
    ]
    rows = exp.Select(
        expressions=[_all_but(columns), *unnested], from_=exp.From(this=item or node.this.copy())
    )
    if pattern:
        rows.meta[_PATTERN] = pattern.copy()
    outer = exp.Select(expressions=[exp.Star()], from_=exp.From(this=exp.Subquery(this=rows)))
    if not node.args.get("include_nulls"):
        value = exp.Column(this=own[1].copy())
        test = exp.Not(this=exp.Is(this=value, expression=exp.Null()))
        outer.set("where", exp.Where(this=test))
    return outer


def _pattern(listed: list[exp.Expr]) -> exp.Columns | None:
    """Return ``COLUMNS(…)`` if nothing else is listed; a bare ``*`` is one too."""
    this = listed[0] if len(listed) == 1 else None
    if isinstance(this, exp.Star):
        return exp.Columns(this=this.copy())
    return this if isinstance(this, exp.Columns) else None


def _title_of(column: exp.Expr) -> exp.Literal:
    title = exp.Literal.string(column.alias_or_name)
    if isinstance(column, exp.Column):
        title.meta[_TITLE] = key(column.this, "duckdb")
    return title


def _all_but(columns: Iterable[exp.Expr]) -> exp.Star:
    """Return ``*`` without the columns that are turned into something else."""
    left_out = {column.name.lower(): column.this.copy() for column in columns}
    return exp.Star(except_=list(left_out.values()) or None)
