"""Masks per second, the keyed step beside its alternatives. Run: python tests/bench/bench_mask.py [rows]."""

from __future__ import annotations

import hashlib
import hmac
import statistics
import sys
import time
from collections.abc import Callable

import pyarrow as pa
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from sluicegate.mask import Pseudonymizer, inner_digest, transform
from sluicegate.model.data import DataClass
from sluicegate.model.masks import GeneralizeNumber, Partial
from sluicegate.model.sensitive import Sensitive

KEY = b"benchmark key, 32 bytes long ..."
ROUNDS = 5


def seconds(act: Callable[[], object]) -> float:
    """CPU time of the median round: other work on the machine counts less than on the wall clock."""
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        act()
        times.append(time.process_time() - began)
    return statistics.median(times)


def cmac_each(digests: list[str]) -> list[str]:
    out = []
    for digest in digests:
        mac = CMAC(AES(KEY))
        mac.update(bytes.fromhex(digest))
        out.append(mac.finalize().hex())
    return out


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    texts = pa.array([f"person{i}@example.com" for i in range(rows)])
    digests = inner_digest(texts, DataClass("email"))
    listed = digests.to_pylist()
    numbers = pa.array(range(rows), pa.int64())
    masker = Pseudonymizer(Sensitive(KEY))
    cases: dict[str, Callable[[], object]] = {
        "AES-256-CMAC, a column at once (ours)": lambda: masker.apply(digests, 32),
        "AES-256-CMAC, cryptography, a value at a time": lambda: cmac_each(listed),
        "HMAC-SHA-256, hmac.digest, a value at a time": lambda: [
            hmac.digest(KEY, bytes.fromhex(d), "sha256").hex() for d in listed
        ],
        "SHA-256, hashlib, a value at a time (inner digest)": lambda: [
            hashlib.sha256(t.encode()).hexdigest() for t in texts.to_pylist()
        ],
        "inner digest, a column (ours)": lambda: inner_digest(texts, DataClass("email")),
        "partial, keep last 4 (ours)": lambda: transform(Partial(keep_last=4), texts),
        "generalize number (ours)": lambda: transform(GeneralizeNumber(width=10), numbers),
    }
    base = None
    for name, act in cases.items():
        rate = rows / seconds(act) / 1e6
        base = base or rate
        print(f"{name:<52} {rate:8.2f} M rows/s   {base / rate:6.2f} × slower than ours")


if __name__ == "__main__":
    main()
