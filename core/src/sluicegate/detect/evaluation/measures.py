"""Measures from counts, with 95 % intervals.

Sources: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927),
for shares of independent trials; B. Efron, Bootstrap methods (1979), percentile intervals over
samples, for what is no such share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

RIGHT, WRONG, MISSED, LABELLED, UNSEEN, FOUND, BESIDE = range(7)
"""Columns of counts: spans, three times; then characters of labels, of labels that nothing covers,
of findings, of findings that no label covers.
"""
COLUMNS: Final = 7
_Z: Final = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""
_DRAWS: Final = 1000
_SEED: Final = 20_117


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A measure from 0 to 1 and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """How good findings are; ``None`` where nothing was there to be measured."""

    precision: Rate | None
    recall: Rate | None
    f1: Rate | None
    f2: Rate | None
    """Recall weighs four times as much as precision: a miss costs more than a false alarm."""
    leak: Rate | None
    """Share of labelled characters that no finding covers, of whatever class."""
    over: Rate | None
    """Share of the findings' characters that no label covers."""


def measure(counts: Counts, samples: int) -> Measures:
    """Compute the measures of one class.

    Args:
        counts: One row per sample in which anything was labelled or found; columns as above.
        samples: Number of all samples, also of those without a row.
    """
    total = counts.sum(axis=0)
    right, wrong, missed = (int(total[c]) for c in (RIGHT, WRONG, MISSED))
    drawn = _drawn(counts, samples)
    return Measures(
        precision=_wilson(right, right + wrong),
        recall=_wilson(right, right + missed),
        f1=_rate(_f(total, 1), _f(drawn, 1)),
        f2=_rate(_f(total, 2), _f(drawn, 2)),
        leak=_rate(_share(total, UNSEEN, LABELLED), _share(drawn, UNSEEN, LABELLED)),
        over=_rate(_share(total, BESIDE, FOUND), _share(drawn, BESIDE, FOUND)),
    )


def _drawn(counts: Counts, samples: int) -> Floats:
    """Draw so many samples as there are, with replacement, many times, and return the sums.

    Samples with equal counts are drawn as one group, which gives the same distribution at a cost
    that does not grow with the corpus.
    """
    groups, sizes = np.unique(counts, axis=0, return_counts=True)
    chances = np.append(sizes, samples - sizes.sum()) / samples
    # A fixed seed: the same corpus has the same intervals, and nothing here guards a secret.
    generator = np.random.default_rng(_SEED)
    times = generator.multinomial(samples, chances, size=_DRAWS)[:, :-1]
    sums: Floats = times.astype(np.float64) @ groups.astype(np.float64)
    return sums


def _f(sums: Floats | Counts, beta: int) -> Floats:
    right, wrong, missed = (np.asarray(sums[..., c], dtype=np.float64) for c in range(3))
    weight = beta * beta
    whole = (1 + weight) * right + wrong + weight * missed
    return _divided((1 + weight) * right, whole)


def _share(sums: Floats | Counts, part: int, whole: int) -> Floats:
    return _divided(
        np.asarray(sums[..., part], dtype=np.float64),
        np.asarray(sums[..., whole], dtype=np.float64),
    )


def _divided(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _rate(value: Floats, drawn: Floats) -> Rate | None:
    if np.isnan(value):
        return None
    known = drawn[~np.isnan(drawn)]
    low, high = np.percentile(known, [2.5, 97.5]).tolist() if len(known) else (0.0, 1.0)
    return Rate(value=_rounded(float(value)), low=_rounded(low), high=_rounded(high))


def _wilson(hits: int, trials: int) -> Rate | None:
    if not trials:
        return None
    share, spread = hits / trials, _Z * _Z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return Rate(
        value=_rounded(share),
        low=_rounded(max(0.0, middle - half)),
        high=_rounded(min(1.0, middle + half)),
    )


def _rounded(number: float) -> float:
    return round(number, 4)
