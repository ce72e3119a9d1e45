"""Redacts text as it is written: lines of logs, messages, whatever is about to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Self

from sluicegate.gate.values.sight import Sight, open_sight

if TYPE_CHECKING:
    from sluicegate.settings import Settings

_LABEL: Final = 256
"""Bytes of a label that are read."""


class TextRedactor:
    """Replaces personal data and secrets in a text by ``{EMAIL}`` and the like.

    A line of a form that it knows costs about a microsecond, any other about a millisecond. Safe
    for several threads. Failure mode: closed; if the scan fails, the text is not given out.

    Args:
        sight: Finds.
    """

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the redactor with the detectors of the settings.

        Raises:
            DetectionError: a file of detectors is wrong.
        """
        return cls(open_sight(settings.detectors))

    def __call__(self, text: str) -> str:
        """Return ``text`` without what was found in it; the same object if nothing was."""
        return self._redacted(str.encode(text, "utf-8", "surrogatepass"), 0, text)

    def labelled(self, label: str, text: str) -> str:
        """Return ``text`` without what is found in it when it stands after ``label``.

        A password says nothing by itself; after the name of a field it does.
        """
        head = _head(label)
        return self._redacted(head + str.encode(text, "utf-8", "surrogatepass"), len(head), text)

    def labelled_all(self, texts: Sequence[tuple[str, str]]) -> list[str]:
        """Return texts as ``labelled`` does, looked at in one pass.

        Args:
            texts: Label and text.
        """
        heads = [_head(label) for label, _ in texts]
        raws = [
            head + str.encode(text, "utf-8", "surrogatepass")
            for head, (_, text) in zip(heads, texts, strict=True)
        ]
        spans: dict[int, list[tuple[int, int, int]]] = {}
        for row, start, end, detector, _ in self._sight.find(raws):
            first = len(heads[row])
            if end > first:
                spans.setdefault(row, []).append((max(0, start - first), end - first, detector))
        return [
            self._sight.rewritten(raw[len(head) :], spans[row]).decode("utf-8", "surrogatepass")
            if row in spans
            else text
            for row, (head, raw, (_, text)) in enumerate(zip(heads, raws, texts, strict=True))
        ]

    def found(self, label: str, text: str) -> list[str]:
        """Return what is found in ``text``. Every call of this is a place to review."""
        head, raw = _head(label), str.encode(text, "utf-8", "surrogatepass")
        spans = self._spans(head + raw, len(head))
        return [raw[start:end].decode("utf-8", "surrogatepass") for start, end, _ in spans]

    def _redacted(self, raw: bytes, first: int, text: str) -> str:
        if self._sight.knows(raw):
            return text
        found = self._spans(raw, first)
        if not found:
            return text
        return self._sight.rewritten(raw[first:], found).decode("utf-8", "surrogatepass")

    def _spans(self, raw: bytes, first: int) -> list[tuple[int, int, int]]:
        return [
            (max(0, start - first), end - first, detector)
            for _, start, end, detector, _ in self._sight.find([raw])
            if end > first
        ]


def _head(label: str) -> bytes:
    head = str.encode(label, "utf-8", "surrogatepass")[-_LABEL:]
    return head + b": " if head else b""
