"""An asset check: a table singles nobody out."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from dagster_sluicegate.checks import Asset, Place, place_of, resource_of


def build_risk_check(
    asset: Asset,
    *,
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str] = (),
    subject: Sequence[str] = (),
    k: int | None = None,
    l: int | None = None,  # noqa: E741 - the measure's name
    t: float | None = None,
    unique: float | None = None,
    output: Place | None = None,
    path: Place | None = None,
    name: str = "disclosure_risk",
    blocking: bool = True,
    resource_key: str = "sluicegate",
) -> dg.AssetChecksDefinition:
    """Build a check of the disclosure risk of a whole table.

    The check runs after the table was stored: it keeps it from assets downstream. A policy with
    ``risk`` is what refuses before anything is released.

    Args:
        asset: Whose table it is.
        quasi_identifiers: Columns that together may single a person out.
        sensitive: Columns that ``l`` and ``t`` look at.
        subject: Columns that name the person; then people are counted, not rows.
        k: Least size of a class.
        l: Least number of distinct sensitive values of a class.
        t: Largest distance of a class's sensitive values from those of all rows.
        unique: Largest share of rows that are alone in their class.
        output: A release, which is verified before it is read; that of the asset's last
            materialization if neither is given.
        path: Files of others: a file, or a folder to walk.
        name: Name of the check.
        blocking: Whether assets downstream wait for it and do not run if it does not pass.
        resource_key: Key of the ``SluicegateResource``.
    """
    columns = {
        "quasi_identifiers": tuple(quasi_identifiers),
        "sensitive": tuple(sensitive),
        "subject": tuple(subject),
    }

    @dg.asset_check(
        asset=asset, name=name, blocking=blocking, required_resource_keys={resource_key}
    )
    def disclosure_risk(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        """No class of people is smaller, and none tells more, than is asked for."""
        place = place_of(path if path is not None else output, context)
        guard: Any = resource_of(context, resource_key)
        result: dg.AssetCheckResult = guard.check_risk(
            context,
            place,
            released=path is None,
            columns=columns,
            terms={"k": k, "l": l, "t": t, "unique": unique},
        )
        return result

    return disclosure_risk
