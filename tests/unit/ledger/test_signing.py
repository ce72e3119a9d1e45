from __future__ import annotations

import pickle

import pytest

from sluicegate.errors import KeyUnavailable
from sluicegate.ledger import Ed25519Signer, key_id_of, verify

SIGNER = Ed25519Signer(bytes(range(32)))
TRUSTED = {SIGNER.key_id: SIGNER.public_key}


def test_signatures_follow_rfc_8032() -> None:
    # section 7.1, test 1: published example key, empty message
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    signer = Ed25519Signer(seed)
    assert signer.public_key.hex() == (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    assert signer.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974")


def test_a_signature_counts_for_its_key_and_text_only() -> None:
    signature = SIGNER.sign(b"text")
    other = Ed25519Signer(bytes(32))
    assert verify(TRUSTED, SIGNER.key_id, signature, b"text")
    assert not verify(TRUSTED, SIGNER.key_id, signature, b"texu")
    assert not verify(TRUSTED, SIGNER.key_id, other.sign(b"text"), b"text")
    assert not verify(TRUSTED, other.key_id, other.sign(b"text"), b"text")
    assert not verify({}, SIGNER.key_id, signature, b"text")
    assert not verify({SIGNER.key_id: b"short"}, SIGNER.key_id, signature, b"text")
    assert not verify(TRUSTED, SIGNER.key_id, signature[:-1], b"text")
    assert not verify(TRUSTED, SIGNER.key_id, b"", b"text")


def test_the_key_id_is_derived_from_the_key() -> None:
    assert SIGNER.key_id == key_id_of(SIGNER.public_key)
    assert SIGNER.key_id != Ed25519Signer(bytes(32)).key_id


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(KeyUnavailable):
        Ed25519Signer(bytes(length))


def test_a_signer_shows_and_pickles_no_key() -> None:
    assert repr(SIGNER) == f"Ed25519Signer({SIGNER.key_id})"
    with pytest.raises(TypeError):
        pickle.dumps(SIGNER)
