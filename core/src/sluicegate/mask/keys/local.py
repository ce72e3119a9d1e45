"""Root keys of this machine: in an environment variable, or in a private file."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sluicegate.errors import KeyUnavailable
from sluicegate.mask.keys.material import HINT, from_text, settled
from sluicegate.model.sensitive import NeverPickled, Sensitive

_MOST_BYTES: Final = 4096


class EnvironmentKey(NeverPickled):
    """The root key in an environment variable, as base64 of 32 bytes."""

    __slots__ = ("_environ", "_variable")

    def __init__(self, variable: str, environ: Mapping[str, str] | None = None) -> None:
        self._variable = variable
        # held as it is: a repr of this object's parts must not list what else is in it
        self._environ = Sensitive(environ)

    def root(self) -> Sensitive[bytes]:
        """Read the variable anew, so that a new key is seen."""
        place = f"the environment variable {self._variable}"
        text = self._text()
        if not text.reveal():
            raise KeyUnavailable(f"{place} is not set", hint=HINT)
        return settled(from_text(text, place))

    def _text(self) -> Sensitive[str]:
        environ = self._environ.reveal()
        return Sensitive((os.environ if environ is None else environ).get(self._variable, ""))

    def __repr__(self) -> str:
        return f"EnvironmentKey({self._variable!r})"


class FileKey:
    """The root key in a file of base64 that nobody but its owner may read (mode 0600 or 0400)."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def root(self) -> Sensitive[bytes]:
        """Check the file's owner and mode on the open descriptor, then read it."""
        place = f"the key file {self._path}"
        return settled(from_text(read_private(self._path, place), place))

    def __repr__(self) -> str:
        return f"FileKey({str(self._path)!r})"


def read_private(path: Path, place: str, *, link: bool = True) -> Sensitive[str]:
    """Read a small text file that only its owner may read.

    Args:
        path: The file.
        place: Names it in errors.
        link: Whether a link to it will do, as Kubernetes mounts its secrets.

    Raises:
        KeyUnavailable: it is missing, no regular file, open to others, or another user's.
    """
    flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags | (0 if link else getattr(os, "O_NOFOLLOW", 0)))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise KeyUnavailable(f"{place} cannot be read: {reason}", hint=HINT) from None
    try:
        _check_permissions(os.fstat(descriptor), path, place)
        return Sensitive(os.read(descriptor, _MOST_BYTES).decode("ascii", "replace"))
    finally:
        os.close(descriptor)


def _check_permissions(status: os.stat_result, path: Path, place: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyUnavailable(f"{place} is not a regular file")
    if os.name == "posix" and status.st_mode & 0o077:
        raise KeyUnavailable(
            f"{place} is open to others (mode {stat.S_IMODE(status.st_mode):04o})",
            hint=f"chmod 600 {path}",
        )
    if os.name == "posix" and status.st_uid not in (os.geteuid(), 0):
        raise KeyUnavailable(f"{place} belongs to another user")
