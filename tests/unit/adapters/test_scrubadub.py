"""scrubadub both ways, with the real library."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
import scrubadub

from sluicegate.adapters.scrubadub import SluicegateDetector
from sluicegate.detect import Scanner
from sluicegate.detect.recognizer import prove
from sluicegate.detect.scrubadub import ScrubadubOpinion, scrubadub_opinion
from sluicegate.errors import DetectionError, MissingDependencyError

EMAIL = "ann" + "@example.com"
CARD = "4111" * 1 + "1111" * 3


@pytest.fixture(scope="module")
def opinion() -> ScrubadubOpinion:
    return scrubadub_opinion()


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner.load()


def scrubber(*detectors: Any) -> Any:
    made = scrubadub.Scrubber(detector_list=[])
    for detector in detectors:
        made.add_detector(detector)
    return made


def test_our_detectors_clean_as_one_of_theirs() -> None:
    text = f"🙂 Mail {EMAIL}, card {CARD}, then 192.0.2.7."
    cleaned = scrubber(SluicegateDetector).clean(text)
    assert cleaned.startswith("🙂 Mail {{EMAIL}}, card {{CREDIT_CARD}}")
    assert EMAIL not in cleaned
    assert CARD not in cleaned


def test_it_is_registered_by_name_and_serves_any_locale() -> None:
    by_name = scrubadub.Scrubber(detector_list=[], locale="de_DE")
    by_name.add_detector("sluicegate")
    assert by_name.clean(f"an {EMAIL}") == "an {{EMAIL}}"


def test_documents_keep_their_names() -> None:
    documents = {"one": f"to {EMAIL}", "two": "nothing", "three": f"{EMAIL} again"}
    found = list(scrubber(SluicegateDetector).iter_filth_documents(documents))
    assert [(f.document_name, f.beg, f.end) for f in found] == [
        ("one", 3, 3 + len(EMAIL)),
        ("three", 0, len(EMAIL)),
    ]
    assert scrubber(SluicegateDetector).clean_documents(documents)["two"] == "nothing"


def test_a_finding_shows_its_place_and_not_its_text() -> None:
    (filth,) = SluicegateDetector().iter_filth(f"to {EMAIL}")
    assert filth.text == EMAIL
    for shown in (
        repr(filth),
        str(filth),
        f"{filth}",
        repr([filth]),
        filth._to_string(["text", "beg"]),
    ):
        assert EMAIL not in shown
    assert "beg=3" in repr(filth)
    assert (filth.type, filth.detector_name) == ("email", "sluicegate")
    assert filth.detector.startswith("email")
    assert filth.score >= 0.5


def test_it_works_beside_their_own_detectors() -> None:
    both = scrubber(SluicegateDetector, scrubadub.detectors.EmailDetector)
    cleaned = both.clean(f"to {EMAIL} and 192.0.2.7")
    assert EMAIL not in cleaned
    assert "192.0.2.7" not in cleaned
    (merged,) = list(both.iter_filth(f"to {EMAIL}"))
    assert (merged.beg, merged.end) == (3, 3 + len(EMAIL))


def test_each_of_their_detectors_gives_its_opinion(opinion: ScrubadubOpinion) -> None:
    prove([opinion])
    assert all(d.id.startswith("scrubadub:") for d in opinion.detectors)


def test_ours_name_what_both_find_and_theirs_what_they_find_alone(
    scanner: Scanner, opinion: ScrubadubOpinion
) -> None:
    asked = scanner.with_recognizers([opinion])
    text = f"to {EMAIL}, ask @nobody"
    found = {text[s.start : s.end]: s.detector for s in asked.scan_text(text)}
    assert not found[EMAIL].startswith("scrubadub:")
    assert found["@nobody"] == "scrubadub:twitter"
    assert asked.version.endswith(opinion.version)
    batch = pa.record_batch({"note": [text, "nothing", None]})
    counts = {
        asked.detectors[n].id: c
        for leaf in asked.scan(batch).leaves
        for n, c in leaf.counts().items()
    }
    assert counts["scrubadub:twitter"] == 1


def test_a_failure_of_theirs_stops_the_scan_and_shows_no_text(
    opinion: ScrubadubOpinion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str) -> Any:
        raise ValueError(f"cannot read {text}")

    monkeypatch.setattr(opinion._scrubbers[2], "iter_filth", fail)
    with pytest.raises(DetectionError) as caught:
        opinion.marks([f"to {EMAIL}"])
    assert "scrubadub:email" in str(caught.value)
    assert EMAIL not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_what_is_not_installed_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "scrubadub", None)
    with pytest.raises(MissingDependencyError) as caught:
        ScrubadubOpinion()
    assert caught.value.hint == 'pip install "sluicegate[scrubadub]"'
