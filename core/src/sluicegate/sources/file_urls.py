"""URLs of files: ``files:///folder`` on this machine, ``s3://bucket/prefix`` on S3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from sluicegate.errors import ConfigurationError
from sluicegate.sources.file_local import LocalStore
from sluicegate.sources.file_options import file_options, read_options
from sluicegate.sources.folder import FilesSource

if TYPE_CHECKING:
    from sluicegate.sources.file_s3 import S3Store


def files_source(name: str, rest: str) -> FilesSource:
    """Build the source of ``files://`` + ``rest``.

    As in the URLs of DuckDB and SQLite, what follows three slashes is relative to the working
    folder, and an absolute path has four.

    Args:
        name: Name of the source.
        rest: ``/path?delimiter=…&encoding=…&schema=…``.

    Raises:
        ConfigurationError: there is no path, or an option is not known.
    """
    from sluicegate.sources.open import path_of  # noqa: PLC0415  # it imports this module

    place, _, query = rest.partition("?")
    path = Path(path_of(name, place)).absolute()
    options = file_options(name, read_options(name, query))
    return FilesSource(
        name=name, place=str(path), store=lambda: LocalStore(name, path), options=options
    )


def s3_source(name: str, rest: str) -> FilesSource:
    """Build the source of ``s3://`` + ``rest``.

    Args:
        name: Name of the source.
        rest: ``bucket/prefix?region=…&endpoint=…``, and the options of files.

    Raises:
        ConfigurationError: there is no bucket, or an option is not known.
    """
    place = _s3_place(name, rest)
    given = place.options
    shown = f"s3://{place.bucket}/{place.prefix}@{given.get('endpoint', '')}"
    options = file_options(name, given)
    return FilesSource(name=name, place=shown, store=lambda: _opened(place), options=options)


def s3_store(name: str, rest: str) -> S3Store:
    """Open the objects of ``s3://`` + ``rest``.

    Args:
        name: What errors call it.
        rest: ``bucket/prefix?region=…&endpoint=…``.

    Raises:
        ConfigurationError: there is no bucket, or an option is not known.
        MissingDependencyError: boto3 is not installed.
    """
    return _opened(_s3_place(name, rest))


@dataclass(frozen=True, slots=True, kw_only=True)
class _S3Place:
    name: str
    bucket: str
    prefix: str
    options: Mapping[str, str]


def _s3_place(name: str, rest: str) -> _S3Place:
    place, _, query = rest.partition("?")
    bucket, _, prefix = unquote(place).partition("/")
    if not bucket or "@" in bucket or "#" in place:
        raise ConfigurationError(
            f"the URL of source {name!r} does not name a bucket",
            hint="s3://bucket/prefix; credentials come from the environment, as boto3 finds them",
        )
    given = read_options(name, query, frozenset({"region", "endpoint"}))
    return _S3Place(name=name, bucket=bucket, prefix=prefix, options=given)


def _opened(place: _S3Place) -> S3Store:
    from sluicegate.sources.file_s3 import S3Store  # noqa: PLC0415  # an extra

    region, endpoint = place.options.get("region"), place.options.get("endpoint")
    return S3Store(place.name, place.bucket, place.prefix, region=region, endpoint=endpoint)
