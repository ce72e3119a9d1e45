"""What is remembered of one line never hides a finding of another."""

from __future__ import annotations

import random
import string
import uuid

import pytest

from sluicegate.detect import open_scanner
from sluicegate.gate.values import TextRedactor
from sluicegate.gate.values.sight import Sight
from sluicegate.gate.values.templates import Templates


@pytest.fixture(scope="module")
def sight() -> Sight:
    return Sight(open_scanner())


def _other_digits(text: str, draw: random.Random) -> str:
    """Draw every digit anew, and nothing else."""
    return "".join(draw.choice(string.digits) if sign in string.digits else sign for sign in text)


@pytest.mark.parametrize("form", ["2026-11-28T07:23:23Z row 12: value={} in 0.52 s"])
def test_no_example_hides_behind_its_siblings(sight: Sight, form: str) -> None:
    """An example of every detector is found after lines of its form were found clean."""
    draw = random.Random(form)
    fresh = Sight(sight.scanner)
    redact = TextRedactor(fresh)
    for detector in sight.scanner.detectors:
        for example in detector.examples.match[:1]:
            line = form.format(example)
            expected = sight.scanner.scan_text(line, advisory=False)
            for _ in range(3):
                redact(_other_digits(line, draw))
            assert (redact(line) != line) == bool(expected), detector.id


def test_forms_are_told_apart(sight: Sight) -> None:
    redact = TextRedactor(Sight(sight.scanner))
    for clean in (
        "call 000 000 0000",
        "host 10.0.0.1x",
        "card 4111111111111112",
        "born 45.99.1980",
    ):
        redact(clean)
    for dirty in ("card 4111111111111111", "tel: 212-555-0123", "born 12.03.1980"):
        assert "{" in redact(dirty)


def test_what_may_differ_is_scanned_once(sight: Sight) -> None:
    seen: list[bytes] = []

    def dirty(rows: list[bytes]) -> list[bool]:
        seen.extend(rows)
        return [False] * len(rows)

    templates = Templates(dirty)  # type: ignore[arg-type]
    first = f"2026-11-28T07:23:23.123Z wrote 12 rows as {uuid.UUID(int=3 << 76 | 8 << 60)} in 1.5 s"
    templates.learn(first.encode())
    assert not seen
    templates.learn(first.encode())
    assert len(seen) == 8
    assert len({len(row) for row in seen}) == 1
    other = f"2026-11-28T08:59:01.999Z wrote 99 rows as {uuid.uuid4()} in 7.1 s"
    assert templates.knows(other.encode())
    for text in (other.replace("-28T", "-29T"), other.replace("rows", "cats"), other + "1"):
        assert not templates.knows(text.encode())


def test_a_form_that_digits_decide_binds_them_all(sight: Sight) -> None:
    templates = Templates(lambda rows: [True] * len(rows))
    templates.learn(b"code 12")
    templates.learn(b"code 12")
    assert templates.knows(b"code 12")
    assert not templates.knows(b"code 13")


def test_the_memory_is_bounded(sight: Sight) -> None:
    templates = Templates(lambda rows: [False] * len(rows))
    for number in range(5000):
        for _ in range(2):
            templates.learn(b"a" * (number % 71) + b"b" * (number // 71))
    for number in range(1002):
        templates.learn(b"id 1234%06d" % number)
    assert templates.knows(b"id 1234000999")
    assert not templates.knows(b"id 1234000001")


def test_long_runs_of_letters_cost_no_more_than_their_bytes(sight: Sight) -> None:
    templates = Templates(lambda rows: [False] * len(rows))
    for text in (b"a" * 2048, b"a1" * 1024, b"1" * 2048, b"1 " * 1024, b"-" * 2048):
        templates.learn(text)
        templates.learn(text)
        assert templates.knows(text)


def test_nothing_in_a_text_passes_for_an_identifier(sight: Sight) -> None:
    templates = Templates(lambda rows: [False] * len(rows))
    secret = b"api key: " + str(uuid.uuid4()).encode()
    for stands_for_it in (b"api key: <id>", b"api key: \xff"):
        templates.learn(stands_for_it)
        templates.learn(stands_for_it)
        assert not templates.knows(secret)
