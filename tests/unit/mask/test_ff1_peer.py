"""FF1 agrees, value by value, with fastfpe (Rust, MIT licence)."""

from __future__ import annotations

import fastfpe
import numpy as np
import pytest

from sluicegate.mask.ff1 import FF1
from sluicegate.model.sensitive import Sensitive

ALPHABET = np.frombuffer(b"0123456789abcdefghijklmnopqrstuvwxyz", np.uint8)
KEY = bytes(range(32))


@pytest.mark.parametrize(
    ("radix", "length", "rows"),
    [
        (10, 16, 20_000),
        (10, 9, 5_000),
        (10, 19, 5_000),
        (10, 57, 500),
        (36, 8, 20_000),
        (36, 33, 500),
    ],
)
@pytest.mark.parametrize("tweak", [b"", b"pan", b"a tweak that is longer than a block"])
def test_every_value_agrees(radix: int, length: int, rows: int, tweak: bytes) -> None:
    plain = np.random.default_rng(length).integers(0, radix, (rows, length)).astype(np.uint8)
    encrypted = ALPHABET[FF1(Sensitive(KEY), radix).encrypt(plain, tweak)]
    alphabet = ALPHABET[:radix].tobytes().decode()
    for before, after in zip(ALPHABET[plain], encrypted, strict=True):
        text = before.tobytes().decode()
        peer = fastfpe.ff1.encrypt(KEY.hex(), tweak.hex(), alphabet, text)
        assert after.tobytes().decode() == peer
