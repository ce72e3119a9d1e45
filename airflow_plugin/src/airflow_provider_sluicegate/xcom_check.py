"""Decides what becomes of a value that is about to be an XCom."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from airflow.configuration import conf
from airflow.sdk.bases.xcom import BaseXCom

from airflow_provider_sluicegate.failures import carried_out
from airflow_provider_sluicegate.values import value_guard
from sluicegate.errors import ConfigurationError, MaskingError
from sluicegate.gate.values import UNREAD, ValueFinding

_log = logging.getLogger(__name__)
_MODES: Final = frozenset({"refuse", "mask", "observe"})
_TOLD: Final = 10
_TABLES: Final = ("numpy.", "pandas.", "polars.", "pyarrow.")
"""Begins the names of classes that were looked through as they are; their form is compressed."""


class ValueRefused(MaskingError):
    """A value must not be kept as it is."""

    code = "SG-VALUE"


def guarded(value: Any, of: Mapping[str, Any], serialize: Callable[[Any], Any]) -> Any:
    """Serialize a value, if neither it nor what comes of it holds anything.

    Args:
        value: What a task hands on.
        of: Its key, and whose it is.
        serialize: What the inner backend does; its errors are its own.

    Raises:
        Failed: the value must not be kept.
    """
    where = str(of.get("key") or "value")
    carried_out(lambda: _named(where))
    checked, told = carried_out(lambda: _passed(value, where))
    form = serialize(checked)
    return form if told else stored(form, where)


def stored(form: Any, where: str) -> Any:
    """Return what is about to be stored, if it may be; masked, if the mode says so.

    Raises:
        Failed: it must not be kept.
    """
    seen = _readable(_without_own(form))
    kept, _ = carried_out(lambda: _handled(form, value_guard().look(seen, where=where), where))
    return kept


def _without_own(value: Any) -> Any:
    """Leave out the address of Airflow's own interface, with which links to it begin."""
    own = (conf.get("api", "base_url", fallback=None) or "").rstrip("/")
    within = own and type(value) is str and value.startswith(f"{own}/")
    return value.removeprefix(own) if within else value


def _named(key: str) -> None:
    """Look at the name of an XCom, which is kept beside it and cannot be masked."""
    if not key.isidentifier() and _mode() != "observe" and value_guard().look(key, where="key"):
        raise ValueRefused("the XCom was not stored: its name holds what must not be kept")


def _passed(value: Any, where: str) -> tuple[Any, bool]:
    found = value_guard().look(_without_own(value), where=where)
    if found and all(f.data_class == UNREAD and f.detector == "type" for f in found):
        found = _of_form(value, where, found)
    return _handled(value, found, where)


def _of_form(value: Any, where: str, unread: tuple[ValueFinding, ...]) -> tuple[ValueFinding, ...]:
    """Look at what Airflow makes of an object that only Airflow knows."""
    try:
        form = BaseXCom.serialize_value(value)
    except (TypeError, ValueError, AttributeError, RecursionError):
        return unread
    return value_guard().look(_readable(form), where=where)


def _handled(value: Any, found: tuple[ValueFinding, ...], where: str) -> tuple[Any, bool]:
    """Return the value that may be kept, and whether something in it was only told."""
    mode = _mode()
    if not found:
        return value, False
    if mode == "mask":
        return value_guard().redact(value, where=where), False
    if mode == "observe":
        _log.warning("sluicegate: an XCom holds %s", _told(found))
        return value, True
    raise ValueRefused(
        f"the XCom was not stored: {_told(found)}",
        hint="hand on a path, a count or a digest, or set [sluicegate] xcom = mask",
    )


def _told(found: Iterable[ValueFinding]) -> str:
    lines = [str(f) for f in found]
    more = f" and {len(lines) - _TOLD} more" if len(lines) > _TOLD else ""
    return "; ".join(lines[:_TOLD]) + more


def _mode() -> str:
    mode = conf.get("sluicegate", "xcom", fallback=None) or "refuse"
    if mode not in _MODES:
        raise ConfigurationError("[sluicegate] xcom is refuse, mask or observe")
    return mode


def _readable(form: Any) -> Any:
    """Leave out the packed form of tables, which were looked through before they were packed."""
    if isinstance(form, Mapping):
        name = form.get("__classname__")
        if isinstance(name, str) and name.startswith(_TABLES):
            return {**form, "__data__": None}
        return {key: _readable(item) for key, item in form.items()}
    return [_readable(item) for item in form] if isinstance(form, list) else form
