"""Redaction of bytes while they come."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.gate.line_redactor import LineRedactor

SECRET = "jane.roe@example.com"


def mark(text: str) -> str:
    return text.replace(SECRET, "{EMAIL}")


def through(data: bytes, *cuts: int) -> bytes:
    redactor = LineRedactor(mark)
    places = [0, *sorted(cuts), len(data)]
    shown = [redactor.feed(data[a:b]) for a, b in pairwise(places)]
    return b"".join([*shown, redactor.flush()])


@given(st.lists(st.integers(0, 60), max_size=6))
def test_where_the_bytes_are_cut_does_not_matter(cuts: list[int]) -> None:
    data = f"one {SECRET}\ntwo {SECRET}\rthree {SECRET}".encode()
    assert through(data, *cuts) == mark(data.decode()).encode()


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=5))
def test_what_holds_nothing_goes_through_as_it_is(data: bytes, cuts: list[int]) -> None:
    assert through(data, *cuts) == data


def test_a_line_is_shown_as_soon_as_it_ends() -> None:
    redactor = LineRedactor(mark)
    assert redactor.feed(b"wait") == b""
    assert redactor.feed(b" for it\nnext") == b"wait for it\n"
    assert redactor.flush() == b"next"


def test_a_line_without_end_is_cut_between_words_and_bounded() -> None:
    redactor = LineRedactor(mark)
    word = b"word " * 100
    shown = b"".join(redactor.feed(word) for _ in range(1000))
    assert len(shown) >= 1000 * len(word) - (80 << 10)
    assert shown + redactor.flush() == word * 1000
    long = b"x" * (63 << 10) + b" " + SECRET.encode() + b" " + b"y" * (63 << 10)
    assert SECRET.encode() not in through(long, 32 << 10, 64 << 10, 65 << 10)


def test_a_block_is_shown_as_a_whole() -> None:
    seen: list[str] = []

    def keep(text: str) -> str:
        seen.append(text)
        return text

    redactor = LineRedactor(keep)
    for line in (b"-----BEGIN PRIVATE KEY-----\n", b"AAAA\n", b"BBBB\n"):
        assert redactor.feed(line) == b""
    redactor.feed(b"-----END PRIVATE KEY-----\n")
    assert seen == ["-----BEGIN PRIVATE KEY-----\nAAAA\nBBBB\n-----END PRIVATE KEY-----\n"]


def test_a_block_that_never_ends_holds_back_a_bounded_part() -> None:
    redactor = LineRedactor(mark)
    redactor.feed(b"-----BEGIN PRIVATE KEY-----\n")
    shown = b"".join(redactor.feed(b"still going\n") for _ in range(20_000))
    assert len(shown) > 100_000


@pytest.mark.parametrize("zeros", [SECRET.encode("utf-16-le"), b"\0".join([b"a", SECRET.encode()])])
def test_zero_bytes_hide_nothing(zeros: bytes) -> None:
    shown = through(zeros + b"\n")
    assert SECRET.encode() not in shown.replace(b"\0", b"")


def test_what_cannot_be_looked_through_is_withheld() -> None:
    def broken(text: str) -> str:
        raise ValueError(text)

    redactor = LineRedactor(broken)
    assert redactor.feed(SECRET.encode() + b"\n") == (
        b"(21 bytes withheld: they could not be looked through)\n"
    )
