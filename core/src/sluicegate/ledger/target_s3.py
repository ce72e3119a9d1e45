"""S3 as target: each batch is an object, named by the records in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import LedgerUnavailable, MissingDependencyError

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:
    raise MissingDependencyError.of("an export to S3", "aws") from None

if TYPE_CHECKING:
    from sluicegate.ledger.export import Line

_CONFIG: Final = Config(
    connect_timeout=5, read_timeout=20, retries={"max_attempts": 3, "mode": "standard"}
)


class S3Target:
    """Writes objects ``<day>/<first>-<last>.jsonl``; the same batch again is the same object.

    Args:
        bucket: The bucket.
        prefix: Below which the objects are.
    """

    def __init__(self, bucket: str, prefix: str) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self.name = f"s3://{bucket}/{self._prefix}"
        try:
            self._client: Any = boto3.client("s3", config=_CONFIG)
        except BotoCoreError as error:
            raise self._unavailable(type(error).__name__) from None

    def send(self, lines: Sequence[Line]) -> None:
        """Write one object.

        Raises:
            LedgerUnavailable: S3 refuses or does not answer.
        """
        first, last = lines[0].record, lines[-1].record
        name = f"{first.time:%Y-%m-%d}/{first.sequence:012d}-{last.sequence:012d}.jsonl"
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=f"{self._prefix}{name}",
                Body=b"".join(line.data + b"\n" for line in lines),
                ContentType="application/x-ndjson",
                ChecksumAlgorithm="SHA256",
            )
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            raise self._unavailable(code) from None
        except BotoCoreError as error:
            raise self._unavailable(type(error).__name__) from None

    def close(self) -> None:
        """Nothing is held open."""

    def _unavailable(self, reason: str) -> LedgerUnavailable:
        return LedgerUnavailable(f"the export {self.name} cannot be written ({reason})")
