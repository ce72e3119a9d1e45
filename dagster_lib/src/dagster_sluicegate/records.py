"""Redacts Dagster's records: what they tell, not what they are found by."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from dagster_shared.serdes import deserialize_value, serialize_value

from dagster_sluicegate.redactor import Redact
from sluicegate.errors import ConfigurationError

T = TypeVar("T")

_FOUND_BY: Final = frozenset(
    {
        "__class__", "__enum__", "run_id", "run_ids", "reserved_run_ids", "origin_run_ids",
        "step_key", "step_keys", "pipeline_name", "job_name", "op_name", "solid_name",
        "resource_name", "resource_fn_name", "event_type_value", "step_kind_value", "asset_key",
        "check_name", "partition", "partition_key", "mapping_key", "output_name", "input_name",
        "instigator_origin_id", "instigator_name", "selector_id", "run_key", "run_keys", "cursor",
        "log_key", "marker_start", "marker_end", "storage_id",
    }
)  # fmt: skip
"""Fields that Dagster looks records up by: another value there would break its index."""
_HANDLES: Final = frozenset({"AssetKey", "NodeHandle", "SolidHandle", "StepHandle"})
_OWN_TAGS: Final = re.compile(
    r"user|\.dagster/[\w./-]+|dagster/(partition(/.*)?|asset_partition_range_(start|end)|run_key"
    r"|backfill|(parent|root)_run_id)"
)
"""Tags that Dagster looks runs up by, and the one that names who asked: the policy needs it."""
_INDEX_TAGS: Final = re.compile(
    r"dagster/(data_version|code_version|input_data_version/.*|input_event_pointer/.*"
    r"|data_version_is_user_provided|partition|partition/.*)"
)
_DIGEST: Final = re.compile(r"[0-9a-f]{32,64}|\d{1,19}|true|false|NULL|DEFAULT")


def redacted_record(record: T, redact: Redact) -> T:
    """Return ``record`` with every finding replaced, or itself if it holds none.

    Raises:
        SluicegateError: it could not be looked through.
    """
    text = serialize_value(record)  # type: ignore[arg-type]
    document = json.loads(text)
    kept = _walked(document, redact)
    if kept == document:
        return record
    return deserialize_value(json.dumps(kept), type(record))  # type: ignore[type-var]


def redacted_tags(tags: Mapping[str, str], redact: Redact) -> dict[str, str]:
    """Redact tags, but for those that Dagster acts on and ``user``."""
    return {
        (name if _OWN_TAGS.fullmatch(name) else redact(name)): (
            value if _OWN_TAGS.fullmatch(name) else redact(value)
        )
        for name, value in tags.items()
    }


def require_clean_config(config: Any, redact: Redact) -> None:
    """Refuse the configuration of a run that holds a finding.

    Raises:
        ConfigurationError: it does; the message tells where, not what.
    """
    for place, text in _texts(config, ()):
        if redact(text) != text:
            raise ConfigurationError(
                f"the run's configuration holds a sensitive value at {'.'.join(place)}",
                hint="Dagster keeps and shows configuration: name a variable or a resource instead",
            )


def _walked(value: Any, redact: Redact, key: str = "") -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [_walked(one, redact, key) for one in value]
    if isinstance(value, dict):
        if value.get("__class__") in _HANDLES or "__enum__" in value:
            return value
        return {
            redact(k) if k not in _FOUND_BY else k: (
                v if k in _FOUND_BY or _indexed(k, v) else _walked(v, redact, k)
            )
            for k, v in value.items()
        }
    return value


def _indexed(name: str, value: Any) -> bool:
    """Tell whether it is a tag by which Dagster follows versions, and holds no more than that."""
    return bool(isinstance(value, str) and _INDEX_TAGS.fullmatch(name) and _DIGEST.fullmatch(value))


def _texts(value: Any, place: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for number, (name, one) in enumerate(value.items()):
            yield (*place, f"(name {number})"), str(name)
            yield from _texts(one, (*place, str(name)))
    elif isinstance(value, list | tuple | set | frozenset):
        for number, one in enumerate(value):
            yield from _texts(one, (*place, str(number)))
    elif value is not None and not isinstance(value, bool):
        yield place, str(value)
