"""What the guarded I/O manager does when a step runs. Imports the engine."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.dataset as ds

from dagster_sluicegate.failures import GuardedFailure, translated, withheld
from dagster_sluicegate.releases import releases_of
from dagster_sluicegate.telling import plain
from sluicegate import Settings, open_dataset
from sluicegate.gate.keeping import Looked, look_through, redact_through
from sluicegate.gate.trust import trusted_keys

Load = Callable[[], Settings]


def keep(
    load: Load,
    inner: dg.IOManager,
    context: dg.OutputContext,
    value: Any,
    redact: bool,  # noqa: FBT001 - by name only in the manager
) -> None:
    """Look through a value and its metadata, and store what may be stored."""
    kept = _looked(load, context, value, redact)
    withheld(inner.handle_output)(context, kept)


def load(load: Load, inner: dg.IOManager, context: dg.InputContext, demand: bool) -> Any:  # noqa: FBT001
    """Open the release that an input is, or ask the wrapped manager."""
    places = releases_of(context) if context.has_asset_key else []
    if places:
        return _opened(load, places, context.dagster_type.typing_type)
    if demand:
        raise _no_release(context)
    return withheld(inner.load_input)(context)


@translated
def _looked(load: Load, context: dg.OutputContext, value: Any, redact: bool) -> Any:  # noqa: FBT001
    settings = load()
    name = _name(context)
    told = {key: plain(one) for key, one in context.output_metadata.items()}
    _require(name, look_through(settings, told, where="metadata"))
    looked = (redact_through if redact else look_through)(settings, value, where="value")
    _require(name, looked)
    context.add_output_metadata(
        {"sluicegate/checked": "redacted" if redact else "nothing found"}
        | ({"sluicegate/blind_spots": list(looked.blind_spots)} if looked.blind_spots else {})
    )
    return looked.kept


def _require(name: str, looked: Looked) -> None:
    if looked.clean:
        return
    told = ", ".join(f"{number:,} × {kind}" for kind, number in looked.by_class.items())
    raise GuardedFailure(
        description=f"[SG-VALUE] the output of {name} holds {told}; nothing was stored",
        metadata={
            "sluicegate/code": "SG-VALUE",
            "sluicegate/findings": dict(looked.by_class),
            "sluicegate/places": list(looked.places),
            "sluicegate/hint": "mask it, leave it out, or extract it with a policy that does",
        },
        allow_retries=False,
    )


@translated
def _opened(load: Load, places: list[str], kind: Any) -> Any:
    keys = trusted_keys(load())
    opened = [open_dataset(place, trusted_keys=keys) for place in places]
    dataset = opened[0] if len(opened) == 1 else ds.dataset(opened)
    return _as(dataset, kind)


def _as(dataset: ds.Dataset, kind: Any) -> Any:
    name = f"{getattr(kind, '__module__', '').partition('.')[0]}.{getattr(kind, '__name__', '')}"
    if name == "pyarrow.Dataset":
        return dataset
    table: pa.Table = dataset.to_table()
    if name == "pandas.DataFrame":
        return table.to_pandas()
    if name == "polars.DataFrame":
        import polars as pl  # noqa: PLC0415 - whoever names its type has it

        return pl.from_arrow(table)
    return table


def _no_release(context: dg.InputContext) -> GuardedFailure:
    name = context.asset_key.to_user_string() if context.has_asset_key else "the input"
    return GuardedFailure(
        description=f"[SG-INTEGRITY] {name} was not released by a guarded extract",
        metadata={"sluicegate/code": "SG-INTEGRITY"},
        allow_retries=False,
    )


def _name(context: dg.OutputContext) -> str:
    return context.asset_key.to_user_string() if context.has_asset_key else str(context.step_key)
