"""Which connections and hosts may be read through the gate alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

_HERE: Final = frozenset({"localhost", "::1", "0.0.0.0"})  # noqa: S104 - it is compared with
_PLAIN: Final = re.compile(r"[A-Za-z][\w.-]{0,63}")
_IN_TEMPLATE: Final = re.compile(
    r"\bconn\s*(?:\.\s*(\w+)|\[\s*['\"]([^'\"]+)['\"]\s*\]|\.get\(\s*['\"]([^'\"]+))"
)
_VARIABLE: Final = re.compile(r"\bAIRFLOW_CONN_(\w+)", re.IGNORECASE)
_LOGGED: Final = re.compile(
    r"(?:@|//|(?:host|hostaddr|server|data source)\s*=\s*['\"]?)\[?([\w.-]+|[0-9a-f:]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """Patterns of names, as in a shell: ``shop_*``."""

    connections: tuple[str, ...] = ()
    """Ids of connections."""
    hosts: tuple[str, ...] = ()
    """Names or addresses of database servers."""

    def __bool__(self) -> bool:
        return bool(self.connections or self.hosts)

    def connection(self, name: str) -> bool:
        """Tell whether a connection is guarded.

        Airflow finds those of the environment by their name in capitals, so case does not matter.
        """
        return any(fnmatchcase(name.strip().upper(), p) for p in self._connections)

    def connections_in(self, text: str) -> list[str]:
        """Return the guarded connections that a template or a variable's name in ``text`` reads."""
        if not self.connections or "CONN" not in text.upper():
            return []
        found = ["".join(groups) for groups in _IN_TEMPLATE.findall(text)]
        found += _VARIABLE.findall(text)
        return [name for name in found if self.connection(name)]

    def host_in(self, text: str) -> bool:
        """Tell whether ``text`` is a guarded host, or a URL or settings that name one."""
        if not self.hosts:
            return False
        names = [text, *_LOGGED.findall(text)]
        return any(
            fnmatchcase(name.strip().rstrip(".").upper(), p) for name in names for p in self._hosts
        )

    @cached_property
    def _connections(self) -> tuple[str, ...]:
        return _upper(self.connections)

    @cached_property
    def _hosts(self) -> tuple[str, ...]:
        return _upper(self.hosts)


def host_of(url: str) -> str:
    """Return the host of a source's URL; empty if it has none, or it is this machine."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return "" if host in _HERE or host.startswith("127.") else host


def shown(name: str) -> str:
    """Return a name for a message; anything that is more than a plain name is withheld."""
    return repr(name) if _PLAIN.fullmatch(name) else "(withheld)"


def _upper(patterns: Iterable[str]) -> tuple[str, ...]:
    return tuple(pattern.strip().upper() for pattern in patterns if pattern.strip())
