"""What Airflow loads of this distribution as a plugin: names of modules, until somebody asks.

Imported in every Airflow process; what it lists is imported when Airflow reads the list.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from airflow.providers.common.compat.sdk import AirflowPlugin

_LISTENERS: Final[tuple[str, ...]] = ("dag_rules.listener", "listeners", "logs_console")
"""Modules with listeners, within this package."""
_OPERATOR_LINKS: Final[tuple[str, ...]] = ()
"""Links of operators, as ``module:Class`` within this package."""
_FASTAPI_APPS: Final[tuple[str, ...]] = ()
"""Parts of the API server, as ``module:value`` within this package; each value is the mapping that
Airflow wants."""
_EXTERNAL_VIEWS: Final[tuple[str, ...]] = ()
"""Views in the web interface, as ``module:value``; each value is the mapping that Airflow wants."""


class SluicegatePlugin(AirflowPlugin):
    """Lists what hangs on Airflow beside operators.

    Each list is made once: Airflow takes out of some what it does not like.
    """

    name = "sluicegate"

    def __init__(self) -> None:
        self._made: dict[tuple[str, ...], list[Any]] = {}

    @property
    def listeners(self) -> list[Any]:  # type: ignore[override]  # Airflow declares a plain attribute
        """Modules that Airflow tells of runs and tasks."""
        return self._listed("listeners", _LISTENERS)

    @property
    def operator_extra_links(self) -> list[Any]:  # type: ignore[override]  # as above
        """Links beside tasks of our operators."""
        return [link() for link in self._listed("links", _OPERATOR_LINKS)]

    @property
    def fastapi_apps(self) -> list[Any]:  # type: ignore[override]  # as above
        """Parts of the API server."""
        return self._listed("apps", _FASTAPI_APPS)

    @property
    def external_views(self) -> list[Any]:  # type: ignore[override]  # as above
        """Views in the web interface."""
        return self._listed("views", _EXTERNAL_VIEWS)

    def _listed(self, kind: str, places: tuple[str, ...]) -> list[Any]:
        return self._made.setdefault((kind, *places), list(map(_loaded, places)))


def _loaded(place: str) -> Any:
    module, _, name = place.partition(":")
    found = import_module(f"airflow_provider_sluicegate.{module}")
    return getattr(found, name) if name else found
