from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.errors import SignatureInvalid
from sluicegate.evidence import read_envelope, sign_statement
from sluicegate.evidence.envelope import MAX_BYTES
from sluicegate.ledger import Ed25519Signer

SIGNER = Ed25519Signer(bytes(range(32)))
THIEF = Ed25519Signer(bytes(32))
TRUSTED = {SIGNER.key_id: SIGNER.public_key}
TYPE = "application/vnd.in-toto+json"


@pytest.fixture
def statement(make_statement: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return make_statement(())


@pytest.fixture
def envelope(statement: dict[str, Any]) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(sign_statement(statement, SIGNER))
    return parsed


def read(envelope: Any, trusted: dict[str, bytes] | None = None) -> dict[str, Any]:
    data = envelope if isinstance(envelope, bytes) else json.dumps(envelope).encode()
    return read_envelope(data, TRUSTED if trusted is None else trusted)


def sealed(payload: bytes, payload_type: str = TYPE, signer: Ed25519Signer = SIGNER) -> bytes:
    """Sign anything, as whoever holds the key can."""
    pae = b"DSSEv1 %d %s %d %s" % (len(payload_type), payload_type.encode(), len(payload), payload)
    return json.dumps(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": payload_type,
            "signatures": [
                {
                    "keyid": signer.key_id,
                    "sig": base64.b64encode(signer.sign(pae)).decode(),
                }
            ],
        }
    ).encode()


def test_what_was_signed_is_read_back(statement: dict[str, Any]) -> None:
    assert read(sign_statement(statement, SIGNER)) == json.loads(json.dumps(statement))


def test_the_signature_is_over_the_encoding_that_dsse_defines(envelope: dict[str, Any]) -> None:
    """Checked without our code: any DSSE reader can verify it."""
    payload = base64.b64decode(envelope["payload"])
    signed = (
        b"DSSEv1 28 application/vnd.in-toto+json " + str(len(payload)).encode() + b" " + payload
    )
    (signature,) = envelope["signatures"]
    key = Ed25519PublicKey.from_public_bytes(SIGNER.public_key)
    key.verify(base64.b64decode(signature["sig"]), signed)
    assert signature["keyid"] == SIGNER.key_id


def test_signing_twice_gives_the_same_bytes(statement: dict[str, Any]) -> None:
    assert sign_statement(statement, SIGNER) == sign_statement(statement, SIGNER)


@pytest.mark.parametrize(
    "trusted", [{}, {THIEF.key_id: THIEF.public_key}, {SIGNER.key_id: THIEF.public_key}]
)
def test_only_trusted_keys_count(envelope: dict[str, Any], trusted: dict[str, bytes]) -> None:
    with pytest.raises(SignatureInvalid, match="no trusted key"):
        read(envelope, trusted)


def _thief(e: dict[str, Any]) -> None:
    e.update(json.loads(sealed(base64.b64decode(e["payload"]), signer=THIEF)))


def _thief_in_our_name(e: dict[str, Any]) -> None:
    _thief(e)
    e["signatures"][0]["keyid"] = SIGNER.key_id


def _other_type(e: dict[str, Any]) -> None:
    e.update(json.loads(sealed(base64.b64decode(e["payload"]), "text/plain")))


def _relabelled(e: dict[str, Any]) -> None:
    e["payloadType"] = "text/plain"


def _flipped(e: dict[str, Any]) -> None:
    payload = bytearray(base64.b64decode(e["payload"]))
    payload[40] ^= 1
    e["payload"] = base64.b64encode(payload).decode()


def _two_signatures(e: dict[str, Any]) -> None:
    e["signatures"] *= 2


def _a_strangers_signature_too(e: dict[str, Any]) -> None:
    e["signatures"].append({"keyid": "stranger", "sig": "AAAA"})


def _no_signature(e: dict[str, Any]) -> None:
    e["signatures"] = []


def _signatures_no_list(e: dict[str, Any]) -> None:
    e["signatures"] = {"0": e["signatures"][0]}


def _no_key_id(e: dict[str, Any]) -> None:
    del e["signatures"][0]["keyid"]


def _odd_key_id(e: dict[str, Any]) -> None:
    e["signatures"][0]["keyid"] = [SIGNER.key_id]


def _more_in_the_signature(e: dict[str, Any]) -> None:
    e["signatures"][0]["cert"] = "x"


def _truncated(e: dict[str, Any]) -> None:
    e["payload"] = e["payload"][:-3]


def _truncated_signature(e: dict[str, Any]) -> None:
    e["signatures"][0]["sig"] = e["signatures"][0]["sig"][:-4]


def _spaces(e: dict[str, Any]) -> None:
    e["payload"] = e["payload"][:8] + "\n" + e["payload"][8:]


def _other_base64(e: dict[str, Any]) -> None:
    e["signatures"][0]["sig"] = e["signatures"][0]["sig"].rstrip("=")


def _payload_no_text(e: dict[str, Any]) -> None:
    e["payload"] = 7


def _more(e: dict[str, Any]) -> None:
    e["more"] = 1


def _less(e: dict[str, Any]) -> None:
    del e["payloadType"]


@pytest.mark.parametrize(
    "forge",
    [
        _thief, _thief_in_our_name, _other_type, _relabelled, _flipped, _two_signatures,
        _a_strangers_signature_too, _no_signature, _signatures_no_list, _no_key_id, _odd_key_id,
        _more_in_the_signature, _truncated, _truncated_signature, _spaces, _other_base64,
        _payload_no_text, _more, _less,
    ],
)  # fmt: skip
def test_forgeries_are_refused(
    envelope: dict[str, Any], forge: Callable[[dict[str, Any]], None]
) -> None:
    assert read(envelope)
    forge(envelope)
    with pytest.raises(SignatureInvalid):
        read(envelope)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{" * 100_000,
        b"[" * 100_000,
        b'{"payload": ' + b"9" * 5000 + b"}",
        b" " * (MAX_BYTES + 1),
    ],
)
def test_what_is_no_envelope_is_refused(data: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        read(data)


def test_a_name_twice_is_refused(statement: dict[str, Any]) -> None:
    data = sign_statement(statement, SIGNER)
    other = base64.b64encode(b"{}").decode().encode()
    for twice in (
        data.replace(b'{"payload":', b'{"payload":"' + other + b'","payload":'),
        data.replace(b'"sig":', b'"sig":"AAAA","sig":'),
    ):
        assert twice != data
        with pytest.raises(SignatureInvalid, match="distinct names"):
            read(twice)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"{}",
        b'{"_type": "https://in-toto.io/Statement/v1"}',
        b'{"predicate": NaN}',
        b'{"predicate": {}, "predicate": {}}',
        b"\xff",
    ],
)
def test_a_signed_text_that_is_no_statement_is_refused(payload: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        read(sealed(payload))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_type", "https://in-toto.io/Statement/v0.1"),
        ("predicateType", "urn:sluicegate:attestation:extract:v2"),
        ("predicate", None),
        ("predicate", {}),
        ("predicate", {"files": []}),
    ],
)
def test_a_signed_statement_of_another_kind_is_refused(
    statement: dict[str, Any], name: str, value: Any
) -> None:
    with pytest.raises(SignatureInvalid):
        read(sealed(json.dumps({**statement, name: value}).encode()))


def test_a_record_of_the_ledger_is_no_attestation(statement: dict[str, Any]) -> None:
    """One key signs both; neither may pass for the other."""
    payload = json.dumps(statement).encode()
    signature = SIGNER.sign(b"sluicegate ledger record v1\n" + payload)
    forged = json.loads(sealed(payload))
    forged["signatures"][0]["sig"] = base64.b64encode(signature).decode()
    with pytest.raises(SignatureInvalid):
        read(forged)


SIGNED = sealed(b'{"x": 1}')


@given(place=st.integers(0, len(SIGNED) - 1), bit=st.integers(0, 7))
def test_no_flipped_bit_raises_anything_else(place: int, bit: int) -> None:
    data = bytearray(SIGNED)
    data[place] ^= 1 << bit
    with pytest.raises(SignatureInvalid):
        read(bytes(data))


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        read(data)
