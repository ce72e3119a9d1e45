"""An asset check: a release was decided on by the policy in force, not too long ago."""

from datetime import timedelta
from typing import Any

import dagster as dg

from dagster_sluicegate.checks import Asset, Place, place_of, resource_of


def build_policy_check(
    asset: Asset,
    output: Place | None = None,
    *,
    current: bool = True,
    not_older_than: timedelta | float | None = None,
    name: str = "current_policy",
    blocking: bool = True,
    resource_key: str = "sluicegate",
) -> dg.AssetChecksDefinition:
    """Build a check that an output is as attested, and was released under the policy in force now.

    A policy that was changed since may mask more: what was released before is then to be made anew.

    Args:
        asset: Whose output it is.
        output: The released folder; that of the asset's last materialization if not given.
        current: Whether the digest of the policy must be that of the policy now.
        not_older_than: Most age, in hours if it is a number, by the signed time of the release.
        name: Name of the check.
        blocking: Whether assets downstream wait for it and do not run if it does not pass.
        resource_key: Key of the ``SluicegateResource``.
    """
    age = (
        timedelta(hours=not_older_than)
        if isinstance(not_older_than, int | float)
        else not_older_than
    )

    @dg.asset_check(
        asset=asset, name=name, blocking=blocking, required_resource_keys={resource_key}
    )
    def current_policy(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        """The policy in force decided on the release."""
        place = place_of(output, context)
        guard: Any = resource_of(context, resource_key)
        result: dg.AssetCheckResult = guard.check_policy(
            context, place, current=current, not_older_than=age
        )
        return result

    return current_policy
