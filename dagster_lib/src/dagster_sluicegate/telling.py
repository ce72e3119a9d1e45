"""What Dagster shows of an event: all of it but the value of an output."""

from collections.abc import Mapping
from typing import Any, Final

import dagster as dg

_SHOWN: Final = ("description", "tags", "mapping_key", "data_version", "label")
_EVENTS: Final = (
    dg.AssetCheckResult,
    dg.AssetMaterialization,
    dg.AssetObservation,
    dg.DynamicOutput,
    dg.ExpectationResult,
    dg.MaterializeResult,
    dg.ObserveResult,
    dg.Output,
)


def telling(event: Any) -> dict[str, Any]:
    """Return what is shown of an event as plain values; nothing if it is none.

    Args:
        event: What a function returned or yielded.
    """
    if not isinstance(event, _EVENTS):
        return {}
    told: dict[str, Any] = {name: plain(getattr(event, name, None)) for name in _SHOWN}
    told["metadata"] = {name: plain(value) for name, value in (event.metadata or {}).items()}
    told["checks"] = [telling(one) for one in getattr(event, "check_results", None) or ()]
    return {name: value for name, value in told.items() if value}


def plain(value: Any) -> Any:
    """Return what Dagster's own classes hold, as the JSON that Dagster stores of them."""
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if type(value).__module__.partition(".")[0] in {"dagster", "dagster_shared"}:
        return dg.serialize_value(value)
    return value
