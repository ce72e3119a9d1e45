"""The texts and numbers in a pickle, read from its instructions: nothing is ever unpickled."""

from __future__ import annotations

import pickletools
from collections.abc import Iterator

_MOST = 1_000_000
"""Instructions that are read."""
_NUMBERS = ("BININT", "INT", "LONG")
"""Begins the names of instructions whose argument is a number of the data."""


class _Unreadable(Exception):
    """The pickle is cut, wrong or too long."""


def pickled(data: bytes) -> Iterator[object]:
    """Yield every text, number and byte string among the arguments of the instructions.

    Nothing at all if ``data`` is no pickle to its very end: it is then looked at as bytes.
    """
    try:
        found = list(_arguments(data))
    except Exception:  # noqa: BLE001  # pickletools raises what the bytes lead it to
        return
    yield from found


def _arguments(data: bytes) -> Iterator[object]:
    end = 0
    for count, (opcode, argument, place) in enumerate(pickletools.genops(data)):
        if count > _MOST:
            raise _Unreadable
        end = (place or 0) + 1
        # Memo slots, sizes and protocol numbers are no data.
        number = isinstance(argument, int) and opcode.name.startswith(_NUMBERS)
        if number or isinstance(argument, (str, bytes, bytearray, float)):
            yield argument
    if end != len(data):
        raise _Unreadable
