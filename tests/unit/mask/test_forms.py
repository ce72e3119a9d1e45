"""Every form is cut from the same keyed bits, keeps NULL and equality, and has its shape."""

from __future__ import annotations

import base64
import uuid

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.errors import MaskingError, UnknownNameError
from sluicegate.mask import Pseudonymizer
from sluicegate.mask.forms import pseudonym
from sluicegate.model.sensitive import Sensitive

KEY = b"a key of a test, 32 bytes long.."
DIGESTS = st.lists(st.none() | st.binary(min_size=32, max_size=32).map(bytes.hex))


def keyed(digest: str, label: bytes = b"") -> bytes:
    mac = CMAC(AES(KEY))
    mac.update(bytes.fromhex(digest) + label)
    return mac.finalize()


def form_of(digests: pa.Array, form: str, length: int = 32) -> pa.Array:
    return pseudonym(digests, Pseudonymizer(Sensitive(KEY)), form, length)


@given(DIGESTS, st.integers(16, 32))
def test_hex_and_base32_are_the_front_of_the_keyed_bits(
    digests: list[str | None], length: int
) -> None:
    array = pa.array(digests, pa.string())
    assert form_of(array, "hex", length).to_pylist() == [
        d and keyed(d).hex()[:length] for d in digests
    ]
    whole = [d and base64.b32encode(keyed(d)).decode().lower().rstrip("=") for d in digests]
    characters = -(-length * 4 // 5)
    assert form_of(array, "base32", length).to_pylist() == [w and w[:characters] for w in whole]


@given(DIGESTS)
def test_integers_are_the_first_63_bits(digests: list[str | None]) -> None:
    result = form_of(pa.array(digests, pa.string()), "integer")
    assert result.type == pa.int64()
    expected = [d and int.from_bytes(keyed(d)[:8]) >> 1 for d in digests]
    assert result.to_pylist() == expected


@given(DIGESTS)
def test_uuids_are_of_version_8_and_its_variant(digests: list[str | None]) -> None:
    for digest, text in zip(digests, form_of(pa.array(digests, pa.string()), "uuid"), strict=True):
        if digest is None:
            assert text.as_py() is None
            continue
        made = uuid.UUID(text.as_py())
        assert str(made) == text.as_py()
        assert (made.version, made.variant) == (8, uuid.RFC_4122)
        free = ~(0xF << 76 | 0x3 << 62)
        assert made.int & free == int.from_bytes(keyed(digest)) & free


@given(DIGESTS, st.sampled_from(["hex", "base32", "integer", "uuid"]))
def test_a_dictionary_gives_what_its_values_give(digests: list[str | None], form: str) -> None:
    array = pa.array(digests * 2, pa.string())
    assert form_of(array.dictionary_encode(), form).equals(form_of(array, form))


@pytest.mark.parametrize("form", ["hex", "base32", "integer", "uuid"])
def test_what_is_no_digest_is_refused_without_being_shown(form: str) -> None:
    with pytest.raises(MaskingError) as caught:
        form_of(pa.array(["ada@example.com"]), form)
    assert "ada" not in str(caught.value)


def test_an_unknown_form_names_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match="base32"):
        form_of(pa.array(["0" * 64]), "base23")


@given(st.binary(min_size=32, max_size=32).map(bytes.hex), st.binary(min_size=16, max_size=16))
def test_a_label_goes_behind_the_digest(digest: str, label: bytes) -> None:
    blocks = Pseudonymizer(Sensitive(KEY)).blocks(pa.array([digest]), label)
    assert blocks.tobytes() == keyed(digest, label)
