"""What stands once in a SELECT list and gives several columns, written out.

DuckDB's ``unnest`` of a struct gives one for each field, PostgreSQL's ``(jsonb_each(x)).*`` one for
each part of a row.
"""

from __future__ import annotations

import json

from sqlglot import exp

from sluicegate.sql.refusal import place_of, refuse
from sluicegate.sql.vocabulary import ROW_FUNCTIONS

_WITH_STRUCTURE = ("from_json", "json_transform", "from_json_strict", "json_transform_strict")


def row_parts(node: exp.Expr, dialect: str) -> list[exp.Dot] | None:
    """Return the columns of PostgreSQL's ``(jsonb_each(x)).*``; ``None`` if ``node`` is none."""
    inner = (
        node.this if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Star) else None
    )
    function = inner.this if isinstance(inner, exp.Paren) else None
    if dialect != "postgres" or not isinstance(function, exp.Anonymous):
        return None
    names = ROW_FUNCTIONS["postgres"].get(str(function.this).lower(), "").split()
    return [
        exp.Dot(
            this=exp.Paren(this=function.copy()), expression=exp.to_identifier(name, quoted=True)
        )
        for name in names
        if name != "(typed)"
    ]


def unnested_fields(node: exp.Expr) -> list[exp.Alias] | None:
    """Return the columns that an ``unnest`` of structs becomes; ``None`` if it is none.

    Which they are must stand in the statement: in ``{'a': x}`` itself, or in the structure that
    ``from_json`` is told.

    Raises:
        SqlRefused: it goes deeper than the guard can tell from the statement.
    """
    if not isinstance(node, exp.Explode):
        return None
    inner = node.this
    if not node.expressions:
        # Without a depth a list gives its items, whole; only a struct gives its fields.
        names = _names(inner)
        return [_field(inner, name) for name in names] if names else None
    item = exp.Explode(this=inner)
    names = _names_of_item(inner) if _is_recursive(node.expressions) else None
    if not names:
        hint = "unnest the list, and name the fields: (unnest(x)).field"
        raise refuse("G09", "unnest of fields the guard does not know", hint, place_of(node))
    return [_field(item, name) for name in names]


def _field(of: exp.Expr, name: str) -> exp.Alias:
    field = exp.Bracket(this=of.copy(), expressions=[exp.Literal.string(name)])
    return exp.Alias(this=field, alias=exp.to_identifier(name, quoted=True))


def _is_recursive(arguments: list[exp.Expr]) -> bool:
    given = arguments[0] if len(arguments) == 1 else None
    return (
        isinstance(given, exp.PropertyEQ)
        and given.name.lower() == "recursive"
        and isinstance(given.expression, exp.Boolean)
        and bool(given.expression.this)
    )


def _names(node: exp.Expr) -> list[str] | None:
    """Return the fields of what is a struct by itself."""
    if isinstance(node, exp.Struct):
        return [item.name for item in node.expressions if isinstance(item, exp.PropertyEQ)]
    structure = _structure(node)
    return list(structure) if isinstance(structure, dict) else None


def _names_of_item(node: exp.Expr) -> list[str] | None:
    """Return the fields of the structs that a list holds, if none of them is a list or struct."""
    if isinstance(node, exp.Array):
        items = node.expressions
        names = [_names(item) for item in items]
        plain = all(
            isinstance(f.expression, (exp.Literal, exp.Column))
            for item in items
            for f in item.expressions
        )
        return names[0] if names and plain and all(n == names[0] for n in names) else None
    structure = _structure(node)
    first = structure[0] if isinstance(structure, list) and len(structure) == 1 else None
    if not isinstance(first, dict) or not all(_is_plain(kind) for kind in first.values()):
        return None
    return list(first)


def _is_plain(kind: object) -> bool:
    return isinstance(kind, str) and kind.replace("_", "").replace(" ", "").isalpha()


def _structure(node: exp.Expr) -> object:
    """Return the structure that ``from_json(doc, '…')`` is told, or ``None``."""
    given: list[exp.Expr] = []
    if isinstance(node, exp.FromJson):
        given = [node.this, *(v for k, v in node.args.items() if k != "this" and v)]
    elif isinstance(node, exp.Anonymous) and node.name.lower() in _WITH_STRUCTURE:
        given = node.expressions
    literal = given[1] if len(given) == 2 else None  # noqa: PLR2004 - document and structure
    if not isinstance(literal, exp.Literal) or not literal.is_string:
        return None
    try:
        return json.loads(literal.name)
    except ValueError:
        return None
