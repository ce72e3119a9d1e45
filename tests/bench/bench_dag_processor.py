"""What the cluster policy costs a DAG processor.

    python tests/bench/bench_dag_processor.py [--files 200] [--new 30]

Writes typical DAG files and has Airflow read each as its DAG processor does: in a process that is
forked for it, which parses the file, asks the policy, serializes the DAGs and sends them to its
parent. Two such parents, one without the policy and one with it, read each file one right after the
other and take turns in going first, so that a busy machine is fair to both. Prints medians per file,
in milliseconds, and the median of the ratios of pairs:

- parse: on a CPU, to parse, judge and serialize alone
- child: on a CPU, in the whole process that is forked
- wall: that pass until the parent has the DAGs; on a busy machine this says little

First for files that nobody has seen before, then for known ones, as in every further time.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import random
import resource
import selectors
import shutil
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Sequence
from mmap import mmap
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

_clock = mmap(-1, 8)
"""Where the process of a file leaves how long it parsed, for its parent."""

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


class Spent(NamedTuple):
    """Seconds that one file took."""

    parse: float
    """On a CPU, to parse, judge and serialize."""
    child: float
    """On a CPU, in the process that was forked for it."""
    wall: float
    """Until the parent had its DAGs."""


def read_as_the_processor_does(file: Path, folder: Path) -> Spent:
    """Have Airflow fork a process that reads a file, and wait for its answer."""
    import structlog
    from airflow.dag_processing.processor import DagFileProcessorProcess

    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with (folder.parent / "log").open("ab") as log, selectors.DefaultSelector() as selector:
        logger = structlog.wrap_logger(structlog.BytesLogger(log)).bind()
        process = DagFileProcessorProcess.start(
            id="019fca00-0000-7000-8000-000000000000",
            path=file,
            bundle_path=folder,
            bundle_name="bench",
            dag_file_rel_path=file.name,
            callbacks=[],
            selector=selector,
            logger=logger,
            logger_filehandle=log,
            target=timed,
            client=None,  # type: ignore[arg-type]  # these files ask for no connection
        )
        while not process.is_ready:
            serve(selector)
        took = time.perf_counter() - begin
    result = process.parsing_result
    assert result is not None
    assert len(result.serialized_dags) == 1
    assert not result.import_errors, result.import_errors
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return Spent(struct.unpack("d", _clock[:])[0], child, took)


def timed() -> None:
    """Do what the forked process does, and take the time of its main part."""
    from airflow.dag_processing import processor

    parse = processor._parse_file

    def parse_timed(*args: Any) -> Any:
        begin = time.process_time()
        result = parse(*args)
        _clock[:] = struct.pack("d", time.process_time() - begin)
        return result

    processor._parse_file = parse_timed  # type: ignore[assignment]  # it is called by place
    processor._parse_file_entrypoint()  # type: ignore[no-untyped-call]  # as Airflow has it


def serve(selector: selectors.BaseSelector) -> None:
    """Do for one process what the processor's loop does for all of them."""
    for key, _ in selector.select(timeout=1):
        handle, on_close = key.data
        more = False
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            more = handle(key.fileobj)
        if not more:
            on_close(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]  # they are sockets


class Parent:
    """A DAG processor in a process of its own, which reads the files that it is told to.

    Args:
        folder: Of the files.
        policy: Whether Airflow knows the policy there.
    """

    def __init__(self, folder: Path, *, policy: bool) -> None:
        self._ask, answers = Pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                _be_parent(answers, folder, policy=policy)
            finally:
                os._exit(0)
        answers.close()

    def read(self, file: Path) -> Spent:
        """Have a file read."""
        self._ask.send(file)
        spent: Spent = self._ask.recv()
        return spent

    def end(self) -> None:
        """Let the process end."""
        self._ask.send(None)
        os.waitpid(self._pid, 0)


def _be_parent(asked: Connection, folder: Path, *, policy: bool) -> None:
    from airflow.settings import get_policy_plugin_manager

    from airflow_provider_sluicegate import policy as ours
    from airflow_provider_sluicegate.dag_rules.listener import on_starting

    manager = get_policy_plugin_manager()
    assert manager.is_registered(ours), "the distribution is not installed with its entry points"
    if policy:
        on_starting(SimpleNamespace(job_type="DagProcessorJob"))
    else:
        manager.unregister(ours)
    while (file := asked.recv()) is not None:
        asked.send(read_as_the_processor_does(file, folder))


def compare(files: Sequence[Path], without: Parent, policed: Parent) -> list[tuple[Spent, Spent]]:
    """Have all files read by both; what each took."""
    taken = []
    for number, file in enumerate(files):
        if number % 2:
            first = without.read(file)
            taken.append((first, policed.read(file)))
        else:
            first = policed.read(file)
            taken.append((without.read(file), first))
    return taken


def tell(what: str, taken: Sequence[tuple[Spent, Spent]]) -> None:
    """Print medians per file, and of the ratios of pairs."""
    for at, of in enumerate(Spent._fields):
        pairs = [(a[at], b[at]) for a, b in taken]
        without, policed = (1000 * statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(b / a for a, b in pairs)
        print(
            f"{what:12} {of:5}  without {without:7.2f}  with {policed:7.2f}  "
            f"of medians {policed / without - 1:+6.1%}  of pairs {ratio - 1:+6.1%}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument(
        "--new", type=int, default=30, help="files that are seen for the first time"
    )
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="bench-dags-"))
    folder, cache = home / "dags", home / "cache"
    folder.mkdir()
    os.environ |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        "AIRFLOW__SLUICEGATE__GUARDED_CONNECTIONS": "shop_*, billing",
        "AIRFLOW__SLUICEGATE__GUARDED_HOSTS": "*.shop.example.com, bills.example.com",
        "AIRFLOW__SLUICEGATE__DAG_POLICY": "enforce",
        "SLUICEGATE_CACHE": str(cache),
    }
    logging.disable(logging.CRITICAL)
    write(folder, options.files)
    sys.path.insert(0, str(folder))
    files = sorted(folder.glob("*.py"))
    without, policed = Parent(folder, policy=False), Parent(folder, policy=True)
    for parent in (without, policed):  # imports what all need, and compiles the scanner once
        parent.read(files[0])
    new = []
    for file in files[: options.new]:
        shutil.rmtree(cache / "dag-facts", ignore_errors=True)
        new += compare([file], without, policed)
    tell("first sight", new)
    policed.read(files[0])
    tell("known files", compare(files, without, policed))
    for parent in (without, policed):
        parent.end()
    shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
