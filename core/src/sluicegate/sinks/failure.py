"""How an error of the file system becomes one of ours."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from sluicegate.errors import OutputExists, SinkError, SinkUnavailable, SluicegateError

T = TypeVar("T")

_LATER = {
    errno.ENOSPC: "no space is left",
    errno.EDQUOT: "the quota is used up",
    errno.EFBIG: "the largest size of a file is reached",
    errno.EIO: "the disk failed",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.ESTALE: "the network file system lost the folder",
    errno.ETIMEDOUT: "the network file system does not answer",
}
_NEVER = {
    errno.EACCES: "it may not be written",
    errno.EPERM: "it may not be written",
    errno.EROFS: "its file system is read-only",
    errno.ENAMETOOLONG: "a name is too long",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.ELOOP: "a part of its path is a link to itself",
}


def translated(action: Callable[[], T], translate: Callable[[Exception], SinkError]) -> T:
    """Run ``action``; raise ours after a driver's error, which may quote rows, is gone.

    Raises:
        SluicegateError: the action failed; ours pass through as they are.
    """
    try:
        return action()
    except SluicegateError:
        raise
    except Exception as error:  # noqa: BLE001 - drivers raise what they like
        failure = translate(error)
    raise failure


def of_system(path: Path, error: OSError) -> SinkError:
    """Build the error for what the file system said about ``path``."""
    number = error.errno or 0
    if number in _LATER:
        return SinkUnavailable(
            f"the output {str(path)!r} cannot be written now: {_LATER[number]}",
            hint="make room and try again; what was staged is removed",
        )
    reason = _NEVER.get(number, f"error {errno.errorcode.get(number, 'unknown')}")
    return SinkError(
        f"the output {str(path)!r} cannot be written: {reason}",
        hint="check the folder and who may write there",
    )


def of_arrow() -> SinkError:
    """Build the error for rows that the format's writer did not take."""
    return SinkError(
        "the rows cannot be written in this format",
        hint="all batches need one schema, of types that the format knows",
    )


def exists(path: Path) -> OutputExists:
    """Build the error for an output that holds something already."""
    return OutputExists(
        f"something stands at the output {str(path)!r} already",
        hint="name another folder, or move that one away",
    )


def attempt(path: Path, action: Callable[[], T]) -> T:
    """Run ``action``; turn errors of the file system and the writers into ours.

    Ours is raised after theirs was left behind, so that nothing leads back to their text.

    Raises:
        SinkUnavailable: no space is left, or the disk fails.
        SinkError: the output cannot be written.
    """
    failure: SinkError
    try:
        return action()
    except OSError as error:
        failure = of_system(path, error)
    except pa.ArrowException:
        failure = of_arrow()
    raise failure
