"""What the operator, the sensor and others that demand an attestation share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.failures import Failed
from airflow_provider_sluicegate.places import reaching
from sluicegate.errors import ConfigurationError

if TYPE_CHECKING:
    from sluicegate.evidence import Demands, Verification

DemandsArgument = Mapping[str, Any] | str | None
"""Demands by name, or the path of a YAML file of them."""


def judged(output: str, demands: DemandsArgument, sluicegate_conn_id: str | None) -> Verification:
    """Verify an output and what is demanded of it.

    Raises:
        ConfigurationError: there is no key to trust, or a demand is wrong.
        SinkError: the place cannot be asked.
    """
    from sluicegate.evidence import verify_output  # noqa: PLC0415 - parsing a DAG must stay light
    from sluicegate.gate.trust import trusted_keys  # noqa: PLC0415 - as above

    if not output.strip():
        raise ConfigurationError("output must name a place")
    settings = reaching(airflow_settings(sluicegate_conn_id), output)
    return verify_output(
        output,
        trusted_keys(settings),
        source_url=settings.source_url,
        demands=_demands(demands),
    )


def facts_of(verification: Verification) -> dict[str, Any]:
    """Return the facts of a release that holds and is as demanded.

    Raises:
        Failed: it does not, or is not.
    """
    from sluicegate.evidence import attested_facts  # noqa: PLC0415 - as above

    if not verification.ok:
        problems = "; ".join(map(str, verification.problems))
        raise Failed(
            f"sluicegate: {verification.output} is not as attested or demanded: {problems}"
        )
    return {"output": verification.output, **attested_facts(verification.predicate)}


def _demands(given: DemandsArgument) -> Demands:
    from sluicegate.evidence import Demands  # noqa: PLC0415 - as above

    if isinstance(given, str):
        return Demands.read(Path(given))
    return Demands.of(given or {})
