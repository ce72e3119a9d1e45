"""FF1 gives NIST's samples, the standard's own steps and what a maintained library gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.mask import ff1_reference

from sluicegate.errors import MaskingError
from sluicegate.mask.ff1 import FF1, SMALLEST_DOMAIN
from sluicegate.model.sensitive import Sensitive

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
KEY_256 = bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94")
KEYS = {128: KEY_256[:16], 192: KEY_256[:24], 256: KEY_256}
NO_TWEAK, DIGITS_TWEAK, LETTERS_TWEAK = "", "39383736353433323130", "3737373770717273373737"
NIST = [  # "FF1samples.pdf" of NIST's examples with intermediate values, samples 1 to 9
    (128, 10, NO_TWEAK, "0123456789", "2433477484"),
    (128, 10, DIGITS_TWEAK, "0123456789", "6124200773"),
    (128, 36, LETTERS_TWEAK, "0123456789abcdefghi", "a9tv40mll9kdu509eum"),
    (192, 10, NO_TWEAK, "0123456789", "2830668132"),
    (192, 10, DIGITS_TWEAK, "0123456789", "2496655549"),
    (192, 36, LETTERS_TWEAK, "0123456789abcdefghi", "xbj3kv35jrawxv32ysr"),
    (256, 10, NO_TWEAK, "0123456789", "6657667009"),
    (256, 10, DIGITS_TWEAK, "0123456789", "1001623463"),
    (256, 36, LETTERS_TWEAK, "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"),
]


def numerals(*texts: str) -> np.ndarray:
    return np.array([[ALPHABET.index(c) for c in text] for text in texts], np.uint8)


def text(row: np.ndarray) -> str:
    return "".join(ALPHABET[i] for i in row)


@pytest.mark.parametrize(("bits", "radix", "tweak", "plain", "expected"), NIST)
def test_samples_of_nist(bits: int, radix: int, tweak: str, plain: str, expected: str) -> None:
    cipher = FF1(Sensitive(KEYS[bits]), radix)
    encrypted = cipher.encrypt(numerals(plain), bytes.fromhex(tweak))
    assert text(encrypted[0]) == expected
    assert text(cipher.decrypt(encrypted, bytes.fromhex(tweak))[0]) == plain


def lengths(radix: int) -> st.SearchStrategy[int]:
    least = next(n for n in range(1, 30) if radix**n >= SMALLEST_DOMAIN)
    return st.integers(least, 90)


@given(st.data(), st.sampled_from([2, 10, 26, 36, 62, 255, 256]), st.binary(max_size=40))
def test_it_follows_the_standard_and_comes_back(
    data: st.DataObject, radix: int, tweak: bytes
) -> None:
    length = data.draw(lengths(radix))
    row = st.lists(st.integers(0, radix - 1), min_size=length, max_size=length)
    rows = data.draw(st.lists(row, min_size=1, max_size=3))
    key = data.draw(st.sampled_from(sorted(KEYS.values())))
    cipher = FF1(Sensitive(key), radix)
    plain = np.array(rows, np.uint8)
    encrypted = cipher.encrypt(plain, tweak)
    assert encrypted.tolist() == [ff1_reference.encrypt(key, radix, r, tweak) for r in rows]
    assert cipher.decrypt(encrypted, tweak).tolist() == rows


@pytest.mark.parametrize("extreme", [0, 1])
@pytest.mark.parametrize("length", [6, 17, 18, 19, 36, 37, 54])
def test_carries_run_through_all_limbs(length: int, extreme: int) -> None:
    plain = [9 * extreme] * length
    encrypted = FF1(Sensitive(KEY_256), 10).encrypt(np.array([plain] * 2, np.uint8), b"t")
    expected = ff1_reference.encrypt(KEY_256, 10, plain, b"t")
    assert encrypted.tolist() == [expected, expected]


def test_more_rows_than_fit_one_round_of_work_agree_with_each_alone() -> None:
    rng = np.random.default_rng(3)
    plain = rng.integers(0, 10, (20_001, 16)).astype(np.uint8)
    cipher = FF1(Sensitive(KEY_256), 10)
    encrypted = cipher.encrypt(plain)
    for row in (0, 8191, 8192, 16_384, 20_000):
        assert cipher.encrypt(plain[row : row + 1]).tolist() == [encrypted[row].tolist()]
    assert (cipher.decrypt(encrypted) == plain).all()


def test_all_values_of_the_smallest_domain_are_permuted() -> None:
    plain = np.stack([np.arange(10**6) // 10**p % 10 for p in range(5, -1, -1)], axis=1)
    encrypted = FF1(Sensitive(KEY_256), 10).encrypt(plain.astype(np.uint8))
    seen = encrypted.astype(np.int64) @ (10 ** np.arange(5, -1, -1))
    assert np.array_equal(np.sort(seen), np.arange(10**6))


@pytest.mark.parametrize(("radix", "length"), [(10, 5), (10, 0), (36, 3), (2, 19), (256, 2)])
def test_a_domain_below_a_million_is_refused(radix: int, length: int) -> None:
    with pytest.raises(MaskingError, match="too few"):
        FF1(Sensitive(KEY_256), radix).encrypt(np.zeros((1, length), np.uint8))


def test_a_numeral_outside_the_radix_is_refused_and_not_shown() -> None:
    with pytest.raises(MaskingError, match="radix 10") as caught:
        FF1(Sensitive(KEY_256), 10).encrypt(np.full((1, 8), 77, np.uint8))
    assert "77" not in str(caught.value)


def test_no_rows_give_no_rows_and_the_key_is_not_shown() -> None:
    cipher = FF1(Sensitive(KEY_256), 10)
    assert cipher.encrypt(np.zeros((0, 8), np.uint8)).shape == (0, 8)
    assert KEY_256.hex() not in repr(cipher)
