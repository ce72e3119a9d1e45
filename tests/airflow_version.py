"""Which Airflow the tests run on; imports none, so that its processes can import this."""

from __future__ import annotations

import time
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

AIRFLOW: Final = tuple(int(part) for part in version("apache-airflow-core").split(".")[:2])
"""Major and minor number."""


def skip_before(major: int, minor: int, what: str) -> None:
    """Skip the running test of what Airflow has from a version on."""
    import pytest

    if (major, minor) > AIRFLOW:
        pytest.skip(f"Airflow {major}.{minor} is the first that has {what}")


def bags() -> Any:
    """Return the module in which Airflow reads DAG files."""
    return import_module(
        "airflow.models.dagbag" if AIRFLOW < (3, 2) else "airflow.dag_processing.dagbag"
    )


def bag_of(folder: Path, *, of: str = "DagBag", bundle: str = "dags-folder") -> Any:
    """Let Airflow read a folder of DAG files.

    Args:
        folder: Read whole.
        of: Name of Airflow's class that reads.
        bundle: Which bundle the files are said to belong to; 3.1 is not told.
    """
    told = {} if AIRFLOW < (3, 2) else {"bundle_name": bundle}
    return getattr(bags(), of)(dag_folder=folder, bundle_path=folder, **told)


def keep_one_api() -> None:
    """Let Airflow 3.1 and 3.2 use one API in a process, as 3.3 does, and wait until it has begun.

    Theirs is another one for each task, which begins in a thread, and may end while it is asked.
    """
    from airflow.sdk.execution_time import supervisor

    if AIRFLOW >= (3, 3):
        return
    started: Any = supervisor.in_process_api_server

    @cache
    def one() -> Any:
        api = started()
        until = time.monotonic() + 30
        while api.transport and not hasattr(api.app.state, "svcs_registry"):
            assert time.monotonic() < until, "Airflow's API did not begin"
            time.sleep(0.01)
        return api

    supervisor.in_process_api_server = one
