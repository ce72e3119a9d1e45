"""URLs of files: ``files:///folder`` on this machine, ``s3://bucket/prefix`` on S3."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from sluicegate.errors import ConfigurationError
from sluicegate.sources.file_local import LocalStore
from sluicegate.sources.file_options import file_options, read_options
from sluicegate.sources.file_store import Store
from sluicegate.sources.folder import FilesSource


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
    place, _, query = rest.partition("?")
    bucket, _, prefix = unquote(place).partition("/")
    if not bucket or "@" in bucket or "#" in place:
        raise ConfigurationError(
            f"the URL of source {name!r} does not name a bucket",
            hint="s3://bucket/prefix; credentials come from the environment, as boto3 finds them",
        )
    given = read_options(name, query, frozenset({"region", "endpoint"}))

    def store() -> Store:
        from sluicegate.sources.file_s3 import S3Store  # noqa: PLC0415  # an extra

        return S3Store(
            name, bucket, prefix, region=given.get("region"), endpoint=given.get("endpoint")
        )

    shown = f"s3://{bucket}/{prefix}@{given.get('endpoint', '')}"
    return FilesSource(name=name, place=shown, store=store, options=file_options(name, given))
