"""Whether values may go where a statement puts them: never to a column that is protected less.

A column of the same class keeps a value as protected as it was. All else must be masked on the way,
which only a SELECT can be, or is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sluicegate.model.data import PUBLIC, ColumnRef, DataClass
from sluicegate.model.findings import Reason
from sluicegate.model.plan import OutputColumn

ClassOf = Callable[[ColumnRef], DataClass | None]
"""Column → its class in the policy; ``None``: it has none."""


def check_flows(
    outputs: Sequence[OutputColumn], targets: Sequence[ColumnRef], class_of: ClassOf
) -> Iterator[Reason]:
    """Yield a reason for each value that would end in a column of another class.

    Args:
        outputs: What is assigned, with the columns that it is made of.
        targets: Column that each of ``outputs`` is put into.
        class_of: The policy's classes.
    """
    for output, target in zip(outputs, targets, strict=False):
        for origin in output.origins:
            found = class_of(origin)
            if found != PUBLIC and found != class_of(target):
                yield Reason(
                    code="STATEMENT-FLOW",
                    message=f"values of {origin} ({found or 'unclassified'}) would be put into"
                    f" {target} ({class_of(target) or 'unclassified'})",
                    hint="only a column of the same class keeps them as protected; INSERT … SELECT"
                    " can mask them",
                    place=str(target),
                )


def kept_classes(
    outputs: Sequence[OutputColumn], targets: Sequence[ColumnRef | None], class_of: ClassOf
) -> frozenset[DataClass]:
    """Return the classes whose values may be copied as they are: every one stays in its class."""
    seen: set[DataClass] = set()
    moved: set[DataClass] = set()
    for output, target in zip(outputs, targets, strict=True):
        for origin in output.origins:
            own = class_of(origin)
            if own is None:
                continue
            seen.add(own)
            if target is None or class_of(target) != own:
                moved.add(own)
    return frozenset(seen - moved)
