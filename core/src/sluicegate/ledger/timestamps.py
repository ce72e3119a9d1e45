"""Time stamps of RFC 3161: asks an authority for a token, and verifies tokens offline."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from sluicegate.errors import (
    ConfigurationError,
    LedgerUnavailable,
    MissingDependencyError,
    SignatureInvalid,
)
from sluicegate.ledger.posting import post
from sluicegate.ledger.timestamp_order import in_order

try:
    from rfc3161_client import (
        HashAlgorithm,
        TimestampRequestBuilder,
        TimeStampResponse,
        VerificationError,
        VerifierBuilder,
        decode_timestamp_response,
    )
except ImportError:
    raise MissingDependencyError.of("a time stamp authority", "timestamp") from None

TOKEN_BYTES: Final = 64 * 1024
"""Longest answer that is read: a token holds some certificates."""
_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_GRANTED: Final = 0
_HTTP_OK: Final = 200
_HEADERS: Final = {
    "Content-Type": "application/timestamp-query",
    "Accept": "application/timestamp-reply",
    "User-Agent": "sluicegate",
}


class Authority:
    """A time stamp authority, and whom its certificate must come from.

    Args:
        ca: PEM file of the root certificates that count, and of certificates between them and the
            authority's if its tokens do not bring them.

    Raises:
        ConfigurationError: the file cannot be read, or holds no root certificate.
    """

    def __init__(self, ca: Path) -> None:
        certificates = _certificates(ca)
        self._roots = [c for c in certificates if c.issuer == c.subject]
        self._between = [c for c in certificates if c.issuer != c.subject]
        if not self._roots:
            raise ConfigurationError(
                f"{ca} holds no root certificate",
                hint="name a PEM file with the root of the time stamp authority's certificate",
            )

    def stamp(self, url: str, data: bytes, *, place: str, seconds: float) -> bytes:
        """Have data stamped. Only its SHA-256 and a random number are sent.

        Args:
            url: Of the authority.
            data: What is stamped.
            place: Names the authority in messages.
            seconds: Longest that it may take.

        Returns:
            The authority's answer in DER, which holds the token; it was verified.

        Raises:
            LedgerUnavailable: it does not answer, or answers something else than a time stamp.
            SignatureInvalid: the token is not what was asked for, or not by whom it should be.
        """
        request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
        answer = post(
            url, request.as_bytes(), _HEADERS, place=place, seconds=seconds, most=TOKEN_BYTES
        )
        if answer.status != _HTTP_OK:
            raise LedgerUnavailable(f"{place} answers {answer.status}")
        response = _decoded(answer.body)
        if response is None:
            raise LedgerUnavailable(
                f"{place} answers with no time stamp",
                hint="name the URL that the authority gives for RFC 3161 over HTTP",
            )
        if response.status != _GRANTED:
            raise LedgerUnavailable(f"{place} refuses to stamp (status {response.status})")
        self._require(response, data, nonce=request.nonce, place=place)
        return answer.body

    def verify(self, token: bytes, data: bytes, *, place: str) -> datetime:
        """Verify a token offline: signature, certificates at the time it tells, and what it is of.

        Whether a certificate was revoked is not asked: nobody is asked anything.

        Args:
            token: What ``stamp`` returned.
            data: What was stamped.
            place: Names the token in messages.

        Returns:
            When the authority saw the data.

        Raises:
            SignatureInvalid: it is no token of this data by an authority that counts.
        """
        response = _decoded(token)
        if response is None or response.status != _GRANTED:
            raise SignatureInvalid(f"{place} holds no time stamp")
        self._require(response, data, nonce=None, place=place)
        seen: datetime = response.tst_info.gen_time
        return seen

    def _require(
        self, response: TimeStampResponse, data: bytes, *, nonce: int | None, place: str
    ) -> None:
        verifier = VerifierBuilder(
            roots=list(self._roots), intermediates=list(self._between), nonce=nonce
        ).build()
        try:
            imprint = response.tst_info.message_imprint
            holds = imprint.hash_algorithm.dotted_string == _SHA256
            holds = holds and verifier.verify(response, hashlib.sha256(data).digest())
        except (VerificationError, ValueError, TypeError):
            holds = False
        if not holds:
            raise SignatureInvalid(
                f"the time stamp of {place} does not hold",
                hint="it is of something else, or by an authority whose root is not in the CA file,"
                " or its certificate was not valid at that time",
            )


def _decoded(data: bytes) -> TimeStampResponse | None:
    if len(data) > TOKEN_BYTES:
        return None
    try:
        return decode_timestamp_response(in_order(data))
    except ValueError:
        return None


def _certificates(ca: Path) -> Sequence[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(ca.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"{ca} cannot be read: {error.strerror}") from None
    except ValueError:
        raise ConfigurationError(f"{ca} is no PEM file of certificates") from None
