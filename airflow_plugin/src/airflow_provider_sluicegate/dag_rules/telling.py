"""Says what was found in a task, as strictly as the mode is."""

from __future__ import annotations

import logging
from typing import Final

from airflow_provider_sluicegate.dag_rules.modes import Mode
from airflow_provider_sluicegate.failures import Failed

_LOG: Final = logging.getLogger(__name__)


def tell(failure: Failed, mode: Mode) -> None:
    """Log what was found, or fail the task.

    Raises:
        Failed: the mode is ``enforce``.
    """
    if mode is Mode.ENFORCE:
        raise failure
    _LOG.log(logging.WARNING if mode is Mode.WARN else logging.INFO, "%s", failure)
