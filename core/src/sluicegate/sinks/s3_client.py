"""The client of S3, and how its errors become ours.

Region, endpoint and credentials come from boto3's own configuration: environment, files, roles.
Retries are botocore's standard ones, four attempts with growing pauses, so a store that does not
answer blocks a request for some minutes at most.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeVar

import pyarrow as pa

from sluicegate.errors import (
    ConfigurationError,
    MissingDependencyError,
    OutputExists,
    SinkError,
    SinkUnavailable,
    SluicegateError,
)
from sluicegate.sinks.failure import of_arrow
from sluicegate.sinks.s3_location import S3Location

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        NoCredentialsError,
        NoRegionError,
        PartialCredentialsError,
    )
except ImportError:  # pragma: no cover - the tests have it
    raise MissingDependencyError.of("S3", "aws") from None

T = TypeVar("T")

ATTEMPTS: Final = 4
_CONNECT_SECONDS: Final = 10
_READ_SECONDS: Final = 60
_CODE: Final = re.compile(r"[A-Za-z0-9]{1,64}")
_LATER: Final = frozenset(
    {"NoSuchUpload", "RequestTimeout", "SlowDown", "Throttling", "OperationAborted"}
)
_HINTS: Final = {
    "AccessDenied": "the role needs s3:PutObject, s3:PutObjectTagging, s3:GetObject, s3:ListBucket,"
    " s3:DeleteObject, s3:AbortMultipartUpload, s3:ListBucketMultipartUploads and those that the"
    " checks of the bucket need",
    "NoSuchBucket": "create the bucket, or name another",
}


def open_client() -> Any:
    """Build a client; nothing is asked yet."""
    config = Config(
        retries={"mode": "standard", "max_attempts": ATTEMPTS},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        user_agent_appid="sluicegate",
    )
    return boto3.session.Session().client("s3", config=config)


def code_of(error: ClientError) -> str:
    """Return the code of an answer: a word such as ``AccessDenied``, or the HTTP status."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    return code if _CODE.fullmatch(code) else str(status_of(error))


def status_of(error: ClientError) -> int:
    """Return the HTTP status of an answer, 0 if it has none."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status if isinstance(status, int) else 0


def is_missing(error: ClientError) -> bool:
    """Tell whether the answer says that a key is not there."""
    return code_of(error) in {"404", "NoSuchKey", "NotFound"}


def attempt(location: S3Location, action: Callable[[], T]) -> T:
    """Run ``action``; turn what boto3 and the writers raise into our errors.

    Ours is raised after theirs was left behind: answers may quote requests.

    Raises:
        SinkUnavailable: S3 failed, was too slow or took the upload back; another try may help.
        SinkError: S3 refused.
        ConfigurationError: there are no credentials, or no region.
    """
    failure: SluicegateError
    try:
        return action()
    except ClientError as error:
        failure = of_answer(location, error)
    except (NoCredentialsError, PartialCredentialsError, NoRegionError):
        failure = ConfigurationError(
            f"the output {location} needs credentials and a region that boto3 finds",
            hint="set AWS_PROFILE, AWS_ACCESS_KEY_ID … or a role, and AWS_DEFAULT_REGION",
        )
    except (BotoCoreError, OSError) as error:
        failure = SinkUnavailable(
            f"S3 cannot be reached for the output {location}: {type(error).__name__}",
            hint="try again; what was staged is removed",
        )
    except pa.ArrowException:
        failure = of_arrow()
    raise failure


def of_answer(location: S3Location, error: ClientError) -> SinkError:
    """Build the error for an answer of S3: its code, never its text."""
    code = code_of(error)
    if code in _LATER or status_of(error) >= 500:  # noqa: PLR2004 - HTTP: the server's fault
        return SinkUnavailable(f"S3 failed at the output {location}: {code}")
    hint = _HINTS.get(code, "check the bucket, its rights and the KMS key")
    return SinkError(f"S3 refuses at the output {location}: {code}", hint=hint)


def exists(location: S3Location) -> OutputExists:
    """Build the error for an output that holds something already."""
    return OutputExists(
        f"something stands at the output {location} already",
        hint="name another prefix, or move what stands there away",
    )


def time_of(answer: dict[str, Any]) -> datetime | None:
    """Return the time of S3's own clock, which a wrong local one does not change."""
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
    try:
        return parsedate_to_datetime(date).astimezone(UTC)
    except (TypeError, ValueError):
        return None
