"""Outputs on S3, for whoever verifies and reads them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from sluicegate.evidence.envelope import MAX_BYTES
from sluicegate.evidence.files import Entry, UnreadableFile
from sluicegate.evidence.place import ATTESTATION, BUNDLE, MOST_BUNDLE_BYTES, changed
from sluicegate.sinks.s3_client import attempt, exists, is_missing, open_client, status_of
from sluicegate.sinks.s3_listing import list_objects
from sluicegate.sinks.s3_location import s3_location
from sluicegate.sinks.s3_object import RangeReader

if TYPE_CHECKING:
    from sluicegate.model.outcome import OutputFile

_BLOCK: Final = 1 << 20
_FORBIDDEN: Final = 403
_CHANGED: Final = frozenset({404, 412})
_OCCUPIED: Final = frozenset({409, 412})


class S3Place:
    """A prefix. What was hashed is named by its entity tag and version, and read only as that.

    Raises:
        SinkUnavailable: S3 failed.
        SinkError: S3 refused.
    """

    def __init__(self, output: str) -> None:
        self._location = s3_location(output)
        self._client = attempt(self._location, open_client)
        self._seen: dict[str, dict[str, str]] = {}

    def attestation(self) -> bytes:
        """Return what stands at the attestation's place; see ``Place``."""
        return self._start_of(ATTESTATION, MAX_BYTES + 1)

    def bundle(self) -> bytes:
        """Return what stands at the place of the keyless signature; see ``Place``."""
        return self._start_of(BUNDLE, MOST_BUNDLE_BYTES + 1)

    def add_bundle(self, content: bytes) -> None:
        """Put the keyless signature if none stands there; see ``Place``."""

        def put() -> None:
            try:
                self._client.put_object(
                    **self._at(BUNDLE), Body=content, IfNoneMatch="*", ChecksumAlgorithm="SHA256"
                )
            except ClientError as error:
                if status_of(error) in _OCCUPIED:
                    raise exists(self._location) from None
                raise

        attempt(self._location, put)

    def walk(self) -> Iterator[Entry]:
        """Yield all objects below the prefix; see ``Place``."""
        found = attempt(self._location, lambda: list(list_objects(self._client, self._location)))
        return (Entry(name=item.name, is_folder=False, is_link=False) for item in found)

    def digest(self, file: OutputFile) -> str:
        """Hash an object, and remember its entity tag and version; see ``Place``."""
        answer = self._get(file.name)
        if answer["ContentLength"] != file.bytes:
            answer["Body"].close()
            return ""
        digest = hashlib.sha256()

        def read() -> None:
            for block in answer["Body"].iter_chunks(_BLOCK):
                digest.update(block)

        attempt(self._location, read)
        version = answer.get("VersionId", "null")
        pinned = {} if version == "null" else {"VersionId": version}
        self._seen[file.name] = {"IfMatch": answer["ETag"], **pinned}
        return digest.hexdigest()

    def open(self, file: OutputFile) -> io.RawIOBase:
        """Open the object that was hashed; see ``Place``."""
        return _SeenObject(self, file, self._seen[file.name])

    def read(self, file: OutputFile, seen: dict[str, str], start: int, end: int) -> bytes:
        """Read bytes ``start`` to ``end`` of the object that was hashed.

        Raises:
            IntegrityError: another one stands there now.
        """

        def ask() -> bytes | None:
            try:
                answer = self._client.get_object(
                    **self._at(file.name), Range=f"bytes={start}-{end - 1}", **seen
                )
                content: bytes = answer["Body"].read()
            except ClientError as error:
                if status_of(error) in _CHANGED:
                    return None
                raise
            return content

        content = attempt(self._location, ask)
        if content is None or len(content) != end - start:
            raise changed(file.name)
        return content

    def _start_of(self, name: str, most: int) -> bytes:
        answer = self._get(name)
        content: bytes = attempt(self._location, lambda: answer["Body"].read(most))
        return content

    def _get(self, name: str) -> dict[str, Any]:
        def ask() -> dict[str, Any] | str:
            try:
                answer: dict[str, Any] = self._client.get_object(**self._at(name))
            except ClientError as error:
                if is_missing(error):
                    return "missing"
                if status_of(error) == _FORBIDDEN:
                    return "forbidden"
                raise
            return answer

        answer = attempt(self._location, ask)
        if answer == "missing":
            raise FileNotFoundError
        if isinstance(answer, str):
            raise UnreadableFile("unreadable", "it may not be read")
        return answer

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self._location.bucket, "Key": self._location.key(name)}


class _SeenObject(RangeReader):
    """An object read in ranges, each under the condition that it is the one that was hashed."""

    def __init__(self, place: S3Place, file: OutputFile, seen: dict[str, str]) -> None:
        super().__init__(file.bytes)
        self._from = place
        self._file = file
        self._seen = seen

    def fetch(self, begin: int, end: int) -> bytes:
        return self._from.read(self._file, self._seen, begin, end)
