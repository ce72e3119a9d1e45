"""Listed functions in FROM that make rows of their arguments: JSON elements, parts of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.sql.context import Used
from sluicegate.sql.labels import Label, computed
from sluicegate.sql.leaves import check_type, function_name
from sluicegate.sql.names import check_identifier, key, quoted, written
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.scope import Column, Group, Source
from sluicegate.sql.vocabulary import ROW_FUNCTIONS

if TYPE_CHECKING:
    from sluicegate.sql.fromclause import FromBinder, Item

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
