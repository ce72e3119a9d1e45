"""Where in a JSON cell a finding stands."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from sluicegate.detect import Scanner, ScanTotals
from sluicegate.detect.jsontext import json_path

MAIL = "jane.roe@example.com"


def paths(scanner: Scanner, *cells: str) -> list[str]:
    totals = ScanTotals(scanner, lambda value: f"{len(value):032x}", "k1")
    totals.add(scanner.scan(pa.RecordBatch.from_pydict({"c": list(cells)})))
    return [sample.path for sample in totals.summary().samples]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"a": 1, "b": {"mails": ["x", MAIL]}}, "/b/mails/1"),
        ([0, [MAIL]], "/1/0"),
        ({"card": 4111111111111111}, "/card"),
        ({"user-id_1": {"": MAIL}}, "/user-id_1/0"),
        ({"x": 0, "no identifier": MAIL}, "/1"),
        ({"x": 0, MAIL: 5}, "/1"),  # a key is data
        ({"x": 0, "4111111111111111": {"k": MAIL}}, "/1/k"),
        ({"k" * 65: MAIL}, "/0"),
        ({"in": json.dumps({"deep": {"é\n": 1, "m": [MAIL]}})}, "/in/deep/m/0"),
        ({"in": "[not json " + MAIL}, "/in/0"),
        ({"in": MAIL + " {"}, "/in"),
        ({"text": "é\n" + MAIL}, "/text"),
    ],
)
def test_pointers(scanner: Scanner, document: Any, path: str) -> None:
    for text in (json.dumps(document), json.dumps(document, indent=2, ensure_ascii=False)):
        assert path in paths(scanner, text)


def test_documents_below_each_other_are_numbered(scanner: Scanner) -> None:
    lines = "\n".join(json.dumps(d) for d in ({"a": MAIL}, {"b": [1]}, {"c": [MAIL]}))
    assert paths(scanner, lines) == ["/0/a", "/2/c/0"]


def test_a_path_inside_a_nested_column_goes_on_into_the_cell(scanner: Scanner) -> None:
    totals = ScanTotals(scanner, lambda value: f"{len(value):032x}", "k1")
    array = pa.array([{"f": ["x", json.dumps({"m": MAIL})]}])
    totals.add(scanner.scan(pa.RecordBatch.from_arrays([array], names=["c"])))
    assert [sample.path for sample in totals.summary().samples] == ["/f/1/m"]


@pytest.mark.parametrize(
    "text", ["text ", "{", '{"a', '{"a":', "[1,", "}{", "{]]]", '{"a" "b" ', "\x00{", "[" * 5000]
)
def test_what_is_no_json_has_no_path_or_some_and_never_an_error(
    scanner: Scanner, text: str
) -> None:
    assert len(paths(scanner, text + MAIL)) == 1
    for place in range(min(len(text), 50)):
        json_path(text.encode(), place, [])


def test_a_key_is_context(scanner: Scanner) -> None:
    assert paths(scanner, '{"phone": "2025550143", "n": "2025550143"}')[:1] == ["/phone"]
    assert paths(scanner, '{"n": 2025550143}') == []
