"""What stands below an output on S3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sluicegate.sinks.s3_location import S3Location


@dataclass(frozen=True, slots=True)
class S3Object:
    """An object below an output."""

    name: str
    """Relative to the output."""
    bytes: int
    etag: str
    modified: datetime


def list_objects(client: Any, location: S3Location) -> Iterator[S3Object]:
    """Yield every object below an output, but the empty one that consoles make for a folder."""
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=location.bucket, Prefix=location.prefix
    )
    for page in pages:
        for item in page.get("Contents", ()):
            if item["Key"] == location.prefix and not item["Size"]:
                continue
            yield S3Object(
                item["Key"].removeprefix(location.prefix),
                item["Size"],
                item["ETag"],
                item["LastModified"],
            )


def list_uploads(client: Any, location: S3Location) -> Iterator[tuple[str, str]]:
    """Yield name, relative to the output, and id of each upload that was not completed."""
    pages = client.get_paginator("list_multipart_uploads").paginate(
        Bucket=location.bucket, Prefix=location.prefix
    )
    for page in pages:
        for item in page.get("Uploads", ()):
            yield item["Key"].removeprefix(location.prefix), item["UploadId"]
