"""Asset checks that others can attach to their assets."""

from collections.abc import Callable
from typing import Any

import dagster as dg

from dagster_sluicegate.failures import GuardedFailure, withheld
from dagster_sluicegate.releases import OUTPUT_KEY, last_release

Place = str | Callable[[dg.AssetCheckExecutionContext], str]
"""A path, or a function that gives it, for example from the partition key."""
Asset = dg.AssetKey | str | list[str] | dg.AssetsDefinition | dg.SourceAsset


def build_attestation_check(
    asset: Asset,
    output: Place | None = None,
    *,
    name: str = "attested",
    blocking: bool = True,
    resource_key: str = "sluicegate",
) -> dg.AssetChecksDefinition:
    """Build a check that an output is what its attestation says.

    Args:
        asset: Whose output it is.
        output: The released folder; that of the asset's last materialization if not given.
        name: Name of the check.
        blocking: Whether assets downstream wait for it and do not run if it does not pass.
        resource_key: Key of the ``SluicegateResource``.
    """

    @dg.asset_check(
        asset=asset, name=name, blocking=blocking, required_resource_keys={resource_key}
    )
    def attested(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        """Every file of the output is as its signed attestation says, and no file is added."""
        place = place_of(output, context)
        result: dg.AssetCheckResult = resource_of(context, resource_key).verify(context, place)
        return result

    return attested


def build_leak_check(
    asset: Asset,
    path: Place,
    *,
    name: str = "no_sensitive_values",
    blocking: bool = True,
    resource_key: str = "sluicegate",
) -> dg.AssetChecksDefinition:
    """Build a check that files hold nothing that a detector finds, whoever wrote them.

    The check runs after the files were written: it keeps them from assets downstream, not from
    the disk. ``SluicegateResource.extract`` is what refuses before anything is released.

    Args:
        asset: Which writes the files.
        path: A file, or a folder to walk.
        name: Name of the check.
        blocking: Whether assets downstream wait for it and do not run if it does not pass.
        resource_key: Key of the ``SluicegateResource``.
    """

    @dg.asset_check(
        asset=asset, name=name, blocking=blocking, required_resource_keys={resource_key}
    )
    def no_sensitive_values(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        """No detector finds a sensitive value in the files."""
        place = place_of(path, context)
        result: dg.AssetCheckResult = resource_of(context, resource_key).find_leaks(context, place)
        return result

    return no_sensitive_values


def place_of(place: Place | None, context: dg.AssetCheckExecutionContext) -> str:
    """Return where to look: as told, or where the asset's last release stands.

    For a check of a partition that is the last release of this partition.

    Raises:
        dagster.Failure: the asset was never materialized, or not by a guarded extract.
    """
    if place is not None:
        return place if isinstance(place, str) else withheld(place)(context)
    key = context.check_specs[0].asset_key
    step = context.op_execution_context
    partition = step.partition_key if step.has_partition_key else None
    found = last_release(context.instance, key, partition)
    if found is None:
        raise GuardedFailure(
            description=f"no guarded extract has materialized {key.to_user_string()}",
            metadata={"sluicegate/hint": f"give output=, or materialize it with {OUTPUT_KEY}"},
            allow_retries=False,
        )
    return found


def resource_of(context: dg.AssetCheckExecutionContext, key: str) -> Any:
    """Return the resource that does the work."""
    return getattr(context.resources, key)
