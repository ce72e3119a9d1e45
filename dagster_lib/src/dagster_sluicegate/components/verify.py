"""Checks of what an asset has stored, as a component."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from pydantic import Field

from dagster_sluicegate.checks import build_attestation_check, build_leak_check
from dagster_sluicegate.components.common import ResourceModel, with_resource
from dagster_sluicegate.policy_check import build_policy_check
from dagster_sluicegate.risk_check import build_risk_check


class RiskModel(dg.Model, dg.Resolvable):
    """What a table must fulfil as a whole; what is left out is not asked for."""

    quasi_identifiers: list[str] = Field(description="Columns that together single people out.")
    sensitive: list[str] = Field([], description="What l and t look at.")
    subject: list[str] = Field([], description="Columns that name the person.")
    k: int | None = Field(None, description="Least size of a class.")
    l: int | None = Field(None, description="Least number of sensitive values of a class.")  # noqa: E741
    t: float | None = Field(None, description="Largest distance of sensitive values.")
    unique: float | None = Field(None, description="Largest share of rows alone in their class.")


class VerifyComponent(dg.Component, dg.Model, dg.Resolvable):
    """Asset checks of files and releases, whoever wrote them.

    ```yaml
    type: dagster_sluicegate.VerifyComponent
    attributes:
      asset_key: partner_export
      leaks_in: data/partner_export
    ```
    """

    asset_key: str = Field(description="Key of the asset, parts by slashes: lake/customers.")
    attested: bool = Field(default=False, description="Whether its release must be as attested.")
    leaks_in: str | None = Field(None, description="File or folder that no detector may fire on.")
    current_policy: bool = Field(
        default=False, description="Whether the policy in force now must have decided on it."
    )
    not_older_than_hours: float | None = Field(None, description="Most age of the release.")
    risk: RiskModel | None = Field(None, description="Disclosure risk of the table.")
    output: str | None = Field(
        None, description="Where the release stands; the last materialization tells if not given."
    )
    blocking: bool = Field(default=True, description="Whether assets downstream wait for it.")
    resource_key: str = Field("sluicegate", description="Key of the SluicegateResource.")
    resource: ResourceModel | None = Field(
        None, description="The resource itself, if no other definition brings it."
    )

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:  # noqa: ARG002
        """Build the checks that were asked for and, if asked for, the resource."""
        definitions = dg.Definitions(asset_checks=list(self._checks()))
        return with_resource(definitions, self.resource_key, self.resource)

    def _checks(self) -> Iterator[dg.AssetChecksDefinition]:
        key = dg.AssetKey(self.asset_key.split("/"))
        shared: dict[str, Any] = {"blocking": self.blocking, "resource_key": self.resource_key}
        if self.attested:
            yield build_attestation_check(key, self.output, **shared)
        if self.leaks_in is not None:
            yield build_leak_check(key, self.leaks_in, **shared)
        if self.current_policy or self.not_older_than_hours is not None:
            yield build_policy_check(
                key,
                self.output,
                current=self.current_policy,
                not_older_than=self.not_older_than_hours,
                **shared,
            )
        if self.risk is not None:
            yield build_risk_check(key, output=self.output, **self.risk.model_dump(), **shared)
