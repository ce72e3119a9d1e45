"""PostgreSQL's URIs: options that are ours, and the same server for another login.

Source of the rules: PostgreSQL manual, 34.1.1.2 Connection URIs.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from sluicegate.errors import ConfigurationError
from sluicegate.settings import SCOPED_ROLE_OPTION

_SCHEME: Final = "postgresql://"
_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off", ""})
_OF_THE_LOGIN: Final = frozenset(
    {"user", "password", "passfile", "dbname", "options", "require_auth", "service"}
)


def take_scoped_role(uri: str) -> tuple[str, bool]:
    """Take ``sluicegate_scoped_role=…`` out of a URI, which libpq would refuse.

    Raises:
        ConfigurationError: its value is neither yes nor no, or it is given twice.
    """
    place, pairs = _split(uri)
    ours = [value for name, value in pairs if name == SCOPED_ROLE_OPTION]
    if len(ours) > 1 or any(v.lower() not in _YES | _NO for v in ours):
        raise ConfigurationError(f"the option {SCOPED_ROLE_OPTION} is true or false, once")
    if not ours:
        return uri, False
    kept = [(name, value) for name, value in pairs if name != SCOPED_ROLE_OPTION]
    return _joined(place, kept), ours[0].lower() in _YES


def with_login(uri: str, login: str, password: str, database: str) -> str:
    """Return the URI of the same server and database for another login.

    What belongs to the first login only is left out: its password, its ``options``. A ``service``
    is refused, since it may hold any of these.

    Raises:
        ConfigurationError: the URI names a service.
    """
    place, pairs = _split(uri)
    if any(name == "service" for name, _ in pairs):
        raise ConfigurationError(
            "a scoped role cannot be used with a libpq service",
            hint="write host, port and database into the source's URL",
        )
    authority = place.removeprefix(_SCHEME)
    head = re.match(r"[^@/]*@", authority)
    hosts = authority[head.end() if head else 0 :].partition("/")[0]
    kept = [(name, value) for name, value in pairs if name not in _OF_THE_LOGIN]
    credentials = f"{quote(login, safe='')}:{quote(password, safe='')}@"
    # An empty `options` keeps PGOPTIONS of the environment out.
    return _joined(
        f"{_SCHEME}{credentials}{hosts}/{quote(database, safe='')}", [*kept, ("options", "")]
    )


def _split(uri: str) -> tuple[str, list[tuple[str, str]]]:
    """Split off the query; a question mark in the password is part of the place, as for libpq."""
    start = len(_SCHEME)
    head = re.match(r"[^@/]*@", uri[start:])
    mark = uri.find("?", start + (head.end() if head else 0))
    if mark < 0:
        return uri, []
    pairs = [p.partition("=") for p in uri[mark + 1 :].split("&") if p]
    return uri[:mark], [(name, value) for name, _, value in pairs]


def _joined(place: str, pairs: list[tuple[str, str]]) -> str:
    query = "&".join(f"{name}={value}" for name, value in pairs)
    return f"{place}?{query}" if query else place
