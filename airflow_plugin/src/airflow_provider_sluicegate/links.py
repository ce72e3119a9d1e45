"""Buttons beside a task that lead to its evidence, at whatever serves it.

Airflow asks for a link in the task's process and keeps it. Where ``[sluicegate] evidence_url`` is
not set, there is no button.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from airflow.configuration import conf
from airflow.providers.common.compat.sdk import BaseOperatorLink

if TYPE_CHECKING:
    from sluicegate.model.outcome import Outcome

NAMES: Final = ("link", "run_key", "record", "output", "attestation")
"""What a template of a link may name."""


class AttestationLink(BaseOperatorLink):
    """Leads to the attestation of what a task released."""

    @property
    def name(self) -> str:
        """What stands on the button."""
        return "Attestation"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:  # noqa: ARG002 - Airflow's signature
        """Return the address; empty if nothing was released."""
        facts = _facts(operator)
        return evidence_url("attestation", facts) if facts.get("attestation") else ""


class LedgerRecordLink(BaseOperatorLink):
    """Leads to the record of how a task ended, also of a refusal."""

    @property
    def name(self) -> str:
        """What stands on the button."""
        return "Ledger record"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:  # noqa: ARG002 - Airflow's signature
        """Return the address; empty if nothing was recorded."""
        facts = _facts(operator)
        return evidence_url("record", facts) if facts.get("record") else ""


def evidence_of(outcome: Outcome) -> dict[str, str]:
    """Name what an outcome left as evidence; an operator keeps it for its links and notifiers."""
    return {
        "status": outcome.status.value,
        "run_key": outcome.run_key,
        "record": str(outcome.outcome_sequence or ""),
        "output": outcome.output,
        "attestation": outcome.attestation,
    }


def evidence_url(link: str, facts: Mapping[str, str]) -> str:
    """Fill the configured template; empty if there is none that makes an address of the web.

    Every part is quoted, so that no folder's name becomes another host, path or script.
    """
    template = conf.get("sluicegate", "evidence_url", fallback=None) or ""
    try:
        named = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
        if not template or not named <= set(NAMES):
            return ""
        parts = {name: quote(facts.get(name, ""), safe="") for name in NAMES} | {"link": link}
        url = template.format_map(parts)
        return url if urlsplit(url).scheme in {"http", "https"} else ""
    except (ValueError, LookupError):
        return ""


def _facts(operator: Any) -> Mapping[str, str]:
    found = getattr(operator, "evidence", None)
    return found if isinstance(found, Mapping) else {}
