"""Asset checks that others can attach to their assets."""

from collections.abc import Callable
from typing import Any

import dagster as dg

Place = str | Callable[[dg.AssetCheckExecutionContext], str]
"""A path, or a function that gives it, for example from the partition key."""
Asset = dg.AssetKey | str | list[str] | dg.AssetsDefinition | dg.SourceAsset


def build_attestation_check(
    asset: Asset,
    output: Place,
    *,
    name: str = "attested",
    blocking: bool = True,
    resource_key: str = "sluicegate",
) -> dg.AssetChecksDefinition:
    """Build a check that an output is what its attestation says.

    Args:
        asset: Whose output it is.
        output: The released folder.
        name: Name of the check.
        blocking: Whether assets downstream wait for it and do not run if it does not pass.
        resource_key: Key of the ``SluicegateResource``.
    """

    @dg.asset_check(
        asset=asset, name=name, blocking=blocking, required_resource_keys={resource_key}
    )
    def attested(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        """Every file of the output is as its signed attestation says, and no file is added."""
        result: dg.AssetCheckResult = _resource(context, resource_key).verify(
            context, _path(output, context)
        )
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
        result: dg.AssetCheckResult = _resource(context, resource_key).find_leaks(
            context, _path(path, context)
        )
        return result

    return no_sensitive_values


def _path(place: Place, context: dg.AssetCheckExecutionContext) -> str:
    return place if isinstance(place, str) else place(context)


def _resource(context: dg.AssetCheckExecutionContext, key: str) -> Any:
    return getattr(context.resources, key)
