"""Judges one DAG: the files that it comes from, then its tasks."""

from __future__ import annotations

import logging
import sys
import weakref
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from airflow.configuration import conf
from airflow.exceptions import AirflowClusterPolicyViolation

from airflow_provider_sluicegate.dag_rules.modes import TAG, Mode, mode_of
from airflow_provider_sluicegate.dag_rules.operators import Classes, guarded_uses, is_gate
from airflow_provider_sluicegate.dag_rules.options import (
    Options,
    default_mode,
    option,
    redacting_rendered,
)
from airflow_provider_sluicegate.dag_rules.task_hooks import Checks, watch
from airflow_provider_sluicegate.rendered import redact_rendered
from sluicegate.errors import SluicegateError
from sluicegate.lint.dag_file import DagFiles
from sluicegate.lint.guarded import Guarded
from sluicegate.lint.remark import Remark, rule

if TYPE_CHECKING:
    from airflow.sdk import DAG

_LOG: Final = logging.getLogger(__name__)
_PROCESSOR: Final = "airflow.dag_processing.processor"
_AHEAD: Final = 5.0
"""Seconds that a DAG processor may spend on files that it will read next."""
_MOST: Final = 20
"""Findings that an error names."""


def warm() -> None:
    """Do once what every forked process would have to do again."""
    if default_mode() is Mode.OFF:
        return
    with suppress(SluicegateError):  # each DAG is told
        options = Options.read(default_mode())
        _files(options.guarded, options.detectors)


def judge_dag(dag: DAG) -> None:
    """Look at a DAG's files and tasks, and say or refuse what breaks a rule.

    Failure mode: in the mode ``enforce`` closed, and for this DAG alone; else what cannot be
    checked is told as a finding is.

    Raises:
        AirflowClusterPolicyViolation: the mode is ``enforce`` and a rule is broken, or the DAG
            cannot be checked. It names file, line and remedy, and no value.
    """
    mode, found = _judged(dag)
    if not found or mode is Mode.OFF:
        return
    if mode is Mode.ENFORCE:
        more = f"; and {len(found) - _MOST} more" if len(found) > _MOST else ""
        raise AirflowClusterPolicyViolation(f"sluicegate: {'; '.join(found[:_MOST])}{more}")
    level = logging.WARNING if mode is Mode.WARN else logging.INFO
    for line in found:
        _LOG.log(level, "sluicegate: %s", line)


def watch_task(task: Any) -> None:
    """Hang the checks of a run on a task: what it may open, and what it returns.

    Raises:
        AirflowClusterPolicyViolation: the mode is ``enforce``, and the settings cannot be read.
    """
    try:
        mode, options = _told(task.dag)
    except SluicegateError as error:
        if default_mode() is Mode.ENFORCE:
            raise _unchecked(str(error)) from None
        return
    if options is not None:
        returned = options.returned_for(mode)
        checks = Checks(guarded=options.guarded, mode=mode, returned=returned)
        if checks:
            watch(task, checks)
        if options.renders(mode):
            redact_rendered(task)


def _judged(dag: DAG) -> tuple[Mode, list[str]]:
    """Return the mode for a DAG and its findings."""
    mode = default_mode()
    try:
        mode, options = _told(dag, anew=True)
        return mode, list(_findings(dag, options)) if options and mode is not Mode.OFF else []
    except SluicegateError as error:
        return mode, [str(_unchecked(str(error)))]
    except Exception as error:  # noqa: BLE001 - its text may quote the DAG's code
        return mode, [str(_unchecked(type(error).__name__))]


_last: tuple[weakref.ref[Any], Mode, Options | None] | None = None
"""What the DAG was told that Airflow handed over last: next it hands over each of its tasks."""


def _told(dag: DAG, *, anew: bool = False) -> tuple[Mode, Options | None]:
    """Return the mode for a DAG, and the options; none where nothing is to be looked at."""
    global _last  # noqa: PLW0603 - the policy has no object to keep it in
    if not anew and _last is not None and _last[0]() is dag:
        return _last[1:]
    mode, options = default_mode(), None
    asked = option("return_values") or redacting_rendered()
    if mode is not Mode.OFF or asked or _asks(dag):
        options = Options.read(mode)
        mode = mode_of(dag.dag_id, dag.tags, mode, options.may_loosen)
    _last = (weakref.ref(dag), mode, options)
    return mode, options


def _asks(dag: DAG) -> bool:
    """Tell whether a DAG's tags may ask for more than nothing."""
    return any(str(tag).lower().startswith(TAG) for tag in dag.tags)


def _findings(dag: DAG, options: Options) -> Iterator[str]:
    root = _root(dag)
    files = _files(options.guarded, options.detectors)
    for file in _origins(dag):
        for remark in files.check(file, [root] if root else []):
            if remark.level == "error":
                yield _line(remark, root)
    if root and _read_by_processor():
        files.learn(root, _AHEAD)
    known, classes = rule("A101"), Classes()
    for task in dag.tasks:
        if not is_gate(task):
            for use in guarded_uses(task, options.guarded, classes):
                yield (
                    f"[SG-A101] task {task.task_id!r} of DAG {dag.dag_id!r}: {use}: "
                    f"{known.title if known else ''} ({known.remedy if known else ''})"
                )


@lru_cache(maxsize=8)
def _files(guarded: Guarded, detectors: tuple[Path, ...]) -> DagFiles:
    return DagFiles(guarded, detectors)


def _origins(dag: DAG) -> Sequence[Path]:
    """Return the files that a DAG comes from.

    Its author may set what it says itself (``__file__``), so the file that Airflow is reading right
    now is looked at too.
    """
    told = [getattr(dag, "fileloc", None), _being_read()]
    return list(dict.fromkeys(Path(file) for file in told if file and not file.endswith(".zip")))


def _being_read() -> str | None:
    for frame in _callers():
        file = frame.f_locals.get("filepath") if frame.f_code.co_name == "process_file" else None
        if isinstance(file, str):
            return file
    return None


def _read_by_processor() -> bool:
    """Tell whether this is a DAG processor, which reads one file a process, and all in time."""
    return any(frame.f_globals.get("__name__") == _PROCESSOR for frame in _callers())


def _callers() -> Iterator[FrameType]:
    frame = sys._getframe().f_back  # noqa: SLF001 - nothing else tells who asks
    while frame is not None:
        yield frame
        frame = frame.f_back


def _root(dag: DAG) -> Path | None:
    """Return the folder of the bundle that a DAG comes from, in which its modules lie."""
    file, relative = Path(dag.fileloc), getattr(dag, "relative_fileloc", None)
    if (
        relative
        and file.as_posix().endswith(Path(relative).as_posix())
        and not Path(relative).is_absolute()
    ):
        return file.parents[len(Path(relative).parts) - 1]
    folder = conf.get("core", "dags_folder", fallback=None)
    return Path(folder) if folder else None


def _line(remark: Remark, root: Path | None) -> str:
    file = Path(remark.file)
    shown = file.relative_to(root) if root and file.is_relative_to(root) else file
    return f"[SG-{remark.rule}] {shown}:{remark.line}: {remark.message} ({remark.remedy})"


def _unchecked(why: str) -> AirflowClusterPolicyViolation:
    known = rule("A105")
    return AirflowClusterPolicyViolation(f"[SG-A105] {known.title if known else ''}: {why}")
