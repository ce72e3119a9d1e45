"""Where the demo keeps its things, and what the programs it starts see of their surroundings."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from example_dags.demo_steps.failed import DemoFailed

ROOT: Final = Path(__file__).resolve().parents[2]
_FOREIGN: Final = ("AIRFLOW", "DAGSTER", "SLUICEGATE", "PYTHONPATH", "PG")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Folders of one run of the demo; nothing outside ``root`` is touched."""

    root: Path

    @property
    def lake(self) -> Path:
        """Where released data goes."""
        return self.root / "lake"

    @property
    def settings(self) -> Path:
        """The settings file of Sluicegate; key, ledger and policy lie beside it."""
        return self.root / "sluicegate" / "sluicegate.toml"

    @property
    def policy(self) -> Path:
        """The policy in force."""
        return self.settings.parent / "policy.yaml"

    @property
    def airflow_home(self) -> Path:
        """Airflow's own configuration, database and logs."""
        return self.root / "airflow"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own configuration and event log."""
        return self.root / "dagster"

    @property
    def logs(self) -> Path:
        """What the started programs printed."""
        return self.root / "logs"

    def renew(self) -> None:
        """Remove what an earlier run left, and make the folders.

        Raises:
            DemoFailed: something else stands there under that name.
        """
        if self.root.is_symlink() or (self.root.exists() and not self._is_ours()):
            raise DemoFailed(f"{self.root} was not made by the demo; move it away")
        shutil.rmtree(self.root, ignore_errors=True)
        for folder in (self.lake, self.airflow_home, self.dagster_home, self.logs):
            folder.mkdir(parents=True)
        (self.root / ".made-by-the-demo").touch()

    def _is_ours(self) -> bool:
        return (self.root / ".made-by-the-demo").is_file()


def environment(place: Place, reader_uri: str) -> dict[str, str]:
    """Build what the started programs find in their environment.

    Settings of other installations are kept out, telemetry is off, and the reader's password
    travels here only: it stands in no file.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    own = {
        "PYTHONPATH": "",
        "PYTHONWARNINGS": "ignore",
        "PYTHONUNBUFFERED": "1",
        "NO_COLOR": "1",
        "COLUMNS": "160",
        "SLUICEGATE_CONFIG": str(place.settings),
        "SLUICEGATE_DEMO_LAKE": str(place.lake),
        "SHOP_PROD_URL": reader_uri,
    }
    return kept | own | _airflow(place, reader_uri) | _dagster(place)


def _airflow(place: Place, reader_uri: str) -> dict[str, str]:
    return {
        "AIRFLOW_HOME": str(place.airflow_home),
        "AIRFLOW_CONN_SHOP_PROD": _connection(reader_uri),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "example_dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "AIRFLOW__OPENLINEAGE__DISABLED": "True",
        "AIRFLOW__SLUICEGATE__CONFIG_FILE": str(place.settings),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "SCARF_ANALYTICS": "false",
    }


def _connection(uri: str) -> str:
    """Write the URI of a socket connection as Airflow's JSON, which needs no escaping rules."""
    parts = urlsplit(uri)
    return json.dumps(
        {
            "conn_type": "postgres",
            "host": parse_qs(parts.query)["host"][0],
            "login": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "schema": unquote(parts.path.removeprefix("/")),
        }
    )


def _dagster(place: Place) -> dict[str, str]:
    (place.dagster_home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    return {"DAGSTER_HOME": str(place.dagster_home), "DAGSTER_DISABLE_TELEMETRY": "1"}
