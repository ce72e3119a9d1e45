"""The keyed step equals the CMAC of a maintained library, and refuses what is no digest."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.errors import MaskingError
from sluicegate.mask import Pseudonymizer, hexadecimal, inner_digest
from sluicegate.model.data import DataClass
from sluicegate.model.sensitive import Sensitive

EMAIL = DataClass("email")


def reference(key: bytes, digest: str) -> str:
    mac = CMAC(AES(key))
    mac.update(bytes.fromhex(digest))
    return mac.finalize().hex()


@given(
    st.binary(min_size=32, max_size=32),
    st.lists(st.none() | st.binary(min_size=32, max_size=32).map(bytes.hex)),
    st.integers(16, 32),
)
def test_it_equals_the_cmac_of_cryptography(
    key: bytes, digests: list[str | None], length: int
) -> None:
    result = Pseudonymizer(Sensitive(key)).apply(pa.array(digests, pa.string()), length)
    assert result.to_pylist() == [d and reference(key, d)[:length] for d in digests]


@given(st.lists(st.none() | st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=3))
def test_a_slice_gives_the_same_as_its_values(digests: list[str | None]) -> None:
    masker = Pseudonymizer(Sensitive(b"k" * 32))
    array = pa.array(digests, pa.large_string())
    assert masker.apply(array[1:], 32).equals(masker.apply(array, 32)[1:])


@pytest.mark.parametrize("before", ["", "a", "abc"])
def test_digests_may_begin_at_any_byte(before: str) -> None:
    array = pa.array([before, "1f" * 32, None], pa.string())[1:]
    masked = Pseudonymizer(Sensitive(b"k" * 32)).apply(array, 32)
    assert masked.to_pylist() == [reference(b"k" * 32, "1f" * 32), None]


def test_a_dictionary_is_masked_as_its_values_are() -> None:
    array = pa.array(["0" * 64, None, "f" * 64, "0" * 64])
    masker = Pseudonymizer(Sensitive(b"k" * 32))
    assert masker.apply(array.dictionary_encode(), 20).equals(masker.apply(array, 20))


@pytest.mark.parametrize(
    "value", ["", "ab", "g" * 64, "A" * 64, "0" * 63, "0" * 65, "0" * 63 + "é", " " + "0" * 63]
)
def test_what_is_no_digest_fails_without_being_shown(value: str) -> None:
    digests = pa.array(["0" * 64, value])
    with pytest.raises(MaskingError) as caught:
        Pseudonymizer(Sensitive(b"k" * 32)).apply(digests, 32)
    assert not value or value not in str(caught.value)


def test_the_inner_digest_tags_class_and_type() -> None:
    expected = hashlib.sha256(b"sluicegate:1:email:text:42").hexdigest()
    assert inner_digest(pa.array(["42", None]), EMAIL).to_pylist() == [expected, None]
    number = hashlib.sha256(b"sluicegate:1:email:int:42").hexdigest()
    assert inner_digest(pa.array([42]), EMAIL).to_pylist() == [number]
    assert expected != number


@pytest.mark.parametrize("kind", [pa.int8(), pa.int32(), pa.int64()])
def test_widths_of_integers_do_not_matter(kind: pa.DataType) -> None:
    same = inner_digest(pa.array([-7], kind), EMAIL)
    assert same.equals(inner_digest(pa.array([-7], pa.int16()), EMAIL))


@pytest.mark.parametrize("kind", [pa.float64(), pa.timestamp("us"), pa.decimal128(9, 2)])
def test_types_without_a_canonical_form_are_refused(kind: pa.DataType) -> None:
    with pytest.raises(MaskingError, match="text, an integer or a UUID"):
        inner_digest(pa.nulls(1, kind), EMAIL)


@pytest.mark.parametrize("place", [0, 1, 63])
def test_only_digits_and_small_letters_are_hexadecimal(place: int) -> None:
    for sign in map(chr, range(128)):
        text = "4" * place + sign + "c" * (63 - place)
        good = sign in "0123456789abcdef"
        found = hexadecimal.decode(pa.array(["0" * 64, text, "f" * 64]), 64)
        assert (found is not None) is good, ascii(sign)
        if found is not None:
            assert found[1].tobytes() == bytes.fromhex(text)
    assert hexadecimal.decode(pa.array(["é" * 32]), 64) is None


@given(st.lists(st.binary(min_size=16, max_size=16)), st.integers(0, 16).map(lambda n: 2 * n))
def test_bytes_are_written_as_their_digits(rows: list[bytes], digits: int) -> None:
    given_rows = np.frombuffer(b"".join(rows), np.uint8).reshape(-1, 16)
    assert hexadecimal.encode(given_rows, digits).to_pylist() == [r.hex()[:digits] for r in rows]
