"""Tables as outputs: ``table://connection/schema.table`` names a connection of Airflow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from airflow_provider_sluicegate.connections import source_of

if TYPE_CHECKING:
    from sluicegate.settings import Settings

_TABLE: Final = re.compile(r"table://([^/]*)/", re.IGNORECASE)


def reaching(settings: Settings, *places: str) -> Settings:
    """Return settings that know the sources of all tables among ``places``.

    A source that the settings name goes before a connection of that id. A connection whose extra
    gives its source another name is refused: the name is what the policy and the ledger tell.

    Args:
        settings: Of the gate.
        places: Outputs and other places; what is no table is left alone.

    Raises:
        UnknownNameError: neither a source nor a connection is called so.
        ConfigurationError: the connection cannot be a source, or is one of another name.
    """
    for place in places:
        found = _TABLE.match(place)
        if found and found[1] not in settings.sources:
            name, url = source_of(found[1], found[1])
            settings = settings.with_sources({name: url})
    return settings
