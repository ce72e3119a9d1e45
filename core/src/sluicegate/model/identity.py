"""Who runs, which run, which code: the run identity that every event carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Trust(StrEnum):
    """How sure we are of ``triggered_by``."""

    AUTHENTICATED = "authenticated"
    """The orchestrator or operating system checked it."""
    ASSERTED = "asserted"
    """Somebody wrote it down: a tag, an environment variable, a DAG's owner field."""
    UNKNOWN = "unknown"
    """Nobody is named, as in a scheduled run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunIdentity:
    """One try of one task of one run, and the code that it runs."""

    orchestrator: str
    """``airflow``, ``dagster`` or ``cli``."""
    pipeline: str
    """DAG id, Dagster job name, or for the CLI the name of the working folder's repository."""
    task: str
    """Task id, asset key (``a/b``), or the CLI command."""
    run: str
    """The orchestrator's run id."""
    try_number: int = 1
    """1 for the first try."""
    map_index: int | None = None
    """Index of a dynamically mapped task, from 0."""
    partition: str | None = None
    triggered_by: str | None = None
    trust: Trust = Trust.UNKNOWN
    trigger: str = "unknown"
    """``manual``, ``scheduled``, ``backfill``, ``asset_triggered`` … as the orchestrator says."""
    owner: str | None = None
    team: str | None = None
    environment: str = "default"
    """``prod``, ``staging`` …: from the settings, never from the task."""
    code_version: str | None = None
    """Git commit or bundle version."""
    code_digest: str | None = None
    """``sha256:<hex>`` of the file that defines the task."""
    host: str = ""
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Distribution name → version."""
    database_login: str | None = None
    """The login the database reports; the gate fills it in."""
    policy_digest: str | None = None
    """Digest of the policy that decided; the gate fills it in."""

    @property
    def work_key(self) -> tuple[str, ...]:
        """Names the piece of work: the same over all its tries, another in another run."""
        return (
            self.orchestrator,
            self.pipeline,
            self.task,
            self.run,
            "" if self.map_index is None else str(self.map_index),
            self.partition or "",
        )

    @property
    def principal(self) -> str:
        """Who asks, for people to read: ``airflow:dag.task`` and the person behind it if known."""
        base = f"{self.orchestrator}:{self.pipeline}.{self.task}"
        return f"{base} ({self.triggered_by})" if self.triggered_by else base
