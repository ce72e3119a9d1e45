"""Outputs on S3 by name, and the names of the folders that runs write to."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sluicegate.errors import ConfigurationError
from sluicegate.sinks.location import scheme_of

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_LONGEST_PREFIX: Final = 512
"""Bytes; keys end at 1,024, and names of runs, partitions and files follow."""
_RUN: Final = re.compile(r"run-(\d{8}T\d{6}Z)-[0-9a-f]{12}-[0-9a-f]{16}/")
_TIME: Final = "%Y%m%dT%H%M%SZ"
_OURS: Final = "_sluicegate"


@dataclass(frozen=True, slots=True)
class S3Location:
    """A bucket and a prefix in it that ends with ``/``."""

    bucket: str
    prefix: str

    def key(self, name: str) -> str:
        """Return the key of ``name``, relative to the output."""
        return self.prefix + name

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


def s3_location(output: str) -> S3Location:
    """Read ``s3://bucket/prefix/``. The prefix is taken as it is: nothing in it is decoded.

    Raises:
        ConfigurationError: it has no prefix, or one that readers could take for another: with an
            empty part, ``.`` or ``..``, a backslash, ``?``, ``#``, or what cannot be printed.
    """
    if scheme_of(output) != "s3":
        raise ConfigurationError("the output is not on S3", hint="s3://bucket/prefix/")
    bucket, _, rest = output.partition("://")[2].partition("/")
    if not _BUCKET.fullmatch(bucket) or ".." in bucket:
        raise ConfigurationError("the output names no bucket", hint="s3://bucket/prefix/")
    parts = rest.removesuffix("/").split("/")
    if parts == [""]:
        raise ConfigurationError(
            "a whole bucket cannot be an output", hint="name a prefix: s3://bucket/prefix/"
        )
    odd = any(part in {"", ".", ".."} or part.casefold() == _OURS for part in parts)
    if odd or not rest.isprintable() or set(rest) & set("\\?#"):
        raise ConfigurationError(
            "the output's prefix holds an empty part, '.', '..', '_SLUICEGATE' or an odd character",
            hint="use letters, digits and = _ . - between single slashes",
        )
    prefix = "/".join(parts) + "/"
    if len(prefix.encode()) > _LONGEST_PREFIX:
        raise ConfigurationError(f"the output's prefix is longer than {_LONGEST_PREFIX} bytes")
    return S3Location(bucket, prefix)


def run_folder(run_key: str, now: datetime) -> str:
    """Name a folder that no other try writes to: ``run-<begin>-<run>-<random>/``."""
    short = hashlib.sha256(run_key.encode()).hexdigest()[:12]
    return f"run-{now.astimezone(UTC).strftime(_TIME)}-{short}-{secrets.token_hex(8)}/"


def run_of(name: str) -> str:
    """Return the run's folder that ``name``, relative to the output, lies in; empty if in none."""
    found = _RUN.match(name)
    return found[0] if found else ""


def begin_of(folder: str) -> datetime | None:
    """Return when the run of a folder began, by the clock of S3."""
    found = _RUN.fullmatch(folder)
    try:
        return datetime.strptime(found[1], _TIME).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None
