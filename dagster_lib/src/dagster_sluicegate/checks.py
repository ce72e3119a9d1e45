"""Asset checks that others can attach to their assets."""

from collections.abc import Callable
from typing import Any, Final

import dagster as dg

OUTPUT_KEY: Final = "sluicegate/output"
"""Metadata of a materialization: where its release stands."""
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
        place = last_output(context) if output is None else _path(output, context)
        result: dg.AssetCheckResult = _resource(context, resource_key).verify(context, place)
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
        place = _path(path, context)
        result: dg.AssetCheckResult = _resource(context, resource_key).find_leaks(context, place)
        return result

    return no_sensitive_values


def last_output(context: dg.AssetCheckExecutionContext) -> str:
    """Return where the asset's last materialization says that its release stands.

    Raises:
        dagster.Failure: the asset was never materialized, or not by a guarded extract.
    """
    key = context.check_specs[0].asset_key
    event = context.instance.get_latest_materialization_event(key)
    told = event.asset_materialization if event else None
    place = told.metadata.get(OUTPUT_KEY) if told else None
    if place is None:
        raise dg.Failure(
            description=f"no guarded extract has materialized {key.to_user_string()}",
            metadata={"sluicegate/hint": f"give output=, or materialize it with {OUTPUT_KEY}"},
            allow_retries=False,
        )
    return str(place.value)


def _path(place: Place, context: dg.AssetCheckExecutionContext) -> str:
    return place if isinstance(place, str) else place(context)


def _resource(context: dg.AssetCheckExecutionContext, key: str) -> Any:
    return getattr(context.resources, key)
