"""The guard's own part of the masks, batch by batch, before anything is written (promise P1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import MaskingError
from sluicegate.mask.pseudonym import Pseudonymizer
from sluicegate.mask.redact import Redactions, Spans, redact
from sluicegate.mask.transforms import holds
from sluicegate.model.data import DataClass
from sluicegate.model.findings import RedactionCount
from sluicegate.model.masks import Keep, Pseudonymize
from sluicegate.model.plan import Carries, OutputColumn


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFinder:
    """What redaction needs of a scanner."""

    spans: Callable[[pa.Array, str], Spans]
    """Finds the spans of a string-like array of a column; sorted, without overlaps.

    The column's name counts: the verifier goes by it too, and sees what redaction left.
    """
    classes: Sequence[DataClass]
    again: Callable[[pa.Array, str], Spans] | None = None
    """Finds in what was redacted once; ``spans`` if not given.

    A model reads a text with labels in it differently: asked again and again it might never come
    to rest. So it is asked once, and the rest is looked for with what the verifier looks with.
    """
    """Data class of each detector index."""

    @property
    def labels(self) -> list[bytes]:
        """Replacement of each detector index: ``{EMAIL}``."""
        return [b"{" + name.upper().encode() + b"}" for name in self.classes]


_ROUNDS: Final = 3


class Masker:
    """Finishes what the source sent: keyed pseudonyms, redacted text, and proof of the rest.

    A mask that the source applied is proven on every value: suppressed columns are all NULL,
    digests are digests, and partial or generalized values are such that the mask changes nothing
    more.

    Args:
        columns: The columns of the plan, in the order of the batch.
        pseudonymizer: The keyed step of the purpose.
        finder: Finds what to redact.
    """

    def __init__(
        self, columns: Sequence[OutputColumn], pseudonymizer: Pseudonymizer, finder: TextFinder
    ) -> None:
        self._columns = columns
        self._pseudonymizer = pseudonymizer
        self._finder = finder
        self._labels = finder.labels
        self._redactions: Counter[tuple[str, DataClass]] = Counter()

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the masked batch, its columns named as in the plan.

        Raises:
            MaskingError: the source sent another number of columns, or a value its mask forbids.
        """
        if batch.num_columns != len(self._columns):
            raise MaskingError(
                f"the source sent {batch.num_columns} columns, the plan has {len(self._columns)}"
            )
        arrays = [self._mask(c, a) for c, a in zip(self._columns, batch.columns, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, names=[c.name for c in self._columns])

    def redactions(self) -> tuple[RedactionCount, ...]:
        """How often each column was redacted so far, by data class."""
        return tuple(
            RedactionCount(column=column, data_class=data_class, count=count)
            for (column, data_class), count in sorted(self._redactions.items())
        )

    def canary(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Mask a batch of canaries: the same way, but its redactions are not counted."""
        before = self._redactions.copy()
        masked = self.apply(batch)
        self._redactions = before
        return masked

    def redact(self, column: str, array: pa.Array) -> pa.Array:
        """Replace every finding of a text column by its label and count them.

        A label may bring to light what stood beside it, so rows that changed are looked at again
        until nothing is found; a cell that never comes to rest is redacted as a whole.
        """
        texts = array.cast(pa.large_string())
        rows = np.arange(len(texts))
        again = self._finder.again or self._finder.spans
        spans = self._finder.spans(texts, column)
        for _ in range(_ROUNDS):
            if not len(spans.detector):
                return texts
            found = np.bincount(spans.detector, minlength=len(self._labels))
            for index in np.flatnonzero(found).tolist():
                self._redactions[column, self._finder.classes[index]] += int(found[index])
            at = rows[spans.row]
            texts = redact(
                texts, Redactions(at, spans.start, spans.end, spans.detector), self._labels
            )
            rows = at[np.append(at[1:] != at[:-1], True)]
            spans = again(texts.take(pa.array(rows)), column)
        hide = np.zeros(len(texts), np.bool_)
        hide[rows[spans.row]] = True
        return pc.if_else(pa.array(hide), pa.scalar("{REDACTED}", pa.large_string()), texts)

    def _mask(self, column: OutputColumn, array: pa.Array) -> pa.Array:
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        try:
            if column.carries is Carries.DIGEST:
                return self._pseudonymizer.apply(array, pseudonym_of(column).length)
            if column.carries is Carries.RAW_TEXT:
                return self.redact(column.name, array)
        except MaskingError as error:
            raise MaskingError(
                f"column {column.name!r}: {error.message}", hint=error.hint
            ) from None
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            raise MaskingError(f"column {column.name!r} is {array.type}, not text") from None
        self._prove(column, array)
        return array

    def _prove(self, column: OutputColumn, array: pa.Array) -> None:
        mask = column.mask
        if mask is None or isinstance(mask, Keep):
            return
        if not holds(mask, array):
            raise MaskingError(
                f"column {column.name!r}: the source sent values that its mask"
                f" {mask.method!r} does not allow",
                hint="the masked rewrite and the source disagree; nothing was written",
            )


def pseudonym_of(column: OutputColumn) -> Pseudonymize:
    """Return the mask of a column of digests.

    Raises:
        MaskingError: the plan has none for it.
    """
    masks = [m for m in column.masks.values() if isinstance(m, Pseudonymize)]
    if not masks:
        raise MaskingError("a digest arrived for which the plan has no pseudonym")
    return min(masks, key=lambda m: m.length)
