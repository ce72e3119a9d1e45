"""The guard's own part of the masks, batch by batch, before anything is written (promise P1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import MaskingError
from sluicegate.mask.distinct import if_repeated
from sluicegate.mask.mask_keys import MaskKeys
from sluicegate.mask.numbered import redact_numbered
from sluicegate.mask.redact import Redactions, Spans, redact
from sluicegate.mask.steps import Redactor, Step, step_of
from sluicegate.mask.transforms import holds
from sluicegate.model.data import DataClass
from sluicegate.model.findings import RedactionCount
from sluicegate.model.masks import Bucket, Constant, Keep, Labels
from sluicegate.model.plan import Carries, OutputColumn

Ints = npt.NDArray[np.int64]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """A masked batch, and what the verifier has to look at."""

    batch: pa.RecordBatch
    """What leaves."""
    scanned: pa.RecordBatch
    """Its columns, without those whose every value the guard made itself, or proved to be one of
    the few that the policy names: what looks like personal data there is none. Of documents, what
    is left of the source's. It is made beside ``batch``, from the same arrays, so that a column
    cannot be left out of it by another one's mask."""
    read: int
    """Bytes of columns that were redacted, and so read until nothing was found in them, with what
    the verifier reads with. They are not in ``scanned`` either."""
    hidden: frozenset[str]
    """Columns that are not whole in ``scanned``: a finding there has no place in ``batch``."""


class Masker:
    """Finishes what the source sent: keyed masks, redacted text, and proof of the rest.

    A mask that the source applied is proven on every value: suppressed columns are all NULL,
    digests are digests, and partial or generalized values are such that the mask changes nothing
    more.

    Args:
        columns: The columns of the plan, in the order of the batch.
        keys: Of the plan's purpose.
        finder: Finds what to redact.

    Raises:
        ConfigurationError: a mask needs a vault that the settings do not name.
    """

    def __init__(self, columns: Sequence[OutputColumn], keys: MaskKeys, finder: TextFinder) -> None:
        self._columns = columns
        self._finder = finder
        self._labels = finder.labels
        self._redactions: Counter[tuple[str, DataClass]] = Counter()
        self._steps = [step_of(column, keys, self._redactor(column)) for column in columns]

    def _redactor(self, column: OutputColumn) -> Redactor:
        return lambda array, labels: self.redact(column.name, array, labels)

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the masked batch, its columns named as in the plan. Raises as ``masked`` does."""
        return self.masked(batch).batch

    def masked(self, batch: pa.RecordBatch) -> Masked:
        """Mask a batch, and tell what of it must be looked at.

        Raises:
            MaskingError: the source sent another number of columns, or a value its mask forbids.
        """
        if batch.num_columns != len(self._columns):
            raise MaskingError(
                f"the source sent {batch.num_columns} columns, the plan has {len(self._columns)}"
            )
        pairs = [
            self._mask(column, step, array)
            for column, step, array in zip(self._columns, self._steps, batch.columns, strict=True)
        ]
        names = [column.name for column in self._columns]
        read = [
            result
            for step, (result, _) in zip(self._steps, pairs, strict=True)
            if step is not None and step.read
        ]
        views = [result if view is None else view for result, view in pairs]
        # by place: two columns of one name, if there ever were, must not pass for each other
        seen = [index for index, (_, view) in enumerate(pairs) if view is not None]
        return Masked(
            batch=pa.RecordBatch.from_arrays([result for result, _ in pairs], names=names),
            scanned=pa.RecordBatch.from_arrays(views, names=names).select(seen),
            read=sum(_size(result) for result in read),
            hidden=frozenset(
                name
                for name, (result, view) in zip(names, pairs, strict=True)
                if view is not None and view is not result
            ),
        )

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

    def redact(self, column: str, array: pa.Array, labels: Labels = "typed") -> pa.Array:
        """Replace every finding of a text column by its label and count them.

        A label may bring to light what stood beside it, so rows that changed are looked at again
        until nothing is found; a cell that never comes to rest is redacted as a whole. Of a column
        that repeats itself each distinct text is looked at once.
        """
        texts = array.cast(pa.large_string())
        encoded = if_repeated(texts)
        if encoded is None:
            return self._redact(column, texts, labels)
        known = encoded.indices.drop_null().to_numpy()
        often = np.bincount(known, minlength=len(encoded.dictionary))
        return self._redact(column, encoded.dictionary, labels, often).take(encoded.indices)

    def _redact(
        self, column: str, texts: pa.Array, labels: Labels, often: Ints | None = None
    ) -> pa.Array:
        """Redact texts, each of which stands for as many cells as ``often`` tells, or for one."""
        rows = np.arange(len(texts))
        again = self._finder.again or self._finder.spans
        spans = self._finder.spans(texts, column)
        for _ in range(_ROUNDS):
            if not len(spans.detector):
                return texts
            at = rows[spans.row]
            self._count(column, spans, None if often is None else often[at])
            found_at = Redactions(at, spans.start, spans.end, spans.detector)
            replace = redact_numbered if labels == "numbered" else redact
            texts = replace(texts, found_at, self._labels)
            rows = at[np.append(at[1:] != at[:-1], True)]
            spans = again(texts.take(pa.array(rows)), column)
        hide = np.zeros(len(texts), np.bool_)
        hide[rows[spans.row]] = True
        return pc.if_else(pa.array(hide), pa.scalar("{REDACTED}", pa.large_string()), texts)

    def _count(self, column: str, spans: Spans, often: Ints | None) -> None:
        found = np.bincount(spans.detector, often, minlength=len(self._labels))
        for index in np.flatnonzero(found).tolist():
            self._redactions[column, self._finder.classes[index]] += int(found[index])

    def _mask(
        self, column: OutputColumn, step: Step | None, array: pa.Array
    ) -> tuple[pa.Array, pa.Array | None]:
        """Return what leaves of a column, and what of it the verifier has to look at."""
        if pa.types.is_dictionary(array.type) and column.carries is not Carries.DIGEST:
            array = array.dictionary_decode()
        if step is None:
            self._prove(column, array)
            few = column.bare and isinstance(column.mask, (Bucket, Constant))
            return array, None if few else array
        try:
            result = step.apply(array)
            if step.made or step.read:
                return result, None
            if step.scanned is None:
                return result, result
            before = self._redactions.copy()
            view = step.scanned(array)
            self._redactions = before
        except MaskingError as error:
            raise MaskingError(
                f"column {column.name!r}: {error.message}", hint=error.hint
            ) from None
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            raise MaskingError(f"column {column.name!r} is {array.type}, not text") from None
        return result, view

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


def _size(texts: pa.Array) -> int:
    """Return the bytes of all values."""
    return int(pc.sum(pc.binary_length(texts), min_count=0).as_py())
