"""Where the releases of an asset stand, by its materializations."""

from typing import Any, Final

import dagster as dg

OUTPUT_KEY: Final = "sluicegate/output"
"""Metadata of a materialization: where its release stands."""


def releases_of(context: dg.InputContext) -> list[str]:
    """Return where an input's releases stand, of each partition that is read; empty if nowhere.

    Only the last materialization of each counts; if one of them is no release, none is.
    """
    instance, key = context.instance, context.asset_key
    partitions = list(context.asset_partition_keys) if context.has_asset_partitions else [None]
    places = [last_release(instance, key, partition) for partition in partitions]
    return [place for place in places if place] if all(places) else []


def last_release(
    instance: dg.DagsterInstance, key: dg.AssetKey, partition: str | None = None
) -> str | None:
    """Return where the last materialization says that its release stands; ``None`` if nowhere."""
    wanted = dg.AssetRecordsFilter(
        asset_key=key, asset_partitions=[partition] if partition is not None else None
    )
    records = instance.fetch_materializations(wanted, limit=1).records
    told: Any = records[0].asset_materialization if records else None
    place = told.metadata.get(OUTPUT_KEY) if told else None
    return str(place.value) if place is not None else None
