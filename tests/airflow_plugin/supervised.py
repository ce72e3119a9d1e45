"""Runs tasks of one DAG file as a worker does: a supervisor, and a forked process for each task.

Started as a program of its own, since Airflow reads its XCom backend and logging once a process.
The Execution API is Airflow's own, within this process. Prints one JSON object to the last line.

    python supervised.py DAG_FILE[:DAG] TASK …
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any


def main(dag_file: str, tasks: list[str]) -> dict[str, Any]:
    """Run the tasks, one after the other; return their states and what their logs hold."""
    from airflow.configuration import conf
    from airflow.executors.workloads import BundleInfo
    from airflow.sdk.execution_time import supervisor as given

    from airflow_version import keep_one_api

    keep_one_api()
    # called ``supervise`` before Airflow 3.3
    supervise_task = getattr(given, "supervise_task", None) or given.supervise
    bag, bundle = _synchronized()
    dag_file, _, wanted = dag_file.partition(":")
    in_file = (d for d, dag in bag.dags.items() if Path(dag.fileloc).name == dag_file)
    dag_id = wanted or next(in_file)
    queued, run = _queued(dag_id)
    supervisor: Any = given.InProcessTestSupervisor
    client = supervisor._api_client(bag.dags[dag_id])
    logs = Path(conf.get("logging", "base_log_folder"))
    written = {}
    for task in tasks:
        supervise_task(
            ti=queued[task],
            bundle_info=BundleInfo(name=bundle, version=None),
            dag_rel_path=dag_file,
            token="",
            client=client,
            log_path=f"{dag_id}-{task}.log",
        )
        written[task] = (logs / f"{dag_id}-{task}.log").read_text("utf-8")
    return {"logs": written, "states": _states(dag_id, run)}


def _synchronized() -> tuple[Any, str]:
    from airflow.dag_processing.bundles.manager import DagBundlesManager

    from airflow_version import bag_of, bags

    manager: Any = DagBundlesManager
    manager = manager()
    manager.sync_bundles_to_db()
    (bundle,) = manager.get_all_dag_bundles()
    bag = bag_of(bundle.path, of="BundleDagBag", bundle=bundle.name)
    bags().sync_bag_to_db(bag, bundle.name, None)
    return bag, bundle.name


def _queued(dag_id: str) -> tuple[dict[str, Any], str]:
    from airflow.executors import workloads
    from airflow.models.dagrun import get_or_create_dagrun
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.session import create_session
    from airflow.utils.state import TaskInstanceState
    from airflow.utils.types import DagRunTriggeredByType

    now = dt.datetime.now(dt.UTC)
    with create_session() as session:
        run: Any = get_or_create_dagrun(
            dag=SerializedDagModel.get_dag(dag_id, session=session),  # type: ignore[arg-type]
            start_date=now,
            logical_date=now,
            data_interval=None,
            run_after=now,
            run_id=f"supervised-{now.timestamp()}",
            session=session,
            conf=None,
            triggered_by=DagRunTriggeredByType.TEST,
            triggering_user_name="somebody",
        )
        found = {}
        for ti in run.get_task_instances(session=session):
            ti.state, ti.try_number = TaskInstanceState.QUEUED, 1
            session.merge(ti)
            session.flush()
            found[ti.task_id] = workloads.TaskInstance.model_validate(ti, from_attributes=True)
        return found, run.run_id


def _states(dag_id: str, run_id: str) -> dict[str, list[Any]]:
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session

    with create_session() as session:
        query = session.query(TaskInstance).filter_by(dag_id=dag_id, run_id=run_id)
        return {ti.task_id: [str(ti.state), ti.try_number] for ti in query}


if __name__ == "__main__":
    answer = main(sys.argv[1], sys.argv[2:])
    sys.stdout.write("\n" + json.dumps(answer) + "\n")
