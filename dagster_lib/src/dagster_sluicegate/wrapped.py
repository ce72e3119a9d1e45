"""How a class of ``dagster.yaml`` names the class that it wraps."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import dagster as dg
import yaml
from dagster._serdes import ConfigurableClassData

T = TypeVar("T")

INNER_SCHEMA: Mapping[str, Any] = {
    "inner": dg.Field(
        {"module": str, "class": str, "config": dg.Field(dict, is_required=False)},
        description="The class that does the work, as it would stand there without us.",
    ),
    "settings_file": dg.Field(str, is_required=False, description="A sluicegate.toml."),
}


def open_inner(config: Mapping[str, Any], kind: Callable[..., T]) -> T:
    """Open the wrapped class.

    Args:
        config: What ``INNER_SCHEMA`` describes.
        kind: What it must be.
    """
    inner = config["inner"]
    data = ConfigurableClassData(
        module_name=inner["module"],
        class_name=inner["class"],
        config_yaml=yaml.safe_dump(dict(inner.get("config") or {})),
    )
    asked: Any = kind  # an abstract class, which Dagster's own types do not foresee
    opened: T = data.rehydrate(as_type=asked)
    return opened
