"""Drawn values and written ones are told apart, whatever their length and alphabet."""

from __future__ import annotations

import random
import string
import time

import pytest

from sluicegate.detect.validators import VALIDATORS
from sluicegate.detect.validators.looks import (
    has_run,
    is_uuid,
    is_word,
    is_written,
    relative_entropy,
)

ALPHABETS = {
    "letters and digits": string.ascii_letters + string.digits,
    "hexadecimal": "0123456789abcdef",
    "lower and digits": string.ascii_lowercase + string.digits,
    "upper and digits": string.ascii_uppercase + string.digits,
    "base64": string.ascii_letters + string.digits + "+/",
    "base64url": string.ascii_letters + string.digits + "-_",
}
WRITTEN = (
    "whitespace-splitting registry-credentials HTTPBasicAuth SecretStr hmac-sha256 us-east-1"
    " eu-west-1:123456789012 gpt-large-2024-05-13 SHOP_API_KEY x64-uwp=fail prod/shop/database"
    " user-profile-service-2 2024-01-15T12:30:45"
)


@pytest.mark.parametrize("name", ALPHABETS)
@pytest.mark.parametrize("length", [16, 24, 32, 64])
def test_a_drawn_value_is_not_written(name: str, length: int) -> None:
    rng = random.Random(f"{name}{length}")
    values = ["".join(rng.choices(ALPHABETS[name], k=length)).encode() for _ in range(1000)]
    assert sum(map(is_written, values)) <= 10
    assert not any(map(has_run, values))
    assert min(map(relative_entropy, values)) > 0.5


@pytest.mark.parametrize("value", WRITTEN.split())
def test_names_and_paths_are_written(value: str) -> None:
    assert is_written(value.encode())


def test_words_of_several_languages_are_words() -> None:
    words = b"credentials Sonnenblume Regenbogen obligatoria wachtwoord database sunshine"
    assert all(map(is_word, words.split()))
    assert not any(map(is_word, b"xkqzvwpj qwxzjkvb zzkqxjw".split()))


def test_what_is_counted_or_repeated_is_not_drawn() -> None:
    assert has_run(b"key-abcdefghijklmnop")
    assert has_run(b"0123456789012345")
    assert relative_entropy(b"abababababababab") < 0.5


def test_uuids_are_known() -> None:
    assert is_uuid(b"00000000-0000-4000-8000-000000000000")
    assert not is_uuid(b"00000000-0000-4000-8000-00000000000")


@pytest.mark.parametrize(
    "name",
    [
        n
        for n in VALIDATORS
        if "password" in n or "secret" in n or n in {"token", "passphrase", "header_value"}
    ],
)
@pytest.mark.parametrize(
    "piece", [b"a", b"a.", b"a_", b"A1-", b"pass", b"\xff", b"[a]", b"a:", b" a"]
)
def test_no_value_takes_a_validator_long(name: str, piece: bytes) -> None:
    start = time.thread_time()
    for end in (b"", b"!", b"("):
        VALIDATORS[name](piece * (4000 // len(piece)) + end)
    assert time.thread_time() - start < 0.2
