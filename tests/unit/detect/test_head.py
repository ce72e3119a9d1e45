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


@pytest.mark.parametrize("seed", range(4))
def test_every_match_of_any_pattern_begins_with_its_head(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(40):
        before = rng.choice([b"", b"(?<!a)", b"(?<![1_])(?<!ab)", b"(?<=[b1])"])
        expression, caseless = before + _expression(rng, rng.choice([1, 2, 2])), rng.random() < 0.5
        pattern = re.compile(expression, re.IGNORECASE if caseless else 0)
        if pattern.fullmatch(b""):
            continue
        head = head_of(expression, caseless)
        for _ in range(8):
            text = bytes(rng.choices(b"abAB1_ \n", k=30))
            # From each place, so that one match hides none.
            starts = {m.start() for n in range(30) if (m := pattern.match(text, n)) and m[0]}
            assert head is None or all(head.match(text, start) for start in starts)


def _expression(rng: random.Random, depth: int) -> bytes:
    """Write a pattern at random over a few bytes."""
    if not depth:
        return rng.choice([b"a", b"B", b"1", b"_", b"[ab]", b"[^a1]", rb"\d", rb"\W", b".", b"\n"])
    parts = [_expression(rng, depth - 1) for _ in range(rng.randrange(1, 4))]
    forms = [
        b"(?:%s)",
        b"(?:%s)?",
        b"(?:%s){1,3}",
        b"(?:%s)*?",
        b"(?>%s)",
        b"(?:%s){2}+",
        b"(?=%s).",
    ]
    if rng.random() < 0.4:  # as often as not
        return b"(?:%s)" % b"|".join(parts)
    return b"".join(rng.choice(forms) % part for part in parts)


def _check(pattern: re.Pattern[bytes], head: re.Pattern[bytes] | None, text: bytes) -> None:
    for match in pattern.finditer(text):
        assert head is None or head.match(text, match.start())


def test_a_search_for_escapes_skips_to_the_next_byte_that_may_be_one() -> None:
    """Without a set of first bytes it tries every form at each byte: twenty times as slow."""
    assert _compiler._get_charset_prefix(_parser.parse(SPLIT.pattern), 0)
