"""A SCRAM-SHA-256 verifier as PostgreSQL stores it, so that no password stands in SQL text.

Source of the rule: RFC 5802 and RFC 7677; the form is that of ``pg_authid.rolpassword``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final

_ITERATIONS: Final = 4096
"""PostgreSQL's default. The password is 256 random bits: no number of iterations adds to that."""
_SALT_BYTES: Final = 16


def scram_verifier(password: str) -> str:
    """Return what the server stores for ``password``; the password cannot be told from it.

    Args:
        password: ASCII, so that SASLprep leaves it as it is.
    """
    salt = secrets.token_bytes(_SALT_BYTES)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ITERATIONS)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    texts = [base64.b64encode(part).decode() for part in (salt, stored_key, server_key)]
    return f"SCRAM-SHA-256${_ITERATIONS}:{texts[0]}${texts[1]}:{texts[2]}"
