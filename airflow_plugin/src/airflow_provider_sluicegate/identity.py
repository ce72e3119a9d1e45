"""Reads the run identity out of an Airflow task context."""

from __future__ import annotations

import hashlib
import platform
import socket
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sluicegate.model.identity import RunIdentity, Trust

_TEAM_TAG: Final = "team:"
_LOCAL_TEST: Final = "dag_test"
"""The name that ``dag.test()`` writes where the API server writes the user it has checked."""
_DISTRIBUTIONS: Final = (
    "airflow-provider-sluicegate", "apache-airflow", "apache-airflow-task-sdk", "sluicegate",
)  # fmt: skip


def run_identity(
    context: Mapping[str, Any], *, environment: str, team: str | None = None
) -> RunIdentity:
    """Build the identity of the running try from what Airflow gives a task.

    Only the name of who triggered the run was checked by Airflow. Owner, team and tags are what
    the DAG's author wrote. Clearing a task by somebody else does not change who triggered it.

    Args:
        context: The task's context; ``ti`` and ``dag_run`` are needed, the rest may be missing.
        environment: Name of the deployment, from the settings.
        team: Team that the task names; else Airflow's own, else a DAG tag ``team:<name>``.
    """
    ti, run = context["ti"], context["dag_run"]
    task, dag = context.get("task"), context.get("dag")
    user = getattr(run, "triggering_user_name", None)
    return replace(
        work_identity(ti, run),
        triggered_by=user,
        trust=_trust(user),
        trigger=str(getattr(run, "run_type", None) or "unknown"),
        owner=getattr(task, "owner", None),
        team=team or getattr(run, "team_name", None) or _tagged_team(getattr(dag, "tags", ())),
        environment=environment,
        code_version=getattr(getattr(ti, "bundle_instance", None), "version", None),
        code_digest=_file_digest(getattr(dag, "fileloc", None)),
        host=getattr(ti, "hostname", None) or socket.gethostname(),
        versions=_versions(),
    )


def work_identity(ti: Any, run: Any) -> RunIdentity:
    """Name a try: of its identity only what the name of its work is made of.

    Args:
        ti: The task instance.
        run: Its DAG run, or ``None`` where nobody knows it.
    """
    index = getattr(ti, "map_index", None)
    return RunIdentity(
        orchestrator="airflow",
        pipeline=ti.dag_id,
        task=ti.task_id,
        run=ti.run_id,
        try_number=ti.try_number,
        map_index=None if index is None or index < 0 else int(index),
        partition=getattr(run, "partition_key", None),
    )


def _trust(user: str | None) -> Trust:
    if not user:
        return Trust.UNKNOWN
    return Trust.ASSERTED if user == _LOCAL_TEST else Trust.AUTHENTICATED


def _tagged_team(tags: Iterable[str]) -> str | None:
    teams = sorted(t.removeprefix(_TEAM_TAG) for t in tags if t.startswith(_TEAM_TAG))
    return teams[0] if len(teams) == 1 else None


def _file_digest(fileloc: str | None) -> str | None:
    """Digest the file that defines the DAG; ``None`` if it is not a plain file (a zip member)."""
    try:
        content = Path(fileloc).read_bytes() if fileloc else None
    except OSError:
        return None
    return None if content is None else "sha256:" + hashlib.sha256(content).hexdigest()


def _versions() -> Mapping[str, str]:
    found = {"python": platform.python_version()}
    for name in _DISTRIBUTIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return MappingProxyType(found)
