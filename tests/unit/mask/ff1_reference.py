"""FF1 as SP 800-38G writes it down, one value at a time with Python's integers: slow and plain."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def encrypt(key: bytes, radix: int, numerals: list[int], tweak: bytes) -> list[int]:
    """Algorithm 7."""
    length = len(numerals)
    u = length // 2
    v = length - u
    a, b = numerals[:u], numerals[u:]
    size = -(-((radix**v - 1).bit_length()) // 8)
    taken = 4 * (-(-size // 4)) + 4
    p = b"\x01\x02\x01" + radix.to_bytes(3) + b"\x0a" + bytes([u % 256])
    p += length.to_bytes(4) + len(tweak).to_bytes(4)
    for number in range(10):
        q = tweak + bytes((-len(tweak) - size - 1) % 16) + bytes([number])
        q += value(b, radix).to_bytes(size)
        r = mac(key, p + q)
        s = r
        for j in range(1, -(-taken // 16)):
            s += aes(key, xor(r, j.to_bytes(16)))
        y = int.from_bytes(s[:taken])
        m = u if number % 2 == 0 else v
        c = (value(a, radix) + y) % radix**m
        a, b = b, written(c, radix, m)
    return a + b


def aes(key: bytes, block: bytes) -> bytes:
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)


def mac(key: bytes, message: bytes) -> bytes:
    state = bytes(16)
    for start in range(0, len(message), 16):
        state = aes(key, xor(state, message[start : start + 16]))
    return state


def xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def value(numerals: list[int], radix: int) -> int:
    total = 0
    for numeral in numerals:
        total = total * radix + numeral
    return total


def written(number: int, radix: int, length: int) -> list[int]:
    numerals = []
    for _ in range(length):
        number, numeral = divmod(number, radix)
        numerals.append(numeral)
    return numerals[::-1]
