"""What is known of a value on its way through a query: where it comes from and what it carries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sluicegate.model.data import ColumnRef
from sluicegate.model.masks import Mask
from sluicegate.model.plan import Carries


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The label of one expression.

    ``DIGEST`` and ``RAW_TEXT`` values must not be computed with: the guard still has a step to do.
    """

    carries: Carries = Carries.FINISHED
    origins: frozenset[ColumnRef] = frozenset()
    bare: bool = False
    """The value is an origin's own value, not computed from it."""
    aggregated: bool = False
    """Values of several rows went into it."""
    tag: str = ""
    """Of a digest: data class and kind. Digests of different tags are never equal. Of a raw value:
    what its mask depends on beside itself."""
    mask: Mask | None = None
    """The guard's step that is left to do."""
    returns: str = ""
    """Arrow type that the guard gives a raw value back in."""
    null: bool = False
    """The literal NULL, which agrees with everything."""
    parameter: str = ""
    """Name of the bound parameter that the expression is, if it is nothing else."""
    growth: int = 1
    """How many characters the calls that made the value make of one, through WITH too."""

    @property
    def finished(self) -> bool:
        """Whether the value may be computed with and may leave."""
        return self.carries is Carries.FINISHED


def computed(labels: Iterable[Label]) -> Label:
    """Return the label of something computed from finished values."""
    known = tuple(labels)
    origins = frozenset(ref for label in known for ref in label.origins)
    return Label(
        origins=origins,
        aggregated=any(label.aggregated for label in known),
        growth=max((label.growth for label in known), default=1),
    )


def merge(left: Label, right: Label) -> Label | None:
    """Return the label of a value that is one of two, or ``None`` if they do not agree."""
    if left.null:
        return right
    if right.null:
        return left
    if _step(left) != _step(right):
        return None
    origins = left.origins | right.origins
    # A finished value of two origins may have gone through two masks: no single one names it.
    bare = left.bare and right.bare and (not left.finished or left.origins == right.origins)
    aggregated = left.aggregated or right.aggregated
    return replace(
        left,
        origins=origins,
        bare=bare,
        aggregated=aggregated,
        parameter="",
        growth=max(left.growth, right.growth),
    )


def _step(label: Label) -> tuple[object, ...]:
    """What is left for the guard to do with a value: alternatives of one column must agree."""
    return label.carries, label.tag, label.mask, label.returns
