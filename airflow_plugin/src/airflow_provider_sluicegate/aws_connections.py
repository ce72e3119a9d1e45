"""Airflow's connections of type ``aws``: which part of S3 is a source, and who asks for it.

The gate's S3 finds region, endpoint and credentials as boto3 does. A task has a process of its own,
so a connection is handed over as the variables that boto3 reads, while the task works.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from airflow.sdk.log import mask_secret

from airflow_provider_sluicegate.connections import SOURCE_EXTRA, connection_of
from sluicegate.errors import ConfigurationError

if TYPE_CHECKING:
    from airflow.sdk import Connection

AWS: Final = "aws"
PREFIX_EXTRA: Final = "sluicegate_prefix"
_VARIABLES: Final = {
    "aws_session_token": "AWS_SESSION_TOKEN",
    "endpoint_url": "AWS_ENDPOINT_URL",
    "profile_name": "AWS_PROFILE",
    "region_name": "AWS_DEFAULT_REGION",
}
_OURS: Final = frozenset({PREFIX_EXTRA, SOURCE_EXTRA})
_WHO: Final = (
    "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
)  # fmt: skip
"""Variables that say who asks: those of one login never mix with those of another."""


@contextmanager
def asking_as(*conn_ids: str | None) -> Iterator[None]:
    """Let boto3 ask with what the connections of type ``aws`` among these say.

    Raises:
        ConfigurationError: two of them are of that type and not the same, or one has an extra that
            boto3 has no variable for, such as a role to assume.
    """
    ids = sorted({conn_id for conn_id in conn_ids if conn_id})
    found = [c for c in map(connection_of, ids) if (c.conn_type or "").lower() == AWS]
    if len(found) > 1:
        raise ConfigurationError("one task asks S3 by one connection, not by several")
    with ExitStack() as stack:
        for connection in found:
            stack.enter_context(_set(_variables(connection)))
        yield


def prefix_url(connection: Connection) -> str:
    """Build the URL of the source that the extra ``sluicegate_prefix`` names.

    Raises:
        ConfigurationError: there is no such extra, or it is not ``s3://bucket/prefix``.
    """
    prefix = str(connection.extra_dejson.get(PREFIX_EXTRA) or "")
    if not prefix.startswith("s3://"):
        raise ConfigurationError(
            f"the aws connection names no source in its extra {PREFIX_EXTRA!r}",
            hint="s3://bucket/prefix",
        )
    extra = connection.extra_dejson
    given = {"region": extra.get("region_name"), "endpoint": extra.get("endpoint_url")}
    query = {name: str(value) for name, value in given.items() if value}
    tail = f"?{urlencode(query, quote_via=quote)}" if query else ""
    return f"s3://{quote(prefix.removeprefix('s3://'), safe='/')}{tail}"


def _variables(connection: Connection) -> dict[str, str]:
    variables = {}
    for name, value in connection.extra_dejson.items():
        if name in _OURS or value in (None, ""):
            continue
        if name not in _VARIABLES or not isinstance(value, str):
            raise ConfigurationError(
                f"the extra {name!r} of the aws connection is not supported here",
                hint="give the worker a profile or a role, and leave it out",
            )
        variables[_VARIABLES[name]] = value
    if connection.login:
        variables["AWS_ACCESS_KEY_ID"] = connection.login
        variables["AWS_SECRET_ACCESS_KEY"] = connection.password or ""
    for secret in filter(None, (connection.password, variables.get("AWS_SESSION_TOKEN"))):
        mask_secret(secret)
    return variables


@contextmanager
def _set(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    if any(name in variables for name in _WHO):
        for name in _WHO:
            os.environ.pop(name, None)
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in {*_WHO, *variables}:
            if name in before:
                os.environ[name] = before[name]
            else:
                os.environ.pop(name, None)
