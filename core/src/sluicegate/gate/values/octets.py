"""What bytes stand for: text in some encoding, or text that was packed."""

from __future__ import annotations

import base64
import bz2
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from sluicegate.gate.values.bounds import OPAQUE, UNPACKED
from sluicegate.gate.values.pickles import pickled

_ZLIB: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_GZIP, _BZIP2, _XZ, _ZIP = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04"
_WIDE: Final = (
    (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_SAMPLE: Final = 256
_MEMBERS: Final = 10_000


_CODE: Final = re.compile(r"[A-Za-z0-9+/_-]{24,}+={0,2}")
_HEX: Final = re.compile(r"(?:[0-9a-f]{2}){24,}+|(?:[0-9A-F]{2}){24,}+")
_STARTS: Final = (
    "H4sI", "QlpoO", "/Td6W", "UEsDB", "eJ", "eN", "eA", "gAI", "gAM", "gAN", "gAQ", "gAS", "gAU",
    "1f8b08", "425a68", "fd377a58", "504b0304", "789c", "78da", "7801", "8002", "8003", "8004",
    "8005",
)  # fmt: skip
"""How texts begin that stand for something packed."""
_LONG: Final = 128
"""Characters from which on a text of one word may stand for bytes that nobody can read."""
_PATH: Final = 12
"""Characters for each slash, from which on a text is a path."""


class Piece(NamedTuple):
    """What some bytes hold, or why they cannot be read."""

    name: str
    content: object = None
    unread: str = ""


def pieces(data: bytes) -> Iterator[Piece]:
    """Yield what ``data`` holds: text as ``str``, bytes that are to be looked into again.

    Text is one piece and nothing is unread; what is not understood is given as it is, and named
    unread if it is longer than a digest.
    """
    text = _decoded(data)
    if text is not None:
        yield Piece("", text)
        return
    packed = list(_unpacked(data))
    if packed:
        yield from packed
        return
    yield Piece("", data)  # what reads as ASCII in it
    if len(data) > OPAQUE:
        yield Piece("", unread="bytes")


def coded(text: str) -> bytes | None:
    """Return the bytes that a text stands for as a whole, in base64 or hexadecimal.

    Only where the detectors, which read such texts themselves, would find nothing to read: what
    stands for packed bytes, or is so long that it must stand for something.
    """
    if len(text) < _LONG and not text.startswith(_STARTS):
        return None
    if text.startswith("/") and text.count("/") * _PATH > len(text):
        return None
    try:
        if _HEX.fullmatch(text):
            return bytes.fromhex(text)
        if _CODE.fullmatch(text):
            plain = text.rstrip("=").replace("-", "+").replace("_", "/")
            return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:
        return None
    return None


def _decoded(data: bytes) -> str | None:
    for mark, encoding in _WIDE:
        if data.startswith(mark):
            return _in(encoding, data)
    if b"\x00" in data[:_SAMPLE]:
        wide = _wide(data)
        if wide is not None:
            return wide
    if data.startswith((_GZIP, b"\x80")):
        return None
    return _in("utf-8", data)


def _wide(data: bytes) -> str | None:
    """Decode UTF-16 or UTF-32 without a mark, told by where its zero bytes are."""
    head = data[:_SAMPLE]
    for width, encodings in ((4, ("utf-32-le", "utf-32-be")), (2, ("utf-16-le", "utf-16-be"))):
        for place, encoding in zip((width - 1, 0), encodings, strict=True):
            lane = head[place::width]
            if not len(data) % width and lane.count(0) * 2 > len(lane):
                text = _in(encoding, data)
                if text is not None:
                    return text
    return None


def _in(encoding: str, data: bytes) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _unpacked(data: bytes) -> Iterator[Piece]:
    if data.startswith(_GZIP):
        yield _inflated("gzip", zlib.decompressobj(31), data)
    elif data.startswith(_ZLIB):
        yield _inflated("zlib", zlib.decompressobj(), data)
    elif data.startswith(_BZIP2):
        yield _inflated("bz2", bz2.BZ2Decompressor(), data)
    elif data.startswith(_XZ):
        yield _inflated("xz", lzma.LZMADecompressor(memlimit=UNPACKED * 8), data)
    elif data.startswith(_ZIP):
        yield from _zipped(data)
    elif data.startswith(b"\x80"):
        yield from (Piece("pickle", part) for part in pickled(data))


def _inflated(name: str, machine: object, data: bytes) -> Piece:
    """Unpack, but never more than the bound; bytes after the end are unread."""
    try:
        text = machine.decompress(data, UNPACKED)  # type: ignore[attr-defined]
    except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError):
        return Piece(name, unread=name)
    if not machine.eof or machine.unused_data:  # type: ignore[attr-defined]
        return Piece(name, unread="size")
    return Piece(name, text)


def _zipped(data: bytes) -> Iterator[Piece]:
    left = UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > _MEMBERS:
                yield Piece("zip", unread="size")
                return
            for member in members:
                yield Piece("zip", member.filename)
                with archive.open(member) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    yield Piece("zip", unread="size")
                    return
                yield Piece("zip", content)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, ValueError, RuntimeError,
            NotImplementedError, EOFError):  # fmt: skip
        yield Piece("zip", unread="zip")
