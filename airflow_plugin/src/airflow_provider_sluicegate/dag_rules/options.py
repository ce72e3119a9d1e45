"""The rules' options, as an Airflow deployment configures them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from airflow.configuration import conf

from airflow_provider_sluicegate.config import unmasked_settings
from airflow_provider_sluicegate.dag_rules.modes import Mode
from sluicegate.errors import ConfigurationError
from sluicegate.lint.guarded import Guarded, host_of
from sluicegate.settings import FILE_NAME, Settings

_SECTION: Final = "sluicegate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the cluster policy is told."""

    mode: Mode
    may_loosen: tuple[str, ...]
    returned: Mode | None
    """For values that tasks return; ``None`` to enforce where a DAG's mode does."""
    rendered: bool | None
    """Whether rendered fields are redacted; ``None`` where a DAG's mode enforces."""
    guarded: Guarded
    detectors: tuple[Path, ...]

    @classmethod
    def read(cls, mode: Mode) -> Options:
        """Read what stands beside the mode; again only if something of it may have changed.

        Raises:
            ConfigurationError: the settings or the policy file cannot be read.
        """
        state = _state()
        return _read(mode, state, _changed(str(_settings(state).policy)))

    @classmethod
    def of(cls, mode: Mode, settings: Settings) -> Options:
        """Put together what the section and the settings say."""
        returned = option("return_values")
        hosts = filter(None, (host_of(url.reveal()) for url in settings.sources.values()))
        return cls(
            mode=mode,
            may_loosen=_listed("dag_policy_tags"),
            returned=Mode.of(returned) if returned else None,
            rendered=redacting_rendered(),
            guarded=Guarded(
                connections=(*_listed("guarded_connections"), *_sources(settings.policy)),
                hosts=(*_listed("guarded_hosts"), *hosts),
            ),
            detectors=settings.detectors,
        )

    def returned_for(self, mode: Mode) -> Mode:
        """Return the mode for values that the tasks of a DAG return."""
        if self.returned is not None:
            return self.returned
        return Mode.ENFORCE if mode is Mode.ENFORCE else Mode.OFF

    def renders(self, mode: Mode) -> bool:
        """Tell whether rendered fields of a DAG's tasks are redacted."""
        return mode is Mode.ENFORCE if self.rendered is None else self.rendered


def redacting_rendered() -> bool | None:
    """Return whether rendered fields are redacted; any word but those for *no* redacts them."""
    told = option("redact_rendered").lower()
    return told not in {"false", "f", "0", "no", "off"} if told else None


def default_mode() -> Mode:
    """Return the deployment's mode; unset, it warns: it tells, and breaks nothing."""
    return Mode.of(option("dag_policy") or "warn")


def option(name: str) -> str:
    """Return an option of the section; empty if it is not set."""
    return _option(name, _environment())


@lru_cache(maxsize=64)
def _option(name: str, _environment: object) -> str:
    return str(conf.get(_SECTION, name, fallback=None) or "").strip()


@lru_cache(maxsize=4)
def _settings(_state: object) -> Settings:
    return unmasked_settings()


@lru_cache(maxsize=8)
def _read(mode: Mode, state: object, _policy: object) -> Options:
    return Options.of(mode, _settings(state))


def _state() -> object:
    """Tell apart what settings may be read from, so that they are read again only if need be."""
    file = option("config_file") or os.environ.get("SLUICEGATE_CONFIG", "")
    places = [file] if file else _beside(Path.cwd())
    return _environment(), tuple(map(_changed, places))


def _environment() -> object:
    """Tell apart what the environment says to Airflow's section or to the settings.

    Airflow's own configuration file stays what it was when the process began.
    """
    return tuple((name, os.environ[name]) for name in os.environ if "SLUICEGATE" in name)


@lru_cache(maxsize=8)
def _beside(folder: Path) -> tuple[str, ...]:
    return tuple(str(parent / FILE_NAME) for parent in (folder, *folder.parents))


def _changed(file: str) -> tuple[str, int, int]:
    try:
        state = os.stat(file)  # noqa: PTH116 - asked for each DAG, of several places
    except OSError:
        return file, 0, 0
    return file, state.st_size, state.st_mtime_ns


def _listed(name: str) -> tuple[str, ...]:
    return tuple(filter(None, (item.strip() for item in option(name).split(","))))


def _sources(file: Path) -> tuple[str, ...]:
    """Name the policy's sources: unless its extra says otherwise, a connection is its source.

    Of the policy file only the names are read, not whether it is right: that is the gate's to say.
    """
    return _read_sources(file, _changed(str(file))) if file.is_file() else ()


@lru_cache(maxsize=8)
def _read_sources(file: Path, _state: object) -> tuple[str, ...]:
    import yaml  # noqa: PLC0415 - Airflow's processes have it, others need not

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document = yaml.load(file.read_text("utf-8"), Loader=loader)  # noqa: S506 - it is a safe one
        return tuple(map(str, document["sources"]))
    except (OSError, ValueError, LookupError, TypeError, RecursionError, yaml.YAMLError):
        raise ConfigurationError("the sources of the policy file cannot be read") from None
