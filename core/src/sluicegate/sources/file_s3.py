"""Objects of a bucket, each pinned by its ETag: what was replaced is never read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from sluicegate.errors import (
    MissingDependencyError,
    SluicegateError,
    SourceError,
    SourceUnavailable,
)
from sluicegate.sources.failure import attempt
from sluicegate.sources.file_reader import PositionedFile
from sluicegate.sources.file_store import Stored, changed, check_number

T = TypeVar("T")

_AHEAD: Final = 4 * 1024 * 1024
"""Bytes that are asked for at least: a request costs more than the bytes of a small one."""
_SECONDS: Final = {"connect_timeout": 10, "read_timeout": 60}
_GONE: Final = frozenset({"404", "412", "NoSuchKey", "PreconditionFailed"})
_REFUSED: Final = frozenset(
    {
        *("401", "403", "AccessDenied", "AllAccessDisabled", "ExpiredToken", "InvalidAccessKeyId"),
        *("InvalidBucketName", "InvalidToken", "NoSuchBucket", "SignatureDoesNotMatch", "400"),
        *("InvalidObjectState", "PermanentRedirect", "IllegalLocationConstraintException"),
    }
)


class S3Store:
    """Objects below a prefix. Lists and gets them, and asks for nothing else.

    Credentials, region and endpoint come from where boto3 finds them (environment, profile, role of
    the machine), unless the URL says the region or the endpoint.

    Args:
        source: Name of the source, for errors.
        bucket: Name of the bucket.
        prefix: A folder's, with or without the last ``/``, or the key of one object.
        region: Of the bucket.
        endpoint: URL of a server that speaks S3.

    Failure mode: closed. A request waits at most 10 seconds for a connection and 60 for bytes, and
    is tried three times.
    """

    def __init__(
        self,
        source: str,
        bucket: str,
        prefix: str,
        *,
        region: str | None = None,
        endpoint: str | None = None,
    ) -> None:
        self._source = source
        self._bucket = bucket
        self._prefix = prefix.strip("/")
        self._base = ""
        self._client = self._attempt("", lambda: _client(region, endpoint))

    @property
    def login(self) -> str:
        """Always ``s3``: asking who reads would need one more right."""
        return "s3"

    @property
    def root(self) -> str:
        """How the URL of each listed object begins."""
        return f"s3://{self._bucket}/{self._base}"

    def listed(self) -> tuple[list[Stored], list[str]]:
        """Return the objects below the prefix; or the one whose key the prefix is."""
        self._base = f"{self._prefix}/" if self._prefix else ""
        found = self._list(self._base)
        if not found and self._prefix:
            folder, slash, _ = self._prefix.rpartition("/")
            self._base = f"{folder}{slash}"
            found = [f for f in self._list(self._prefix) if self._base + f.path == self._prefix]
        if not found:
            raise SourceError(
                f"{self._source!r}: nothing is stored under its prefix",
                hint="check the source in the settings",
            )
        return sorted(found), []

    def open(self, file: Stored) -> PositionedFile:
        """Open an object; each request asks for the version that was listed."""
        return PositionedFile(
            file.size, lambda start, end: self._get(file, start, end), ahead=_AHEAD
        )

    def check(self, file: Stored) -> None:
        """Ask for the object's ETag again."""
        head = self._attempt(
            file.path,
            lambda: self._client.head_object(Bucket=self._bucket, Key=self._base + file.path),
        )
        if head["ETag"] != file.stamp:
            raise changed(self._source, file.path)

    def _list(self, prefix: str) -> list[Stored]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        found: list[Stored] = []
        for page in self._attempt("", lambda: list(pages)):
            # A key that ends with a slash is how some tools make a folder.
            found += [
                Stored(path=o["Key"][len(self._base) :], size=o["Size"], stamp=o["ETag"])
                for o in page.get("Contents", ())
                if not o["Key"].endswith("/")
            ]
            check_number(self._source, len(found))
        return found

    def _get(self, file: Stored, start: int, end: int) -> bytes:
        def read() -> bytes:
            answer = self._client.get_object(
                Bucket=self._bucket,
                Key=self._base + file.path,
                Range=f"bytes={start}-{end - 1}",
                IfMatch=file.stamp,
            )
            return bytes(answer["Body"].read())

        got = self._attempt(file.path, read)
        if len(got) != end - start:
            raise SourceUnavailable(f"{self._source!r}: S3 gave fewer bytes than it said")
        return got

    def _attempt(self, path: str, action: Callable[[], T]) -> T:
        return attempt(action, lambda error: self._translate(path, error))

    def _translate(self, path: str, error: Exception) -> SluicegateError:
        answer = getattr(error, "response", None) or {}
        code = str(answer.get("Error", {}).get("Code", "")) or type(error).__name__
        if path and code in _GONE:
            return changed(self._source, path)
        if code in _REFUSED or "Credential" in code or isinstance(error, ValueError):
            return SourceError(
                f"{self._source!r}: S3 refuses to show the bucket or an object ({code})",
                hint="check bucket, region and credentials; it needs ListBucket and GetObject",
            )
        return SourceUnavailable(f"{self._source!r}: S3 cannot answer now ({code})")


def _client(region: str | None, endpoint: str | None) -> Any:
    try:
        import boto3  # noqa: PLC0415  # an extra
        from botocore.config import Config  # noqa: PLC0415  # as above
    except ImportError:
        missing = MissingDependencyError.of("S3", "aws")
    else:
        retries = {"mode": "standard", "total_max_attempts": 3}
        config = Config(retries=retries, **_SECONDS)
        return boto3.client("s3", region_name=region, endpoint_url=endpoint, config=config)
    raise missing
