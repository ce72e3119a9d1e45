"""Redacts the events of task logs."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from airflow_provider_sluicegate.logs_keys import KeyBlocks
from airflow_provider_sluicegate.metrics import lines_redacted

if TYPE_CHECKING:
    from sluicegate.gate.values import TextRedactor

_OWN: Final = frozenset(
    {"timestamp", "level", "lineno", "filename", "func_name", "loc", "event", "exc_info"}
)
"""Fields that Airflow fills, and those that are looked at in a way of their own."""
_WITHHELD: Final = "sluicegate: this line was withheld, since it could not be redacted"
_SMALLEST: Final = 10**8
_TASK_LOGGERS: Final = frozenset({"task", "supervisor"})
"""The second writes a copy of a task's log to the screen, where an executor wants it."""
_SCREENS: Final = frozenset({"NamedBytesLogger", "NamedWriteLogger"})
_SHORT: Final = 256
_MOST: Final = 1024
"""Length and number of the fields that are remembered to be clean."""
_clean: set[tuple[str, str]] = set()
_last: dict[str, str] = {}
"""The text of each field that was clean in an earlier line: mostly it stands in the next one."""
_named: set[str] = set(_OWN)
"""Names of fields that are known to be clean."""
_forms: dict[tuple[str, ...], tuple[str, ...]] = {}
"""Names of the fields of a line, all clean → those to look at."""
_busy = threading.local()
_blocks: Final = KeyBlocks()


def redact_event(logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:  # noqa: ARG001
    """See ``logs.redact_event``."""
    if not _is_of_task(logger):
        return event
    if getattr(_busy, "on", False):
        # The redaction itself logs something: what that says nobody has looked at.
        return _withheld(event, "it came from the redaction")
    _busy.on = True
    try:
        return _redacted(logger, event)
    except Exception as error:  # noqa: BLE001 - whatever it is, the line must not get out
        return _withheld(event, type(error).__name__)
    finally:
        _busy.on = False


def _is_of_task(logger: Any) -> bool:
    """Tell whether an event is a task's: it goes to a log file, or is about to be shown.

    A task's own process sends its events to its supervisor, which writes and so redacts them.
    """
    if type(logger).__name__ in {"BytesLogger", "WriteLogger"}:
        return True
    runner = sys.modules.get("airflow.sdk.execution_time.task_runner")
    comms = getattr(runner, "SUPERVISOR_COMMS", None)
    if comms is not None:
        return type(comms).__name__ != "CommsDecoder"
    # An executor's copy for the screen comes by a logger that lost its name on the way.
    return getattr(logger, "name", None) in _TASK_LOGGERS or (
        type(logger).__name__ in _SCREENS and logger.name is None
    )


def _redacted(logger: Any, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if event.get("exc_info"):
        event["exception"] = _trace(event.pop("exc_info"))
    text = event.get("event")
    if text is not None:
        text = _whole(text if type(text) is str else str(text))
        shown = _redactor()(text)
        if "PRIVATE KEY" in shown or _blocks.open:
            shown = _blocks.redacted((id(logger), event.get("logger")), shown)
        event["event"] = shown
        if shown != text:
            lines_redacted()
    # Ten fields in each of ten thousand lines a second: what is known is passed over at once.
    names = tuple(event)
    looked_at = _forms.get(names)
    for name in names if looked_at is None else looked_at:
        value = event[name]
        kind = type(value)
        if kind is str:
            if _last.get(name) != value and name not in _OWN:
                event[name] = _text(name, value)
        elif not (kind is int and -_SMALLEST < value < _SMALLEST) and name not in _OWN:
            event[name] = _field(name, value)
    if looked_at is None:
        _redact_names(event)
    return event


def _redact_names(event: MutableMapping[str, Any]) -> None:
    """Redact names of fields, which may have been made of values; most are remembered."""
    for name in [n for n in event if n not in _named]:
        shown = _redactor()(name)
        if shown != name:
            event[shown] = event.pop(name)
        elif len(_named) < _MOST:
            _named.add(name)
    names = tuple(event)
    if len(_forms) < _MOST and _named.issuperset(names):
        _forms[names] = tuple(name for name in names if name not in _OWN)


def _whole(text: str) -> str:
    """Take out what UTF-16 leaves between letters; no log needs it, and no detector reads on."""
    return text.replace("\0", "") if "\0" in text else text


def _text(name: str, value: str) -> str:
    """Redact a field; most say the same in every line of a task, and are remembered."""
    known = (name, value) in _clean
    shown = value if known else _redactor().labelled(name, _whole(value))
    if shown == value and len(value) <= _SHORT:
        if not known:
            if len(_clean) >= _MOST:
                _clean.clear()
            _clean.add((name, value))
        if name in _last or len(_last) < _MOST:
            _last[name] = value
    return shown


def _field(name: str, value: Any) -> Any:
    """Redact a field that is no text."""
    if value is None or type(value) is bool:
        return value
    if type(value) not in {dict, list, tuple, int, float}:
        # The renderer writes its text; an object may give another one when it is asked again.
        return _text(name, str(value))
    from airflow_provider_sluicegate.values import value_guard  # noqa: PLC0415 - heavy

    # Within a mapping, so that the name of the field counts as context.
    held: Any = value_guard().redact({name: value}, where="field", strict=False)
    return next(iter(held.values()))


@cache
def _redactor() -> TextRedactor:
    from airflow_provider_sluicegate.values import text_redactor  # noqa: PLC0415 - heavy

    return text_redactor()


def _trace(info: Any) -> str:
    """Write an exception as text, before the renderer would do so with all that it holds."""
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if not isinstance(error, BaseException):
        return ""
    return "".join(traceback.format_exception(error))


def _withheld(event: MutableMapping[str, Any], why: str) -> dict[str, Any]:
    kept = {name: event[name] for name in ("timestamp", "level") if name in event}
    return {**kept, "event": f"{_WITHHELD} ({why})"}
