"""An S3 bucket with Object Lock as witness: nobody can delete or replace what it keeps.

Each checkpoint is an object of its own, locked in compliance mode: until its time is over not even
the account's owner can delete that version. All versions are read, so a newer object under the same
name, or a delete marker, hides nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sluicegate.errors import ConfigurationError, LedgerUnavailable, MissingDependencyError
from sluicegate.ledger.checkpoint import NOTE_BYTES
from sluicegate.ledger.notes import read_notes

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:
    raise MissingDependencyError.of("a witness on S3", "aws") from None

if TYPE_CHECKING:
    from sluicegate.ledger.checkpoint import Checkpoint

T = TypeVar("T")
_CONFIG: Final = Config(
    connect_timeout=5, read_timeout=20, retries={"max_attempts": 3, "mode": "standard"}
)


class S3Witness:
    """Keeps notes as locked objects. Login, region and endpoint are found as boto3 finds them.

    Args:
        bucket: With Object Lock, which a bucket gets when it is made.
        prefix: Below which the objects are.
        days: How long each is locked.
    """

    def __init__(self, bucket: str, prefix: str, *, days: int) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._days = days
        self._client: Any = self._asked(lambda: boto3.client("s3", config=_CONFIG))

    @property
    def place(self) -> str:
        """The bucket and prefix."""
        return f"s3://{self._bucket}/{self._prefix}"

    def keep(self, checkpoint: Checkpoint) -> None:
        """Write the note as an object that is locked, and see that it is.

        Raises:
            ConfigurationError: the bucket does not lock it: it would be no witness.
        """
        note = checkpoint.note.encode()
        ledger = checkpoint.origin.rpartition("/")[2][:16]
        unique = hashlib.sha256(note).hexdigest()[:16]
        key = f"{self._prefix}{ledger}/{checkpoint.size:016d}-{unique}.note"
        until = datetime.now(UTC) + timedelta(days=self._days)
        put = self._asked(
            lambda: self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=note,
                ContentType="text/plain; charset=utf-8",
                ChecksumAlgorithm="SHA256",
                ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=until,
            )
        )
        self._require_lock(key, put.get("VersionId"), until)

    def kept(self) -> list[Checkpoint]:
        """Read every version of every object."""
        found = self._asked(lambda: list(self._versions()))
        return [one for key, version in found for one in self._read(key, version)]

    def _require_lock(self, key: str, version: str | None, until: datetime) -> None:
        named = {"VersionId": version} if version else {}
        head = self._asked(lambda: self._client.head_object(Bucket=self._bucket, Key=key, **named))
        locked = head.get("ObjectLockRetainUntilDate")
        enough = locked is not None and locked >= until - timedelta(minutes=1)
        if not version or head.get("ObjectLockMode") != "COMPLIANCE" or not enough:
            raise ConfigurationError(
                f"{self.place} does not lock what is written",
                hint="make the bucket with Object Lock; it cannot be a witness without",
            )

    def _versions(self) -> Iterator[tuple[str, str]]:
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=self._prefix
        )
        for page in pages:
            for version in page.get("Versions", ()):
                if version["Key"].endswith(".note"):
                    yield version["Key"], version["VersionId"]

    def _read(self, key: str, version: str) -> list[Checkpoint]:
        def get() -> bytes:
            got = self._client.get_object(Bucket=self._bucket, Key=key, VersionId=version)
            data: bytes = got["Body"].read(NOTE_BYTES + 1)
            return data

        return read_notes(self._asked(get).decode("utf-8", "replace"), self.place)

    def _asked(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            message = f"the witness {self.place} refused ({code})"
        except BotoCoreError as error:
            message = f"the witness {self.place} cannot be reached ({type(error).__name__})"
        raise LedgerUnavailable(message, hint="check bucket, login and Object Lock")
