"""What Airflow's providers manager is told about this distribution.

Imported in every Airflow process, so it imports nothing but the standard library.
"""

from __future__ import annotations

from typing import Any, Final

_ADDED: Final = "0.1.0"
CONNECTION_FIELDS: Final = (
    "config_file", "policy", "environment", "key", "key_store", "home", "public_keys",
    "quarantine", "lineage", "allow", "detectors", "names", "second_opinions", "vault",
)  # fmt: skip
"""Options of the section that a connection of type ``sluicegate`` may set in its extra."""


def get_provider_info() -> dict[str, Any]:
    """Describe the provider in the form of Airflow's ``provider_info.schema.json``."""
    return {
        "package-name": "airflow-provider-sluicegate",
        "name": "Sluicegate",
        "description": (
            "Guarded extracts: checked against a policy, masked, scanned and recorded before "
            "anything is released. Reads Airflow connections of the types postgres, mysql, "
            "mariadb, sqlite, duckdb, fs and aws."
        ),
        "integrations": [
            {
                "integration-name": "Sluicegate",
                "tags": ["software"],
            }
        ],
        "operators": [
            _modules(
                "operators.broker",
                "operators.extract",
                "operators.mask_files",
                "operators.query",
                "operators.require_attestation",
                "operators.transfer",
                "operators.verify",
            )
        ],
        "sensors": [_modules("sensors.attestation")],
        "triggers": [_modules("triggers.approval", "triggers.attestation")],
        "hooks": [_modules("hooks.sluicegate")],
        "connection-types": [_connection_type()],
        "task-decorators": [
            {
                "class-name": "airflow_provider_sluicegate.decorators.guarded.guarded_task",
                "name": "guarded",
            }
        ],
        "extra-links": [
            "airflow_provider_sluicegate.links.AttestationLink",
            "airflow_provider_sluicegate.links.LedgerRecordLink",
        ],
        "notifications": [
            "airflow_provider_sluicegate.notifications.sluicegate.SluicegateNotifier"
        ],
        "config": {
            "sluicegate": {"description": _SECTION, "options": {**_options(), **_dag_options()}}
        },
    }


def _modules(*names: str) -> dict[str, Any]:
    return {
        "integration-name": "Sluicegate",
        "python-modules": [f"airflow_provider_sluicegate.{name}" for name in names],
    }


def _connection_type() -> dict[str, Any]:
    """Describe the connection's form: an option of the section each, the ledger as password."""
    options = _options()
    return {
        "connection-type": "sluicegate",
        "hook-class-name": "airflow_provider_sluicegate.hooks.sluicegate.SluicegateHook",
        "hook-name": "Sluicegate",
        "ui-field-behaviour": {
            "hidden-fields": ["host", "schema", "login", "port", "extra"],
            "relabeling": {"password": "Ledger"},
            "placeholders": {"password": "postgresql://… or the path of a SQLite file"},
        },
        "conn-fields": {
            name: {
                "label": name.replace("_", " ").capitalize(),
                "description": options[name]["description"],
                "schema": {"type": ["string", "null"]},
            }
            for name in CONNECTION_FIELDS
        },
    }


_SECTION: Final = (
    "Settings of the gate. What is set here goes before SLUICEGATE_ environment variables, and "
    "these before the settings file. Use absolute paths: a worker's working folder is not fixed."
)


def _options() -> dict[str, dict[str, Any]]:
    return {
        "config_file": _option("Path of the settings file.", "/etc/sluicegate/sluicegate.toml"),
        "home": _option("Folder of the ledger and the quarantine.", "/var/lib/sluicegate"),
        "policy": _option("Path of the policy file.", "/etc/sluicegate/policy.yaml"),
        "ledger": _option(
            "Path of a SQLite file, or a PostgreSQL URL, which may hold a password.",
            "/var/lib/sluicegate/ledger.db",
            sensitive=True,
        ),
        "key": _option(
            "Where the root key is, never the key: env:VARIABLE, file:PATH, aws-kms:PATH?key=KEY, "
            "aws-secretsmanager:NAME or vault-transit:PATH?key=NAME.",
            "file:/etc/sluicegate/root.key",
        ),
        "key_store": _option(
            "Where the wrapped keys of purposes are: a folder that all workers share, or "
            "aws-secretsmanager:PREFIX.",
            "/var/lib/sluicegate/keys",
        ),
        "vault": _option(
            "URL of the database that keeps the tokens of masks with `store: vault`, which may "
            "hold a password; or env:VARIABLE.",
            "env:SLUICEGATE_VAULT_URL",
            sensitive=True,
        ),
        "public_keys": _option(
            "File of the public keys whose signatures count.", "/etc/sluicegate/public_keys"
        ),
        "quarantine": _option(
            "Folder for redacted data and findings of extracts that leaked.",
            "/var/lib/sluicegate/quarantine",
        ),
        "environment": _option("Name of this deployment, for rules of the policy.", "prod"),
        "lineage": _option(
            "File that OpenLineage events are appended to, as JSON lines.",
            "/var/log/sluicegate/lineage.jsonl",
        ),
        "allow": _option("Path of the allow-list.", "/etc/sluicegate/allow.yaml"),
        "detectors": _option(
            "Files of detectors of your own, with a colon between them.",
            "/etc/sluicegate/detectors.yaml",
        ),
        "names": _option("Whether a model looks for names in free text: on, off or auto.", "auto"),
        "second_opinions": _option(
            "Libraries whose detectors read free text too, with commas between them.", "scrubadub"
        ),
        "checkpoint": _option(
            "How often the root of the ledger is signed without being asked, or off.",
            "1000 records, 60 minutes",
        ),
        "witnesses": _option(
            "Who is given each of these checkpoints, with commas between them; an address may hold "
            "a token.",
            "file:/mnt/auditors/checkpoints",
            sensitive=True,
        ),
        "record_runs": _option(
            "Which runs and tasks the ledger tells of: those of DAGs that hold a guarded task "
            "(guarded), all, or off.",
            "guarded",
        ),
        "evidence_url": _option(
            "Template of a link to evidence, for the buttons beside a task. It may name {link}, "
            "{run_key}, {record}, {output} and {attestation}.",
            "https://evidence.example.org/ledger/{record}",
        ),
        "xcom": _option(
            "What becomes of an XCom in which the guarded XCom backend finds something: it is "
            "refused (refuse), masked (mask), or only told in the log (observe).",
            "refuse",
        ),
        "xcom_inner": _option(
            "The XCom backend that the guarded one wraps.",
            "airflow.providers.common.io.xcom.backend.XComObjectStorageBackend",
        ),
        "value_types": _option(
            "Classes whose objects are passed over without a look, with commas between them.",
            "my_company.reports.Report",
        ),
        "redact_logs": _option(
            "Whether what a task logs or prints is redacted: True or False.", "True"
        ),
    }


def _dag_options() -> dict[str, dict[str, Any]]:
    """Describe the options of the cluster policy."""
    return {
        "guarded_connections": _option(
            "Connections that DAGs may read through the gate alone, beside the sources of the "
            "policy: ids or patterns, with commas between them.",
            "shop_*, billing",
        ),
        "guarded_hosts": _option(
            "Database servers that DAGs may reach through the gate alone, beside the hosts of the "
            "settings' sources: names or patterns, with commas between them.",
            "*.db.example.org",
        ),
        "dag_policy": _option(
            "What happens to a DAG that breaks a rule: enforce (it is an import error), warn, "
            "observe (both are logged) or off. Unset: warn.",
            "enforce",
        ),
        "dag_policy_tags": _option(
            "Ids of DAGs, or patterns, that a tag such as sluicegate:warn may loosen; with commas "
            "between them. Any DAG's tag may tighten.",
            "legacy_*",
        ),
        "return_values": _option(
            "What happens to a task that returns personal data or a secret, or hands it to Airflow "
            "in another way: enforce (it fails), warn, observe or off. Unset: enforce for DAGs "
            "that are enforced, else off.",
            "enforce",
        ),
        "redact_rendered": _option(
            "Whether what is found in rendered template fields, of any operator, is hidden before "
            "Airflow stores them: True or False. Unset: True for DAGs that are enforced.",
            "True",
        ),
    }


def _option(description: str, example: str, *, sensitive: bool = False) -> dict[str, Any]:
    option = {
        "description": description,
        "version_added": _ADDED,
        "type": "string",
        "example": example,
        "default": None,
    }
    return {**option, "sensitive": True} if sensitive else option
