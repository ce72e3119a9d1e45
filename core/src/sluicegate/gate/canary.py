"""Canaries: planted values that must be seen masked, or the run fails (promise P9).

A batch of canaries has the stream's own schema and goes the stream's own way: through the masker
and the scanner, before the first row is written and after the last was read. It holds, for each
detector, a text in which it must fire, and for each column that the guard finishes values that are
keyed for this run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from sluicegate.detect import canary_texts
from sluicegate.errors import ScannerBlind
from sluicegate.gate.plants import Plants, keyed_values
from sluicegate.model.masks import Redact
from sluicegate.model.plan import Carries, OutputColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.detect import Scanner
    from sluicegate.mask import Keyring, Masker, MaskKeys

_HINT: Final = "nothing was released; run `sluicegate detectors list` on this machine and report it"


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryResult:
    """How many canaries were planted and seen masked."""

    planted: int
    seen_masked: int


class Canaries:
    """The canaries of one run.

    Args:
        columns: Columns of the plan.
        scanner: The scanner that verifies the run.
        keyring: Derives this run's values.
        keys: Of the run's purpose, to know what masks must make of them.
        run_key: Name of the run.
    """

    def __init__(
        self,
        columns: Sequence[OutputColumn],
        scanner: Scanner,
        keyring: Keyring,
        keys: MaskKeys,
        run_key: str,
    ) -> None:
        self._columns = columns
        self._scanner = scanner
        self._texts = canary_texts(scanner)
        secret = keyring.mac("canary", run_key.encode())
        plants = Plants(keys, secret, [text for _, text in self._texts], self._clean)
        self._plants = {
            index: plants.of(column)
            for index, column in enumerate(columns)
            if column.carries is not Carries.FINISHED
        }
        self._planted = 0
        self._secret = secret
        self._masked: pa.RecordBatch | None = None

    def check(self, schema: pa.Schema, masker: Masker) -> None:
        """Send canaries through the masker and the scanner.

        Raises:
            ScannerBlind: a detector did not fire, or a mask let a canary through.
        """
        self._check_scanner()
        masked = masker.canary(self._batch(schema))
        self._masked = masked
        for index, plant in self._plants.items():
            if not plant.masked(masked.column(index)):
                name, how = self._columns[index].name, _how(self._columns[index])
                raise ScannerBlind(f"column {name!r}: a planted canary came out {how}", hint=_HINT)
            self._planted += len(self._texts)

    def at_sink(self) -> pa.RecordBatch | None:
        """Return the canaries that a sink must write as they are; ``None`` if no row came.

        They are what the masks made of those that were planted; columns that the source finished
        get values of this run too. Each column begins at another canary, so that no two columns
        of one mask are alike.
        """
        if self._masked is None:
            return None
        arrays = [
            _turned(_plain(array), index)
            if index in self._plants
            else keyed_values(_plain(array).type, f"{self._secret}:{index}", len(array))
            for index, array in enumerate(self._masked.columns)
        ]
        return pa.RecordBatch.from_arrays(arrays, names=self._masked.schema.names)

    @property
    def result(self) -> CanaryResult:
        """All that were planted were seen masked, or ``check`` had raised."""
        return CanaryResult(planted=self._planted, seen_masked=self._planted)

    def _check_scanner(self) -> None:
        texts = pa.array([text for _, text in self._texts], pa.large_string())
        spans = self._scanner.spans(texts)
        found = {
            (int(row), self._scanner.detectors[index].id)
            for row, index in zip(spans.row.tolist(), spans.detector.tolist(), strict=True)
        }
        blind = [d for row, (d, _) in enumerate(self._texts) if (row, d) not in found]
        if blind:
            raise ScannerBlind(f"the scanner does not see: {', '.join(blind)}", hint=_HINT)
        self._planted += len(self._texts)

    def _batch(self, schema: pa.Schema) -> pa.RecordBatch:
        count = len(self._texts)
        arrays = [
            self._plants[index].values if index in self._plants else pa.nulls(count, field.type)
            for index, field in enumerate(schema)
        ]
        return pa.RecordBatch.from_arrays(arrays, names=[c.name for c in self._columns])

    def _clean(self, texts: pa.Array, column: str) -> bool:
        return not len(self._scanner.spans(texts.cast(pa.large_string()), column=column).row)


def _plain(array: pa.Array) -> pa.Array:
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _turned(array: pa.Array, places: int) -> pa.Array:
    places %= len(array)
    return pa.concat_arrays([array[places:], array[:places]])


def _how(column: OutputColumn) -> str:
    """Say what is wrong, in words that a person looks for."""
    masks = column.masks.values()
    if any(isinstance(mask, Redact) for mask in masks):
        return "unredacted"
    return "with the wrong pseudonym" if column.carries is Carries.DIGEST else "unmasked"
