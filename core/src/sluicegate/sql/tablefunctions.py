"""Listed functions in FROM that make rows of their arguments: JSON elements, parts of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.sql.context import Used
from sluicegate.sql.labels import Label, computed
from sluicegate.sql.leaves import check_type, function_name
from sluicegate.sql.names import check_identifier, fold, key, quoted, written
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.scope import Column, Group, Source
from sluicegate.sql.vocabulary import ROW_FUNCTIONS

if TYPE_CHECKING:
    from sluicegate.sql.fromclause import FromBinder, Item

_JSON_PATH = re.compile(r"\$([A-Za-z0-9_.\[\]* -]|\"[A-Za-z0-9_ -]*\")*")
_TYPED = "(typed)"
_UNNEST = "unnest"


def bind_rows(
    from_: FromBinder, function: exp.Expr, alias: exp.Expr | None, *, ordinality: bool
) -> Item:
    """Bind a listed function that stands in FROM. It sees what stands left of it.

    Raises:
        SqlRefused: the function is not listed, or its alias list does not fit.
    """
    dialect = from_.context.dialect
    if isinstance(function, exp.JSONTable) and dialect == "mysql":
        return _json_table(from_, function, alias)
    name = _UNNEST if isinstance(function, exp.Unnest) else _name(function)
    columns = "" if name == _UNNEST else ROW_FUNCTIONS.get(dialect, {}).get(name)
    if columns is None or (ordinality and dialect != "postgres"):
        hint = "read tables of the source; load other data with another task"
        message = f"table function {name!r} is not on the list"
        raise refuse("G17", message, hint, place_of(function))
    from_.context.seen.functions.append(Used(name=name, place=place_of(function)))
    pairs = [from_.binder.expressions.value(e, from_.scope) for e in function.expressions]
    label = computed(seen for _, seen in pairs)
    call = exp.Anonymous(this=name, expressions=[bound for bound, _ in pairs])
    if columns == _TYPED:
        return _typed(from_, call, alias, label)
    return _named(from_, call, alias, columns.split(), label, ordinality=ordinality)


def _json_table(from_: FromBinder, node: exp.JSONTable, alias: exp.Expr | None) -> Item:
    """``JSON_TABLE(doc, '$[*]' COLUMNS (sku TEXT PATH '$.sku'))``: plain types and paths only."""
    only(node, "this", "schema", "path")
    from_.context.seen.functions.append(Used(name="json_table", place=place_of(node)))
    document, label = from_.binder.expressions.value(node.this, from_.scope)
    own, emitted, names = from_.alias(alias, None)
    if not own or names:
        hint = "write JSON_TABLE(…) AS x, and name columns in COLUMNS (…)"
        raise refuse("G09", "JSON_TABLE with this alias", hint, place_of(node))
    _check_path(node.args.get("path"), node)
    node.set("this", document)
    columns = [
        Column(name=name, key=fold(name), label=label)
        for name in _json_columns(node.args["schema"], from_.context.dialect)
    ]
    if len({c.key for c in columns}) != len(columns):
        raise refuse("G09", "two columns of one name", "use other names", place_of(node))
    table = exp.Table(this=node, alias=exp.TableAlias(this=quoted(emitted)))
    return table, Group.of(Source(key=own, alias=emitted, columns=columns))


def _json_columns(schema: exp.Expr, dialect: str) -> Iterator[str]:
    """Check the columns of JSON_TABLE, quote their names, and tell them."""
    only(schema, "expressions")
    for part in schema.expressions:
        nested = part.args.get("nested_schema")
        only(part, "this", "kind", "path", "ordinality", "nested_schema")
        if not part.args.get("ordinality"):
            _check_path(part.args.get("path"), part)
        if nested:
            only(part, "path", "nested_schema")
            yield from _json_columns(nested, dialect)
            continue
        if not isinstance(part.this, exp.Identifier):
            raise refuse("G09", "a column without a name", "name it", place_of(part))
        check_identifier(part.this, dialect)
        if kind := part.args.get("kind"):
            check_type(kind)
        name = written(part.this, dialect)
        part.set("this", quoted(name))
        yield name


def _check_path(path: object, node: exp.Expr) -> None:
    if not isinstance(path, exp.Literal) or not _JSON_PATH.fullmatch(path.name):
        hint = "write a literal such as '$.items[*]'"
        raise refuse("G09", "a JSON path the guard does not model", hint, place_of(node))


def _name(function: exp.Expr) -> str:
    if not isinstance(function, exp.Anonymous) or not isinstance(function.this, str):
        return function_name(function) if isinstance(function, exp.Func) else "?"
    only(function, "this", "expressions")
    return function.this.lower()


def _named(
    from_: FromBinder,
    call: exp.Anonymous,
    alias: exp.Expr | None,
    own_names: list[str],
    label: Label,
    *,
    ordinality: bool,
) -> Item:
    dialect = from_.context.dialect
    own, emitted, names = from_.alias(alias, None)
    scalar = len(own_names) <= 1
    given = own_names or [own or str(call.this)]
    given = [*given, "ordinality"] if ordinality else given
    if len(names) > len(given) or (names and dialect == "sqlite"):
        hint = "name as many columns as the function gives"
        raise refuse("G09", "an alias list that is too long", hint, place_of(alias))
    columns = [
        Column(
            name=written(names[i], dialect) if i < len(names) else default,
            key=key(names[i], dialect) if i < len(names) else default,
            label=label,
        )
        for i, default in enumerate(given)
    ]
    if len({c.key for c in columns}) != len(columns):
        raise refuse("G09", "an alias list that gives two columns one name", "use other names")
    listed = [] if dialect == "sqlite" else [quoted(c.name) for c in columns]
    table = exp.Table(
        this=call,
        alias=exp.TableAlias(this=quoted(emitted), columns=listed),
        ordinality=ordinality or None,
    )
    source = Source(key=own or str(call.this), alias=emitted, columns=columns, scalar=scalar)
    return table, Group.of(source)


def _typed(from_: FromBinder, call: exp.Anonymous, alias: exp.Expr | None, label: Label) -> Item:
    """``jsonb_to_recordset(doc) AS x(sku text, qty int)``: plain types only."""
    dialect = from_.context.dialect
    name = alias.args.get("this") if isinstance(alias, exp.TableAlias) else None
    parts = list(alias.columns) if isinstance(alias, exp.TableAlias) else []
    if not isinstance(name, exp.Identifier) or not parts:
        hint = "write AS x(name type, …)"
        raise refuse("G09", "a record function without columns", hint, place_of(call))
    own, emitted, _ = from_.alias(exp.TableAlias(this=name.copy()), None)
    columns, listed = [], []
    for part in parts:
        if not isinstance(part, exp.ColumnDef) or not isinstance(part.this, exp.Identifier):
            raise refuse("G09", "a record column without a type", "add one", place_of(call))
        only(part, "this", "kind")
        check_identifier(part.this, dialect)
        check_type(part.args["kind"])
        shown = written(part.this, dialect)
        columns.append(Column(name=shown, key=key(part.this, dialect), label=label))
        listed.append(exp.ColumnDef(this=quoted(shown), kind=part.args["kind"].copy()))
    if len({c.key for c in columns}) != len(columns):
        raise refuse("G09", "an alias list that gives two columns one name", "use other names")
    table = exp.Table(this=call, alias=exp.TableAlias(this=quoted(emitted), columns=listed))
    return table, Group.of(Source(key=own, alias=emitted, columns=columns))
