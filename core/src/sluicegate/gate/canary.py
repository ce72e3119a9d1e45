"""Canaries: planted values that must be seen masked, or the run fails (promise P9).

A batch of canaries has the stream's own schema and goes the stream's own way: through the masker
and the scanner, before the first row is written and after the last was read. It holds, for each
detector, a text in which it must fire, and for each pseudonymized column a value keyed for this
run.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import pyarrow as pa
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from sluicegate.detect import canary_texts
from sluicegate.errors import ScannerBlind
from sluicegate.model.masks import Pseudonymize
from sluicegate.model.plan import Carries, OutputColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.detect import Scanner
    from sluicegate.mask import Keyring, Masker

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
        keyring: Derives this run's values and the expected pseudonyms.
        purpose: Purpose of the run.
        run_key: Name of the run.
    """

    def __init__(
        self,
        columns: Sequence[OutputColumn],
        scanner: Scanner,
        keyring: Keyring,
        purpose: str,
        run_key: str,
    ) -> None:
        self._columns = columns
        self._scanner = scanner
        self._texts = canary_texts(scanner)
        secret = keyring.mac("canary", run_key.encode())
        self._digests = [
            sha256(f"{secret}:{i}".encode()).hexdigest() for i in range(len(self._texts))
        ]
        self._key = keyring.derive("pseudonym", purpose)
        self._planted = 0

    def check(self, schema: pa.Schema, masker: Masker) -> None:
        """Send canaries through the masker and the scanner.

        Raises:
            ScannerBlind: a detector did not fire, or a mask let a canary through.
        """
        self._check_scanner()
        masked = masker.canary(self._batch(schema))
        for index, column in enumerate(self._columns):
            if column.carries is Carries.RAW_TEXT:
                self._check_redacted(column, masked.column(index))
            elif column.carries is Carries.DIGEST:
                self._check_pseudonyms(column, masked.column(index))

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
        arrays = []
        for column, field in zip(self._columns, schema, strict=True):
            if column.carries is Carries.RAW_TEXT:
                values = pa.array([text for _, text in self._texts], pa.large_string())
                arrays.append(values)
            elif column.carries is Carries.DIGEST:
                arrays.append(pa.array(self._digests, pa.string()))
            else:
                arrays.append(pa.nulls(count, field.type))
        return pa.RecordBatch.from_arrays(arrays, names=[c.name for c in self._columns])

    def _check_redacted(self, column: OutputColumn, masked: pa.Array) -> None:
        left = self._scanner.spans(masked.cast(pa.large_string()), column=column.name)
        same = [a for (_, a), b in zip(self._texts, masked.to_pylist(), strict=True) if a == b]
        if len(left.row) or same:
            raise ScannerBlind(
                f"column {column.name!r}: a planted canary came out unredacted", hint=_HINT
            )
        self._planted += len(self._texts)

    def _check_pseudonyms(self, column: OutputColumn, masked: pa.Array) -> None:
        """Compute the expected values by another implementation of CMAC than the masker's."""
        length = min(m.length for m in column.masks.values() if isinstance(m, Pseudonymize))
        keyed = CMAC(AES(self._key.reveal()))
        for digest, pseudonym in zip(self._digests, masked.to_pylist(), strict=True):
            mac = keyed.copy()
            mac.update(bytes.fromhex(digest))
            if pseudonym != mac.finalize().hex()[:length]:
                raise ScannerBlind(
                    f"column {column.name!r}: a planted canary has the wrong pseudonym", hint=_HINT
                )
        self._planted += len(self._digests)
