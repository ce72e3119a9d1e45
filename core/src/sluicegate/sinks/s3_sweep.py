"""Removes what crashed runs left below an output on S3.

These are parts of uploads, and objects of a run that died between making them and its attestation.
A run's folder tells when it began, by S3's clock, so that a clock set back or forward here sweeps
nothing that lives. Nothing is swept where an attestation stands.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sluicegate.sinks.s3_listing import list_objects, list_uploads
from sluicegate.sinks.s3_location import S3Location, begin_of, run_of

LIVING: set[str] = set()
"""Folders of this process's own runs, with the output before them."""


def sweep(client: Any, location: S3Location, *, now: datetime, older_than_seconds: float) -> int:
    """Remove the remains of runs that began before; return of how many runs."""
    before = now - timedelta(seconds=older_than_seconds)
    swept = set()
    for name, upload_id in list(list_uploads(client, location)):
        if _is_stale(location, run_of(name), before):
            swept.add(run_of(name))
            with suppress(ClientError, BotoCoreError):
                client.abort_multipart_upload(
                    Bucket=location.bucket, Key=location.key(name), UploadId=upload_id
                )
    for item in list(list_objects(client, location)):
        if _is_stale(location, run_of(item.name), before) and item.modified <= before:
            swept.add(run_of(item.name))
            remove(client, location, item.name)
    return len(swept)


def remove(client: Any, location: S3Location, name: str) -> None:
    """Delete an object, if that may be done."""
    with suppress(ClientError, BotoCoreError):
        client.delete_object(Bucket=location.bucket, Key=location.key(name))


def _is_stale(location: S3Location, folder: str, before: datetime) -> bool:
    begin = begin_of(folder)
    return begin is not None and begin <= before and location.key(folder) not in LIVING
