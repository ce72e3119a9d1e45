"""Opens targets of an export by their address."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sluicegate.errors import ConfigurationError

if TYPE_CHECKING:
    from sluicegate.ledger.export import Target

_HINT = (
    "name file:PATH, syslog+tcp://host:port, syslog+tls://host:port, syslog+udp://host:port,"
    " https://… or s3://bucket/prefix"
)


def open_target(address: str) -> Target:
    """Open a target.

    Args:
        address: ``file:PATH``; ``syslog+tcp://``, ``syslog+tls://`` or ``syslog+udp://host:port``;
            ``https://…`` (``http://`` to this machine only), with the bearer token of the variable
            ``SLUICEGATE_EXPORT_TOKEN`` if it is set; ``s3://bucket/prefix``.

    Raises:
        ConfigurationError: the address is none of these, or holds a password.
        MissingDependencyError: S3 needs ``sluicegate[aws]``.
    """
    if address.startswith("file:") and len(address) > len("file:"):
        from sluicegate.ledger.target_file import FileTarget  # noqa: PLC0415 - one leaf is used

        return FileTarget(Path(address.removeprefix("file:")).expanduser())
    try:
        parsed = urlsplit(address)
        host, port = parsed.hostname or "", parsed.port
    except ValueError:
        raise ConfigurationError("this is no address of an export", hint=_HINT) from None
    if parsed.username or parsed.password:
        raise ConfigurationError("the address of an export holds a login", hint=_HINT)
    if parsed.scheme in {"syslog+tcp", "syslog+tls", "syslog+udp"} and host:
        from sluicegate.ledger.target_syslog import SyslogTarget  # noqa: PLC0415

        return SyslogTarget(host, port, transport=parsed.scheme.partition("+")[2])
    if parsed.scheme in {"https", "http"} and host:
        from sluicegate.ledger.target_webhook import WebhookTarget  # noqa: PLC0415

        return WebhookTarget(address, token=os.environ.get("SLUICEGATE_EXPORT_TOKEN", ""))
    if parsed.scheme == "s3" and host:
        from sluicegate.ledger.target_s3 import S3Target  # noqa: PLC0415

        return S3Target(parsed.netloc, parsed.path.strip("/"))
    raise ConfigurationError("this is no address of an export", hint=_HINT)
