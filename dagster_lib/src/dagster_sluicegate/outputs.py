"""Where an asset's release goes: a place of its own for each partition or run."""

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

import dagster as dg

from sluicegate.errors import ConfigurationError

Output = str | Callable[[dg.AssetExecutionContext], str]
"""A text with ``{run}``, ``{asset}`` and ``{partition}`` in it, or a function of the context."""

_FIELDS: Final = ("run", "asset", "partition")


def output_of(context: dg.AssetExecutionContext, output: Output) -> str:
    """Return the output of the step that runs.

    A partition's key is written so that it stays one step of a path: whoever may name a dynamic
    partition may not choose the folder.

    Raises:
        ConfigurationError: the text names something else, or a partition where there is none.
    """
    if callable(output):
        return output(context)
    known = {"run": context.run.root_run_id or context.run.run_id}
    known["asset"] = "/".join(_step(part) for part in context.asset_key.path)
    if context.has_partition_key:
        known["partition"] = _step(context.partition_key)
    elif context.has_partition_key_range:
        span = context.partition_key_range
        known["partition"] = f"{_step(span.start)}...{_step(span.end)}"
    try:
        return output.format_map(known)
    except (KeyError, IndexError, ValueError, AttributeError):
        raise ConfigurationError(
            f"the output {output!r} names what this run does not have",
            hint="it may hold " + ", ".join(f"{{{name}}}" for name in _FIELDS),
        ) from None


def _step(text: str) -> str:
    quoted = quote(text, safe="")
    return quoted.replace(".", "%2E") if set(text) <= {"."} else quoted
