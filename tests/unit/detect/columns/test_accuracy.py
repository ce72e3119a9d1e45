"""The classifier against labelled schemas: what was reached must not be lost."""

from __future__ import annotations

import pyarrow as pa
import pytest
from tests.unit.detect.columns.known_schemas import PUBLISHED
from tests.unit.detect.columns.labelled import SCHEMAS, labelled
from tests.unit.detect.columns.scoring import score

from sluicegate.detect import Scanner
from sluicegate.detect.columns import ColumnFacts, classify

ROWS = 200


def test_the_labelled_set_is_large_and_mixed() -> None:
    tables = labelled(ROWS)
    assert len({t.schema for t in tables}) >= 12
    assert sum(len(t.columns) for t in tables) >= 250
    assert sum(label == "public" for *_, specs in SCHEMAS for _, _, label, _ in specs) >= 60


@pytest.mark.parametrize(
    ("names", "values", "least", "most_wrongly_public"),
    [(True, True, 0.98, 0), (True, False, 0.97, 1), (False, True, 0.80, 10)],
    ids=["names and values", "names only", "values only"],
)
def test_accuracy(
    scanner: Scanner, names: bool, values: bool, least: float, most_wrongly_public: int
) -> None:
    found = score(scanner, names=names, values=values, rows=ROWS)
    wrong = [(place, str(v.data_class)) for place, _, v in found.wrong]
    assert found.accuracy >= least, wrong
    assert len(found.leaks) <= most_wrongly_public, [place for place, _, _ in found.leaks]


def test_where_only_values_can_tell_what_is_found_is_never_public(scanner: Scanner) -> None:
    proven = {"email", "card", "iban", "ip", "mac", "secret", "us_ssn", "phone", "birth_date"}
    found = score(scanner, names=False, rows=ROWS)
    assert [place for place, labels, _ in found.leaks if set(labels) <= proven] == []


def test_published_schemas_by_their_names_alone(scanner: Scanner) -> None:
    wrong, public, count = [], [], 0
    for table, columns in PUBLISHED.items():
        facts = [ColumnFacts(name=name, family=family) for name, family, _ in columns]
        empty = pa.table([pa.nulls(0)] * len(facts), names=[f.name for f in facts])
        verdicts = classify(empty, scanner=scanner, relation=table.split(".")[1], facts=facts)
        for (name, _, labels), verdict in zip(columns, verdicts, strict=True):
            count += 1
            if str(verdict.data_class) not in labels.split("|"):
                wrong.append(f"{table}.{name}")
                public += [f"{table}.{name}"] if verdict.data_class == "public" else []
    assert 1 - len(wrong) / count >= 0.92, wrong
    assert len(public) <= 1, public
