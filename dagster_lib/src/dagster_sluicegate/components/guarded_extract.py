"""A guarded extract as a component."""

from collections.abc import Mapping
from typing import Any, Literal

import dagster as dg
from pydantic import Field

from dagster_sluicegate.components.common import ResourceModel, with_resource
from dagster_sluicegate.guarded_asset import Statement, guarded_asset

_PARTITIONS: Mapping[str, Any] = {
    "hourly": dg.HourlyPartitionsDefinition,
    "daily": dg.DailyPartitionsDefinition,
    "weekly": dg.WeeklyPartitionsDefinition,
    "monthly": dg.MonthlyPartitionsDefinition,
}


class PartitionsModel(dg.Model, dg.Resolvable):
    """Partitions by time. The statement gets ``:partition_start`` and ``:partition_end``."""

    every: Literal["hourly", "daily", "weekly", "monthly"] = Field(description="Their length.")
    start: str = Field(description="Start of the first one, such as 2026-01-01.")
    single_run: bool = Field(
        default=False, description="Whether a backfill reads all its partitions in one run."
    )


class GuardedExtractComponent(dg.Component, dg.Model, dg.Resolvable):
    """An asset that is a guarded extract: masked, scanned and released with an attestation.

    ```yaml
    type: dagster_sluicegate.GuardedExtractComponent
    attributes:
      asset_key: customers
      source: shop_prod
      purpose: churn_training
      sql: SELECT id, email, plan FROM customers
      output: lake/customers/{run}
    ```
    """

    asset_key: str = Field(description="Key of the asset, parts by slashes: lake/customers.")
    source: str = Field(description="Name of the source in policy and settings.")
    purpose: str = Field(description="What the data is for.")
    sql: str | None = Field(None, description="One read-only statement; parameters as :name.")
    sql_file: str | None = Field(None, description="A file beside defs.yaml that holds it.")
    parameters: dict[str, str | int | float | bool | None] = Field(
        {}, description="Bound to the statement, never spliced into it."
    )
    output: str = Field(
        description="Folder, s3://bucket/prefix/ or table; with {run}, {asset}, {partition} in it."
    )
    output_options: dict[str, Any] | None = Field(
        None, description="How to write: format, compression, partition_by …"
    )
    upstream: dict[str, str] = Field(
        {}, description="Relation (schema.table) to the key of its asset."
    )
    quality: list[str] = Field(
        [], description="Checks of the result: gx:suite.json, pandera:mod:Schema."
    )
    partitions: PartitionsModel | None = Field(None, description="Partitions by time.")
    attested: bool = Field(default=True, description="Whether a check verifies each release.")
    description: str | None = Field(None, description="Description of the asset.")
    group_name: str | None = Field(None, description="Group of the asset.")
    owners: list[str] = Field([], description="team:growth, or addresses.")
    tags: dict[str, str] = Field({}, description="Tags of the asset.")
    kinds: list[str] = Field(["sluicegate"], description="Kinds.")
    deps: list[str] = Field([], description="Keys of further assets before it.")
    resource_key: str = Field("sluicegate", description="Key of the SluicegateResource.")
    resource: ResourceModel | None = Field(
        None, description="The resource itself, if no other definition brings it."
    )

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """Build the asset, its check and, if asked for, the resource."""
        definitions = dg.Definitions(assets=[self._asset(self._statement(context))])
        return with_resource(definitions, self.resource_key, self.resource)

    def _statement(self, context: dg.ComponentLoadContext) -> str:
        if (self.sql is None) == (self.sql_file is None):
            raise dg.DagsterInvalidDefinitionError(
                f"{self.asset_key}: give either sql or sql_file, and not both"
            )
        return self.sql or (context.path / str(self.sql_file)).read_text("utf-8")

    def _asset(self, sql: str) -> dg.AssetsDefinition:
        parameters, partitioned = dict(self.parameters), self.partitions is not None

        def statement(context: dg.AssetExecutionContext) -> Statement:
            if not partitioned:
                return Statement(sql=sql, parameters=parameters)
            window = context.partition_time_window
            span = {"partition_start": window.start, "partition_end": window.end}
            return Statement(sql=sql, parameters={**parameters, **span})

        return guarded_asset(
            source=self.source,
            purpose=self.purpose,
            output=self.output,
            output_options=self.output_options,
            upstream={name: _key(key) for name, key in self.upstream.items()},
            quality=self.quality,
            attested=self.attested,
            resource_key=self.resource_key,
            **self._told(),
        )(statement)

    def _told(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "key": _key(self.asset_key),
            "description": self.description,
            "group_name": self.group_name,
            "owners": self.owners,
            "tags": self.tags,
            "kinds": set(self.kinds),
            "deps": [_key(key) for key in self.deps],
        }
        if self.partitions is not None:
            told["partitions_def"] = _PARTITIONS[self.partitions.every](
                start_date=self.partitions.start
            )
            if self.partitions.single_run:
                told["backfill_policy"] = dg.BackfillPolicy.single_run()
        return told


def _key(text: str) -> dg.AssetKey:
    return dg.AssetKey(text.split("/"))
