"""The run identity, without an Airflow."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from airflow_provider_sluicegate.identity import run_identity
from sluicegate.model.identity import Trust

pytestmark = pytest.mark.airflow


def context(
    *, ti: dict[str, Any] | None = None, run: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    instance = {"dag_id": "d", "task_id": "t", "run_id": "r", "try_number": 2, "map_index": -1}
    return {
        "ti": SimpleNamespace(**instance | (ti or {})),
        "dag_run": SimpleNamespace(
            **{"run_type": "manual", "triggering_user_name": None} | (run or {})
        ),
        **more,
    }


@pytest.mark.parametrize(
    ("user", "trust"),
    [
        ("carl", Trust.AUTHENTICATED),
        ("dag_test", Trust.ASSERTED),
        (None, Trust.UNKNOWN),
        ("", Trust.UNKNOWN),
    ],
)
def test_only_a_user_whom_airflow_checked_is_authenticated(user: str | None, trust: Trust) -> None:
    identity = run_identity(context(run={"triggering_user_name": user}), environment="prod")
    assert identity.trust is trust
    assert identity.triggered_by == user


def test_the_owner_is_not_taken_for_the_one_who_triggered() -> None:
    identity = run_identity(context(task=SimpleNamespace(owner="ann")), environment="prod")
    assert (identity.owner, identity.triggered_by, identity.trust) == ("ann", None, Trust.UNKNOWN)


def test_it_names_the_try_and_its_place() -> None:
    identity = run_identity(
        context(
            ti={"map_index": 3, "hostname": "worker-1"},
            run={"partition_key": "2026-01-01", "run_type": "backfill"},
        ),
        environment="prod",
    )
    assert identity.work_key == ("airflow", "d", "t", "r", "3", "2026-01-01")
    assert (identity.try_number, identity.trigger, identity.host) == (2, "backfill", "worker-1")
    assert identity.environment == "prod"
    assert {"airflow-provider-sluicegate", "apache-airflow", "python", "sluicegate"} <= set(
        identity.versions
    )


@pytest.mark.parametrize(
    ("argument", "airflow_team", "tags", "team"),
    [
        ("ours", "theirs", {"team:tag"}, "ours"),
        (None, "theirs", {"team:tag"}, "theirs"),
        (None, None, {"team:tag", "nightly"}, "tag"),
        (None, None, {"team:one", "team:two"}, None),
        (None, None, set(), None),
    ],
)
def test_the_team_comes_from_the_task_from_airflow_or_from_one_tag(
    argument: str | None, airflow_team: str | None, tags: set[str], team: str | None
) -> None:
    dag = SimpleNamespace(tags=tags, fileloc=None)
    identity = run_identity(
        context(run={"team_name": airflow_team}, dag=dag), environment="x", team=argument
    )
    assert identity.team == team


def test_the_code_is_the_bytes_of_the_dag_file_and_the_version_of_its_bundle(
    tmp_path: Path,
) -> None:
    file = tmp_path / "dag.py"
    file.write_bytes(b"# a DAG\n")
    bundle = SimpleNamespace(name="git", version="0a1b2c")
    dag = SimpleNamespace(tags=(), fileloc=str(file))
    identity = run_identity(context(ti={"bundle_instance": bundle}, dag=dag), environment="x")
    assert identity.code_digest == "sha256:" + hashlib.sha256(b"# a DAG\n").hexdigest()
    assert identity.code_version == "0a1b2c"


def test_a_dag_in_a_zip_has_no_digest(tmp_path: Path) -> None:
    dag = SimpleNamespace(tags=(), fileloc=str(tmp_path / "dags.zip" / "dag.py"))
    identity = run_identity(context(dag=dag), environment="x")
    assert identity.code_digest is None
    assert identity.code_version is None


def test_what_the_task_can_set_does_not_become_the_environment() -> None:
    forged = context(run={"conf": {"environment": "prod"}}, params={"environment": "prod"})
    assert run_identity(forged, environment="staging").environment == "staging"
