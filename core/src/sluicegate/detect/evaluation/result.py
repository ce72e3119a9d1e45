"""What an evaluation says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sluicegate.detect.evaluation.judging import Judged
from sluicegate.detect.evaluation.measures import Measures

CORE: Final = "core classes"
OVERALL: Final = "all classes"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScore:
    """One class, or several together, in one corpus."""

    name: str
    samples: int
    """Samples that hold a label of it."""
    right: int
    wrong: int
    missed: int
    measures: Measures

    @property
    def support(self) -> int:
        """Number of labelled spans."""
        return self.right + self.missed


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusScore:
    """One corpus."""

    name: str
    digest: str
    """SHA-256 over texts and labels, 16 digits: equal corpora have equal ones."""
    samples: int
    characters: int
    bytes: int
    """Of the texts as UTF-8."""
    seconds: float
    """Processor time of the scan; differs from run to run."""
    classes: tuple[ClassScore, ...]
    """Those that the corpus labels, by name."""
    core: ClassScore | None
    overall: ClassScore | None
    unknown_labels: Mapping[str, int]
    """Labels that no table explains, with their number of spans: these were not scored."""
    unlabelled: Mapping[str, int]
    """Findings of classes that the corpus does not label: neither right nor wrong."""
    errors: tuple[Judged, ...] = field(default=(), repr=False)
    """Misses and false alarms, if they were asked for."""

    @property
    def rows(self) -> tuple[ClassScore, ...]:
        """Every class, then all the core classes together, then all together."""
        return (*self.classes, *(row for row in (self.core, self.overall) if row is not None))

    @property
    def rate(self) -> float:
        """Megabytes of text a second, one processor."""
        return self.bytes / self.seconds / 1e6 if self.seconds else 0.0
