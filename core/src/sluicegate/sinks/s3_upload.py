"""One object on its way to S3: parts that nobody sees until the upload is completed.

A multipart upload is the staging: S3 keeps its parts apart from the objects, no reader lists or
reads them, and a run that dies leaves no object behind.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import BoundedSemaphore
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from sluicegate.errors import SinkError, SinkUnavailable
from sluicegate.sinks.s3_client import code_of
from sluicegate.sinks.s3_location import S3Location

_PART: Final = 8 * 1024 * 1024
"""Bytes of the first thousand parts; S3 takes 5 MiB to 5 GiB, and 10,000 parts."""
_SMALL_PART: Final = 5 * 1024 * 1024
_GROWS_AFTER: Final = 1000
_MOST_PARTS: Final = 10_000
_IN_FLIGHT: Final = 3
"""Parts that are being sent at a time, over all files of an output."""


class S3Uploads:
    """Makes the objects of one output.

    Holds ``_IN_FLIGHT`` parts and the unfinished part of each open file in memory.

    Args:
        client: Of S3.
        location: The output.
        settings: Encryption and tags of each object, as ``create_multipart_upload`` takes them.
        many: Whether many files are open at a time; their parts are smaller then.
    """

    def __init__(
        self, client: Any, location: S3Location, settings: Mapping[str, Any], *, many: bool
    ) -> None:
        self.client = client
        self.location = location
        self.settings = dict(settings)
        self.part_size = _SMALL_PART if many else _PART
        self._threads = ThreadPoolExecutor(_IN_FLIGHT, thread_name_prefix="sluicegate-s3")
        self._room = BoundedSemaphore(_IN_FLIGHT)
        self.made: list[S3Upload] = []

    def create(self, name: str) -> S3Upload:
        """Begin an object; ``name`` is relative to the output."""
        upload = S3Upload(self, self.location.key(name))
        self.made.append(upload)
        return upload

    def send(self, upload: S3Upload, number: int, data: bytes) -> Future[dict[str, Any]]:
        """Send a part in the background; waits while too many are under way."""
        self._room.acquire()
        try:
            future = self._threads.submit(upload.put_part, number, data)
        except BaseException:
            self._room.release()
            raise
        future.add_done_callback(lambda _: self._room.release())
        return future

    def close(self) -> None:
        """Wait for what is being sent, and begin nothing more."""
        self._threads.shutdown(cancel_futures=True)


class S3Upload:
    """An ``OutFile`` whose bytes become parts. Errors of a part are raised by a later call."""

    def __init__(self, uploads: S3Uploads, key: str) -> None:
        self._uploads = uploads
        self.key = key
        self._at = {"Bucket": uploads.location.bucket, "Key": key}
        self._upload_id = ""
        self._buffer = bytearray()
        self._parts: list[Future[dict[str, Any]]] = []
        self._hash = hashlib.sha256()
        self._closed = self._abandoned = self._completed = False
        self._version = ""
        self.etag = ""
        self.bytes = 0

    def write(self, data: bytes | memoryview) -> int:
        """Append all of ``data``; after ``abandon`` it is swallowed."""
        view = memoryview(data).cast("B")
        if self._abandoned:
            return len(view)
        self._hash.update(view)
        self._buffer += view
        self.bytes += len(view)
        while len(self._buffer) >= self._size():
            self._send(self._size())
        return len(view)

    def tell(self) -> int:
        """Return the number of bytes so far."""
        return self.bytes

    def flush(self) -> None:
        """Parts have a size; what does not fill one waits."""

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._closed

    @property
    def sha256(self) -> str:
        """64 lower-case hex digits over what was written."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Send the rest and wait until S3 has all parts; there is no object yet."""
        if self._closed or self._abandoned:
            return
        if self._buffer or not self._parts:
            self._send(len(self._buffer))
        for part in self._parts:
            part.result()
        self._closed = True

    def put_part(self, number: int, data: bytes) -> dict[str, Any]:
        """Send one part with its SHA-256, which S3 checks."""
        checksum = base64.b64encode(hashlib.sha256(data).digest()).decode()
        answer = self._uploads.client.upload_part(
            **self._at, UploadId=self._upload_id, PartNumber=number, Body=data,
            ChecksumSHA256=checksum,
        )  # fmt: skip
        return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": checksum}

    def complete(self) -> None:
        """Make the object of its parts, and see that S3 has what was sent."""
        parts = [part.result() for part in self._parts]
        try:
            answer = self._uploads.client.complete_multipart_upload(
                **self._at, UploadId=self._upload_id, MultipartUpload={"Parts": parts}
            )
        except ClientError as error:
            if code_of(error) != "NoSuchUpload":
                raise
            answer = self._completed_before()  # the answer to an earlier attempt was lost
        self._completed = True
        self.etag, self._version = answer["ETag"], answer.get("VersionId", "")
        digests = b"".join(base64.b64decode(part["ChecksumSHA256"]) for part in parts)
        whole = base64.b64encode(hashlib.sha256(digests).digest()).decode()
        if answer.get("ChecksumSHA256", whole).partition("-")[0] != whole:
            raise SinkError("S3 stored other bytes than were sent", hint="try again")

    def abandon(self) -> None:
        """Swallow whatever else is written."""
        self._abandoned = self._closed = True
        self._buffer.clear()

    def remove(self) -> None:
        """Take back what S3 has: the parts, or the object with its version."""
        client = self._uploads.client
        with suppress(ClientError, BotoCoreError):
            if self._completed and self._version not in {"", "null"}:
                client.delete_object(**self._at, VersionId=self._version)
                return
        with suppress(ClientError, BotoCoreError):  # who may delete no version may hide it
            if self._completed:
                client.delete_object(**self._at)
            elif self._upload_id:
                client.abort_multipart_upload(**self._at, UploadId=self._upload_id)

    def _size(self) -> int:
        return self._uploads.part_size * (1 + len(self._parts) // _GROWS_AFTER)

    def _send(self, size: int) -> None:
        if not self._upload_id:
            answer = self._uploads.client.create_multipart_upload(
                **self._at, ChecksumAlgorithm="SHA256", **self._uploads.settings
            )
            self._upload_id = answer["UploadId"]
        self._raise_early()
        if len(self._parts) == _MOST_PARTS:
            raise SinkError(
                "a file is too large for S3", hint="set rows_per_file or bytes_per_file"
            )
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._parts.append(self._uploads.send(self, len(self._parts) + 1, data))

    def _raise_early(self) -> None:
        # what is older than these was done, and looked at, before
        for part in self._parts[-_IN_FLIGHT - 1 :]:
            if part.done():
                part.result()

    def _completed_before(self) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        with suppress(ClientError):
            answer = self._uploads.client.head_object(**self._at, ChecksumMode="ENABLED")
        if answer.get("ContentLength") != self.bytes or not answer.get("ChecksumSHA256"):
            raise SinkUnavailable(
                "somebody took an upload back while it was written", hint="try again"
            )
        return answer
