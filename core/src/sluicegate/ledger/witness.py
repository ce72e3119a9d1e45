"""Witnesses: places that keep checkpoints out of reach of whoever can write to the ledger.

An implementer's checklist:

* ``keep`` adds a checkpoint and never replaces one; it is kept durably when the call returns.
* ``kept`` returns all that were ever kept, of whatever ledger, in any order. What is no checkpoint
  raises: something that was tampered with is no empty witness.
* Failure mode: closed. Both block for seconds, not minutes, and do not retry.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from sluicegate.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.ledger.checkpoint import Checkpoint

_HINT = (
    "name file:PATH, git:REPOSITORY, s3://bucket/prefix?days=N or rfc3161:URL?keep=FOLDER&ca=FILE"
)


class Witness(Protocol):
    """Keeps checkpoints."""

    @property
    def place(self) -> str:
        """Where it is, for messages."""

    def keep(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint.

        Raises:
            LedgerUnavailable: it cannot be kept now.
        """

    def kept(self) -> Sequence[Checkpoint]:
        """Return everything that was kept.

        Raises:
            LedgerUnavailable: the witness cannot be asked now.
            SignatureInvalid: something else stands there.
        """


def open_witness(address: str) -> Witness:
    """Open a witness.

    Args:
        address: ``file:PATH``, ``git:REPOSITORY``, ``s3://bucket/prefix?days=N``, where *N* is
            how long Object Lock keeps each checkpoint from everybody (compliance mode), or
            ``rfc3161:URL?keep=FOLDER&ca=FILE``: a time stamp authority, where its tokens are kept,
            and the PEM file of the roots that count.

    Raises:
        ConfigurationError: the address is none of these.
        MissingDependencyError: S3 needs ``sluicegate[aws]``, RFC 3161 ``sluicegate[timestamp]``.
    """
    return _opener(address)()


def check_witness(address: str) -> None:
    """Refuse what is no address of a witness; nothing is opened or loaded.

    Raises:
        ConfigurationError: it is none.
    """
    _opener(address)


def _opener(address: str) -> Callable[[], Witness]:
    scheme, _, rest = address.partition(":")
    if scheme == "file" and rest:
        return partial(_file, rest)
    if scheme == "git" and rest:
        return partial(_git, rest)
    if scheme == "s3":
        return _s3(address)
    if scheme == "rfc3161":
        return _timestamp(rest)
    raise ConfigurationError("this is no address of a witness", hint=_HINT)


def _file(path: str) -> Witness:
    from sluicegate.ledger.witness_file import FileWitness  # noqa: PLC0415 - one leaf is used

    return FileWitness(Path(path).expanduser())


def _git(path: str) -> Witness:
    from sluicegate.ledger.witness_git import GitWitness  # noqa: PLC0415

    return GitWitness(Path(path).expanduser())


def _s3(address: str) -> Callable[[], Witness]:
    parsed = urlsplit(address)
    options = parse_qs(parsed.query, keep_blank_values=True)
    days = options.pop("days", ["0"])[-1]
    if options or not parsed.netloc or not days.isdecimal() or int(days) < 1:
        raise ConfigurationError(
            "a witness on S3 needs a bucket and how many days each checkpoint is locked", hint=_HINT
        )

    def opened() -> Witness:
        from sluicegate.ledger.witness_s3 import S3Witness  # noqa: PLC0415

        return S3Witness(parsed.netloc, parsed.path.strip("/"), days=int(days))

    return opened


def _timestamp(rest: str) -> Callable[[], Witness]:
    try:
        parsed = urlsplit(rest)
        host, _ = parsed.hostname, parsed.port
    except ValueError:
        raise ConfigurationError("this is no address of a witness", hint=_HINT) from None
    if parsed.username or parsed.password:
        raise ConfigurationError("the address of a witness holds a login", hint=_HINT)
    options = parse_qs(parsed.query, keep_blank_values=True)
    keep, ca = (options.pop(name, [""])[-1] for name in ("keep", "ca"))
    if parsed.scheme not in {"http", "https"} or not host or not keep or not ca:
        raise ConfigurationError(
            "a time stamp authority needs its URL, a folder and a CA file", hint=_HINT
        )
    url = parsed._replace(query=urlencode(options, doseq=True), fragment="").geturl()

    def opened() -> Witness:
        from sluicegate.ledger.witness_timestamp import TimestampWitness  # noqa: PLC0415

        return TimestampWitness(url, keep=Path(keep).expanduser(), ca=Path(ca).expanduser())

    return opened
