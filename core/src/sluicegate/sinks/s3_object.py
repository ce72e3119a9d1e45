"""An object of S3 as a file to read, range by range."""

from __future__ import annotations

import io
from abc import abstractmethod
from typing import Any, BinaryIO, Final, cast

from sluicegate.sinks.s3_client import attempt
from sluicegate.sinks.s3_location import S3Location

_BUFFER: Final = 1024 * 1024
"""Bytes that are asked for at least: a request costs more than they do."""


def open_object(client: Any, location: S3Location, name: str) -> BinaryIO:
    """Open an object below an output; its bytes come as they are read.

    Raises:
        SinkUnavailable: S3 failed.
        SinkError: it is not there, or may not be read.
    """
    return cast("BinaryIO", io.BufferedReader(_Object(client, location, name), _BUFFER))


class RangeReader(io.RawIOBase):
    """A file that is read by ranges; who derives from it says how one is had.

    Args:
        size: Of the file, in bytes.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size
        self._place = 0

    @abstractmethod
    def fetch(self, begin: int, end: int) -> bytes:
        """Return the bytes from ``begin`` to before ``end``."""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it has places."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; none is before the first byte."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readall(self) -> bytes:
        """Read to the end by one request."""
        return self.read(-1)

    def read(self, size: int | None = -1) -> bytes:
        """Read by one request."""
        end = self._size if size is None or size < 0 else min(self._place + size, self._size)
        if end <= self._place:
            return b""
        data = self.fetch(self._place, end)
        self._place += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        """Read as much as a buffer holds."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Object(RangeReader):
    """Reads by requests for ranges; nothing is retried but by the client."""

    def __init__(self, client: Any, location: S3Location, name: str) -> None:
        self._client = client
        self._location = location
        self._at = {"Bucket": location.bucket, "Key": location.key(name)}
        answer = attempt(location, lambda: client.head_object(**self._at))
        super().__init__(int(answer["ContentLength"]))

    def fetch(self, begin: int, end: int) -> bytes:
        reach = f"bytes={begin}-{end - 1}"

        def ask() -> bytes:
            content: bytes = self._client.get_object(**self._at, Range=reach)["Body"].read()
            return content

        return attempt(self._location, ask)
