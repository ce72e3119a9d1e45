"""An I/O manager that looks before it stores."""

from typing import Any, Literal

import dagster as dg
from pydantic import Field

from dagster_sluicegate.resource import SluicegateResource


class GuardedIOManager(dg.ConfigurableIOManager):
    """Wraps any I/O manager: what an asset or op returns is looked through before it is stored.

    Tables of Arrow, pandas and Polars are scanned by column, anything else by its parts, and so is
    the metadata that goes with it. With a finding the step fails for good, and the wrapped manager
    never sees the value; with ``on_finding="redact"`` it gets the value with ``{EMAIL}`` and the
    like in it, where that can be done. Dagster puts metadata into its event log before any I/O
    manager is asked: ``RedactingStorage`` and ``leakproof`` keep it from there.

    An input that a guarded extract released is opened from its release, verified, as the type that
    the function names: ``pyarrow.Table`` (also if it names none), ``pyarrow.dataset.Dataset``,
    ``pandas.DataFrame`` or ``polars.DataFrame``. Any other input comes from the wrapped manager,
    unless ``attested_inputs`` demands a release.

    Failure mode: closed. What cannot be looked into, such as an object of a class of your own that
    holds more than plain fields, is refused. A value is held in memory as a whole, as Dagster does.

    Example:
        ``GuardedIOManager(inner=dg.FilesystemIOManager(base_dir="data"), sluicegate=resource)``
    """

    inner: dg.ResourceDependency[dg.IOManager]
    sluicegate: dg.ResourceDependency[SluicegateResource]
    on_finding: Literal["refuse", "redact"] = Field(
        default="refuse", description="Fail the step, or store the value redacted."
    )
    attested_inputs: bool = Field(
        default=False, description="Whether an input must be a release of a guarded extract."
    )

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Look through a value, then let the wrapped manager store it.

        Raises:
            dagster.Failure: something was found, or could not be looked into; never retried.
        """
        redact = self.on_finding == "redact"
        self._storing().keep(self.sluicegate.settings, self.inner, context, obj, redact)

    def load_input(self, context: dg.InputContext) -> Any:
        """Open the release that the input is, or ask the wrapped manager.

        Raises:
            dagster.Failure: it is not as it was attested, or no release although one is demanded.
        """
        demand = self.attested_inputs
        return self._storing().load(self.sluicegate.settings, self.inner, context, demand)

    def _storing(self) -> Any:
        from dagster_sluicegate import storing  # noqa: PLC0415 - the engine is for running steps

        return storing
