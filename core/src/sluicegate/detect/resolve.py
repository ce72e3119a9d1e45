"""Overlaps: each byte belongs to the best finding that covers it, and none is given up."""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import islice

import numpy as np
import numpy.typing as npt

from sluicegate.detect.spans import Raw, Spans, spans_of


def resolve(raw: Spans) -> Spans:
    """Order the findings of an array and make them disjoint within each row.

    By score, then length, then place. What a weaker finding covers alone stays a finding of its
    own: a byte that any detector claimed is never left for a mask to pass.
    """
    if _in_order(raw):
        return raw
    order = np.lexsort((raw.detector, -raw.end, raw.start, raw.row))
    spans = raw.take(order)
    clusters = _clusters(spans)
    if clusters is None:
        return spans
    bounds = np.flatnonzero(np.r_[True, clusters[1:] != clusters[:-1], True])
    firsts, sizes = bounds[:-1], np.diff(bounds)
    # Mostly the best finding of a cluster covers all others.
    ranked = np.lexsort((spans.detector, spans.start - spans.end, -spans.score, clusters))
    best, reach = ranked[firsts], np.maximum.reduceat(spans.end, firsts)
    covers = (spans.start[best] == spans.start[firsts]) & (spans.end[best] == reach)
    kept = best[covers]
    rest = iter(spans.take(np.flatnonzero(np.repeat(~covers, sizes))).raw())
    cut: list[Raw] = []
    for size in sizes[~covers].tolist():
        cut += _disjoint(list(islice(rest, size)))
    alone, parts = spans.take(kept), spans_of(cut)
    merged = Spans.joined([alone, parts])
    return merged.take(np.lexsort((merged.start, merged.row)))


def _in_order(spans: Spans) -> bool:
    """Tell whether each span lies after the one before it: then nothing is to be done."""
    above = spans.row[1:] > spans.row[:-1]
    beside = (spans.row[1:] == spans.row[:-1]) & (spans.start[1:] >= spans.end[:-1])
    return bool((above | beside).all())


def _clusters(spans: Spans) -> npt.NDArray[np.int64] | None:
    """Number the groups of spans that overlap; ``None`` if none does."""
    if len(spans) < 2:  # noqa: PLR2004  # one span overlaps nothing
        return None
    # One running maximum over all rows: lay the rows end to end, each longer than any span's end.
    width = int(spans.end.max()) + 1
    start = spans.row * width + spans.start
    reach = np.maximum.accumulate(spans.row * width + spans.end)
    fresh = start[1:] >= reach[:-1]
    if fresh.all():
        return None
    return np.concatenate([[0], np.cumsum(fresh)]).astype(np.int64)


def _disjoint(cluster: list[Raw]) -> list[Raw]:
    """Give out the bytes of one cluster, best finding first."""
    # Most clusters are of two or three, for which arrays cost more than they save.
    cluster.sort(key=lambda found: (-found[4], found[1] - found[2], found[3]))
    taken: list[tuple[int, int]] = []
    given: list[Raw] = []
    for row, start, end, detector, score in cluster:
        for low, high in _free(taken, start, end):
            given.append((row, low, high, detector, score))
            insort(taken, (low, high))
    return given


def _free(taken: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Return what of ``start:end`` no taken span covers; ``taken`` is sorted and disjoint."""
    place = bisect_left(taken, (start, start))
    if place and taken[place - 1][1] > start:
        place -= 1
    free: list[tuple[int, int]] = []
    while place < len(taken) and taken[place][0] < end:
        low, high = taken[place]
        if low > start:
            free.append((start, low))
        start = max(start, high)
        place += 1
    if start < end:
        free.append((start, end))
    return free
