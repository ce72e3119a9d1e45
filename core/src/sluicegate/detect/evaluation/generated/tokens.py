"""Secrets: tokens in the public form of their issuers, keys, and what people choose as passwords.

Every value is drawn. Sources: the issuers' documentation of their token formats; RFC 7519 (JWT),
RFC 7468 (keys), RFC 3986 (user information in addresses).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from random import Random
from typing import Final

from sluicegate.detect.evaluation.generated.drawing import (
    ALNUM,
    BASE64,
    HEX,
    LOWER,
    UPPER,
    URLSAFE,
    WORDS,
    digits,
    letters,
)

_FORMS: Final[tuple[tuple[tuple[str | int, str], ...], ...]] = (
    # pieces of a token: a fixed text, or a number of characters and their alphabet
    (("ghp_", ""), (36, ALNUM)),
    (("gho_", ""), (36, ALNUM)),
    (("github_pat_", ""), (22, ALNUM), ("_", ""), (59, ALNUM)),
    (("glpat-", ""), (20, URLSAFE)),
    (("AKIA", ""), (16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")),
    (("xoxb-", ""), (12, "123456789"), ("-", ""), (12, "123456789"), ("-", ""), (24, ALNUM)),
    (("sk_live_", ""), (24, ALNUM)),
    (("rk_live_", ""), (24, ALNUM)),
    (("AIza", ""), (35, URLSAFE)),
    (("SG.", ""), (22, URLSAFE), (".", ""), (43, URLSAFE)),
    (("npm_", ""), (36, ALNUM)),
    (("pypi-AgEIcHlwaS5vcmc", ""), (80, URLSAFE)),
    (("hf_", ""), (34, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")),
    (("dop_v1_", ""), (64, HEX)),
    (("shpat_", ""), (32, HEX)),
    (("dapi", ""), (32, HEX)),
    (("glsa_", ""), (32, ALNUM), ("_", ""), (8, HEX)),
    (("lin_api_", ""), (40, ALNUM)),
    (("sk-ant-api03-", ""), (93, URLSAFE), ("AA", "")),
    (("sk-proj-", ""), (74, URLSAFE), ("T3BlbkFJ", ""), (74, URLSAFE)),
    (("hvs.", ""), (92, URLSAFE)),
    (("dckr_pat_", ""), (27, URLSAFE)),
    (("xkeysib-", ""), (64, HEX), ("-", ""), (16, ALNUM)),
    (("sq0csp-", ""), (43, URLSAFE)),
    (("EAAA", ""), (60, URLSAFE)),
    (("PMAK-", ""), (24, HEX), ("-", ""), (34, HEX)),
    (("sntrys_", ""), (64, ALNUM)),
    (("rubygems_", ""), (48, HEX)),
    (("tfp_", ""), (44, ALNUM), ("_", ""), (14, ALNUM)),
    (("figd_", ""), (40, URLSAFE)),
    (("nvapi-", ""), (64, URLSAFE)),
    (("AGE-SECRET-KEY-1", ""), (58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")),
)


def token(rng: Random) -> str:
    """Draw a token that its form alone gives away."""
    special = rng.randrange(len(_FORMS) + 4)
    if special >= len(_FORMS):
        return _OTHERS[special - len(_FORMS)](rng)
    pieces = [
        part if isinstance(part, str) else letters(rng, alphabet, part)
        for part, alphabet in _FORMS[special]
    ]
    return "".join(pieces)


def generic(rng: Random) -> str:
    """Draw a secret that only the name beside it gives away."""
    return rng.choice((_password, _password, _drawn_hex, _drawn_text))(rng)


def password(rng: Random) -> str:
    """Draw what people choose as a password."""
    return _password(rng)


def private_key(rng: Random) -> str:
    """Write a key block; its body is drawn, so it is no key."""
    kind = rng.choice(("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"))
    body = "\n".join(letters(rng, BASE64, 64) for _ in range(rng.randrange(3, 14)))
    return f"-----BEGIN {kind}-----\n{body}\n{letters(rng, BASE64, 31)}=\n-----END {kind}-----"


def login_url(rng: Random) -> str:
    """Draw an address with user and password in it; all of it is the secret."""
    scheme, port, end = rng.choice(
        (
            ("postgresql", ":5432", "/shop"),
            ("mysql", ":3306", "/app"),
            ("redis", ":6379", "/0"),
            ("mongodb+srv", "", "/test"),
            ("amqp", ":5672", "/"),
            ("https", "", "/repo.git"),
        )
    )
    secret = letters(rng, ALNUM, rng.randrange(8, 20))
    return f"{scheme}://{rng.choice(WORDS)}:{secret}@{rng.choice(WORDS)}.example.com{port}{end}"


def _password(rng: Random) -> str:
    word, other = rng.choice(WORDS), rng.choice(WORDS)
    return rng.choice(
        (
            f"{word.title()}{rng.randrange(10, 9999)}{rng.choice('!#*?')}",
            f"{word.title()}-{other.title()}-{rng.randrange(100)}",
            f"{word}{rng.choice('@#$%')}{rng.randrange(100, 999)}{other.upper()}",
            letters(rng, ALNUM + "!#%*+-_", rng.randrange(10, 24)),
            f"{word}{rng.randrange(10, 9999)}",
        )
    )


def _drawn_hex(rng: Random) -> str:
    return letters(rng, HEX, rng.choice((32, 40, 64)))


def _drawn_text(rng: Random) -> str:
    return letters(rng, rng.choice((ALNUM, BASE64, LOWER, UPPER)), rng.choice((24, 32, 40)))


def _jwt(rng: Random) -> str:
    parts = (
        {"alg": rng.choice(("HS256", "RS256")), "typ": "JWT"},
        {"sub": digits(rng, 6), "iat": int(digits(rng, 9))},
    )
    texts = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts]
    return ".".join([*texts, letters(rng, URLSAFE, 43)])


def _telegram(rng: Random) -> str:
    return f"{digits(rng, 10)}:AA{letters(rng, URLSAFE, 33)}"


def _slack_hook(rng: Random) -> str:
    parts = letters(rng, UPPER, 8), letters(rng, UPPER, 9), letters(rng, ALNUM, 24)
    return f"https://hooks.slack.com/services/T{parts[0]}/B{parts[1]}/{parts[2]}"


_OTHERS: Final[tuple[Callable[[Random], str], ...]] = (_jwt, _jwt, _telegram, _slack_hook)
