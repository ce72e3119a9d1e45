"""Addresses of wallets: the check that each kind carries.

Sources of the rules: EIP-55 (Ethereum: letters of both cases), BIP 173 and BIP 350 (Bitcoin:
bech32 and bech32m).
"""

from __future__ import annotations

from sluicegate.detect.detector import Verdict

_ALPHABET = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {byte: value for value, byte in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_ENDINGS = frozenset({1, 0x2BC830A3})
"""What the check sum of bech32 and of bech32m leaves."""
_RIGHT, _WRONG, _MIXED = 0.4, -0.1, 0.2


def ethereum(value: bytes) -> Verdict:
    """Judge ``0x`` and 40 hex digits: upper and lower case in one is how EIP-55 writes them.

    Digests have one case throughout. The check sum itself is not computed: that takes Keccak-256,
    which Python lacks, and half a millisecond in plain Python would let a megabyte of addresses
    block a run for ten seconds, while hardly anything else looks like this.
    """
    letters = value[2:]
    mixed = letters not in (letters.lower(), letters.upper())
    return Verdict(_MIXED if mixed else 0.0, len(value))


def segwit(value: bytes) -> Verdict:
    """Judge a Bitcoin address in bech32 by its check sum."""
    prefix, _, data = value.partition(b"1")
    numbers = [byte >> 5 for byte in prefix] + [0] + [byte & 31 for byte in prefix]
    remainder = 1
    for number in [*numbers, *(_VALUES[byte] for byte in data)]:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ number
        for bit, term in enumerate(_GENERATOR):
            if top >> bit & 1:
                remainder ^= term
    return Verdict(_RIGHT if remainder in _ENDINGS else _WRONG, len(value))
