"""The guard of values: looks through what is about to be kept, and redacts it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

import pyarrow as pa

from sluicegate.errors import DetectionError, MaskingError
from sluicegate.gate.values.finding import UNREAD, ValueFinding
from sluicegate.gate.values.sight import Sight, open_sight
from sluicegate.gate.values.step import Step
from sluicegate.gate.values.text import TextRedactor
from sluicegate.gate.values.walk import Column, Leaf, Walk

if TYPE_CHECKING:
    from sluicegate.detect import Detector
    from sluicegate.settings import Settings

_CONTEXT: Final = 4096
"""Bytes of the longest text that is read together with its key: in longer ones a label stands by
the value itself."""
_MOST: Final = 100
"""Findings that are told of one value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueGuard:
    """Finds personal data and secrets in any value, as deep as it goes.

    Cheap to open a second time. Safe for several threads. Blind to a value that was cut in pieces
    (a list of letters, two halves under two keys), to what is encoded twice or encrypted, and to
    names of people. Failure mode: closed; what cannot be looked into is a finding of the class
    ``unread``, and so is all that lies beyond a bound of depth or size.
    """

    sight: Sight
    allowed: frozenset[str] = frozenset()
    """Qualified names of types that are passed over without a look."""

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the guard with the detectors of the settings.

        Raises:
            DetectionError: a file of detectors is wrong.
        """
        return cls(sight=open_sight(settings.detectors))

    def allowing(self, types: Iterable[str]) -> Self:
        """Return a guard that passes over values of these types, such as ``pkg.module.Class``.

        Only what is otherwise unread for its type is passed over: not text, numbers or containers.
        """
        return replace(self, allowed=self.allowed | frozenset(types))

    def look(self, value: object, *, where: str, strict: bool = True) -> tuple[ValueFinding, ...]:
        """Return what was found, at most 100 places; empty if the value is clean.

        Nothing is called that belongs to the value; an iterator is not consumed.

        Args:
            value: Anything.
            where: What the value is called; a name that is itself a finding is withheld.
            strict: Whether what cannot be looked into is a finding.

        Raises:
            DetectionError: the value changed meanwhile, or broke in another way when it was read.
        """
        walk, root = Walk(self.allowed, by_columns=True), Step(None, where, 0)
        hits = self._walked(walk, value, root)
        found = [self._finding(hit) for hit in hits]
        for column in walk.columns:
            found += self._in_column(column, strict=strict)
        found += [_unread(str(u.step), u.why) for u in (walk.unread if strict else ())]
        return tuple(dict.fromkeys(found))[:_MOST]

    def redact(self, value: object, *, where: str, strict: bool = True) -> object:
        """Return the value with ``{EMAIL}`` and the like where something was found.

        The same object if nothing was found. A number in which something was found becomes text.

        Raises:
            MaskingError: something was found that cannot be written anew (packed bytes, an
                exception, an enum), or, if ``strict``, that cannot be looked into.
        """
        walk, root = Walk(self.allowed), Step(None, where, 0)
        hits = self._walked(walk, value, root)
        if strict and walk.unread:
            raise _cannot(_unread(str(walk.unread[0].step), walk.unread[0].why))
        if not hits:
            return value
        for hit in hits:
            if hit.leaf.derived or (hit.leaf.name and hit.leaf.step is root):
                raise _cannot(self._finding(hit))
        again = Walk(self.allowed, self._texts(walk.leaves, hits))
        again.text(where, root, name=True)
        changed = again.visit(value, root)
        if [leaf.text for leaf in again.leaves] != [leaf.text for leaf in walk.leaves]:
            raise MaskingError("the value changed while it was redacted")
        if len(again.unread) > len(walk.unread):
            raise _cannot(_unread(str(root), again.unread[-1].why))
        left = self.look(changed, where=where, strict=False)
        if left:
            raise _cannot(left[0])
        return changed

    def redact_text(self, text: str) -> str:
        """Return a text with ``{EMAIL}`` and the like where something was found."""
        return TextRedactor(self.sight)(text)

    def _walked(self, walk: Walk, value: object, root: Step) -> list[_Hit]:
        """Go through a value; names in which something was found are withheld from then on."""
        walk.text(root.name, root, name=True)
        try:
            walk.visit(value, root)
        except Exception as error:  # noqa: BLE001  # its text may be a part of the value
            name = type(error).__name__
            raise DetectionError(f"a value cannot be looked through ({name})") from None
        hits = list(self._hits(walk.leaves))
        for hit in hits:
            if hit.leaf.name:
                hit.leaf.step.withheld = True
        return hits

    def _in_column(self, column: Column, *, strict: bool) -> Iterator[ValueFinding]:
        """Scan a column as a scan of files does."""
        step, array = column
        chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
        first, name = 0, step.context or "value"
        for chunk in chunks:
            batch = pa.RecordBatch.from_arrays([chunk], names=[name])
            seen = self.sight.scanner.scan(batch, first_row=first)
            for leaf in seen.leaves:
                for index in range(min(len(leaf.spans), _MOST)):
                    sample = leaf.locate(index)
                    detector = self.sight.detector(int(leaf.spans.detector[index]))
                    yield _found(f"{step}[{sample.row}]", detector, sample.score)
            if strict and seen.blind_spots:
                yield _unread(str(step), "type")
            first += len(chunk)

    def _hits(self, leaves: Sequence[Leaf]) -> Iterator[_Hit]:
        """Scan all texts at once, each after its key, so that a key counts as context."""
        heads = [_head(leaf) for leaf in leaves]
        rows = [head + leaf.text for head, leaf in zip(heads, leaves, strict=True)]
        for row, start, end, detector, score in self.sight.find(rows):
            first = len(heads[row])
            if end > first:
                yield _Hit(row, leaves[row], max(0, start - first), end - first, detector, score)

    def _finding(self, hit: _Hit) -> ValueFinding:
        detector = self.sight.detector(hit.detector)
        return _found(str(hit.leaf.step), detector, hit.score)

    def _texts(self, leaves: Sequence[Leaf], hits: Iterable[_Hit]) -> list[str | None]:
        """Write anew the texts in which something was found."""
        spans: dict[int, list[tuple[int, int, int]]] = {}
        for hit in hits:
            spans.setdefault(hit.number, []).append((hit.start, hit.end, hit.detector))
        texts: list[str | None] = [None] * len(leaves)
        for number, own in spans.items():
            text = self.sight.rewritten(leaves[number].text, own)
            texts[number] = text.decode("utf-8", "surrogatepass")
        return texts


@dataclass(frozen=True, slots=True)
class _Hit:
    """A finding on its way."""

    number: int
    leaf: Leaf
    start: int
    end: int
    detector: int
    score: float


def _found(where: str, detector: Detector, score: float) -> ValueFinding:
    return ValueFinding(
        where=where,
        data_class=detector.data_class,
        detector=detector.id,
        score=round(float(score), 4),
    )


def _head(leaf: Leaf) -> bytes:
    if leaf.name or not leaf.text or len(leaf.text) > _CONTEXT:
        return b""
    context = leaf.step.context[:256]
    return f"{context}: ".encode("utf-8", "surrogatepass") if context else b""


def _unread(where: str, why: str) -> ValueFinding:
    return ValueFinding(where=where, data_class=UNREAD, detector=why, score=1.0)


def _cannot(finding: ValueFinding) -> MaskingError:
    return MaskingError(
        f"cannot be redacted: {finding}",
        hint="give out plain containers, text and numbers, or leave the value out",
    )
