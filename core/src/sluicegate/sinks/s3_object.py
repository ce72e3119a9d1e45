"""An object of S3 as a file to read, range by range."""

from __future__ import annotations

import io
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
    return cast("BinaryIO", io.BufferedReader(_Ranges(client, location, name), _BUFFER))


class _Ranges(io.RawIOBase):
    """Reads by requests for ranges; nothing is retried but by the client."""

    def __init__(self, client: Any, location: S3Location, name: str) -> None:
        self._client = client
        self._location = location
        self._at = {"Bucket": location.bucket, "Key": location.key(name)}
        answer = attempt(location, lambda: client.head_object(**self._at))
        self._size = int(answer["ContentLength"])
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = start + offset
        return self._place

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._size - self._place)
        if wanted <= 0:
            return 0
        reach = f"bytes={self._place}-{self._place + wanted - 1}"
        got = attempt(self._location, lambda: self._get(reach))
        buffer[: len(got)] = got
        self._place += len(got)
        return len(got)

    def _get(self, reach: str) -> bytes:
        content: bytes = self._client.get_object(**self._at, Range=reach)["Body"].read()
        return content
