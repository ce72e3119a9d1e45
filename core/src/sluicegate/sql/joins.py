"""Binding of joins. USING and NATURAL are written out as ON, so that each side is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.sql.compare import equal
from sluicegate.sql.context import Used
from sluicegate.sql.labels import computed
from sluicegate.sql.names import check_identifier, key
from sluicegate.sql.profiles import profile
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.resolve import read
from sluicegate.sql.scope import Group, Visible

if TYPE_CHECKING:
    from sluicegate.sql.fromclause import FromBinder

_SIDES = ("", "LEFT", "RIGHT", "FULL")
_KINDS = ("", "INNER", "OUTER", "CROSS")
_METHODS = ("", "NATURAL")
_DUCKDB_KINDS = ("SEMI", "ANTI")
"""Of the right side only its being there is seen."""


def bind_join(from_: FromBinder, join: exp.Join) -> None:
    """Bind one join to what stands left of it in ``from_.scope.group``."""
    only(join, "this", "on", "side", "kind", "using", "method")
    side, kind, method = (str(join.args.get(n) or "").upper() for n in ("side", "kind", "method"))
    if kind == "STRAIGHT_JOIN":
        # MySQL's advice about the order in which to read; the rows are those of JOIN.
        join.set("kind", None)
        kind = ""
    if side == "FULL" and not profile(from_.context.dialect).has("full-join"):
        hint = "write LEFT JOIN, and UNION ALL the rest"
        raise refuse("G09", "FULL JOIN is not of this dialect", hint, place_of(join))
    duckdb = from_.context.dialect == "duckdb"
    kinds = (*_KINDS, *_DUCKDB_KINDS) if duckdb else _KINDS
    on = join.args.get("on")
    asof = duckdb and method == "ASOF" and on and side in {"", "LEFT"}
    positional = duckdb and method == "POSITIONAL" and not (on or side or join.args.get("using"))
    own_method = method if asof or positional else None
    if side not in _SIDES or kind not in kinds or (method not in _METHODS and not own_method):
        hint = "use INNER, LEFT, RIGHT, FULL or CROSS JOIN"
        raise refuse("G09", "a join of this kind is not modelled", hint, place_of(join))
    left = from_.scope.group
    item, right = from_.item(join.this)
    join.set("this", item)
    keys = _natural(from_, right, join) if method == "NATURAL" else _using(from_, join)
    # What is made of USING is bound already: bound anew, its names could mean other tables.
    if on and (keys or method == "NATURAL"):
        raise refuse("G09", "a join with two conditions", "use ON alone", place_of(join))
    from_.scope.group = _together(from_, left, right, join, keys=keys, side=side)
    if on:
        bound, label = from_.binder.expressions.value(on, from_.scope)
        join.set("on", bound)
        from_.context.influence("join", label)
    elif not keys and not method:
        used = Used(name=kind.lower() or "comma", place=place_of(item))
        from_.context.seen.cross_joins.append(used)
    if kind in _DUCKDB_KINDS:
        from_.scope.group = left
    join.set("using", None)
    join.set("method", own_method)


def _using(from_: FromBinder, join: exp.Join) -> list[str]:
    keys = []
    for item in join.args.get("using") or []:
        identifier = item.this if isinstance(item, exp.Column) else item
        if not isinstance(identifier, exp.Identifier):
            raise refuse("G09", "USING of this form", "name plain columns", place_of(join))
        check_identifier(identifier, from_.context.dialect)
        keys.append(key(identifier, from_.context.dialect))
    return keys


def _natural(from_: FromBinder, right: Group, join: exp.Join) -> list[str]:
    left = from_.scope.group
    there = {v.key for v in right.visible}
    keys = list(dict.fromkeys(v.key for v in left.visible if v.key in there))
    if not keys and not from_.context.guessing:
        hint = "write JOIN … ON with the columns that must match"
        raise refuse("G09", "a NATURAL JOIN without common columns", hint, place_of(join))
    return keys


def _together(
    from_: FromBinder, left: Group, right: Group, join: exp.Join, *, keys: list[str], side: str
) -> Group:
    pairs = [(_one(from_, left, k, join), _one(from_, right, k, join)) for k in keys]
    merged = [_merged(one, two, side) for one, two in pairs if one and two]
    conditions = [_equality(from_, one, two, join) for one, two in pairs if one and two]
    if conditions:
        join.set("on", exp.and_(*conditions, wrap=False, copy=False))
    taken = {v.key for v in merged}
    rest_left = [v for v in left.visible if v.key not in taken] if taken else left.visible
    rest_right = [v for v in right.visible if v.key not in taken] if taken else right.visible
    visible = [*merged, *rest_left, *rest_right]
    if from_.context.dialect == "mysql":
        # MySQL has merged columns first, in the order of the table that stays.
        first = right if side == "RIGHT" else left
        order = [v.key for v in first.visible]
        merged.sort(key=lambda v: order.index(v.key))
        rests = (rest_right, rest_left) if side == "RIGHT" else (rest_left, rest_right)
        visible = [*merged, *rests[0], *rests[1]]
    if from_.context.dialect == "sqlite":
        # SQLite leaves merged columns where they stood on the left.
        by_key = {v.key: v for v in merged}
        visible = [by_key.get(v.key, v) for v in left.visible] + rest_right
    return Group(sources=[*left.sources, *right.sources], visible=visible)


def _one(from_: FromBinder, group: Group, wanted: str, join: exp.Join) -> Visible | None:
    found = group.named(wanted)
    if len(found) == 1:
        return found[0]
    if not any(source.unknown for source in group.sources) and not from_.context.guessing:
        what = "is ambiguous" if found else "is not on both sides"
        message = f"column {wanted!r} of USING {what}"
        from_.context.problem("G09", message, "write JOIN … ON instead", join)
    return None


def _merged(left: Visible, right: Visible, side: str) -> Visible:
    if side == "FULL":
        return Visible(name=left.name, key=left.key, parts=(*left.parts, *right.parts))
    return right if side == "RIGHT" else left


def _equality(from_: FromBinder, left: Visible, right: Visible, join: exp.Join) -> exp.Expr:
    one, two = read(left, from_.context, join), read(right, from_.context, join)
    sides = equal(one, two, from_.context, join)
    from_.context.influence("join", computed([one[1], two[1]]))
    return exp.EQ(this=sides[0], expression=sides[1])
