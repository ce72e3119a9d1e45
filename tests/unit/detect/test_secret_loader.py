"""Fragments, defaults and words of a detector file, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from sluicegate.detect import Scanner
from sluicegate.errors import DetectionError

Write = Callable[..., Path]
ENTRY = {
    "id": "acme_key",
    "source": "Acme, keys",
    "pattern": "acme_(?&body)",
    "anchor": {"words": ["acme"], "then": ["_", "-"]},
    "examples": {"match": ["acme_{alnum:20}"], "no_match": ["acme_x"]},
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(entry: dict[str, object] | None = None, **fields: object) -> Path:
        document = {
            "defaults": {"data_class": "secret", "score": 0.8},
            "fragments": {"letter": "[A-Za-z0-9]", "body": "(?&letter){20}"},
            "detectors": [{**ENTRY, **(entry or {})}],
            **fields,
        }
        path = tmp_path / "own.yaml"
        path.write_text(yaml.safe_dump(document, sort_keys=False))
        return path

    return _write


def test_fragments_defaults_and_words_make_a_detector(write: Write) -> None:
    scanner = Scanner.load([write()])
    (found,) = [s for s in scanner.scan_text("x acme_" + "b7" * 10) if s.detector == "acme_key"]
    assert found.score == pytest.approx(0.8)
    (own,) = [d for d in scanner.detectors if d.id == "acme_key"]
    assert own.anchor.expressions == (b"acme_", b"acme-")


@pytest.mark.parametrize(
    "fields",
    [
        {"fragments": {"body": "(?&later)", "later": "x"}},
        {"fragments": {}},
        {"fragments": ["body"]},
        {"fragments": {"body": 3}},
        {"patterns": {}},
    ],
)
def test_a_file_that_says_what_is_not_known_is_refused(
    write: Write, fields: dict[str, object]
) -> None:
    with pytest.raises(DetectionError):
        Scanner.load([write(**fields)])


def test_an_unknown_fragment_is_named(write: Write) -> None:
    with pytest.raises(DetectionError, match="nowhere"):
        Scanner.load([write({"pattern": "acme_(?&nowhere)"})])


def test_an_entry_overrules_the_defaults(write: Write) -> None:
    scanner = Scanner.load([write({"score": 0.6})])
    assert next(d.score for d in scanner.detectors if d.id == "acme_key") == pytest.approx(0.6)


def test_an_identifier_in_an_example_is_one(write: Write) -> None:
    entry = {"pattern": "acme_[0-9a-f-]{36}", "examples": {"match": ["acme_{uuid:1}"]}}
    scanner = Scanner.load([write(entry)])
    assert "acme_key" in {d.id for d in scanner.detectors}
