"""What the cluster policy costs a DAG processor.

    python tests/bench/bench_dag_processor.py [--files 200] [--rounds 5]

Writes typical DAG files and has Airflow read them, each in a process that is forked for it, as the
DAG processor does, and all in one process, as ``airflow dags list`` does. Without the policy, with
it and an empty cache (each file is seen for the first time), and with it and the cache (every
further time). Medians of CPU seconds; rounds take turns, so that a busy machine is fair to all.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

DAG_FILE = '''
"""Loads {name} into the warehouse, and checks what it loaded."""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.providers.common.sql.operators.sql import SQLCheckOperator, SQLExecuteQueryOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset, task, task_group

from {package}.tools import bucket_of, notify

WAREHOUSE = "warehouse"
BUCKET = "s3://lake/{name}"
default_args = {{
    "owner": "{owner}",
    "retries": {retries},
    "retry_delay": timedelta(minutes=5),
    "on_failure_callback": notify,
}}
STATEMENT = """
    INSERT INTO mart.{name}
    SELECT o.id, o.placed_at, o.total, c.segment
    FROM staging.orders AS o
    JOIN staging.customers AS c ON c.id = o.customer_id
    WHERE o.placed_at >= '{{{{ ds }}}}' AND o.placed_at < '{{{{ macros.ds_add(ds, 1) }}}}'
"""

with DAG(
    dag_id="{name}",
    schedule="{minute} 5 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    default_args=default_args,
    tags=["team:{owner}", "daily"],
    doc_md=__doc__,
) as dag:
    begin = EmptyOperator(task_id="begin")
    load = SQLExecuteQueryOperator(task_id="load", conn_id=WAREHOUSE, sql=STATEMENT)
    check = SQLCheckOperator(
        task_id="check", conn_id=WAREHOUSE, sql="SELECT count(*) > 0 FROM mart.{name}"
    )
    sync = BashOperator(
        task_id="sync",
        bash_command="aws s3 sync /data/{name} " + BUCKET + "/{{{{ ds_nodash }}}}/ --quiet",
        outlets=[Asset(BUCKET)],
    )

    @task_group
    def partitions():
        for region in ("eu", "us", "apac"):

            @task(task_id=f"export_{{region}}")
            def export(region: str, ds: str | None = None) -> str:
                path = f"{{bucket_of(region)}}/{name}/{{ds}}/part.parquet"
                return path

            export(region)

    begin >> load >> check >> partitions() >> sync
'''
TOOLS = '''
"""What the DAGs share."""


def bucket_of(region: str) -> str:
    return f"s3://lake-{region}"


def notify(context) -> None:
    print("failed:", context["task_instance_key_str"])
'''


def write(folder: Path, files: int) -> None:
    """Write DAG files that differ, and a module that all of them import."""
    draw = random.Random(7)
    (folder / "shared").mkdir()
    (folder / "shared/__init__.py").write_text("", "utf-8")
    (folder / "shared/tools.py").write_text(TOOLS, "utf-8")
    for number in range(files):
        text = DAG_FILE.format(
            name=f"orders_{number}",
            package="shared",
            owner=draw.choice(("growth", "finance", "ops")),
            retries=draw.randrange(4),
            minute=draw.randrange(60),
        )
        (folder / f"orders_{number}.py").write_text(text, "utf-8")


def read(path: Path, folder: Path) -> int:
    """Have Airflow read a file or folder; the number of DAGs."""
    from airflow.dag_processing.dagbag import DagBag

    with contextlib.redirect_stdout(io.StringIO()):
        bag = DagBag(dag_folder=path, bundle_path=folder, bundle_name="bench")
    assert not bag.import_errors, next(iter(bag.import_errors.values()))
    return len(bag.dags)


def in_one_process(folder: Path) -> None:
    read(folder, folder)


def in_a_process_each(folder: Path) -> None:
    for file in sorted(folder.glob("*.py")):
        child(partial(process, file, folder))


def process(file: Path, folder: Path) -> None:
    """Read and serialize a file as the DAG processor does in the process that it forks."""
    import structlog
    from airflow.dag_processing import processor

    request = processor.DagFileParseRequest(file=str(file), bundle_path=folder, bundle_name="bench")
    with contextlib.redirect_stdout(io.StringIO()):
        result = processor._parse_file(request, structlog.get_logger())
    assert result is not None
    assert not result.import_errors, result.import_errors


def child(work: Callable[[], Any]) -> None:
    process = os.fork()
    if process == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(process, 0)[1] == 0


def seconds(work: Callable[[], Any]) -> float:
    """CPU seconds of a child that does the work, and of its own children."""
    before = os.times()
    child(work)
    after = os.times()
    return (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )


@contextlib.contextmanager
def policy(*, on: bool) -> Iterator[None]:
    """Take the policy out of Airflow for a while."""
    from airflow.settings import get_policy_plugin_manager

    from airflow_provider_sluicegate import policy as ours

    manager = get_policy_plugin_manager()
    assert manager.is_registered(ours), "the distribution is not installed with its entry points"
    if not on:
        manager.unregister(ours)
    try:
        yield
    finally:
        if not on:
            manager.register(ours)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="bench-dags-"))
    folder, cache = home / "dags", home / "cache"
    folder.mkdir()
    os.environ |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        "AIRFLOW__SLUICEGATE__GUARDED_CONNECTIONS": "shop_*",
        "AIRFLOW__SLUICEGATE__DAG_POLICY": "enforce",
        "SLUICEGATE_CACHE": str(cache),
    }
    from airflow_provider_sluicegate.dag_rules.listener import on_starting

    logging.disable(logging.CRITICAL)
    write(folder, options.files)
    sys.path.insert(0, str(folder))
    with policy(on=False):
        on_starting(SimpleNamespace(job_type="DagProcessorJob"))
        process(folder / "orders_0.py", folder)  # what the processor has imported before it forks
    child(
        partial(read, folder / "orders_0.py", folder)
    )  # compiles the scanner once for the machine
    ways = {"a process each": in_a_process_each, "one process": in_one_process}
    for way, work in ways.items():
        taken: dict[str, list[float]] = {"without": [], "first sight": [], "with": []}
        for _ in range(options.rounds):
            with policy(on=False):
                taken["without"].append(seconds(partial(work, folder)))
            shutil.rmtree(cache / "dag-facts", ignore_errors=True)
            taken["first sight"].append(seconds(partial(work, folder)))
            taken["with"].append(seconds(partial(work, folder)))
        base = statistics.median(taken["without"])
        for name, values in taken.items():
            median = statistics.median(values)
            print(f"{way:16} {name:12} {median:7.2f} s  {median / base - 1:+7.1%}", flush=True)
    shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
