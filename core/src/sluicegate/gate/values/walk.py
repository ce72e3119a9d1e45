"""Takes a value apart into texts, and puts it together again with other texts in their places.

One way through a value serves both: the look collects the texts, the redaction goes the same way
and puts what stands for each where it stood. What was not changed stays the very same object.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sluicegate.gate.values import bounds
from sluicegate.gate.values.kinds import handler_of
from sluicegate.gate.values.octets import coded, pieces
from sluicegate.gate.values.step import Step

if TYPE_CHECKING:
    import pyarrow as pa

SMALLEST: Final = 10**8
"""Numbers below are no identifier that the catalogue knows."""
_EXACT: Final = 2.0**53
_SHORTEST_CODE: Final = 24


class Leaf(NamedTuple):
    """A text and where it stands."""

    step: Step
    text: bytes
    """UTF-8, or bytes of which only ASCII is read."""
    name: bool = False
    """Whether it is a key or the name of an attribute."""
    derived: bool = False
    """Whether it was unpacked, so that it cannot be written anew."""


class Column(NamedTuple):
    """A column of a table and where it stands."""

    step: Step
    array: pa.Array | pa.ChunkedArray


class Unread(NamedTuple):
    """A place that cannot be looked into."""

    step: Step
    why: str


class Walk:
    """One way through one value.

    Args:
        allowed: Qualified names of types that are passed over.
        texts: What stands for each leaf, in the order of a first walk; the walk then gives the
            value with these texts. ``None`` for the first walk.
        by_columns: Whether tables are looked at as a whole, which is fast; cells cannot be
            written anew then.
    """

    def __init__(
        self,
        allowed: frozenset[str] = frozenset(),
        texts: Sequence[str | None] | None = None,
        *,
        by_columns: bool = False,
    ) -> None:
        self.allowed = allowed
        self.by_columns = by_columns
        self.columns: list[Column] = []
        self.leaves: list[Leaf] = []
        self.unread: list[Unread] = []
        self._texts = texts
        self._nodes = bounds.NODES
        self._bytes = bounds.BYTES
        self._open: set[int] = set()

    def visit(self, value: object, step: Step) -> Any:
        """Go through ``value``; return it, with other texts if there are any."""
        self._nodes -= 1
        if self._nodes < 0:
            return self.cannot(value, step, "size")
        if step.depth > bounds.DEPTH:
            return self.cannot(value, step, "depth")
        return handler_of(type(value))(self, value, step)

    def cannot(self, value: object, step: Step, why: str) -> object:
        """Note that ``value`` cannot be looked into."""
        if not self.unread or self.unread[-1].why != why or why not in {"size", "depth"}:
            self.unread.append(Unread(step, why))
        return value

    def inside(self, value: object, step: Step, go: Callable[[], Any]) -> Any:
        """Go through a container; where it holds itself, the way ends."""
        if id(value) in self._open:
            # Its content is being looked at; but it cannot be put together anew.
            return value if self._texts is None else self.cannot(value, step, "loop")
        self._open.add(id(value))
        try:
            return go()
        finally:
            self._open.discard(id(value))

    def text(self, text: str, step: Step, *, name: bool = False, derived: bool = False) -> str:
        """Note a text; return what stands for it."""
        return self._leaf(text, step, text.encode("utf-8", "surrogatepass"), name, derived)

    def coded(self, text: str, step: Step) -> None:
        """Look at the bytes that a text stands for as a whole, if it does."""
        data = coded(text) if len(text) >= _SHORTEST_CODE else None
        if data is not None:
            self._piece(data, Step(step, "decoded", 0))

    def number(self, value: int, step: Step) -> int | str:
        """Note an integer that is large enough to be an identifier."""
        if -SMALLEST < value < SMALLEST:
            return value
        if value.bit_length() > bounds.BITS:
            self.cannot(value, step, "size")
            return value
        text = str(value)
        if value > 1 << 64:
            self.octets(value.to_bytes((value.bit_length() + 7) // 8, "big"), step)
        changed = self.text(text, step)
        return value if changed == text else changed

    def real(self, value: float, step: Step) -> float | str:
        """Note a float that is an integer: a column of numbers with gaps becomes one of floats."""
        if math.isfinite(value) and abs(value) < _EXACT and value == math.floor(value):
            changed = self.number(int(value), step)
            return changed if isinstance(changed, str) else value
        return value

    def octets(self, data: bytes, step: Step) -> bytes:
        """Note what bytes stand for; only UTF-8 can be written anew."""
        for number, piece in enumerate(pieces(data)):
            if piece.unread:
                self.cannot(data, step, piece.unread)
            elif not piece.name and isinstance(piece.content, str):
                self.coded(piece.content, step)
                utf8 = piece.content.encode("utf-8", "surrogatepass") == data
                changed = self.text(piece.content, step, derived=not utf8)
                return changed.encode("utf-8", "surrogatepass") if utf8 else data
            elif not piece.name:
                self._leaf("", step, data, name=False, derived=True)
            else:
                self._piece(piece.content, Step(step, piece.name, number))
        return data

    def _piece(self, content: object, step: Step) -> None:
        """Look at what was unpacked; it cannot be packed again with other texts."""
        if isinstance(content, str):
            self.text(content, step, derived=True)
        elif isinstance(content, bytes) and step.depth <= bounds.DEPTH:
            first = len(self.leaves)
            self.octets(content, step)
            self.leaves[first:] = [leaf._replace(derived=True) for leaf in self.leaves[first:]]
        else:
            self.visit(content, step)

    def column(self, array: pa.Array | pa.ChunkedArray, step: Step) -> None:
        """Note a column that is looked at as a whole."""
        self._bytes -= array.nbytes
        if self._bytes < 0:
            self.cannot(array, step, "size")
        else:
            self.columns.append(Column(step, array))

    def each(self, values: Iterable[object], step: Step) -> tuple[list[Any], bool]:
        """Go through a sequence; return its values and whether any is another one."""
        old = list(values)
        new = [self.visit(item, Step(step, "", n)) for n, item in enumerate(old)]
        return new, any(a is not b for a, b in zip(old, new, strict=True))

    def pairs(
        self, pairs: Iterable[tuple[object, object]], step: Step
    ) -> tuple[list[tuple[Any, Any]], bool]:
        """Go through the keys and values of a mapping."""
        old = list(pairs)
        new = [self._pair(key, value, step, n) for n, (key, value) in enumerate(old)]
        same = all(a[0] is b[0] and a[1] is b[1] for a, b in zip(old, new, strict=True))
        return new, not same

    def _pair(self, key: object, value: object, step: Step, number: int) -> tuple[Any, Any]:
        if type(key) is str:
            at = Step(step, key, number, "{}")
            return self.text(key, at, name=True), self.visit(value, at)
        at = Step(step, "", number, "{}")
        return self.visit(key, at), self.visit(value, at)

    def _leaf(self, text: str, step: Step, raw: bytes, name: bool, derived: bool) -> str:  # noqa: FBT001
        number = len(self.leaves)
        self._bytes -= len(raw)
        if self._bytes < 0:
            self.cannot(text, step, "size")
            raw = b""
        self.leaves.append(Leaf(step, raw, name, derived))
        if self._texts is None:
            return text
        changed = self._texts[number]
        return text if changed is None else changed
