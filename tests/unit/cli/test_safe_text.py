from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from sluicegate.cli.safe_text import safe_text


def test_an_escape_sequence_is_spelled_out() -> None:
    assert safe_text("a\x1b[2Jb\r\n") == "a\\x1b[2Jb\\x0d\\x0a"


def test_a_direction_mark_is_spelled_out() -> None:
    assert safe_text("a\u202eb") == "a\\u202eb"


def test_a_character_beyond_the_basic_plane_is_spelled_with_eight_digits() -> None:
    assert safe_text("\U000e0041") == "\\U000e0041"


@given(st.text())
def test_nothing_is_left_that_a_terminal_acts_on(text: str) -> None:
    safe = safe_text(text)
    assert not {unicodedata.category(c) for c in safe} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_ordinary_text_stays(text: str) -> None:
    assert safe_text(text) == text
