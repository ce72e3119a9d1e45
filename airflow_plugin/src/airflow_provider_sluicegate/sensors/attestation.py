"""The sensor that waits until an output is what a consumer demands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from airflow.configuration import conf

# Airflow 3.1 keeps it elsewhere than 3.3 does
from airflow.providers.common.compat.sdk import AirflowSensorTimeout
from airflow.sdk import BaseSensorOperator, PokeReturnValue

from airflow_provider_sluicegate.attesting import DemandsArgument, facts_of, judged
from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.failures import Failed, carried_out
from airflow_provider_sluicegate.places import reaching
from airflow_provider_sluicegate.triggers.attestation import AttestationTrigger

if TYPE_CHECKING:
    from airflow.sdk import Context


class AttestationSensor(BaseSensorOperator):
    """Waits for a release that holds and is as demanded.

    It waits while there is no attestation, or one that is older than demanded. Anything else fails
    at once: no waiting mends a file that was changed, an unknown signer, or a fresh release for
    another purpose. Of a release that is too old no file is read.

    Args:
        output: As for ``RequireAttestationOperator``.
        demands: As for ``RequireAttestationOperator``.
        sluicegate_conn_id: Connection of type sluicegate whose settings go before the section's.
        deferrable: Whether the triggerer waits instead of a worker. It needs access to the output,
            but no key.
    """

    template_fields: Sequence[str] = ("output_place", "demands", "sluicegate_conn_id")
    template_fields_renderers: ClassVar[dict[str, str]] = {"demands": "json"}
    ui_color = "#d5e8f0"

    def __init__(
        self,
        *,
        output: str,
        demands: DemandsArgument = None,
        sluicegate_conn_id: str | None = None,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.output_place = output  # as for the operator
        self.demands = demands
        self.sluicegate_conn_id = sluicegate_conn_id
        self.deferrable = deferrable

    def execute(self, context: Context) -> Any:
        """Wait; return the facts of the release.

        Raises:
            Failed: waiting does not help.
            FailedNow: the place cannot be asked now.
        """
        if not self.deferrable:
            return super().execute(context)
        return self._go_on(datetime.now(UTC) + timedelta(seconds=self.timeout))

    def poke(self, context: Context) -> PokeReturnValue:  # noqa: ARG002 - Airflow passes it
        """Look once."""
        facts = self._facts()
        return PokeReturnValue(is_done=facts is not None, xcom_value=facts)

    def resume(self, context: Context, event: Mapping[str, Any] | None = None) -> Any:  # noqa: ARG002 - Airflow passes it
        """Go on when the trigger has seen something; it may be too old again.

        Raises:
            Failed: as above, or the trigger could not look.
        """
        told = event or {}
        if "failed" in told:
            raise Failed(str(told["failed"]))
        return self._go_on(datetime.fromisoformat(told["until"]))

    def _go_on(self, until: datetime) -> Any:
        seen = carried_out(self._seen)  # before it is judged: what comes in between is seen anew
        facts = self._facts()
        return self._wait(seen, until) if facts is None else facts

    def _facts(self) -> dict[str, Any] | None:
        return carried_out(self._judge)

    def _judge(self) -> dict[str, Any] | None:
        verification = judged(str(self.output_place), self.demands, self.sluicegate_conn_id)
        if not verification.to_come:
            return facts_of(verification)
        self.log.info("waiting: %s", "; ".join(map(str, verification.problems)))
        return None

    def _seen(self) -> str:
        from sluicegate.evidence.presence import attestation_digest  # noqa: PLC0415 - a heavy one

        output = str(self.output_place)
        settings = reaching(airflow_settings(self.sluicegate_conn_id), output)
        return attestation_digest(output, source_url=settings.source_url)

    def _wait(self, seen: str, until: datetime) -> NoReturn:
        left = until - datetime.now(UTC)
        if left <= timedelta():
            raise AirflowSensorTimeout("sluicegate: no release came that is as demanded")
        trigger = AttestationTrigger(
            output=str(self.output_place),
            seen=seen,
            poke_interval=self.poke_interval,
            until=until.isoformat(),
            sluicegate_conn_id=self.sluicegate_conn_id,
        )
        self.defer(trigger=trigger, method_name="resume", timeout=left)
