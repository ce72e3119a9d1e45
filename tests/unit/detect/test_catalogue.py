from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from sluicegate.detect import Scanner, canary_texts, redaction_label
from sluicegate.detect.budget import UNREAD
from sluicegate.errors import DetectionError

GOOD = {
    "id": "staff_number",
    "data_class": "staff_number",
    "pattern": "STAFF-[0-9]{6}",
    "anchor": {"literals": ["STAFF-"]},
    "score": 0.8,
    "examples": {"match": ["STAFF-{digits:6}"], "no_match": ["STAFF-12"]},
    "source": "house rule",
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(**changes: object) -> Path:
        path = tmp_path / "own.yaml"
        entry = {k: v for k, v in {**GOOD, **changes}.items() if v is not None}
        path.write_text(yaml.safe_dump({"detectors": [entry]}))
        return path

    return _write


def test_every_detector_fires_on_its_examples_and_on_no_counter_example(scanner: Scanner) -> None:
    for detector in scanner.detectors:
        # What was not read has no pattern, and so no example.
        assert detector.examples.match or detector is UNREAD, detector.id
        assert detector.examples.no_match or detector is UNREAD, detector.id
        assert detector.source, detector.id


def test_what_the_first_release_promises_is_there(scanner: Scanner) -> None:
    classes = {d.data_class for d in scanner.detectors}
    assert classes == {
        *("email", "phone", "card", "iban", "us_ssn", "ip", "mac", "url", "secret"),
        *("national_id", "tax_id", "health_id", "driving_licence", "passport", "medical_record"),
        *("date_of_birth", "address", "coordinates", "username", "imei", "vin"),
        *("bank_account", "bank_routing", "crypto_wallet", "unread"),
    }
    assert sum(d.data_class != "secret" for d in scanner.detectors) >= 60
    ids = {d.id for d in scanner.detectors}
    assert {
        "jwt",
        "private_key",
        "aws_access_key_id",
        "github_token",
        "slack_token",
        "password_assignment",
        "url_credentials",
    } <= ids


def test_the_version_names_catalogue_number_and_digest(scanner: Scanner) -> None:
    catalogue, number, digest = scanner.version.split("/")
    assert catalogue == "1"
    assert number == str(len(scanner.detectors))
    assert len(digest) == 12
    assert Scanner.load().version == scanner.version


def test_each_detector_has_a_canary_in_which_it_wins(scanner: Scanner) -> None:
    canaries = canary_texts(scanner)
    watching = [d.id for d in scanner.detectors if not d.advisory and d is not UNREAD]
    assert [name for name, _ in canaries] == watching
    for name, text in canaries:
        assert name in {span.detector for span in scanner.scan_text(text)}


def test_labels_are_the_data_class_in_capitals(scanner: Scanner) -> None:
    labels = {d.id: redaction_label(d) for d in scanner.detectors}
    assert labels["email"] == "EMAIL"
    assert labels["github_token"] == "SECRET"


def test_a_detector_of_ones_own(write: Write) -> None:
    own = Scanner.load([write()])
    assert [s.detector for s in own.scan_text("id STAFF-123456.")] == ["staff_number"]
    assert own.version != Scanner.load().version


@pytest.mark.parametrize(
    ("pattern", "anchor", "text"),
    [
        ("[0-9]", {"shape": "digits", "digits": 1}, "floor 7"),
        ("[0-9](?:\\.[0-9]){3}", {"shape": "dotted"}, "1.2.3.4 floor"),
        ("DE[0-9]{2}[A-Z]{30}", {"shape": "country_check"}, "DE12" + "A" * 30 + " floor"),
        ("r:[a-z]{9}", {"literals": ["r:"]}, "floor r:abcdefghi"),
    ],
)
def test_a_required_word_is_seen_whatever_the_anchor(
    write: Write, pattern: str, anchor: dict[str, object], text: str
) -> None:
    examples = {"match": [text], "no_match": [text.replace("floor", "dance")]}
    own = Scanner.load(
        [
            write(
                pattern=pattern,
                anchor=anchor,
                context=["floor"],
                context_required=True,
                examples=examples,
            )
        ]
    )
    assert "staff_number" in {span.detector for span in own.scan_text(text)}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pattern": "STAFF-[0-9]+"}, "no upper bound"),
        ({"pattern": "(?:STAFF-)?"}, "matches nothing"),
        ({"pattern": "STAFF-["}, "does not compile"),
        ({"pattern": "STAFF-\u20ac"}, "does not compile"),
        ({"anchor": {}}, "needs an anchor"),
        ({"anchor": {"literals": ["STAFF-"], "shape": "digits"}}, "needs an anchor"),
        ({"anchor": {"literals": ["NEVER"]}}, "loses matches of staff_number"),
        ({"anchor": {"literals": ["STAFF-"], "reach": [1, 1]}}, "loses matches of staff_number"),
        ({"anchor": {"expressions": ["(?<=a)b"]}}, "do not compile"),
        ({"anchor": {"expressions": ["("]}}, "do not compile"),
        ({"anchor": {"literal": ["STAFF-"]}}, "unknown 'literal'"),
        ({"examples": {"match": ["nothing here"]}}, "misses an example"),
        ({"examples": {"match": ["STAFF-123456"], "no_match": ["STAFF-123456"]}}, "fires on"),
        ({"examples": {"match": []}}, "no example"),
        ({"validator": "none_such"}, "unknown validator"),
        ({"score": 2}, "between 0 and 1"),
        ({"score": 0.1}, "misses an example"),
        ({"score": True}, "between 0 and 1"),
        ({"scores": 0.5}, "unknown 'scores'"),
        ({"source": None}, "missing 'source'"),
        ({"id": "email"}, "defined twice"),
        ({"pattern": 7}, "malformed"),
        ({"examples": "x"}, "unknown 'x'"),
    ],
)
def test_a_wrong_detector_is_an_error_that_names_it(
    write: Write, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(DetectionError, match=message):
        Scanner.load([write(**changes)])


@pytest.mark.parametrize(
    "text", ["", "[]", "detectors: {}", "detectors: [1]", "a: [", "detectors: [{id: 3}]"]
)
def test_a_wrong_file_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(DetectionError, match=r"own\.yaml"):
        Scanner.load([path])


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DetectionError, match="cannot be read"):
        Scanner.load([tmp_path / "none.yaml"])


def test_a_file_cannot_run_code(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("detectors: !!python/object/apply:os.system ['true']")
    with pytest.raises(DetectionError, match="not YAML"):
        Scanner.load([path])
