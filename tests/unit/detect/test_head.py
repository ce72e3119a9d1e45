"""What every match begins with, told from the pattern."""

from __future__ import annotations

import itertools
import random
import re
from re import _compiler, _parser  # type: ignore[attr-defined]  # not in the stubs

import pytest

from sluicegate.detect import Scanner
from sluicegate.detect.budget import UNREAD
from sluicegate.detect.escapes import SPLIT
from sluicegate.detect.head import head_of, is_named


@pytest.mark.parametrize(
    ("expression", "text", "places"),
    [
        (rb"(?<![0-9A-Za-z])[0-9]{3}", b"123 a456 -7 -789", [0, 13]),
        (rb"(?<![0-9][.])[0-9]+", b"1.2 34", [0, 4, 5]),
        (rb"(?:(?<=ip:)|(?<![a-z:]))[0-9a]", b"xa ip:1 :2 a", [6, 11]),
        (rb"(?:a|b)?c", b"xabc", [2, 3]),
        (rb"(?=[0-9])[^ ]", b"a 1", [0, 2]),
        (
            rb"(?:api|app)?_?(?P<k>key)|to(?P=k)",
            b"api_key app_k _key tok",
            [0, 3, 4, 8, 14, 15, 19],
        ),
        (rb"[ab]{2,3}c", b"abac abab aac", [0, 1, 10]),
        (rb"[^a-z]\d+\w", b"a12 -3x -x4 -567", [4, 12, 13]),
    ],
)
def test_a_head_stands_where_a_match_may_begin(
    expression: bytes, text: bytes, places: list[int]
) -> None:
    head = head_of(expression, caseless=False)
    found = range(len(text)) if head is None else [m.start() for m in head.finditer(text)]
    assert list(found) == places


def test_a_head_ignores_case_where_its_pattern_does() -> None:
    head = head_of(rb"(?<!x)token", caseless=True)
    assert head is not None
    assert [m.start() for m in head.finditer(b"Token xTOKEN ttoken xtocen")] == [0, 14]


def test_a_part_in_another_case_leaves_the_head_untold() -> None:
    assert head_of(rb"(?i:t)oken", caseless=False) is None


def test_a_pattern_that_matches_nothing_has_no_head() -> None:
    assert UNREAD.head is None


def test_every_match_of_every_detector_begins_with_its_head() -> None:
    rng = random.Random(5)
    detectors = Scanner.load().detectors
    texts = [t.encode() for d in detectors for t in d.examples.match if len(t) < 2000]
    for detector in detectors:
        own = [t.encode() for t in detector.examples.match]
        for text in [*own, *(t + rng.choice([b"", b" ", b"x"]) + t for t in own)]:
            _check(detector.pattern, detector.head, text)
        for text in rng.sample(texts, 20):
            _check(detector.pattern, detector.head, text)


def test_of_very_many_ways_to_begin_the_first_byte_is_told() -> None:
    words = [bytes(word) for word in itertools.product(b"abcdefghijklm", repeat=3)]
    head = head_of(b"(?:%s)z" % b"|".join(words), caseless=False)
    assert head is not None
    assert all(head.match(word + b"z") for word in words)


def test_a_detector_is_named_if_each_match_begins_with_a_name() -> None:
    assert is_named(rb"(?<![a-z])(?:api|app)_?key", caseless=True)
    assert not is_named(rb"(?:api|[a-z]+)_key", caseless=True)
    assert not is_named(rb"[0-9]{16}", caseless=False)
    assert not is_named(rb"(?!)", caseless=False)


def _check(pattern: re.Pattern[bytes], head: re.Pattern[bytes] | None, text: bytes) -> None:
    for match in pattern.finditer(text):
        assert head is None or head.match(text, match.start())


def test_a_search_for_escapes_skips_to_the_next_byte_that_may_be_one() -> None:
    """Without a set of first bytes it tries every form at each byte: twenty times as slow."""
    assert _compiler._get_charset_prefix(_parser.parse(SPLIT.pattern), 0)
