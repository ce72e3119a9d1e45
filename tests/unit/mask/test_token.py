"""Tokens come back under their key, purpose and class, and under nothing else."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.errors import MaskingError
from sluicegate.mask.token import SivTokenizer
from sluicegate.model.data import DataClass
from sluicegate.model.sensitive import Sensitive

EMAIL, PHONE = DataClass("email"), DataClass("phone")
KEY = Sensitive(bytes(range(64)))


def tokenizer(purpose: str = "churn") -> SivTokenizer:
    return SivTokenizer(KEY, purpose=purpose)


def test_the_cipher_gives_the_examples_of_rfc_5297() -> None:
    key = bytes.fromhex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    bound = [bytes.fromhex("101112131415161718191a1b1c1d1e1f2021222324252627")]
    sealed = AESSIV(key).encrypt(bytes.fromhex("112233445566778899aabbccddee"), bound)
    assert sealed.hex() == "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c"
    key = bytes.fromhex("7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f")
    bound = [
        bytes.fromhex(
            "00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100"
        ),
        bytes.fromhex("102030405060708090a0"),
        bytes.fromhex("09f911029d74e35bd84156c5635688c0"),
    ]
    sealed = AESSIV(key).encrypt(b"this is some plaintext to encrypt using SIV-AES", bound)
    assert sealed.hex() == (
        "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17"
        "dba77ceb094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d"
    )


def test_a_token_is_the_cipher_over_kind_and_value_with_purpose_and_class_bound() -> None:
    bound = [b"sluicegate:1:token:siv", b"churn", b"email"]
    sealed = AESSIV(KEY.reveal()).encrypt(b"tada@example.com", bound)
    token = "tok_" + base64.urlsafe_b64encode(sealed).decode().rstrip("=")
    assert tokenizer().apply(pa.array(["ada@example.com", None]), EMAIL).to_pylist() == [
        token,
        None,
    ]


@given(st.lists(st.none() | st.text()), st.integers(0, 2))
def test_texts_come_back(texts: list[str | None], skip: int) -> None:
    array = pa.array(texts, pa.string())[skip:]
    tokens = tokenizer().apply(array, EMAIL)
    assert tokenizer().reveal(tokens, EMAIL).equals(array)
    assert tokenizer().apply(array.dictionary_encode(), EMAIL).equals(tokens)
    assert len(set(tokens.to_pylist())) == len(set(array.to_pylist()))


def test_integers_and_uuids_come_back_as_text_and_42_is_not_the_text_42() -> None:
    number, text = pa.array([42, -7, None]), pa.array(["42", "-7", None])
    tokens = tokenizer().apply(number, EMAIL)
    assert tokenizer().reveal(tokens, EMAIL).equals(text)
    assert not set(tokens.to_pylist()[:2]) & set(tokenizer().apply(text, EMAIL).to_pylist())
    made = uuid.UUID(int=7)
    ids = pa.array([made.bytes], pa.uuid())
    assert tokenizer().reveal(tokenizer().apply(ids, EMAIL), EMAIL).to_pylist() == [str(made)]


def test_another_key_purpose_or_class_cannot_read_it() -> None:
    token = tokenizer().apply(pa.array(["ada@example.com"]), EMAIL)
    others = [
        (SivTokenizer(Sensitive(bytes(64)), purpose="churn"), EMAIL),
        (tokenizer("billing"), EMAIL),
        (tokenizer(), PHONE),
    ]
    for other, data_class in others:
        with pytest.raises(MaskingError, match="row 0 of the batch"):
            other.reveal(token, data_class)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1],
        lambda t: t + "A",
        lambda t: t + "=",
        lambda t: t[:10] + ("A" if t[10] != "A" else "B") + t[11:],
        lambda t: t.removeprefix("tok_"),
        lambda t: t.upper(),
        lambda t: "tok_" + t,
        lambda t: t + " ",
    ],
)
def test_a_changed_token_is_refused_without_being_shown(change: Callable[[str], str]) -> None:
    token = tokenizer().apply(pa.array(["ada@example.com"]), EMAIL)[0].as_py()
    refuse(token, change(token))


@pytest.mark.parametrize("wrong", ["ada@example.com", "tok_", "", "tok_é", "tok_AAAA"])
def test_what_is_no_token_is_refused_without_being_shown(wrong: str) -> None:
    refuse(tokenizer().apply(pa.array(["ada@example.com"]), EMAIL)[0].as_py(), wrong)


def refuse(token: str, wrong: str) -> None:
    with pytest.raises(MaskingError, match="row 1 of the batch") as caught:
        tokenizer().reveal(pa.array([token, wrong]), EMAIL)
    assert not wrong or wrong not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_other_types_are_refused_and_the_key_is_not_shown() -> None:
    with pytest.raises(MaskingError, match="text, an integer or a UUID"):
        tokenizer().apply(pa.array([1.5]), EMAIL)
    with pytest.raises(MaskingError, match="int64"):
        tokenizer().reveal(pa.array([1]), EMAIL)
    assert KEY.reveal().hex() not in repr(tokenizer())
