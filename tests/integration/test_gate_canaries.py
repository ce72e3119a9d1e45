"""A scanner that goes blind, at whatever moment: no row leaves, or nothing is released (P9)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from sluicegate import Gate
from sluicegate.detect import Scanner, canary_texts
from sluicegate.errors import ScannerBlind
from sluicegate.gate.chamber import Chamber

SQL = "SELECT id, ref, customer, note FROM orders"
DETECTORS = ["email", "iban", "card", "github_token", "secret_assignment"]


class Eye:
    """The scanner's own panel, but for what one detector finds once it is shut."""

    def __init__(self, panel: Any, detector: int) -> None:
        self._panel = panel
        self._detector = detector
        self.shut = False

    def find(self, *given: Any, **named: Any) -> Any:
        found = self._panel.find(*given, **named)
        if not self.shut:
            return found
        return found.take(np.flatnonzero(found.detector != self._detector))


@pytest.fixture
def bench(make_orders: Callable[..., Any]) -> Any:
    return make_orders([(1, "order 1", "c1", "see ann@example.com")])


def asked(bench: Any) -> Any:
    return bench.request(source="shop", sql=SQL, purpose="training")


def weak(gate: Gate, detector: str) -> tuple[Gate, Eye]:
    """Give a gate whose scanner one may blind."""
    scanner: Scanner = copy.copy(gate.scanner)
    number = [d.id for d in scanner.detectors].index(detector)
    eye = Eye(scanner._panel, number)
    scanner._panel = eye  # type: ignore[assignment]  # the panel, in all that a scanner asks of it
    canary_texts(scanner)
    return Gate(replace(gate._services, scanner=scanner)), eye


@pytest.fixture
def chamber(bench: Any) -> Iterator[Callable[[str], tuple[Chamber, Eye]]]:
    with bench.gate() as gate:

        def make(detector: str) -> tuple[Chamber, Eye]:
            weakened, eye = weak(gate, detector)
            plan = weakened.plan(asked(bench), bench.identity()).plan
            assert plan is not None
            services = weakened._services.for_purpose(plan.purpose, by="tests")
            return Chamber(services, plan, "run"), eye

        yield make


def batches(count: int) -> Iterator[pa.RecordBatch]:
    digest = f"{0:064x}"
    for n in range(count):
        columns = [[n], [f"order {n}"], [digest], ["call the shop"]]
        yield pa.record_batch([pa.array(c) for c in columns], ["id", "ref", "customer", "note"])


@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("count", [1, 3])
def test_no_row_leaves_a_chamber_that_is_blind(
    chamber: Callable[[str], tuple[Chamber, Eye]], detector: str, count: int
) -> None:
    blind, eye = chamber(detector)
    eye.shut = True
    left: list[pa.RecordBatch] = []
    with pytest.raises(ScannerBlind, match=f": {detector} "):
        left.extend(blind.pass_through(batches(count)))
    assert left == []


@pytest.mark.parametrize("after", [1, 2, 3])
def test_going_blind_on_the_way_is_seen_at_the_end(
    chamber: Callable[[str], tuple[Chamber, Eye]], after: int
) -> None:
    blind, eye = chamber("email")
    stream = blind.pass_through(batches(3))
    for _ in range(after):
        next(stream)
    eye.shut = True
    with pytest.raises(ScannerBlind, match=": email "):
        list(stream)


@pytest.mark.parametrize(("count", "times"), [(0, 0), (1, 1), (2, 2), (5, 2)])
def test_canaries_follow_the_first_batch_and_the_last_one(
    chamber: Callable[[str], tuple[Chamber, Eye]], count: int, times: int
) -> None:
    seeing, _ = chamber("email")
    assert len(list(seeing.pass_through(batches(count)))) == count
    texts = canary_texts(seeing._scanner)
    # to the scanner, to the redaction of the free text, and to the pseudonyms
    assert seeing.canaries.planted == seeing.canaries.seen_masked == times * 3 * len(texts)


@pytest.mark.parametrize("detector", DETECTORS)
def test_a_blind_scanner_releases_nothing(bench: Any, detector: str) -> None:
    with bench.gate() as gate:
        weakened, eye = weak(gate, detector)
        eye.shut = True
        with pytest.raises(ScannerBlind, match=detector):
            weakened.extract(asked(bench), bench.identity())
        assert bench.leftovers() == ["shop.db"]
        assert list(gate.ledger.records())[-1].body["error"] == ScannerBlind.code
        eye.shut = False
        assert weakened.extract(asked(bench), bench.identity()).released
