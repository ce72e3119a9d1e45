"""Tells whether the end of a line may cut a value in two, from the lines around it."""

from __future__ import annotations

import re

from sluicegate.detect.rewrite import Edit

_REACH = 256
"""Bytes of a line that are looked at."""
_BREAK = re.compile(rb"[ -]?\r?\n[ \t>]*")
_PARTS = (
    # A domain. What stands above a line that begins with an at sign may be code just as well.
    (re.compile(rb"@[A-Za-z0-9.-]{0,63}\Z"), re.compile(rb"[A-Za-z0-9.-]")),
    # an account number
    (re.compile(rb"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}[A-Z0-9 ]{0,40}\Z"), re.compile(rb"[A-Z0-9]")),
    # a token: what no word is, since a digit is in it
    (
        re.compile(rb"(?=[A-Za-z_+/=.-]{0,200}[0-9])[A-Za-z0-9_+/=.-]{12,200}\Z"),
        re.compile(rb"[A-Za-z0-9_+/=-]{2}"),
    ),
)
_DATE = re.compile(rb"(?:19|20)[0-9]{2}[-/.][0-9]{2}|[0-9]{1,2}:[0-9]{2}")
_BARE = re.compile(rb"[0-9]+[,;]?\s*")


def joint(cell: bytes, end: int) -> Edit | None:
    """Return what to take out so that the lines before and after ``end`` become one.

    Args:
        cell: The row.
        end: Position after a line feed.
    """
    start = end - 1
    start -= cell[start - 1 : start] == b"\r"
    start -= cell[start - 1 : start] in (b" ", b"-")
    if start <= 0 or not (found := _BREAK.match(cell, start)):
        return None
    low, high = max(0, start - _REACH), found.end() + _REACH
    before = cell[max(low, cell.rfind(b"\n", low, start) + 1) : start]
    after = cell[found.end() : high]
    if any(left.search(before[-_REACH:]) and right.match(after) for left, right in _PARTS) or (
        before[-1:].isdigit() and after[:1].isdigit() and not _list(cell, before, after, start)
    ):
        return Edit(start, found.end(), b"")
    return None


def _list(cell: bytes, before: bytes, after: bytes, start: int) -> bool:
    """Tell whether numbers stand below each other rather than one after the other."""
    line, _, following = after.partition(b"\n")
    above = cell[: start - len(before)][-3:].strip()
    return (
        bool(_DATE.match(after))
        or (bool(_BARE.fullmatch(before)) and bool(_BARE.fullmatch(line)))
        # The same joint above or below makes it a column.
        or (before[:1].isdigit() and above[-1:].isdigit())
        or (line.rstrip()[-1:].isdigit() and following.lstrip(b" \t>")[:1].isdigit())
    )
