"""The run identity of a Dagster step."""

import hashlib
import inspect
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import dagster as dg

from sluicegate import RunIdentity, Trust

_TRIGGERS: Final = (
    ("dagster/backfill", "backfill"),
    ("dagster/schedule_name", "scheduled"),
    ("dagster/sensor_name", "sensor"),
    ("dagster/asset_evaluation_id", "asset_triggered"),
)
_TEAM: Final = "team:"
_DISTRIBUTIONS: Final = ("dagster", "dagster-sluicegate", "sluicegate")


Context = dg.AssetExecutionContext | dg.OpExecutionContext | dg.AssetCheckExecutionContext
"""What a step is given."""


def run_identity(context: Context, environment: str = "default") -> RunIdentity:
    """Build the identity of the step that runs under ``context``.

    Open-source Dagster authenticates nobody: the person is whom the run's ``user`` tag names, and
    is only ``asserted``. The trigger is read from tags too.

    A re-execution counts as the same run as the one it repeats: so a consent that came after the
    run had failed lets it pass, and what it had released is not read again.

    Args:
        context: Of an asset, an op or an asset check.
        environment: ``prod``, ``staging`` … from the settings, never from a tag.
    """
    step = _step(context)
    tags: Mapping[str, str] = step.run.tags
    owners = _owners(step)
    person = tags.get("user") or None
    return RunIdentity(
        orchestrator="dagster",
        pipeline=step.run.job_name,
        task=_task(step),
        run=step.run.root_run_id or step.run.run_id,
        try_number=step.retry_number + 1,
        partition=_partition(step),
        triggered_by=person,
        trust=Trust.ASSERTED if person else Trust.UNKNOWN,
        trigger=next((name for tag, name in _TRIGGERS if tag in tags), "manual"),
        owner=next((o for o in owners if not o.startswith(_TEAM)), None),
        team=next((o.removeprefix(_TEAM) for o in owners if o.startswith(_TEAM)), None),
        environment=environment,
        code_version=_code_version(step),
        code_digest=_code_digest(step),
        host=platform.node(),
        versions=MappingProxyType(
            {name: version(name) for name in _DISTRIBUTIONS} | {"python": platform.python_version()}
        ),
    )


def _step(context: Any) -> Any:
    """Return the op's context, which all three kinds of context wrap."""
    return getattr(context, "op_execution_context", context)


def _task(step: Any) -> str:
    """Name the asset if the step makes exactly one, else the op with its place in graphs."""
    keys = step.selected_asset_keys if step.has_assets_def else ()
    if len(keys) == 1:
        return str(next(iter(keys)).to_user_string())
    return str(step.op_handle)


def _partition(step: Any) -> str | None:
    if step.has_partition_key:
        return str(step.partition_key)
    if step.has_partition_key_range:
        span = step.partition_key_range
        return f"{span.start}...{span.end}"
    return None


def _owners(step: Any) -> list[str]:
    """Owners that all selected assets of the step have, in the order of the first."""
    if not step.has_assets_def or not step.selected_asset_keys:
        return []
    specs = step.assets_def.specs_by_key
    lists = [list(specs[key].owners or ()) for key in sorted(step.selected_asset_keys)]
    return [owner for owner in lists[0] if all(owner in others for others in lists)]


def _code_version(step: Any) -> str | None:
    """``<code location>@<commit or version of the asset's code>``, as far as known."""
    origin = step.run.remote_job_origin
    location = origin.location_name if origin else None
    commit = step.run.tags.get("dagster/git_commit_hash") or _asset_code_version(step)
    return "@".join(part for part in (location, commit) if part) or None


def _asset_code_version(step: Any) -> str | None:
    if not step.has_assets_def:
        return None
    versions = {step.assets_def.specs_by_key[k].code_version for k in step.selected_asset_keys}
    return versions.pop() if len(versions) == 1 else None


def _code_digest(step: Any) -> str | None:
    """SHA-256 of the file that defines the step's function; ``None`` if there is no such file."""
    function = getattr(step.op_def.compute_fn, "decorated_fn", None)
    try:
        file = inspect.getsourcefile(inspect.unwrap(function)) if function else None
        return "sha256:" + hashlib.sha256(Path(file).read_bytes()).hexdigest() if file else None
    except (OSError, TypeError, ValueError):
        return None
