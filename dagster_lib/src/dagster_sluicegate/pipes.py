"""Pipes messages are looked through before Dagster gets them."""

import contextlib
from collections.abc import Iterator
from typing import Any, Final

import dagster as dg

from dagster_sluicegate.redactor import open_guard

_FOUND_BY: Final = frozenset({"asset_key", "check_name", "severity", "level", "stream", "type"})
"""Fields by which Dagster finds what a message is about."""


class GuardedPipesMessageReader(dg.PipesMessageReader):
    """Wraps any message reader: what a child process reports is redacted before it is believed.

    Metadata, checks, log lines, custom messages and the exception at the end of a child are looked
    through. Findings are replaced by ``{EMAIL}`` and the like; a message that cannot be redacted
    loses its payload. What the child prints is the matter of ``RedactingComputeLogManager``.

    Example:
        ``PipesSubprocessClient(message_reader=GuardedPipesMessageReader(PipesTempFileMessageReader()))``

    Args:
        inner: Reads the messages.
    """

    def __init__(self, inner: dg.PipesMessageReader) -> None:
        self._inner = inner

    @contextlib.contextmanager
    def read_messages(self, handler: Any) -> Iterator[Any]:
        """Read messages through the wrapped reader, and check each."""
        checked: Any = _Checked(handler)
        with self._inner.read_messages(checked) as params:
            yield params

    def on_opened(self, opened_payload: Any) -> None:
        """Tell the wrapped reader."""
        self._inner.on_opened(opened_payload)

    def on_launched(self, launched_payload: Any) -> None:
        """Tell the wrapped reader."""
        self._inner.on_launched(launched_payload)

    @property
    def expected_writer_count(self) -> int:
        """How many writers the wrapped reader expects."""
        return self._inner.expected_writer_count

    def no_messages_debug_text(self) -> str:
        """Ask the wrapped reader."""
        return self._inner.no_messages_debug_text()

    def __getattr__(self, name: str) -> Any:
        if name == "_inner":
            raise AttributeError(name)
        return getattr(self._inner, name)


class _Checked:
    """Stands before the handler."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def handle_message(self, message: Any) -> None:
        self._handler.handle_message({**message, "params": _safe(message.get("params"))})

    def report_pipes_framework_exception(self, origin: str, exc_info: Any) -> None:
        """Report that reading failed; the exception may quote the message that it failed on."""
        kind = exc_info[0].__name__ if exc_info and exc_info[0] else "exception"
        error = RuntimeError(f"a {kind}, whose text is withheld, because it may quote a message")
        self._handler.report_pipes_framework_exception(origin, (RuntimeError, error, None))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)


def _safe(params: Any) -> Any:
    """Return the parameters of a message with every finding redacted."""
    if not isinstance(params, dict):
        return params if params is None else _redacted(params)
    return {k: v if k in _FOUND_BY else _redacted(v) for k, v in params.items()}


def _redacted(value: Any) -> Any:
    try:
        return open_guard().redact(value, where="message")
    except Exception:  # noqa: BLE001 - what could not be looked through is not passed on
        return "(withheld: it could not be looked through)" if isinstance(value, str) else {}
