"""How well the classifier does on the labelled schemas. ``python -m tests.unit.detect.columns.scoring``."""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa
from tests.unit.detect.columns.labelled import TODAY, LabelledTable, labelled

from sluicegate.detect import Scanner
from sluicegate.detect.columns import ColumnFacts, ColumnVerdict, classify

Judged = tuple[str, tuple[str, ...], ColumnVerdict]


@dataclass(kw_only=True)
class Score:
    """Counts of one way to classify."""

    judged: list[Judged] = field(default_factory=list)

    @property
    def wrong(self) -> list[Judged]:
        return [j for j in self.judged if str(j[2].data_class) not in j[1]]

    @property
    def accuracy(self) -> float:
        return 1 - len(self.wrong) / len(self.judged)

    @property
    def leaks(self) -> list[Judged]:
        """Columns that would leave as they are and must not."""
        return [j for j in self.wrong if j[2].data_class == "public"]

    def by_class(self) -> dict[str, tuple[int, int]]:
        """Right and all, by the first accepted label."""
        every = Counter(labels[0] for _, labels, _ in self.judged)
        missed = Counter(labels[0] for _, labels, _ in self.wrong)
        return {name: (every[name] - missed[name], every[name]) for name in sorted(every)}


def score(scanner: Scanner, *, names: bool = True, values: bool = True, rows: int = 400) -> Score:
    """Classify all labelled tables, with or without their names and values."""
    found = Score()
    for table in labelled(rows):
        verdicts = judge(scanner, table, names=names, values=values)
        for column, verdict in zip(table.columns, verdicts, strict=True):
            place = f"{table.schema}.{table.name}.{column.name}"
            found.judged.append((place, column.accepted, verdict))
    return found


def judge(
    scanner: Scanner, table: LabelledTable, *, names: bool, values: bool
) -> tuple[ColumnVerdict, ...]:
    sample = table.arrow()
    facts = [
        ColumnFacts(name=c.name if names else f"c{number}", family=c.family)
        for number, c in enumerate(table.columns, 1)
    ]
    return classify(
        sample if values else sample.slice(0, 0),
        scanner=scanner,
        relation=table.name if names else "t1",
        facts=facts,
        today=TODAY,
    )


def milliseconds_a_column(scanner: Scanner, rows: int = 1000) -> float:
    """Return the processor time, the median over the tables."""
    times: list[float] = []
    for table in labelled(rows):
        sample: pa.Table = table.arrow()
        judge(scanner, table, names=True, values=True)
        began = time.process_time()
        judge(scanner, table, names=True, values=True)
        times.append((time.process_time() - began) * 1000 / sample.num_columns)
    return statistics.median(times)


if __name__ == "__main__":
    found_by = Scanner.load()
    for title, options in (
        ("names and values", {}),
        ("names only", {"values": False}),
        ("values only", {"names": False}),
    ):
        result = score(found_by, **options)
        print(f"{title}: {result.accuracy:.3f}, {len(result.leaks)} wrongly public")
        if "-v" in sys.argv:
            for where, labels, verdict in result.wrong:
                others = [(str(a.data_class), a.score) for a in verdict.alternatives[:2]]
                print(
                    "   ", where, "|".join(labels), "->", verdict.data_class, verdict.score, others
                )
        if "-c" in sys.argv:
            for name, (right, all_) in result.by_class().items():
                print(f"    {name} {right}/{all_}")
    print(f"{milliseconds_a_column(found_by):.2f} ms a column")
