"""Tells whether the end of a line may cut a value in two, from the lines around it."""

from __future__ import annotations

import re

from sluicegate.detect.rewrite import Edit

REACH = 256
"""Bytes of a line that are looked at."""
_BREAK = re.compile(rb"[ -]?\r?\n[ \t>]*")
PART = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@._+/=-"
_DIGITS = b"0123456789"
_CODE = PART[:26] + _DIGITS
TOKEN = 12
"""Bytes of the shortest token that a line's end may cut."""
ACCOUNT_REACH = 48
"""Bytes of a line in which an account number begins."""
_ACCOUNT = re.compile(rb"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}[A-Z0-9 ]{0,40}\Z")
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
    low, high = max(0, start - REACH), found.end() + REACH
    before = cell[max(low, cell.rfind(b"\n", low, start) + 1) : start]
    after = cell[found.end() : high]
    if not _parts(before, after):
        both = before[-1:].isdigit() and after[:1].isdigit()
        if not both or _list(cell, before, after, start):
            return None
    return Edit(start, found.end(), b"")


def _parts(before: bytes, after: bytes) -> bool:
    """Tell whether an address, an account number or a token may go on in the next line."""
    last = before[len(before.rstrip(PART)) :]
    if b"@" in last:
        # What stands above a line that begins with an at sign may be code just as well, and two
        # addresses one below the other are a list.
        return b"@" not in after[: len(after) - len(after.lstrip(PART))]
    # A digit is in it: no word is that, however long.
    if len(last) >= TOKEN and last.translate(None, _DIGITS) != last:
        return len(after[:2].strip(PART)) == 0
    return not after[:1].strip(_CODE) and bool(_ACCOUNT.search(before[-ACCOUNT_REACH:]))


def _list(cell: bytes, before: bytes, after: bytes, start: int) -> bool:
    """Tell whether numbers stand below each other rather than one after the other."""
    line, _, following = after.partition(b"\n")
    top = start - len(before)
    above = cell[max(0, top - 3) : top].strip()
    return (
        bool(_DATE.match(after))
        or (bool(_BARE.fullmatch(before)) and bool(_BARE.fullmatch(line)))
        # The same joint above or below makes it a column.
        or (before[:1].isdigit() and above[-1:].isdigit())
        or (line.rstrip()[-1:].isdigit() and following.lstrip(b" \t>")[:1].isdigit())
    )
