"""What lint is told by the command line, the settings and a policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sluicegate.errors import UnknownNameError
from sluicegate.lint import Guarded, Options
from sluicegate.lint.guarded import host_of
from sluicegate.policy import load_policy
from sluicegate.settings import Settings
from sluicegate.sql.names import DIALECTS

_BY_SCHEME: Final[Mapping[str, str]] = MappingProxyType(
    {
        "postgresql": "postgres",
        "mariadb": "mysql",
        "mssql": "tsql",
        "files": "duckdb",
        "s3": "duckdb",
    }
)


def options_for(
    settings: Settings,
    *,
    dialect: str | None,
    policy: Path | None,
    source: str | None,
    exclude: tuple[str, ...],
    guarded: tuple[str, ...],
) -> Options:
    """Build the options of a call.

    Raises:
        UnknownNameError: a dialect that the guard does not model, or a source not in the policy.
        PolicyInvalid: the policy file is wrong.
    """
    if dialect is not None and dialect not in DIALECTS:
        raise UnknownNameError.of("SQL dialect", dialect, DIALECTS)
    rules = load_policy(policy) if policy else None
    if rules and source is not None and source not in rules.sources:
        raise UnknownNameError.of("source in the policy", source, rules.sources)
    by_source = dict(_dialects(settings))
    only = set(by_source.values())
    return Options(
        dialect=dialect,
        default_dialect=only.pop() if len(only) == 1 else "postgres",
        source=source,
        source_dialects=MappingProxyType(by_source),
        policy=rules,
        exclude=exclude,
        detectors=settings.detectors,
        guarded=Guarded(
            connections=(*guarded, *(rules.sources if rules else ())), hosts=tuple(_hosts(settings))
        ),
    )


def _hosts(settings: Settings) -> Iterator[str]:
    """Name the hosts of the sources whose URLs are known here."""
    yield from filter(None, (host_of(url.reveal()) for url in settings.sources.values()))


def _dialects(settings: Settings) -> Iterator[tuple[str, str]]:
    """Tell the dialect of each source whose URL is known here; nothing is connected."""
    for name, url in settings.sources.items():
        scheme = (
            url.reveal().partition(":")[0].lower().removeprefix("sqlalchemy+").partition("+")[0]
        )
        dialect = scheme if scheme in DIALECTS else _BY_SCHEME.get(scheme, "")
        if dialect in DIALECTS:
            yield name, dialect
