"""One example call per command, shown at the end of its help."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "init": ("--source shop_prod --tables 'customer*'",),
        "classify": ("-s shop_prod --fail-on-drift --format json",),
        "plan": (
            "-s shop_prod -p churn_training \\",
            '  --sql "SELECT id, email FROM customers"',
        ),
        "extract": (
            "-s shop_prod -p churn_training -o data/customers \\",
            "  --sql-file customers.sql --param since:date=2026-01-01",
        ),
        "preview": (
            "-s shop_prod -p churn_training --rows 5 \\",
            '  --sql "SELECT id, notes FROM customers"',
        ),
        "execute": (
            "-s shop_writer -p upkeep --dry-run \\",
            '  --sql "DELETE FROM carts WHERE seen < :day" --param day:date=2026-01-01',
        ),
        "lint": ("dags/ --format sarif > lint.sarif",),
        "scan": ("data/export.parquet logs/ s3://lake/raw/ --format sarif > scan.sarif",),
        "verify": ("data/customers --public-keys trusted_keys",),
        "subject find": ("--class email -p churn_training --request dsr-17 < identifier.txt",),
        "unmask": ("--class customer_id -p churn_training --values tokens.txt -o plain.txt",),
        "doctor": ("--fix",),
        "allow add": (
            "--path 'data/*.csv#contact' --detector email --fingerprint 0123… \\",
            '  --owner "data team" --reason "our own help desk" --expires 2027-03-31',
        ),
        "allow list": ("--format json",),
        "allow check": ("--file allow.yaml",),
        "allow schema": ("> allow.schema.json",),
        "approvals list": ("--all",),
        "approvals approve": ('sha256:0123456789ab --reason "ticket 4711"',),
        "approvals reject": ('sha256:0123456789ab --reason "purpose is not agreed"',),
        "login lend": ("-s shop_prod -p debugging --table public.orders --minutes 30 -o url.txt",),
        "login revoke": ("sluicegate_0123… -s shop_prod",),
        "policy check": ("policy.yaml",),
        "policy explain": (
            "-s shop_prod -p churn_training --sql-file customers.sql \\",
            "  --orchestrator airflow --pipeline guarded_customers --task customers",
        ),
        "policy from-dbt": ("target/manifest.json -s shop_warehouse --check policy.yaml",),
        "policy schema": ("> policy.schema.json",),
        "evidence frameworks": ("--format json",),
        "evidence passport": ("data/customers --html passport.html --croissant croissant.json",),
        "evidence report": (
            "--framework soc2 --from 2026-01-01 --to 2026-04-01 \\",
            "  --html soc2.html --oscal soc2.json --bundle soc2.zip",
        ),
        "evidence sign": ("data/customers --token-file /var/run/secrets/sigstore/token",),
        "ledger chain": ("data/train/customers",),
        "ledger run": ("guarded_customers manual__2026-11-01T06:00:00+00:00",),
        "ledger verify": ("--attestation data/customers",),
        "ledger checkpoint": ("--witness file:/mnt/auditors/checkpoints",),
        "ledger prove": ("12 --output record-12.proof.json",),
        "ledger check": ("record-12.proof.json --public-keys trusted_keys",),
        "ledger query": ("--column email --since 2026-01-01 --save email.parquet",),
        "ledger export": ("--to syslog+tls://siem.example.com:6514",),
        "ledger hold": ('case-4711 --purpose churn_training --reason "request of the court"',),
        "ledger unhold": ('case-4711 --reason "closed"',),
        "ledger holds": ("--format json",),
        "ledger drop": ("--older-than 400 --dry-run",),
        "ledger list": ("--kind extract.outcome",),
        "ledger show": ("12",),
        "detectors list": ("--class secret --format json",),
        "detectors show": ("email",),
        "detectors explain": ("support.txt --column notes",),
        "detectors evaluate": ("corpus/ --generated --baseline docs/detection-scorecard.json",),
        "keys show": ("--format json",),
        "keys list": ("--format json",),
        "keys create": ("--purpose churn_training",),
        "keys rotate": ("--purpose churn_training",),
        "keys rekey": ("--purpose churn_training --plan",),
        "keys destroy": ('--purpose churn_training --reason "the project ended"',),
        "keys rewrap": ("--from file:/etc/sluicegate/old-root.key",),
    }
)


def example(command: str) -> str:
    """Return the end of a command's help; its backspace keeps the lines from being wrapped."""
    first, *rest = _EXAMPLES[command]
    lines = [f"sluicegate {command} {first}", *rest]
    return "\n".join(["\b", "Example:", *(f"  {line}" for line in lines)])
