"""The leaves of expressions, and the text that nodes carry outside their children."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from sluicegate.sql.context import Context, Used
from sluicegate.sql.labels import Label
from sluicegate.sql.parameters import marker
from sluicegate.sql.profiles import profile
from sluicegate.sql.refusal import place_of, refuse
from sluicegate.sql.resolve import Bind
from sluicegate.sql.vocabulary import KEYWORDS, TYPES, UNIT_HOLDERS, UNITS

_NUMBER = re.compile(r"\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_INTERVAL = re.compile(r"[A-Za-z0-9 .:+-]+")
_JSON_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ -]*")
_TIME_ZONE_FREE = "leave the type out or use a plain one"


def function_name(node: exp.Expr) -> str:
    """Return the name by which people know a function, in lower case."""
    if isinstance(node, exp.Func) and not isinstance(node, exp.Anonymous):
        return node.sql_name().lower()
    return str(node.name).lower()


def check_text_arguments(node: exp.Expr) -> None:
    """Refuse text that the generator would write out as it is, unless it is a known keyword."""
    for name, value in node.args.items():
        if isinstance(node, exp.Anonymous) and name == "this":
            continue  # its name, which the list of functions has passed
        for item in value if isinstance(value, list) else [value]:
            known = isinstance(item, (exp.Expr, bool, type(None)))
            if known or (isinstance(item, str) and item.upper() in KEYWORDS):
                continue
            kind = type(node).__name__
            message = f"{kind} with {name.strip('_')} is not modelled"
            raise refuse("G09", message, "write it another way", place_of(node))


def _literal(node: exp.Expr, _context: Context) -> Bind:
    if not node.args.get("is_string") and not _NUMBER.fullmatch(node.name):
        raise refuse("G09", "a number the guard does not read", "write digits only", place_of(node))
    return node, Label()


def _raw_string(node: exp.Expr, context: Context) -> Bind:
    """``$$text$$`` is written as an ordinary string; nothing in it is an escape."""
    if context.dialect not in {"postgres", "duckdb"}:
        raise refuse("G09", "a raw string", "write '…'", place_of(node))
    return exp.Literal.string(node.name), Label()


def _escaped_string(node: exp.Expr, context: Context) -> Bind:
    """``E'…'`` is written as an ordinary string: its escapes were read and checked before."""
    if context.dialect not in {"postgres", "duckdb"}:
        raise refuse("G09", "a string of bytes", "write '…'", place_of(node))
    return exp.Literal.string(node.name), Label()


def _null(node: exp.Expr, _context: Context) -> Bind:
    return node, Label(null=True)


def _plain(node: exp.Expr, _context: Context) -> Bind:
    return node, Label()


def _placeholder(node: exp.Expr, context: Context) -> Bind:
    name = node.this
    extras = any(value for key, value in node.args.items() if key != "this")
    if extras or not isinstance(name, str) or not _NAME.fullmatch(name):
        hint = "write parameters as :name and bind them by name"
        raise refuse("G09", "a parameter without a name", hint, place_of(node))
    context.seen.parameters.append(Used(name=name, place=place_of(node)))
    return marker(name, "value"), Label(parameter=name)


def _positional(node: exp.Expr, _context: Context) -> Bind:
    hint = "write parameters as :name and bind them by name"
    raise refuse("G09", "a positional parameter or variable", hint, place_of(node))


def check_unit(node: exp.Expr, context: Context) -> Bind:
    """Return a bare word if it is a unit of time where one stands, or refuse it."""
    # The parser turns some column names into bare words, which would pass unresolved.
    holder = type(node.parent).__name__
    word = node.name.upper()
    known = word in UNITS or word in profile(context.dialect).units
    if holder not in UNIT_HOLDERS or not known:
        hint = "use a unit of time such as month"
        raise refuse("G09", "a bare word the guard does not know", hint, place_of(node))
    return node, Label()


def check_type(node: exp.Expr) -> None:
    """Refuse a type that is not on the list of plain ones."""
    kinds = [node, *node.expressions] if isinstance(node, exp.DataType) else [node]
    for kind in kinds:
        if isinstance(kind, exp.DataTypeParam):
            if not _is_number(kind.this):
                raise refuse("G09", "a type parameter", _TIME_ZONE_FREE, place_of(node))
        elif isinstance(kind, exp.DataType):
            _check_type(kind)
        elif isinstance(kind, exp.ColumnDef) and isinstance(node, exp.DataType):
            continue  # a field of a struct, checked with it
        else:
            raise refuse("G09", "a type the guard does not model", _TIME_ZONE_FREE, place_of(node))


def check_sqlite_cast(node: exp.Cast) -> None:
    """Refuse a cast to a date: SQLite makes a number of it, and the generator a call of DATE()."""
    if node.to.is_type("date", "datetime", "timestamp", "time"):
        message = f"SQLite has no type {node.to.this.name.lower()}: a cast would give a number"
        raise refuse("G09", message, "use date(x), time(x) or datetime(x)", place_of(node))


def _type(node: exp.Expr, _context: Context) -> Bind:
    check_type(node)
    return node, Label()


def _check_type(kind: exp.DataType) -> None:
    if kind.this is exp.DataType.Type.CHARACTER_SET:
        # MySQL's CONVERT(x USING utf8mb4): all of Unicode, so no letter gets lost.
        charset = kind.args.get("kind")
        if isinstance(charset, exp.Var) and charset.name.lower() == "utf8mb4":
            return
    sizes = kind.args.get("values") or []
    if kind.this is exp.DataType.Type.ARRAY and all(_is_number(size) for size in sizes):
        sizes = []  # INTEGER[3]
    extras = sizes or any(kind.args.get(name) for name in ("kind", "collate"))
    if extras or not isinstance(kind.this, exp.DataType.Type) or kind.this.name not in TYPES:
        message = "a cast to a type the guard does not model"
        raise refuse("G09", message, "cast to a plain type such as text or date", place_of(kind))
    for part in kind.expressions:
        inner = part.args.get("kind") if isinstance(part, exp.ColumnDef) else part
        if isinstance(part, exp.ColumnDef):
            _check_field(part)
        if isinstance(inner, exp.DataType):
            _check_type(inner)


def _check_field(field: exp.ColumnDef) -> None:
    """Check ``a`` of ``STRUCT(a INTEGER)`` and write it in quotes, as it is spelled."""
    present = {name for name, value in field.args.items() if value}
    name = field.this
    if present != {"this", "kind"} or not isinstance(name, exp.Identifier):
        message = "a field of a type the guard does not model"
        raise refuse("G09", message, "name it and give its type", place_of(field))
    field.set("this", exp.to_identifier(name.name, quoted=True))


def _is_number(node: exp.Expr) -> bool:
    return (
        isinstance(node, exp.Literal) and not node.is_string and bool(_NUMBER.fullmatch(node.name))
    )


_WILD_PATHS = ("duckdb", "mysql")
"""Where ``[*]`` stands for every element of an array."""


def _json_path(node: exp.Expr, context: Context) -> Bind:
    # Keys are written back into a string by the generator: only those that need no escaping pass.
    for part in node.expressions:
        word = part.this
        is_key = isinstance(part, exp.JSONPathKey) and isinstance(word, str)
        each = isinstance(word, exp.JSONPathWildcard) and context.dialect in _WILD_PATHS
        is_index = isinstance(part, exp.JSONPathSubscript) and (isinstance(word, int) or each)
        if isinstance(part, exp.JSONPathRoot) or is_index or (is_key and _JSON_KEY.fullmatch(word)):
            continue
        hint = "use plain keys and indexes"
        raise refuse("G09", "a JSON path the guard does not model", hint, place_of(node.parent))
    return node, Label()


def check_interval(node: exp.Expr, context: Context) -> Bind:
    """Return an interval of a literal, or refuse it."""
    # The generator writes the inside of an interval into a string, whatever it is.
    amount, unit = node.this, node.args.get("unit")
    parts = {name for name, value in node.args.items() if value}
    if not isinstance(amount, exp.Literal) or not _INTERVAL.fullmatch(amount.name):
        hint = "write :n * interval '1 day'"
        raise refuse("G09", "an interval of anything but a literal", hint, place_of(node))
    if not parts <= {"this", "unit"} or (unit and not isinstance(unit, exp.Var)):
        raise refuse("G09", "an interval of this form", "use interval '1 day'", place_of(node))
    if unit:
        check_unit(unit, context)
    return node, Label()


LEAVES: dict[str, Callable[[exp.Expr, Context], Bind]] = {
    "Literal": _literal,
    "RawString": _raw_string,
    "ByteString": _escaped_string,
    "Null": _null,
    "Boolean": _plain,
    "Placeholder": _placeholder,
    "Parameter": _positional,
    "SessionParameter": _positional,
    "Var": check_unit,
    "DataType": _type,
    "JSONPath": _json_path,
}
"""Node type → how it is checked."""
