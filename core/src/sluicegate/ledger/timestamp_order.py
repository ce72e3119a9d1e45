"""Puts the certificates of a time stamp into the order that DER asks for.

A SET OF is ordered in DER (X.690, 11.6), and the library that verifies time stamps insists on it.
Authorities that run OpenSSL, and large ones beside, write their certificates in the order of the
chain. No signature is over these certificates or their order, so another order weakens nothing:
what is verified is what they say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_CERTIFICATES: Final = 0xA0
_LONG_FORM: Final = 0x80


@dataclass(frozen=True, slots=True)
class _Item:
    """One element of DER: where it begins, where its content does, and where it ends."""

    tag: int
    begin: int
    content: int
    end: int


def in_order(response: bytes) -> bytes:
    """Return a ``TimeStampResp`` with its certificates in order; what is none as it is."""
    try:
        _, token = _items(response, _only(response, 0, len(response)))
        _, content = _items(response, token)
        signed = _only(response, content.content, content.end)
        place = next(i for i in _items(response, signed) if i.tag == _CERTIFICATES)
        certificates = [response[i.begin : i.end] for i in _items(response, place)]
    except (IndexError, StopIteration, ValueError):
        return response
    ordered = b"".join(sorted(certificates))
    return response[: place.content] + ordered + response[place.end :]


def _only(data: bytes, begin: int, end: int) -> _Item:
    (item,) = _read(data, begin, end)
    return item


def _items(data: bytes, of: _Item) -> list[_Item]:
    return _read(data, of.content, of.end)


def _read(data: bytes, begin: int, end: int) -> list[_Item]:
    """Read the elements that fill a stretch.

    Raises:
        IndexError, ValueError: they do not fill it.
    """
    found = []
    while begin < end:
        length, content = data[begin + 1], begin + 2
        if length >= _LONG_FORM:
            size = length - _LONG_FORM
            length = int.from_bytes(data[content : content + size])
            content += size
        if content + length > end:
            raise ValueError("longer than what it stands in")
        found.append(_Item(data[begin], begin, content, content + length))
        begin = content + length
    return found
