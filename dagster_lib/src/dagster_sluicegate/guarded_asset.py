"""An asset that is a guarded extract: its function returns the statement."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import dagster as dg

from dagster_sluicegate.failures import translated, withheld
from dagster_sluicegate.outputs import Output, output_of
from dagster_sluicegate.resource import SluicegateResource

if TYPE_CHECKING:
    from sluicegate.model.request import Scalar

ATTESTED: Final = "attested"
"""Name of the check that is attached."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What the function of a guarded asset may return where SQL alone is not enough."""

    sql: str
    parameters: "Mapping[str, Scalar]" = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )
    """Bound to the statement, never spliced into it."""


def guarded_asset(
    *,
    source: str,
    purpose: str,
    output: Output,
    output_options: Mapping[str, Any] | None = None,
    upstream: Mapping[str, dg.AssetKey | str | Sequence[str]] | None = None,
    quality: Sequence[str] = (),
    attested: bool = True,
    resource_key: str = "sluicegate",
    **asset: Any,
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Make an asset of a function that returns SQL, or a ``Statement`` with its parameters.

    The function may take what the function of any asset may: ``context``, resources, config. It may
    not take other assets' values: what the extract reads comes from the database.

    Example:
        ::

            @guarded_asset(
                source="shop_prod", purpose="churn_training", output="lake/orders/{partition}",
                partitions_def=daily, upstream={"public.orders": "raw_orders"},
            )
            def orders(context: dg.AssetExecutionContext) -> Statement:
                day = context.partition_time_window.start
                return Statement(
                    sql="SELECT * FROM orders WHERE day = :day", parameters={"day": day.date()}
                )

    Args:
        source: Name of the source in policy and settings.
        purpose: What the data is for.
        output: Where to release to: a text with ``{run}``, ``{asset}`` and ``{partition}`` in it,
            or a function of the context. Each partition, or each run, needs a place of its own.
        output_options: How to write, by the names of ``sluicegate.OutputOptions``.
        upstream: Relation (``schema.table``) → asset that it is. These become dependencies, and
            the column lineage leads to them.
        quality: Checks that the result must pass besides those of the policy:
            ``gx:suite.json``, ``pandera:module:Schema``.
        attested: Whether a check verifies each release and blocks what comes after.
        resource_key: Key of the ``SluicegateResource``.
        asset: Everything that ``dagster.asset`` takes: ``partitions_def``, ``deps``, ``tags``,
            ``owners``, ``retry_policy``, ``backfill_policy`` …

    Returns:
        The decorator, which gives the asset's definition.

    Raises:
        dagster.DagsterInvalidDefinitionError: as ``dagster.asset`` does.
    """
    origins = {name: dg.AssetKey.from_coercible(key) for name, key in (upstream or {}).items()}

    def decorate(made: Callable[..., Any]) -> dg.AssetsDefinition:
        name = asset.get("name") or made.__name__
        key = _key(name, asset)
        options = _with_defaults(asset, origins, source=source, purpose=purpose)
        if attested:
            options["check_specs"] = [
                *options.get("check_specs", ()),
                dg.AssetCheckSpec(ATTESTED, asset=key, blocking=True),
            ]

        def extract(context: dg.AssetExecutionContext, statement: Any, guard: Any) -> Any:
            asked = statement if isinstance(statement, Statement) else Statement(sql=statement)
            place = translated(output_of)(context, output)
            result = guard.extract(
                context,
                source=source,
                sql=asked.sql,
                parameters=asked.parameters,
                output=place,
                output_options=output_options,
                purpose=purpose,
                upstream=origins,
                quality=quality,
            )
            if not attested:
                return result
            check = guard.verify(context, place)
            return result._replace(check_results=[check._replace(check_name=ATTESTED)])

        definition: dg.AssetsDefinition = dg.asset(**options)(_asking(made, extract, resource_key))
        return definition

    return decorate


def _key(name: str, asset: Mapping[str, Any]) -> dg.AssetKey:
    if asset.get("key") is not None:
        return dg.AssetKey.from_coercible(asset["key"])
    prefix = asset.get("key_prefix") or []
    return dg.AssetKey([*([prefix] if isinstance(prefix, str) else prefix), name])


def _with_defaults(
    asset: Mapping[str, Any],
    origins: Mapping[str, dg.AssetKey],
    *,
    source: str,
    purpose: str,
) -> dict[str, Any]:
    told = {"sluicegate/source": source, "sluicegate/purpose": purpose}
    deps = [*(asset.get("deps") or ()), *dict.fromkeys(origins.values())]
    return {
        "kinds": {"sluicegate"},
        **asset,
        "deps": deps,
        "metadata": {**told, **(asset.get("metadata") or {})},
    }


def _asking(
    made: Callable[..., Any], extract: Callable[..., Any], resource_key: str
) -> Callable[..., Any]:
    """Wrap the user's function: Dagster sees its parameters, and ours beside them."""
    asked = inspect.signature(made).parameters
    takes_context, takes_guard = "context" in asked, resource_key in asked

    @wraps(made)
    def run(context: dg.AssetExecutionContext, **named: Any) -> Any:
        guard = named[resource_key] if takes_guard else named.pop(resource_key)
        arguments = (context,) if takes_context else ()
        statement = withheld(made)(*arguments, **named)
        return extract(context, statement, guard)

    ours = {"context": dg.AssetExecutionContext, resource_key: SluicegateResource}
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    first = [inspect.Parameter("context", kind, annotation=dg.AssetExecutionContext)]
    rest = [one for name, one in asked.items() if name != "context"]
    if not takes_guard:
        rest.append(inspect.Parameter(resource_key, kind, annotation=SluicegateResource))
    run.__signature__ = inspect.Signature(first + rest)  # type: ignore[attr-defined]
    annotations = {**getattr(made, "__annotations__", {}), **ours}
    annotations.pop("return", None)
    run.__annotations__ = annotations
    return run
