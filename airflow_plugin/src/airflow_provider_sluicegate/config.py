"""The gate's settings as an Airflow deployment configures them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from airflow.configuration import conf
from airflow.sdk.log import mask_secret

from airflow_provider_sluicegate.sluicegate_connections import connection_options

if TYPE_CHECKING:
    from sluicegate.settings import Settings

_SECTION: Final = "sluicegate"
_OPTIONS: Final = (
    "allow", "checkpoint", "detectors", "environment", "home", "key", "key_store", "ledger",
    "lineage", "names", "policy", "public_keys", "quarantine", "second_opinions", "vault",
    "witnesses",
)  # fmt: skip


def airflow_settings(conn_id: str | None = None) -> Settings:
    """Load the settings, and tell Airflow's masker what of them is secret.

    The section ``[sluicegate]`` of Airflow goes before all other places.

    Args:
        conn_id: Connection of type ``sluicegate``, whose options go before those of the section.

    Raises:
        ConfigurationError: the settings file or the connection is missing or wrong.
    """
    settings = unmasked_settings(conn_id)
    if "://" in settings.ledger:
        mask_secret(settings.ledger)
    if settings.vault is not None:
        mask_secret(settings.vault.reveal())
    return settings


def unmasked_settings(conn_id: str | None = None) -> Settings:
    """Load the settings where Airflow's masker cannot be told, as in a trigger's event loop.

    Args:
        conn_id: As for ``airflow_settings``.

    Raises:
        ConfigurationError: as for ``airflow_settings``.
    """
    from sluicegate.settings import Settings  # noqa: PLC0415 - parsing a DAG needs no settings

    given = connection_options(conn_id) if conn_id else {}
    file = given.pop("config_file", None) or _option("config_file")
    options: dict[str, Any] = {name: _option(name) for name in _OPTIONS} | given
    options["openlineage"] = False  # Airflow's own provider sends what operators tell
    return Settings.load(Path(file) if file else None, **options)


def _option(name: str) -> str | None:
    return conf.get(_SECTION, name, fallback=None) or None
