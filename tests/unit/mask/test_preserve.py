"""Format-preserving encryption keeps the format, comes back, and lets nothing pass unmasked."""

from __future__ import annotations

import string

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sluicegate.errors import MaskingError, UnknownNameError
from sluicegate.mask.ff1 import FF1
from sluicegate.mask.preserve import LONGEST, FormatPreserver
from sluicegate.model.sensitive import Sensitive

KEY = Sensitive(b"a key of a test, 32 bytes long..")
SEPARATORS = st.text(" -./:()+_\t", max_size=2)


def preserver(alphabet: str = "alphanumeric", tweak: bytes = b"card") -> FormatPreserver:
    return FormatPreserver(KEY, alphabet, tweak)


def values(alphabet: str, least: int, most: int = 20) -> st.SearchStrategy[str]:
    characters = st.lists(st.sampled_from(alphabet), min_size=least, max_size=most)
    return st.tuples(characters, st.lists(SEPARATORS, min_size=most)).map(
        lambda pair: "".join(s + c for c, s in zip(*pair, strict=False))
    )


def shape(text: str, alphabet: str) -> str:
    return "".join("#" if c in alphabet else c for c in text)


def style(text: str) -> tuple[bool, bool]:
    return any(c.isupper() for c in text), any(c.isupper() for c in text) and any(
        c.islower() for c in text
    )


@given(st.lists(st.none() | st.just("") | values(string.digits, 6)), st.integers(0, 2))
def test_digits_keep_their_format_and_come_back(texts: list[str | None], skip: int) -> None:
    array = pa.array(texts, pa.string())[skip:]
    masked = preserver("digits").apply(array)
    masked.validate(full=True)
    for before, after in zip(array.to_pylist(), masked.to_pylist(), strict=True):
        assert (before is None) == (after is None)
        if before is not None and after is not None:
            assert shape(before, string.digits) == shape(after, string.digits)
    assert preserver("digits").reveal(masked).equals(array)


LETTERS = string.ascii_letters + string.digits


@given(
    st.lists(
        st.none()
        | values(LETTERS, 4)
        | values(string.ascii_uppercase + string.digits, 4)
        | values(string.ascii_lowercase + string.digits, 4)
        | values(string.ascii_uppercase, 4)
    )
)
def test_letters_keep_their_format_and_style_and_come_back(texts: list[str | None]) -> None:
    array = pa.array(texts, pa.large_string())
    masked = preserver().apply(array)
    for before, after in zip(texts, masked.to_pylist(), strict=True):
        if before is not None and after is not None:
            assert shape(before, LETTERS) == shape(after, LETTERS)
            assert style(before) == style(after)
    assert preserver().reveal(masked).equals(array.cast(pa.string()))


def test_digits_are_ff1_of_the_digits_alone() -> None:
    array = pa.array(["4000-0012 3456.7899", "4000001234567899"])
    digits = np.array([[int(c) for c in "4000001234567899"]], np.uint8)
    expected = "".join(map(str, FF1(KEY, 10).encrypt(digits, b"card:digits")[0].tolist()))
    first, second = preserver("digits").apply(array).to_pylist()
    assert second == expected
    assert first.replace("-", "").replace(" ", "").replace(".", "") == expected


@pytest.mark.parametrize("alphabet", [string.ascii_uppercase, LETTERS])
def test_every_value_of_a_style_comes_out_once(alphabet: str) -> None:
    rng = np.random.default_rng(5)
    texts = {"".join(rng.choice(list(alphabet), 4)) for _ in range(30_000)}
    array = pa.array(sorted(texts))
    masked = preserver().apply(array)
    assert len(set(masked.to_pylist())) == len(texts)
    assert preserver().reveal(masked).equals(array)
    assert sum(a == b for a, b in zip(array, masked, strict=True)) < 5


def test_integers_leave_as_text_with_their_sign() -> None:
    masked = preserver("digits").apply(pa.array([1_234_567, -1_234_567, None]))
    positive, negative, nothing = masked.to_pylist()
    assert negative == "-" + positive
    assert nothing is None
    assert preserver("digits").reveal(masked).to_pylist() == ["1234567", "-1234567", None]


def test_a_dictionary_and_views_give_the_same() -> None:
    array = pa.array(["123456", None, "123456", "654321"])
    expected = preserver().apply(array)
    assert preserver().apply(array.dictionary_encode()).equals(expected)
    assert preserver().apply(array.cast(pa.string_view())).equals(expected)


def test_a_tweak_and_a_key_give_another_result() -> None:
    array = pa.array(["1234567890123456"])
    other = FormatPreserver(Sensitive(bytes(32)), "digits", b"card")
    results = {
        preserver("digits").apply(array)[0].as_py(),
        preserver("digits", b"iban").apply(array)[0].as_py(),
        other.apply(array)[0].as_py(),
    }
    assert len(results) == 3


@pytest.mark.parametrize(
    ("alphabet", "value"),
    [
        ("digits", "12345"),
        ("digits", "-"),
        ("digits", "   "),
        ("digits", "1-2-3-4-5"),
        ("alphanumeric", "abc"),
        ("alphanumeric", "A-b-9"),
        ("digits", "7" * (LONGEST + 1)),
        ("alphanumeric", "x" * (LONGEST + 1)),
    ],
)
def test_a_domain_that_is_too_small_names_the_row_and_no_value(alphabet: str, value: str) -> None:
    with pytest.raises(MaskingError, match="row 2 of the batch") as caught:
        preserver(alphabet).apply(pa.array(["1234567890", None, value]))
    assert value not in str(caught.value) or not value.strip("-")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("alphabet", "value"),
    [
        ("digits", "AB1234567"),  # letters would leave as they are
        ("digits", "４０００００１２３４５６７８９９"),  # full-width digits
        ("digits", "123456٣"),  # an Arabic digit among ours
        ("alphanumeric", "٠١٢٣٤٥٦٧"),
        ("alphanumeric", "Müller"),
        ("alphanumeric", "名前名前名前"),
        ("alphanumeric", "a\u200b1b2c3"),  # what cannot be seen
        ("digits", "123456\x00"),
        ("digits", "123456²"),
    ],
)
def test_what_would_pass_unmasked_is_refused_and_not_shown(alphabet: str, value: str) -> None:
    with pytest.raises(MaskingError, match="row 1 of the batch") as caught:
        preserver(alphabet).apply(pa.array(["123456", value, "1"]))
    assert value not in str(caught.value)


@given(st.text(min_size=1, max_size=12), st.sampled_from(["digits", "alphanumeric"]))
def test_no_text_passes_as_it_is(text: str, alphabet: str) -> None:
    try:
        masked = preserver(alphabet).apply(pa.array([text]))
    except MaskingError:
        return
    assume(len(text) > 3)
    assert masked[0].as_py() != text


def test_types_without_characters_are_refused() -> None:
    with pytest.raises(MaskingError, match="double"):
        preserver().apply(pa.array([1.5]))
    with pytest.raises(UnknownNameError, match="alphanumeric"):
        preserver("letters")


def test_the_key_is_not_shown() -> None:
    assert "***" in repr(preserver())
