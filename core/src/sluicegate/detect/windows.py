"""Windows: the stretches of a buffer in which a detector's exact pattern has to run.

Why looking only there misses nothing and adds nothing: every match holds an anchor, begins at most
``before`` bytes before its end and ends at most ``after`` bytes after it. Where two matches could
influence each other, the first is known before the second is looked for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text

_GAP = 8
"""Bytes between two windows that are searched in less time than another window takes."""


class Windows(NamedTuple):
    """Stretches in ascending order, none of which crosses a row.

    Their beginnings, up to ``last``, are disjoint; what follows is for the rest of a match, and may
    reach into the next.
    """

    starts: Ints
    ends: Ints
    rows: Ints
    last: Ints
    """End of the last anchor in each: a finding begins before it."""

    def where(self, kept: npt.NDArray[np.bool_]) -> Windows:
        """Return the windows that are ``kept``."""
        return self if kept.all() else Windows(*(part[kept] for part in self))


def windows_around(
    text: Text, low: Ints, high: Ints, anchors: Ints, rows: Ints | None = None
) -> Windows:
    """Clip ``low:high`` to the row in which the anchor ends and merge what is hardly apart.

    Args:
        text: Where.
        low: First byte of each window.
        high: First byte after it.
        anchors: First byte after the anchor of each. All three ascend.
        rows: In which each anchor ends, if that is known.
    """
    if rows is None:
        rows = text.rows_of(anchors)
    starts = np.maximum(low, text.starts.take(rows))
    ends = np.minimum(high, text.ends.take(rows))
    some = starts < ends
    if not some.all():
        starts, ends, rows, anchors = starts[some], ends[some], rows[some], anchors[some]
    if len(starts) < 2:  # noqa: PLR2004  # one window touches nothing
        return Windows(starts, ends, rows, anchors)
    apart = (starts[1:] > anchors[:-1] + _GAP) | (rows[1:] != rows[:-1])
    if apart.all():
        return Windows(starts, ends, rows, anchors)
    fresh = np.concatenate([[0], np.flatnonzero(apart) + 1])
    final = np.append(fresh[1:] - 1, len(starts) - 1)
    return Windows(starts[fresh], np.maximum.reduceat(ends, fresh), rows[fresh], anchors[final])


def whole_rows(text: Text) -> Windows:
    """Return one window per row that is not empty: what the exhaustive scan looks at."""
    rows = np.flatnonzero(text.ends > text.starts)
    return Windows(text.starts[rows], text.ends[rows], rows, text.ends[rows])


def near(windows: Windows, places: Ints, before: int, after: int) -> npt.NDArray[np.bool_]:
    """Tell which windows have one of ``places`` (ascending) so near to them."""
    first = np.searchsorted(places, windows.starts - before)
    found: npt.NDArray[np.bool_] = first < np.searchsorted(
        places, windows.ends + after, side="right"
    )
    return found
