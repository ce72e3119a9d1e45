"""Adds the findings of batches up to the summary of a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np
import pyarrow as pa

from sluicegate.detect.batch import BatchFindings, LeafFindings
from sluicegate.detect.detector import Detector
from sluicegate.detect.places import Places, places_of
from sluicegate.model.findings import Finding, FindingCount, ScanSummary

SAMPLES = 20
"""Findings that are kept of each column and detector."""


class _Scanner(Protocol):
    @property
    def detectors(self) -> tuple[Detector, ...]: ...

    @property
    def version(self) -> str: ...


class ScanTotals:
    """Sums over the batches of one stream. Keeps no value, only keyed fingerprints (P5).

    Args:
        scanner: Which detectors the findings are of.
        fingerprint: Keyed digest of a value's bytes, 32 hex digits.
        key_id: Names the key of the fingerprints.
    """

    def __init__(self, scanner: _Scanner, fingerprint: Callable[[bytes], str], key_id: str) -> None:
        self._scanner = scanner
        self._fingerprint = fingerprint
        self._key_id = key_id
        self._rows = 0
        self._bytes = 0
        self._counts: dict[tuple[str, int], int] = {}
        self._samples: dict[tuple[str, int], list[Finding]] = {}
        self._blind: dict[str, None] = {}

    def add(self, batch_findings: BatchFindings, schema: pa.Schema | None = None) -> None:
        """Add one batch; afterwards it may be let go.

        Args:
            batch_findings: What was found in it.
            schema: Of the batch; with it the samples tell their place for an allow-list.
        """
        places = places_of(schema) if schema is not None else None
        self._rows += batch_findings.rows
        self._bytes += batch_findings.bytes
        self._blind.update(dict.fromkeys(batch_findings.blind_spots))
        for leaf in batch_findings.leaves:
            for number, count in leaf.counts().items():
                key = (leaf.column, number)
                self._counts[key] = self._counts.get(key, 0) + count
                self._sample(leaf, number, places)

    def summary(self, blind_spots: Iterable[str] = ()) -> ScanSummary:
        """Return the sums so far, with ``blind_spots`` that the caller knows of."""
        order = sorted(self._counts, key=lambda key: (key[0], self._detector(key[1]).id))
        return ScanSummary(
            rows=self._rows,
            bytes=self._bytes,
            counts=tuple(
                FindingCount(
                    column=column,
                    data_class=self._detector(number).data_class,
                    detector=self._detector(number).id,
                    count=self._counts[column, number],
                )
                for column, number in order
            ),
            samples=tuple(finding for key in order for finding in self._samples[key]),
            detectors=self._scanner.version,
            blind_spots=tuple(dict.fromkeys([*self._blind, *blind_spots])),
        )

    def _detector(self, number: int) -> Detector:
        return self._scanner.detectors[number]

    def _sample(self, leaf: LeafFindings, number: int, places: Places | None) -> None:
        samples = self._samples.setdefault((leaf.column, number), [])
        wanted = SAMPLES - len(samples)
        if wanted <= 0:
            return
        detector = self._detector(number)
        for index in np.flatnonzero(leaf.spans.detector == number)[:wanted]:
            sample = leaf.locate(int(index))
            samples.append(
                Finding(
                    column=leaf.column,
                    row=sample.row,
                    start=sample.start,
                    length=sample.length,
                    data_class=detector.data_class,
                    detector=detector.id,
                    score=sample.score,
                    path=sample.path,
                    fingerprint=self._fingerprint(sample.value()),
                    key_id=self._key_id,
                    place=places(leaf.column, sample.path) if places else "",
                )
            )
