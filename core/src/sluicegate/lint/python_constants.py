"""The texts that an expression of Python source may be, as far as the syntax tree tells."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sluicegate.lint.python_methods import DECODERS, LONGEST, PURE, decoded, method, percent

_MOST_VALUES: Final = 32
_DEEPEST: Final = 24
_MOST_STEPS: Final = 400
HOLE: Final = "x"
"""Stands where something is put into a text that is not known here."""

_SAME: Final = frozenset({"bytes", "cleandoc", "dedent", "list", "set", "sorted", "str", "tuple"})
"""Functions that give the texts of their argument."""
_SAME_METHODS: Final = frozenset({"copy", "decode", "encode", "items", "keys", "values"})
_WITH_DEFAULT: Final = frozenset({"get", "getenv", "pop", "setdefault"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What an expression may be."""

    texts: frozenset[str] = field(default=frozenset(), repr=False)
    whole: bool = False
    """Whether it can be nothing else."""


_NOTHING: Final = Known()
_A_HOLE: Final = Known(texts=frozenset({HOLE}))


class Constants:
    """Works out texts of one file. A name may be whatever any line of the file gives it.

    Bounded: an expression of too many parts is not known, as is one that calls a function.
    """

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self._given: defaultdict[str, list[ast.expr]] = defaultdict(list)
        self._elsewhere: set[str] = set()
        self._steps = 0
        for node in nodes:
            self._note(node)

    def of(self, node: ast.expr) -> Known:
        """Return the texts that ``node`` may be."""
        self._steps = _MOST_STEPS
        return self._known(node, _DEEPEST, frozenset())

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, value)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self._bind(target, value)
            case ast.NamedExpr(target=target, value=value):
                self._bind(target, value)
            case ast.AugAssign(target=target, value=value):
                self._bind(target, value)
                self._elsewhere.update(_names(target))
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                self._bind(node.target, node.iter)
            case ast.arguments():
                self._parameters(node)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        """Note what a target is given; each part of a target may be any part of the value."""
        for name in _names(target):
            self._given[name].append(value)

    def _parameters(self, node: ast.arguments) -> None:
        positional = [*node.posonlyargs, *node.args]
        self._elsewhere.update(a.arg for a in [*positional, *node.kwonlyargs])
        with_default = positional[len(positional) - len(node.defaults) :]
        for argument, default in zip(with_default, node.defaults, strict=True):
            self._given[argument.arg].append(default)
        for argument, given in zip(node.kwonlyargs, node.kw_defaults, strict=True):
            if given is not None:
                self._given[argument.arg].append(given)

    def _known(self, node: ast.expr | None, depth: int, seen: frozenset[str]) -> Known:  # noqa: PLR0911 - one a kind of node
        self._steps -= 1
        if node is None or depth <= 0 or self._steps < 0:
            return _NOTHING
        inner = _Inner(self, depth - 1, seen)
        match node:
            case ast.Constant(value=str() | bytes() as value):
                return _one(value)
            case ast.Constant():
                return Known(whole=True)
            case ast.JoinedStr() | ast.FormattedValue() | ast.BinOp():
                return _put_together(node, inner)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return self._named(name, node, depth, seen)
            case ast.Call():
                return _called(node, inner)
            case ast.Subscript():
                return _part(node, inner)
            case _:
                return _any_of(map(inner, _alternatives(node)))

    def _named(self, name: str, node: ast.expr, depth: int, seen: frozenset[str]) -> Known:
        if name in seen or name not in self._given:
            return _NOTHING
        known = _any_of(self._known(v, depth - 1, seen | {name}) for v in self._given[name])
        surely = name not in self._elsewhere and isinstance(node, ast.Name)
        return known if surely else Known(texts=known.texts)


@dataclass(frozen=True, slots=True)
class _Inner:
    """Works out the parts of an expression."""

    constants: Constants
    depth: int
    seen: frozenset[str]

    def __call__(self, node: ast.expr | None) -> Known:
        return self.constants._known(node, self.depth, self.seen)  # noqa: SLF001 - its other half


def _names(target: ast.expr) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def _one(value: str | bytes) -> Known:
    text = value if isinstance(value, str) else value.decode("latin-1")
    return Known(texts=frozenset({text}), whole=True) if len(text) <= LONGEST else _NOTHING


def _any_of(parts: Iterable[Known]) -> Known:
    """Return what may be any of ``parts``; nothing is known of no part at all."""
    parts = list(parts)
    texts = frozenset[str]().union(*(p.texts for p in parts))
    if len(texts) > _MOST_VALUES:
        return Known(texts=frozenset(sorted(texts)[:_MOST_VALUES]))
    return Known(texts=texts, whole=bool(parts) and all(p.whole for p in parts))


def _alternatives(node: ast.expr) -> list[ast.expr]:
    """Return the parts of which ``node`` is one, or which it holds."""
    match node:
        case ast.IfExp(body=body, orelse=other):
            return [body, other]
        case ast.BoolOp(values=values):
            return values
        case ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values):
            return values
        case ast.Dict(keys=keys, values=values):
            return [*filter(None, keys), *values]
        case ast.NamedExpr(value=value) | ast.Starred(value=value) | ast.Await(value=value):
            return [value]
        case _:
            return []


def _put_together(node: ast.JoinedStr | ast.FormattedValue | ast.BinOp, inner: _Inner) -> Known:
    if isinstance(node, ast.FormattedValue):
        return _or_hole(inner(node.value) if node.conversion == -1 else _NOTHING)
    if isinstance(node, ast.JoinedStr):
        return _product([inner(part) for part in node.values], "".join)
    left, right = inner(node.left), inner(node.right)
    if isinstance(node.op, ast.Add) and (left.texts or right.texts):
        return _product([_or_hole(left), _or_hole(right)], "".join)
    if isinstance(node.op, ast.Mod) and left.texts:
        values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        given = [_or_hole(inner(value)) for value in values]
        return _product([left, *given], lambda texts: percent(texts[0], texts[1:]))
    return _NOTHING


def _or_hole(known: Known) -> Known:
    return known if known.texts else _A_HOLE


def _product(parts: Sequence[Known], make: Callable[[tuple[str, ...]], str | None]) -> Known:
    rows: list[tuple[str, ...]] = [()]
    for part in parts:
        rows = [(*row, text) for row in rows for text in sorted(part.texts)][:_MOST_VALUES]
    made = {text for row in rows if (text := make(row)) is not None and len(text) <= LONGEST}
    return Known(texts=frozenset(made), whole=bool(made) and all(p.whole for p in parts))


def _called(node: ast.Call, inner: _Inner) -> Known:  # noqa: PLR0911 - one a kind of node
    function = node.func
    owner = function.value if isinstance(function, ast.Attribute) else None
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    first = node.args[0] if node.args else None
    if name in DECODERS:
        given = inner(first)
        return _product([given], lambda texts: decoded(name, texts[0]))
    if name in _SAME:
        return inner(first)
    if name == "reversed":
        return Known(texts=frozenset(text[::-1] for text in inner(first).texts))
    if name == "join" and owner is not None:
        return _join(inner(owner), first, inner)
    if name in _SAME_METHODS and owner is not None:
        return inner(owner)
    if name in PURE and owner is not None:
        return _method(name, inner(owner), node, inner)
    if name in _WITH_DEFAULT:
        # what stands there may come out; so may anything else
        held = [inner(owner)] if owner is not None else []
        return Known(texts=_any_of([*held, *map(inner, node.args[1:])]).texts)
    return _NOTHING


def _method(name: str, subject: Known, node: ast.Call, inner: _Inner) -> Known:
    if not subject.texts:
        return _NOTHING
    given = [_or_hole(inner(argument)) for argument in node.args]
    named = {k.arg: min(_or_hole(inner(k.value)).texts) for k in node.keywords if k.arg}
    return _product([subject, *given], lambda texts: method(name, texts, named))


def _join(between: Known, parts: ast.expr | None, inner: _Inner) -> Known:
    if not isinstance(parts, (ast.List, ast.Tuple)) or not between.texts:
        return Known(texts=inner(parts).texts)
    row: list[Known] = []
    for part in parts.elts:
        row += [between, _or_hole(inner(part))] if row else [_or_hole(inner(part))]
    return _product(row, "".join)


def _part(node: ast.Subscript, inner: _Inner) -> Known:
    """Return any part of a container, or a slice of a text."""
    held = inner(node.value)
    cut = _slice(node.slice)
    if cut is None:
        return Known(texts=held.texts)
    return Known(texts=frozenset(text[cut] for text in held.texts), whole=held.whole)


def _slice(node: ast.expr) -> slice | None:
    if not isinstance(node, ast.Slice):
        return None
    try:
        bounds = [ast.literal_eval(b) if b else None for b in (node.lower, node.upper, node.step)]
    except ValueError:
        return None
    plain = all(b is None or isinstance(b, int) for b in bounds) and bounds[2] != 0
    return slice(*bounds) if plain else None
