"""The generated corpus: always the same, labelled where it says, and not made of the catalogue."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from sluicegate.detect import Scanner
from sluicegate.detect.evaluation import (
    OVERALL,
    Sample,
    evaluate,
    scanner_finder,
    scorecard_markdown,
    standard_labels,
)
from sluicegate.detect.evaluation.generated import GENERATED, generated_corpus
from sluicegate.detect.evaluation.summary import scorecard_summary
from sluicegate.detect.measured import measured_detection

SCORECARD = Path(__file__).parents[3] / "docs" / "detection-scorecard.json"


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return list(generated_corpus())


def values(samples: list[Sample], label: str) -> list[str]:
    return [s.text[g.start : g.end] for s in samples for g in s.spans if g.label == label]


def fingerprint(samples: list[Sample]) -> str:
    told = [[s.text, [(g.start, g.end, g.label) for g in s.spans], s.scope] for s in samples]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def test_it_is_the_same_in_every_process(samples: list[Sample]) -> None:
    code = (
        "import sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from test_evaluation_generated import fingerprint\n"
        "from sluicegate.detect.evaluation.generated import generated_corpus\n"
        "print(fingerprint(list(generated_corpus())))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert done.stdout.strip() == fingerprint(samples)


def test_another_seed_gives_other_values_in_as_many_samples(samples: list[Sample]) -> None:
    other = list(generated_corpus("other"))
    assert len(other) == len(samples)
    assert not set(values(other, "CREDIT_CARD")) & set(values(samples, "CREDIT_CARD"))


def test_it_is_large_and_every_core_class_is_well_supported(samples: list[Sample]) -> None:
    assert len(samples) >= 5000
    support = Counter(g.label for s in samples for g in s.spans)
    assert len(support) == 9
    assert min(support.values()) >= 400
    assert sum(not s.spans and s.scope == ("*",) for s in samples) >= 1400


def test_labels_stand_where_the_values_are(samples: list[Sample]) -> None:
    for one in samples:
        for g in one.spans:
            value = one.text[g.start : g.end]
            assert value == value.strip() != ""
            assert "{" not in value
    for address in values(samples, "EMAIL"):
        assert re.fullmatch(r"[\w.+-]+@[\w.-]+", address, re.ASCII)
    for address in values(samples, "MAC"):
        assert len(re.sub("[^0-9A-Fa-f]", "", address)) == 12


def test_no_slot_of_a_frame_is_left_open(samples: list[Sample]) -> None:
    names = "EMAIL|PHONE|CREDIT_CARD|IBAN|SSN|IP|MAC|URL|TOKEN|GENERIC|LOGIN|KEY|name|city|n7"
    assert not [s.text for s in samples if re.search(rf"\{{({names})\}}", s.text)]


def test_check_digits_are_right(samples: list[Sample]) -> None:
    for number in values(samples, "IBAN"):
        plain = number.replace(" ", "")
        assert int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1
    for number in values(samples, "CREDIT_CARD"):
        digits = [int(c) for c in number if c.isdigit()]
        doubled = [d * 2 - 9 * (d > 4) for d in digits[-2::-2]]
        assert (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def test_what_names_a_machine_or_a_person_is_reserved(samples: list[Sample]) -> None:
    for address in values(samples, "EMAIL") + values(samples, "URL"):
        host = re.split(r"[/:?#]", address.split("@")[-1].split("://")[-1])[0].lower()
        assert re.search(r"(^|\.)(example\.(com|org|net)|mail\.example|corp\.test)$", host)
    for address in values(samples, "IP"):
        assert ipaddress.ip_address(address).is_private


def test_it_holds_no_example_of_the_catalogue(samples: list[Sample], scanner: Scanner) -> None:
    """Else detectors would be measured by what they were written with."""
    found = {
        v for label in ("CREDIT_CARD", "IBAN", "SECRET", "SSN") for v in values(samples, label)
    }
    examples = " ".join(e for d in scanner.detectors for e in d.examples.match)
    words = set(examples.split())
    assert not {v for v in found if v in words or (len(v) > 12 and v in examples)}


def test_the_stored_scorecard_is_of_this_corpus(samples: list[Sample], scanner: Scanner) -> None:
    stored = json.loads(SCORECARD.read_text("utf-8"))["corpora"][GENERATED]
    result = evaluate(GENERATED, samples, scanner_finder(scanner), standard_labels())
    assert stored["digest"] == result.digest
    assert stored["samples"] == len(samples)


def test_the_scorecard_for_people_is_that_for_programs() -> None:
    document = json.loads(SCORECARD.read_text("utf-8"))
    text = SCORECARD.with_suffix(".md").read_text("utf-8")
    assert text == scorecard_markdown(document)
    assert not re.search(r"20\d\d-\d\d|MB/s|(?<!\w)/\w+/", text)


def test_attestations_carry_the_measures_of_the_scorecard() -> None:
    """The package holds a part of the stored scorecard, which is the one source."""
    document = json.loads(SCORECARD.read_text("utf-8"))
    assert measured_detection() == scorecard_summary(document), "run `make scorecard-update`"
    for name, corpus in measured_detection().items():
        row = document["corpora"][name]["rows"][OVERALL]
        assert corpus["all"]["recall"] == row["recall"]
        assert corpus["detectors"] == document["corpora"][name]["catalogue"]


def test_a_detector_that_goes_blind_shows_in_the_scores(
    samples: list[Sample], scanner: Scanner
) -> None:
    """The corpus can tell a good catalogue from a worse one."""
    find = scanner_finder(scanner)

    def f1_of_iban(blind: bool) -> float:
        result = evaluate(
            "made",
            samples,
            lambda texts: [
                [f for f in found if not (blind and f.detector == "iban")] for found in find(texts)
            ],
            standard_labels(),
        )
        f1 = next(r for r in result.rows if r.name == "iban").measures.f1
        assert f1 is not None
        return f1.value

    assert f1_of_iban(blind=False) > 0.9
    assert f1_of_iban(blind=True) < 0.1
