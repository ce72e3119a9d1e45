"""Redacts what tasks log and print, in the place that Airflow has for changing task logs.

``[logging] logging_config_class = airflow_provider_sluicegate.logs.LOGGING_CONFIG``. Airflow asks
the module of that dictionary for ``REMOTE_TASK_LOG``, and runs its ``processors`` over every line
before it is written to a task's log: what a task logs, prints, writes to a file descriptor or lets
a subprocess write. What else is to be done with logs, is done by the handler that Airflow would
have without this. A deployment that has a module of its own there wraps its handler::

    REMOTE_TASK_LOG = redacting(MyRemoteLogIO())

Imported in every Airflow process: the detectors are opened at the first line of a task.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from airflow.config_templates.airflow_local_settings import DEFAULT_LOGGING_CONFIG
from airflow.configuration import conf

if TYPE_CHECKING:
    from airflow.sdk._shared.logging.remote import RemoteLogIO

LOGGING_CONFIG: Final[Mapping[str, Any]] = DEFAULT_LOGGING_CONFIG


class RedactingLogIO:
    """A handler of task logs that redacts each line, and else does what another one does.

    Args:
        inner: The other one, if there is any.
    """

    def __init__(self, inner: RemoteLogIO | None = None) -> None:
        self.inner = inner

    @property
    def processors(self) -> tuple[Any, ...]:
        """The redaction, and after it what the inner handler does to each line."""
        own = (redact_event,) if conf.getboolean("sluicegate", "redact_logs", fallback=True) else ()
        return (*own, *(self.inner.processors if self.inner else ()))

    def upload(self, path: Any, ti: Any = None) -> None:
        """Upload a log, which was redacted when it was written."""
        if self.inner is not None:
            self.inner.upload(path, ti)

    def read(self, relative_path: str, ti: Any) -> Any:
        """Read a log that was uploaded.

        Raises:
            NotImplementedError: there is no inner handler, as Airflow says it without any.
        """
        if self.inner is None:
            raise NotImplementedError
        return self.inner.read(relative_path, ti)

    def __getattr__(self, name: str) -> Any:
        # Never asked for what a handler keeps under two underscores: copying would not end.
        if name.startswith("__") or self.inner is None:
            raise AttributeError(name)
        return getattr(self.inner, name)


class RedactingStreamIO(RedactingLogIO):
    """The same for a handler whose logs are read as streams."""

    def stream(self, relative_path: str, ti: Any) -> Any:
        """Stream a log that was uploaded."""
        return self.__getattr__("stream")(relative_path, ti)


def redacting(inner: RemoteLogIO | None = None) -> RedactingLogIO:
    """Wrap a handler of task logs."""
    return (RedactingStreamIO if hasattr(inner, "stream") else RedactingLogIO)(inner)


def redact_event(logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:
    """Redact one event of a task's log; a processor as structlog wants it.

    Failure mode: closed. If it cannot be redacted, its text is withheld and the reason is told.
    """
    return _redaction()(logger, method, event)


@cache
def _redaction() -> Any:
    from airflow_provider_sluicegate.logs_redact import redact_event  # noqa: PLC0415 - heavy

    return redact_event


def redacts_logs() -> bool:
    """Tell whether this deployment's handler of task logs redacts them."""
    from airflow import logging_config  # noqa: PLC0415 - lazily

    # the module of 3.1 has no function, and answers every name that it does not know with None
    ask = getattr(logging_config, "get_remote_task_log", None)
    found = ask() if ask else logging_config.REMOTE_TASK_LOG  # type: ignore[attr-defined]  # 3.1
    return redact_event in getattr(found, "processors", ())


@cache
def _handler() -> RedactingLogIO:
    return redacting(_configured())


def _configured() -> RemoteLogIO | None:
    """Find the handler that Airflow would have without this module."""
    import airflow.config_templates.airflow_local_settings as default  # noqa: PLC0415 - lazily

    try:
        from airflow.sdk._shared.logging.factory import (  # noqa: PLC0415 - lazily, 3.3
            _build_remote_task_log_from_provider,
        )
        from airflow.sdk._shared.module_loading import import_string  # noqa: PLC0415 - as above
        from airflow.sdk.providers_manager_runtime import (  # noqa: PLC0415 - as above
            ProvidersManagerTaskRuntime,
        )
    except ImportError:  # Airflow before 3.3
        return default.REMOTE_TASK_LOG
    found = None
    if conf.getboolean("logging", "remote_logging", fallback=False):
        manager: Any = ProvidersManagerTaskRuntime  # its constructor has no types
        found = _build_remote_task_log_from_provider(
            remote_base_log_folder=conf.get("logging", "remote_base_log_folder", fallback=None),
            providers_manager=manager(),
            import_string=import_string,
        )
    return found if found is not None else default.REMOTE_TASK_LOG


def __getattr__(name: str) -> Any:
    if name == "REMOTE_TASK_LOG":
        return _handler()
    if name == "DEFAULT_REMOTE_CONN_ID":
        return conf.get("logging", "remote_log_conn_id", fallback=None) or None
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
