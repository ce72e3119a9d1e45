"""DSSE envelopes: how an attestation is signed and read back.

Source of the rules: Dead Simple Signing Envelope v1, protocol (PAE) and envelope.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import SignatureInvalid
from sluicegate.evidence.statement import PREDICATE_KEYS, PREDICATE_TYPE, STATEMENT_TYPE
from sluicegate.ledger import verify
from sluicegate.model.canonical import canonical_bytes

if TYPE_CHECKING:
    from sluicegate.ledger import Signer

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
MAX_BYTES: Final = 64 << 20


def sign_statement(statement: Mapping[str, Any], signer: Signer) -> bytes:
    """Sign a statement and wrap it: one line of JSON."""
    payload = canonical_bytes(statement)
    signature = signer.sign(_pae(payload))
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": signer.key_id, "sig": base64.b64encode(signature).decode()}],
    }
    return canonical_bytes(envelope) + b"\n"


def read_envelope(data: bytes, trusted: Mapping[str, bytes]) -> dict[str, Any]:
    """Check the signature and return the statement.

    Stricter than DSSE, which lets readers be lenient: exactly one signature, standard base64 in its
    only form, no name twice. What two readers may read differently is not read at all.

    Args:
        data: The envelope, of at most ``MAX_BYTES``.
        trusted: Key id → raw public key.

    Raises:
        SignatureInvalid: it is no envelope of ours, or no trusted key signed it. Nothing that it
            claims is told before its signature holds.
    """
    if len(data) > MAX_BYTES:
        raise SignatureInvalid("the attestation is too large to be one")
    envelope = _object(data, "the attestation")
    if set(envelope) != {"payload", "payloadType", "signatures"}:
        raise SignatureInvalid("the attestation is not a DSSE envelope")
    if envelope["payloadType"] != PAYLOAD_TYPE:
        raise SignatureInvalid("the attestation's payload is not an in-toto statement")
    payload = _decoded(envelope["payload"])
    if not _is_signed(envelope["signatures"], payload, trusted):
        raise SignatureInvalid(
            "no trusted key signed this attestation",
            hint="give the signer's public key with --public-keys, or the file was changed",
        )
    statement = _object(payload, "the signed statement")
    kinds = (statement.get("_type"), statement.get("predicateType"))
    predicate = statement.get("predicate")
    if kinds != (STATEMENT_TYPE, PREDICATE_TYPE) or not isinstance(predicate, dict):
        raise SignatureInvalid("the signed statement is not about an extract")
    if not predicate.keys() >= PREDICATE_KEYS:
        raise SignatureInvalid(
            "the signed statement is not complete", hint="use the version that wrote it"
        )
    return statement


def _is_signed(signatures: object, payload: bytes, trusted: Mapping[str, bytes]) -> bool:
    match signatures:
        case [{"keyid": str(key_id), "sig": sig, **rest}] if not rest:
            return verify(trusted, key_id, _decoded(sig), _pae(payload))
        case _:
            return False


def _pae(payload: bytes) -> bytes:
    """Pre-authentication encoding: lengths keep type and payload from running together."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _decoded(text: object) -> bytes:
    try:
        data = base64.b64decode(text if isinstance(text, str) else "!", validate=True)
    except (binascii.Error, ValueError):
        data = None
    if data is None or base64.b64encode(data).decode() != text:
        raise SignatureInvalid("the attestation holds something that is not base64") from None
    return data


def _object(data: bytes, what: str) -> dict[str, Any]:
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_distinct, parse_constant=_refuse
        )
    except (ValueError, RecursionError):
        raise SignatureInvalid(f"{what} is not JSON with distinct names") from None
    if not isinstance(value, dict):
        raise SignatureInvalid(f"{what} is not a JSON object")
    return value


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers may take a different one of two equal names, so neither is taken."""
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError
    return value


def _refuse(name: str) -> Any:
    """NaN and Infinity are no JSON."""
    raise ValueError(name)
