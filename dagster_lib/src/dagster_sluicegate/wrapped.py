"""How a class of ``dagster.yaml`` names and opens the class that it wraps."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, TypeVar

import dagster as dg
import yaml
from dagster._serdes import ConfigurableClass, ConfigurableClassData

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


class Wrapper(ConfigurableClass):
    """A class of ``dagster.yaml`` around another, and a settings file."""

    wraps: ClassVar[Callable[..., Any]]
    """What the wrapped class must be."""
    _inst_data: ConfigurableClassData | None

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        """How Dagster builds it again in another process."""
        return self._inst_data

    @classmethod
    def config_type(cls) -> Mapping[str, Any]:
        """Tell what stands in ``dagster.yaml``."""
        return INNER_SCHEMA

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """Build it from ``dagster.yaml``."""
        built: Any = cls
        inner = open_inner(config_value, cls.wraps)
        opened: Self = built(inner, config_value.get("settings_file"), inst_data)
        return opened
