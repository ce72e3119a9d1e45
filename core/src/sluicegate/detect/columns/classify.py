"""The column classifier: names, types, values and neighbours, combined by log-odds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import pyarrow as pa

from sluicegate.detect.columns.evidence import (
    BINARY,
    IDENTIFIER,
    PROVEN,
    TIME,
    content_of,
    found_in,
    of_name,
    of_type,
    of_values,
)
from sluicegate.detect.columns.families import family_of
from sluicegate.detect.columns.lexicon import lexicon
from sluicegate.detect.columns.profile import Profile, measure
from sluicegate.detect.columns.verdict import (
    DIRECT,
    QUASI,
    Alternative,
    ColumnFacts,
    ColumnVerdict,
    Contribution,
)
from sluicegate.detect.scanner import Scanner
from sluicegate.errors import DetectionError
from sluicegate.model.data import FREE_TEXT, PUBLIC, SECRET, DataClass, TypeFamily

_PRIOR: Final = {
    PUBLIC: 0.5, FREE_TEXT: -0.3, TIME: -1.5, IDENTIFIER: -1.0, BINARY: -1.0, SECRET: -2.5,
}  # fmt: skip
"""Log-odds before any evidence, of classes that are common; of all others ``_RARE``."""
_RARE: Final = -2.5
_SHOWN: Final = 0.05
_PERSONAL: Final = frozenset(
    map(DataClass, ("person_name", "email", "phone", "address", "birth_date", "us_ssn", "gender"))
)
"""Classes that make a table one about people."""


def classify(
    table: pa.Table | pa.RecordBatch | Iterable[pa.RecordBatch],
    *,
    scanner: Scanner,
    relation: str = "",
    facts: Sequence[ColumnFacts] = (),
    today: date | None = None,
) -> tuple[ColumnVerdict, ...]:
    """Classify every column of a sample.

    Deterministic: the same sample, names and day give the same verdicts. Keeps no value.

    Args:
        table: The sample; a thousand rows are enough. More than 1,000 distinct values of a column
            are thinned out evenly.
        scanner: Finds what the catalogue knows.
        relation: Name of the table, whose words count.
        facts: Names, types and keys as the catalogue tells them, in the order of the columns; by
            default names and types are those of the sample.
        today: Before which births lie; by default the day in UTC.

    Raises:
        DetectionError: the scanner failed, or ``facts`` do not fit the columns.
    """
    sample = _as_table(table)
    told = tuple(facts) or _told(sample)
    if len(told) != sample.num_columns:
        raise DetectionError(f"{len(told)} columns were described and {sample.num_columns} sampled")
    day = today or datetime.now(UTC).date()
    seen = [
        measure(column, one.family, scanner=scanner, name=one.name, today=day)
        for column, one in zip(sample.columns, told, strict=True)
    ]
    of_people = lexicon().of_people(relation)
    first = [_judge(one, p, people=of_people) for one, p in zip(told, seen, strict=True)]
    people = of_people or _about_people(first, of_things=lexicon().of_things(relation))
    if people == of_people:
        return tuple(first)
    return tuple(_judge(one, p, people=people) for one, p in zip(told, seen, strict=True))


def _about_people(verdicts: Sequence[ColumnVerdict], *, of_things: bool) -> bool:
    """Tell whether enough columns are of people; two in a table whose name says otherwise."""
    clear = {v.data_class for v in verdicts if v.data_class in _PERSONAL and not v.doubtful}
    return len(clear) >= (3 if of_things else 2)


def _judge(facts: ColumnFacts, seen: Profile, *, people: bool) -> ColumnVerdict:
    """Add the evidence up."""
    facts = replace(facts, family=_real(facts.family, seen))
    parts = [
        *of_name(facts, people=people),
        *of_type(facts),
        *of_values(facts, seen, people=people),
    ]
    parts = _weighed(parts)
    odds = dict(_PRIOR)
    if facts.family is not TypeFamily.BINARY:
        del odds[BINARY]
    for part in parts:
        odds[part.data_class] = odds.get(part.data_class, _RARE) + part.weight
    scores = _shares(odds)
    best = _safest(scores, of_text=facts.family is TypeFamily.TEXT, parts=parts)
    others = sorted(((s, c) for c, s in scores.items() if c != best), key=lambda x: (-x[0], x[1]))
    return ColumnVerdict(
        column=facts.name,
        family=facts.family,
        data_class=best,
        score=round(scores[best], 3),
        reasons=_reasons(parts, best),
        alternatives=tuple(
            Alternative(data_class=c, score=round(s, 3)) for s, c in others if s >= _SHOWN
        ),
        sampled=seen.looked,
        evidence=any(p.data_class == best and p.weight > 0 and p.kind != "type" for p in parts)
        or facts.family in _TELLING,
        content=content_of(seen),
        found=found_in(seen),
    )


_TELLING: Final = frozenset(
    {TypeFamily.BOOLEAN, TypeFamily.TIMESTAMP, TypeFamily.UUID, TypeFamily.DATE, TypeFamily.TIME}
)
"""Types that are evidence enough by themselves."""


def _shares(odds: dict[DataClass, float]) -> dict[DataClass, float]:
    top = max(odds.values())
    powers = {c: math.exp(o - top) for c, o in odds.items()}
    total = sum(powers.values())
    return {c: power / total for c, power in powers.items()}


def _real(family: TypeFamily, seen: Profile) -> TypeFamily:
    """Return the family of what stands in the column: SQLite keeps text in a column of numbers."""
    if seen.unreadable:
        return TypeFamily.BINARY
    if family is TypeFamily.BINARY and seen.text:
        return TypeFamily.TEXT
    fitting = max((seen.shape(shape) for shape in ("number", "date", "moment", "flag")), default=0)
    if family in _STRICT and seen.text and fitting < _MOSTLY:
        return TypeFamily.TEXT
    return family


_STRICT: Final = frozenset(
    {
        TypeFamily.INTEGER, TypeFamily.DECIMAL, TypeFamily.FLOAT, TypeFamily.BOOLEAN,
        TypeFamily.DATE, TypeFamily.TIMESTAMP, TypeFamily.TIME,
    }
)  # fmt: skip
_MOSTLY: Final = 0.9


def _weighed(parts: Sequence[Contribution]) -> list[Contribution]:
    """Weigh values by what the name says for sure.

    A column of few values is harmless, unless its name says that they are diagnoses or degrees.
    And what only looks like names or numbers of some kind is less so if the name tells another.
    """
    sure = {p.data_class for p in parts if p.kind == "name" and p.weight >= _SURE}
    private = sure & (DIRECT | QUASI | {SECRET})
    if not private:
        return list(parts)
    return [
        replace(p, weight=p.weight / 2)
        if p.kind == "values" and p.weight > 0 and p.data_class not in sure | _HARD
        else p
        for p in parts
        if not (p.kind == "values" and p.data_class == PUBLIC)
    ]


_SURE: Final = 3.0
_HARD: Final = PROVEN | {SECRET}
"""Classes whose values are proof by themselves."""


def _safest(
    scores: dict[DataClass, float], *, of_text: bool, parts: Sequence[Contribution]
) -> DataClass:
    """Take the likeliest class.

    But ``public`` only if all that is private together is unlikely, and for text only if anything
    speaks for it.
    """
    ranked = sorted(scores, key=lambda c: (-scores[c], c))
    if ranked[0] != PUBLIC:
        return ranked[0]
    if of_text and not any(p.data_class == PUBLIC and p.weight > 0 for p in parts):
        return ranked[1]
    private = sum(s for c, s in scores.items() if c in DIRECT or c in QUASI or c == SECRET)
    if private <= _TOO_LIKELY:
        return PUBLIC
    return next(c for c in ranked if c in DIRECT or c in QUASI or c == SECRET)


_TOO_LIKELY: Final = 0.4


def _reasons(parts: Sequence[Contribution], best: DataClass) -> tuple[Contribution, ...]:
    own = [p for p in parts if p.data_class == best and p.weight]
    return tuple(sorted(own, key=lambda p: (-abs(p.weight), p.text)))


def _as_table(table: pa.Table | pa.RecordBatch | Iterable[pa.RecordBatch]) -> pa.Table:
    if isinstance(table, pa.Table):
        return table
    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table])
    batches = list(table)
    return pa.Table.from_batches(batches) if batches else pa.table({})


def _told(sample: pa.Table) -> tuple[ColumnFacts, ...]:
    return tuple(ColumnFacts(name=f.name, family=family_of(f.type)) for f in sample.schema)
