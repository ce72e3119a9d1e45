"""Masked values per second and core, beside what others take. Run: python tests/bench/bench_mask.py [rows]."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

import fastfpe
import numpy as np
import pyarrow as pa
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from faker import Faker as FakerLibrary

from sluicegate.mask import Pseudonymizer, inner_digest, transform
from sluicegate.mask.fake import Faker
from sluicegate.mask.ff1 import FF1
from sluicegate.mask.forms import pseudonym
from sluicegate.mask.jsonpath import mask_json
from sluicegate.mask.numbered import redact_numbered
from sluicegate.mask.preserve import FormatPreserver
from sluicegate.mask.redact import Redactions, redact
from sluicegate.mask.shift import noise, shift_dates
from sluicegate.mask.token import SivTokenizer
from sluicegate.mask.vault import Vault
from sluicegate.model.data import DataClass
from sluicegate.model.masks import GeneralizeDate, GeneralizeNumber, Partial
from sluicegate.model.sensitive import Sensitive

KEY = Sensitive(b"benchmark key, 32 bytes long ...")
EMAIL = DataClass("email")
ROUNDS = 5
SLOW = 20_000
"""Values that a library gets which does one after the other; its rate does not depend on it."""
Act = Callable[[], object]
Case = tuple[str, int, Act, float]
"""Name, values, what to do, and the rate that is asked for in M/s (0: none)."""


def seconds(act: Act) -> float:
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
        mac = CMAC(AES(KEY.reveal()))
        mac.update(bytes.fromhex(digest))
        out.append(mac.finalize().hex())
    return out


def pseudonyms(rows: int) -> Iterator[Case]:
    texts = pa.array([f"person{i}@example.com" for i in range(rows)])
    digests = inner_digest(texts, EMAIL)
    listed = digests.to_pylist()
    repeated = digests.take(pa.array(np.arange(rows) % (rows // 10)))
    encoded = repeated.dictionary_encode()
    masker = Pseudonymizer(KEY)
    yield "hex, distinct", rows, lambda: masker.apply(digests, 32), 2
    yield "hex, dictionary of a tenth", rows, lambda: masker.apply(encoded, 32), 10
    yield (
        "hex, a tenth distinct, encoding counted",
        rows,
        lambda: masker.apply(repeated.dictionary_encode(), 32),
        10,
    )
    for form in ("base32", "integer", "uuid"):
        yield f"{form}, distinct", rows, partial(pseudonym, digests, masker, form, 32), 2
    yield "inner digest where the source cannot", rows, lambda: inner_digest(texts, EMAIL), 0
    yield (
        "  peer: hmac.digest SHA-256, one by one",
        rows,
        lambda: [hmac.digest(KEY.reveal(), bytes.fromhex(d), "sha256").hex() for d in listed],
        0,
    )
    yield "  peer: CMAC of cryptography, one by one", rows, lambda: cmac_each(listed), 0
    yield (
        "  peer: hashlib.sha256, one by one, no key",
        rows,
        lambda: [hashlib.sha256(t.encode()).hexdigest() for t in texts.to_pylist()],
        0,
    )


def encryption(rows: int) -> Iterator[Case]:
    numerals = np.random.default_rng(1).integers(0, 10, (rows, 16)).astype(np.uint8)
    cards = pa.array([bytes(r + 48).decode() for r in numerals])
    spaced = pa.array([f"{c[:4]} {c[4:8]} {c[8:12]} {c[12:]}" for c in cards.to_pylist()])
    plates = pa.array([f"AB{c[:6]}XYZ" for c in cards.to_pylist()])
    few = cards.to_pylist()[:SLOW]
    ff1 = FF1(KEY, 10)
    digits = FormatPreserver(KEY, "digits", b"card")
    letters = FormatPreserver(KEY, "alphanumeric", b"plate")
    masked = digits.apply(cards)
    yield "FF1, 16 digits", rows, lambda: ff1.encrypt(numerals, b"card"), 1
    yield "FF1, 30 digits", rows, lambda: ff1.encrypt(np.tile(numerals, 2)[:, :30], b"card"), 0
    yield "preserve_format, card numbers", rows, lambda: digits.apply(cards), 1
    yield "preserve_format, with blanks", rows, lambda: digits.apply(spaced), 1
    yield "preserve_format, letters and digits", rows, lambda: letters.apply(plates), 1
    yield "preserve_format, revealed", rows, lambda: digits.reveal(masked), 1
    hexed = KEY.reveal().hex()
    yield (
        "  peer: fastfpe FF1 (Rust), one by one",
        SLOW,
        lambda: [fastfpe.ff1.encrypt(hexed, "", "0123456789", c) for c in few],
        0,
    )
    tokens = SivTokenizer(Sensitive(KEY.reveal() * 2))
    sealed = tokens.apply(cards, EMAIL)
    yield "tokenize, AES-SIV", rows, lambda: tokens.apply(cards, EMAIL), 0
    yield "tokenize, AES-SIV, revealed", rows, lambda: tokens.reveal(sealed, EMAIL), 0
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault(f"sqlite:///{Path(folder) / 'vault.db'}", KEY)
        part = cards[:SLOW]
        began = time.process_time()
        vault.apply(part, EMAIL)
        taken = time.process_time() - began
        print(f"{'tokenize, vault in SQLite, all new':<44}{SLOW / taken / 1e6:9.3f}")
        yield "tokenize, vault in SQLite, all known", SLOW, lambda: vault.apply(part, EMAIL), 0


def fakes(rows: int) -> Iterator[Case]:
    digests = inner_digest(pa.array(range(rows)), EMAIL)
    ours = Faker(Pseudonymizer(KEY))
    library = FakerLibrary("en_US")
    library.seed_instance(1)
    for kind in ("first_name", "name", "email", "street_address", "city", "phone", "company"):
        yield f"fake {kind}", rows, partial(ours.apply, digests, kind), 0
    yield "  peer: Faker name, random", 2_000, lambda: [library.name() for _ in range(2_000)], 0
    yield "  peer: Faker email, random", 2_000, lambda: [library.email() for _ in range(2_000)], 0


def numbers_and_dates(rows: int) -> Iterator[Case]:
    digests = inner_digest(pa.array(np.arange(rows) % (rows // 4)), EMAIL)
    days = pa.array([dt.date(1990, 1, 1) + dt.timedelta(days=i % 9_000) for i in range(rows)])
    moments = days.cast(pa.timestamp("us", "UTC"))
    numbers = pa.array(np.arange(rows))
    decimals = pa.array([Decimal(i) / 100 for i in range(rows)], pa.decimal128(12, 2))
    yield "shift_date, dates", rows, lambda: shift_dates(digests, days, KEY, 365), 0
    yield "shift_date, timestamps", rows, lambda: shift_dates(digests, moments, KEY, 365), 0
    yield "noise, integers", rows, lambda: noise(digests, numbers, KEY, 0.1, 1), 0
    yield "noise, decimals", rows, lambda: noise(digests, decimals, KEY, 0.1, 1), 0
    floats = numbers.cast(pa.float64())
    yield "noise, floats", rows, lambda: noise(digests, floats, KEY, 0.1, 1), 0
    for name, array in {"integers": numbers, "floats": floats, "decimals": decimals}.items():
        yield (
            f"generalize_number, {name}",
            rows,
            partial(transform, GeneralizeNumber(), array),
            20,
        )
    local = moments.cast(pa.timestamp("us", "Europe/Berlin"))
    for name, array in {"dates": days, "UTC": moments, "another zone": local}.items():
        yield f"generalize_date, {name}", rows, partial(transform, GeneralizeDate(), array), 20


def texts(rows: int) -> Iterator[Case]:
    emails = pa.array([f"person{i}@example.com" for i in range(rows)])
    umlauts = pa.array([f"{'Jürgen' if i % 20 == 0 else 'Johann'} Meier {i}" for i in range(rows)])
    yield "partial, last 4", rows, lambda: transform(Partial(keep_last=4), emails), 20
    yield (
        "partial, first 2 and last 4",
        rows,
        lambda: transform(Partial(keep_first=2, keep_last=4), emails),
        20,
    )
    yield "partial, a twentieth not ASCII", rows, lambda: transform(Partial(), umlauts), 20
    cells = pa.array([f"call person{i}@example.com or +1 555 0100 today" for i in range(rows)])
    length = np.array([len(f"person{i}@example.com") for i in range(rows)])
    both = Redactions(
        np.repeat(np.arange(rows), 2),
        np.stack([np.full(rows, 5), length + 9], axis=1).ravel(),
        np.stack([length + 5, length + 20], axis=1).ravel(),
        np.tile(np.array([0, 1], np.int32), rows),
    )
    labels = [b"{EMAIL}", b"{PHONE}"]
    yield "redact, two known spans a cell", rows, lambda: redact(cells, both, labels), 0
    yield "  the same, numbered", rows, lambda: redact_numbered(cells, both, labels), 0
    documents = pa.array(
        [
            json.dumps({"user": {"email": e, "age": 7}, "tags": ["a", "b"]})
            for e in emails.to_pylist()
        ]
    )
    paths = {"$.user.email": lambda a: transform(Partial(), a), "$.user.age": lambda a: a}
    yield (
        "mask_json, two paths of four values",
        rows,
        lambda: mask_json(documents, paths, "suppress"),
        0,
    )


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    for group in (pseudonyms, encryption, fakes, numbers_and_dates, texts):
        print(f"\n{group.__name__.replace('_', ' '):<44}{'M/s':>9}{'asked':>8}")
        for name, values, act, asked in group(rows):
            rate = values / seconds(act) / 1e6
            wanted = f"{asked:8.0f}{'' if rate >= asked else '  MISSED'}" if asked else ""
            print(f"{name:<44}{rate:9.3f}{wanted}")


if __name__ == "__main__":
    main()
