"""What a plan can already say that nobody will look at (promise P10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from sluicegate.model.data import PERSON_NAME
from sluicegate.model.masks import Keep, Suppress, keeps_parts
from sluicegate.model.plan import Carries
from sluicegate.model.risk import QUASI_IDENTIFIERS, ColumnSet

if TYPE_CHECKING:
    from sluicegate.detect.recognizer import Recognizer
    from sluicegate.model.plan import OutputColumn, Plan

NO_NAMES: Final = (
    "names of people, places and organisations in free text: no detector for them is switched on"
)


def foreseen(
    plan: Plan, notes: tuple[str, ...], recognizers: Sequence[Recognizer] = ()
) -> tuple[str, ...]:
    """Return the blind spots of a plan.

    Args:
        plan: What would run.
        notes: What the source told of itself.
        recognizers: Who reads free text beside the catalogue.
    """
    return tuple(
        dict.fromkeys(
            [*of_free_text(plan, recognizers), *_of_columns(plan), *of_risk(plan), *notes]
        )
    )


def of_free_text(plan: Plan, recognizers: Sequence[Recognizer]) -> tuple[str, ...]:
    """Return what will not be seen in the free text of a plan: none if it has no such column."""
    if not any(column.redacted for column in plan.columns):
        return ()
    return unread(recognizers)


def unread(recognizers: Sequence[Recognizer]) -> tuple[str, ...]:
    """Return what these recognizers do not see in a text."""
    named = any(d.data_class == PERSON_NAME for r in recognizers for d in r.detectors)
    spots = [spot for r in recognizers for spot in r.blind_spots]
    return tuple(spots if named else [NO_NAMES, *spots])


def of_risk(plan: Plan) -> tuple[str, ...]:
    """Return what is not known of the disclosure risk of a result."""
    terms, rules = plan.decision.obligations.risk, plan.decision.obligations.columns
    known = ColumnSet(classes=QUASI_IDENTIFIERS)
    named = [
        c.name
        for c in plan.columns
        for ref in c.origins
        if known.holds(ref, rules[ref].data_class)
        and not isinstance(c.masks.get(ref), Suppress)
        and not (terms and terms.quasi_identifiers.holds(ref, rules[ref].data_class))
    ]
    left = ", ".join(dict.fromkeys(named))
    if terms is None:
        told = f"disclosure risk: not measured, and quasi-identifiers leave: {left}"
        return (told,) if left else ()
    spots = [f"disclosure risk: not measured over {left}"] if left else []
    if not terms.subjects:
        spots.append("disclosure risk: rows are counted as people, since no `subject` is named")
    if any(c.carries is Carries.RAW_TEXT for c in plan.columns):
        spots.append("disclosure risk: what free text tells is not measured")
    return tuple(spots)


def _of_columns(plan: Plan) -> Iterator[str]:
    kept = [c.name for c in plan.columns if c.bare and isinstance(c.mask, Keep)]
    if kept:
        yield f"columns that leave as they are, seen by the scan alone: {', '.join(kept)}"
    inside = [c.name for c in plan.columns if _keeps_a_part(c)]
    if inside:
        yield f"values within documents that are kept, seen by the scan alone: {', '.join(inside)}"
    made = [c.name for c in plan.columns if not c.bare and c.carries is Carries.FINISHED]
    if made:
        yield f"columns that are computed, seen by the scan alone: {', '.join(made)}"


def _keeps_a_part(column: OutputColumn) -> bool:
    return any(keeps_parts(mask) for mask in column.masks.values())
