"""Files below a prefix of an S3 bucket, published by the attestation that is written last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self
from urllib.parse import urlencode

from botocore.exceptions import ClientError

from sluicegate.errors import SinkError
from sluicegate.model.decision import StoreTerms
from sluicegate.model.output_options import OutputOptions
from sluicegate.sinks.local import ATTESTATION, LARGEST_ATTESTATION
from sluicegate.sinks.part_files import Metadata, PartFiles
from sluicegate.sinks.s3_bucket import check_bucket
from sluicegate.sinks.s3_client import attempt, exists, is_missing, open_client, time_of
from sluicegate.sinks.s3_listing import list_objects
from sluicegate.sinks.s3_location import S3Location, run_folder, run_of, s3_location
from sluicegate.sinks.s3_staging import S3Staging
from sluicegate.sinks.s3_sweep import sweep
from sluicegate.sinks.s3_upload import S3Uploads

_LONGEST_TAG: Final = 256
_TAG_SIGNS: Final = frozenset(" +-=._:/@")


@dataclass(frozen=True, slots=True)
class S3Sink:
    """Writes objects ``<prefix>/run-…/part-00000.parquet`` and, last, the attestation.

    Staging are the parts of multipart uploads: no reader sees them. A release is what the
    attestation names; it is put only if none stands there (``If-None-Match: *``), so of two runs
    one publishes.

    Failure mode: closed. Each request is tried four times; then ``SinkUnavailable``.
    """

    client: Any
    options: OutputOptions
    terms: StoreTerms

    @classmethod
    def open(cls, output: str, options: OutputOptions, terms: StoreTerms) -> Self:
        """Build the sink; nothing is asked yet.

        Raises:
            ConfigurationError: the output is no place on S3.
        """
        location = s3_location(output)
        return cls(attempt(location, open_client), options, terms)

    def check(self, output: str) -> None:
        """Raise if ``output`` cannot be written, holds something, or may be read by anybody.

        Begins an upload and takes it back, so that rights and the KMS key are known to do.

        Raises:
            OutputExists: something stands below the prefix that no run of ours left there.
            SinkUnavailable: S3 failed.
            SinkError: the bucket is public or unencrypted, or may not be written.
        """
        location = s3_location(output)
        attempt(location, lambda: self._check(location))

    def attestation(self, output: str) -> bytes | None:
        """Return the attestation that stands at ``output``, if one does.

        Raises:
            SinkUnavailable: S3 failed.
            SinkError: it may not be read, or is too large to be one.
        """
        location = s3_location(output)
        return attempt(location, lambda: read_attestation(self.client, location))

    def sweep(self, output: str, *, older_than_seconds: float = 86_400) -> int:
        """Remove what crashed runs left below ``output``; return of how many runs.

        Nothing is removed where an attestation stands, or where S3 does not tell the time.
        """
        location = s3_location(output)
        return attempt(location, lambda: self._sweep(location, older_than_seconds))

    def stage(
        self,
        output: str,
        run_key: str,
        metadata: Metadata,
        labels: Mapping[str, str] | None = None,
    ) -> S3Staging:
        """Begin to write below the prefix, where nobody sees it yet.

        Raises:
            OutputExists, SinkUnavailable, SinkError: as for ``check``.
        """
        self.check(output)
        location = s3_location(output)
        folder = run_folder(run_key, self._now(location) or datetime.now(UTC))
        uploads = S3Uploads(
            self.client,
            location,
            self._settings(labels or {}),
            many=bool(self.options.partition_by),
        )
        files = PartFiles(uploads.create, self.options, metadata, folder=folder)
        check = lambda: self._check_bucket(location)  # noqa: E731 - once more before publishing
        return S3Staging(location, folder, uploads, files, check)

    def _check(self, location: S3Location) -> None:
        self._check_bucket(location)
        for item in list_objects(self.client, location):
            if not run_of(item.name):
                raise exists(location)
        at = {"Bucket": location.bucket, "Key": location.key(run_folder("", datetime.now(UTC)))}
        begun = self.client.create_multipart_upload(
            **at, ChecksumAlgorithm="SHA256", **self._settings({"sluicegate-run": "check"})
        )
        self.client.abort_multipart_upload(**at, UploadId=begun["UploadId"])

    def _check_bucket(self, location: S3Location) -> None:
        check_bucket(self.client, location, self.terms, own_key=bool(self.options.kms_key))

    def _sweep(self, location: S3Location, older_than_seconds: float) -> int:
        now = self._now(location)
        if now is None or read_attestation(self.client, location) is not None:
            return 0
        return sweep(self.client, location, now=now, older_than_seconds=older_than_seconds)

    def _now(self, location: S3Location) -> datetime | None:
        answer = attempt(
            location,
            lambda: self.client.list_objects_v2(
                Bucket=location.bucket, Prefix=location.prefix, MaxKeys=1
            ),
        )
        return time_of(answer)

    def _settings(self, labels: Mapping[str, str]) -> dict[str, Any]:
        settings: dict[str, Any] = {}
        if self.options.kms_key:
            settings = {
                "ServerSideEncryption": "aws:kms",
                "SSEKMSKeyId": self.options.kms_key,
                "BucketKeyEnabled": True,
            }
        if labels:
            settings["Tagging"] = urlencode({name: _tag(text) for name, text in labels.items()})
        return settings


def read_attestation(client: Any, location: S3Location) -> bytes | None:
    """Return the attestation that stands at an output, if one does.

    Raises:
        SinkError: it is too large to be one.
        ClientError, BotoCoreError: it cannot be read.
    """
    try:
        answer = client.get_object(Bucket=location.bucket, Key=location.key(ATTESTATION))
    except ClientError as error:
        if not is_missing(error):
            raise
        return None
    if answer["ContentLength"] > LARGEST_ATTESTATION:
        raise SinkError("what stands at the attestation's place is not one")
    content: bytes = answer["Body"].read()
    return content


def _tag(text: str) -> str:
    """Write a text as a tag's value may be: other characters become ``_``."""
    return "".join(c if c.isalnum() or c in _TAG_SIGNS else "_" for c in text)[:_LONGEST_TAG]
