"""What a plan can already say that nobody will look at (promise P10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sluicegate.model.masks import Keep
from sluicegate.model.plan import Carries

if TYPE_CHECKING:
    from sluicegate.model.plan import Plan

NO_NAMES: Final = (
    "names of people, places and organisations in free text: this release has no detector for them"
)


def foreseen(plan: Plan, notes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the blind spots of a plan.

    Args:
        plan: What would run.
        notes: What the source told of itself.
    """
    return tuple(dict.fromkeys([*_of_columns(plan), *notes]))


def _of_columns(plan: Plan) -> Iterator[str]:
    if any(c.carries is Carries.RAW_TEXT for c in plan.columns):
        yield NO_NAMES
    kept = [c.name for c in plan.columns if c.bare and isinstance(c.mask, Keep)]
    if kept:
        yield f"columns that leave as they are, seen by the scan alone: {', '.join(kept)}"
    made = [c.name for c in plan.columns if not c.bare and c.carries is Carries.FINISHED]
    if made:
        yield f"columns that are computed, seen by the scan alone: {', '.join(made)}"
