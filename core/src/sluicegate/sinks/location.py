"""Outputs by name: which system they lie in, and their path there."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from sluicegate.errors import ConfigurationError, UnknownNameError

_KNOWN = ("file", "s3", "table")
_ALIASES = {"s3a": "s3"}


def scheme_of(output: str) -> str:
    """Return the scheme of an output; a plain path has ``file``, ``s3a`` is ``s3``.

    Raises:
        ConfigurationError: it is empty.
        UnknownNameError: nothing writes to this scheme.
    """
    if not output or "\0" in output:
        raise ConfigurationError("the output is empty or holds a NUL", hint="name a folder")
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://", output)
    scheme = match[1].lower() if match else "file"
    scheme = _ALIASES.get(scheme, scheme)
    if scheme not in _KNOWN:
        raise UnknownNameError.of("kind of output", scheme, _KNOWN)
    return scheme


def local_path(output: str) -> Path:
    """Return the absolute path of a local output: a plain path, or ``file:///…``.

    ``..`` is resolved in the text, so that name and parent of the folder are known; links in
    between are left to the file system.

    Raises:
        ConfigurationError: it is not local: the URL names another machine or has options.
        UnknownNameError: nothing writes to its scheme.
    """
    if scheme_of(output) != "file":
        raise ConfigurationError("the output is not local", hint="name a local folder")
    path = output
    if output[:7].lower() == "file://":
        host, slash, rest = output[7:].partition("/")
        if host not in {"", "localhost"} or not slash or "?" in rest or "#" in rest:
            raise ConfigurationError("the output's URL is not a local path", hint="file:///folder")
        path = unquote(f"/{rest}")
    if "\0" in path:
        raise ConfigurationError("the output holds a NUL", hint="name a folder")
    absolute = Path(path).absolute()
    parts: list[str] = []
    for part in absolute.parts[1:]:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return Path(absolute.root, *parts)


def join_output(output: str, name: str) -> str:
    """Return where ``name``, relative to an output, stands: a path or a URL like the output's."""
    if "://" in output:
        return f"{output.rstrip('/')}/{name}"
    return str(Path(output) / name)
