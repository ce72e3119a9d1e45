"""Nothing is found in what only looks like an identifier or a secret: made by rules, by kind."""

from __future__ import annotations

import base64
import hashlib
import random
import uuid
from collections.abc import Callable, Iterator

import pyarrow as pa

from sluicegate.detect import Scanner

_EACH = 15


def hard_negatives() -> Iterator[tuple[str, str]]:
    """Yield kind and text; the same at every call."""
    for kind, make in _KINDS.items():
        rng = random.Random(kind)
        for _ in range(_EACH):
            yield kind, make(rng)


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _hash(rng: random.Random, name: str) -> str:
    return hashlib.new(name, rng.randbytes(8), usedforsecurity=False).hexdigest()


def _b64(rng: random.Random, count: int) -> str:
    return base64.b64encode(rng.randbytes(count)).decode()


def _version(rng: random.Random) -> str:
    return ".".join(str(rng.randrange(40)) for _ in range(3))


def _stamp(rng: random.Random) -> str:
    day = f"20{rng.randrange(10, 27)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
    return f"{day}T{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}Z"


def _word(rng: random.Random) -> str:
    words = "alpha bravo delta invoice kernel ledger matrix orchid packet quartz river saddle"
    return rng.choice(words.split())


_KINDS: dict[str, Callable[[random.Random], str]] = {
    "order number": lambda r: f"order #{_digits(r, 7)} shipped in {r.randrange(2, 9)} parcels",
    "sku": lambda r: f"SKU {_word(r)[:3].upper()}-{_digits(r, 4)}-{r.choice('ABC')}",
    "commit": lambda r: f"commit {_hash(r, 'sha1')} merged into main",
    "digest": lambda r: f"image@sha256:{_hash(r, 'sha256')}",
    "integrity": lambda r: f'"integrity": "sha512-{_b64(r, 64)}"',
    "md5": lambda r: f"{_hash(r, 'md5')}  dist/{_word(r)}.tar.gz",
    "uuid": lambda r: f"request_id={uuid.UUID(int=r.getrandbits(128), version=4)}",
    "version": lambda r: f"upgrade {_word(r)} from {_version(r)} to {_version(r)}",
    "timestamp": lambda r: f"[{_stamp(r)}] INFO worker {r.randrange(9)} idle",
    "epoch": lambda r: f'{{"ts": 17{_digits(r, 8)}, "value": {r.random():.3f}}}',
    "price": lambda r: f"total {r.randrange(10, 99)}.{_digits(r, 2)} EUR, tax 19.00 %",
    "measurement": lambda r: f"mean={r.random():.6f} std={r.random():.6f} n={r.randrange(999)}",
    "part number": lambda r: f"part XY{_digits(r, 2)} {_word(r).upper()} {_digits(r, 4)} rev B",
    "image": lambda r: f"<img src='data:image/png;base64,iVBORw0KGgo{_b64(r, 60)}'>",
    "minified": lambda r: f"function a(b){{return b[{r.randrange(99)}]?c:d(e,{_digits(r, 5)})}}",
    "css": lambda r: f".{_word(r)}{{margin:{r.randrange(40)}px;color:#{_hash(r, 'md5')[:6]}}}",
    "log": lambda r: (
        f'"GET /{_word(r)}/{_digits(r, 4)} HTTP/1.1" 200 {_digits(r, 4)} 0.{_digits(r, 3)}'
    ),
    "sql": lambda r: f"SELECT {_word(r)}_id FROM {_word(r)} WHERE n > {_digits(r, 4)} LIMIT 100",
    "class path": lambda r: f"com.example.{_word(r)}.{_word(r).title()}Service:{_digits(r, 3)}",
    "reference": lambda r: f"password: ${{{_word(r).upper()}_PASSWORD}}",
    "lookup": lambda r: f"api_key = os.environ['{_word(r).upper()}_API_KEY']",
    "path": lambda r: f"/usr/lib/{_word(r)}/{_version(r)}/lib{_word(r)}.so",
    "prose": lambda r: f"The {_word(r)} team shipped {r.randrange(99)} {_word(r)} units on Friday.",
    "ratio": lambda r: (
        f"{r.randrange(99)}/{r.randrange(100, 999)} passed, {r.randrange(9)} skipped"
    ),
    # What looks like a phone number.
    "long order number": lambda r: f"order {_digits(r, 10)} and order {_digits(r, 11)} merged",
    "bare ten digits": lambda r: f"{r.choice('23456789')}{_digits(r, 9)}",
    "bare eleven digits": lambda r: f"{r.choice('123456789')}{_digits(r, 10)}",
    "bare nine digits": lambda r: f"{r.choice('123456789')}{_digits(r, 8)}",
    "padded number": lambda r: f"document 000{_digits(r, 7)}, copy 0000{_digits(r, 6)}",
    "compact stamp": lambda r: (
        f"backup_20{r.randrange(10, 27)}0{r.randrange(1, 9)}15{_digits(r, 6)}"
    ),
    "stamp with offset": lambda r: f"{_stamp(r)[:-1]}.{_digits(r, 6)}+0{r.randrange(9)}:00",
    "short date": lambda r: (
        f"due 0{r.randrange(1, 9)}.1{r.randrange(2)}.202{r.randrange(9)} at 08.30"
    ),
    "spaced date": lambda r: (
        f"on 0{r.randrange(1, 9)} 1{r.randrange(2)} 202{r.randrange(9)} we met"
    ),
    "book": lambda r: f"ISBN 978-3-16-{_digits(r, 6)}-0 and 0-306-{_digits(r, 5)}-2",
    "decimal pair": lambda r: (
        f"at {r.randrange(90)}.{_digits(r, 6)}, -{r.randrange(180)}.{_digits(r, 6)}"
    ),
    "table of numbers": lambda r: "  ".join(_digits(r, 4) for _ in range(6)),
    "narrow table": lambda r: " ".join(str(r.randrange(1, 99)) for _ in range(9)),
    "thousands": lambda r: f"revenue {r.randrange(1, 99)} {_digits(r, 3)} {_digits(r, 3)} EUR",
    "dotted version": lambda r: (
        f"driver 0{r.randrange(9)}.{_digits(r, 3)}.{_digits(r, 4)}.{_digits(r, 2)}"
    ),
    "process": lambda r: (
        f"pid {_digits(r, 5)} rss {_digits(r, 7)} vsz {_digits(r, 8)} +{_digits(r, 4)}"
    ),
    "difference": lambda r: f"@@ -{r.randrange(999)},{r.randrange(99)} +{r.randrange(999)},7 @@",
    "gain": lambda r: f"score +{_digits(r, 5)} after {r.randrange(9)}e+{r.randrange(10, 99)}",
    "range": lambda r: f"pages {r.randrange(100, 400)}-{r.randrange(400, 999)}, lines 1000-2000",
    "fraction list": lambda r: f"[0.{_digits(r, 4)}, 0.{_digits(r, 4)}, 0.{_digits(r, 4)}]",
    "tracking": lambda r: f"tracking 1Z{_digits(r, 6)}0{_digits(r, 9)} and {_digits(r, 12)}",
    "part with dashes": lambda r: (
        f"part {_digits(r, 3)}-{_digits(r, 5)}-{_digits(r, 2)} rev {r.randrange(9)}"
    ),
    "score lines": lambda r: (
        f"{r.randrange(9)}-{r.randrange(9)} {r.randrange(9)}-{r.randrange(9)} 6-4"
    ),
    "call of a function": lambda r: (
        f"call 0x{_digits(r, 8)} returned {_digits(r, 4)} text {_digits(r, 5)}"
    ),
    "bar code": lambda r: f"EAN 40{_digits(r, 11)} scanned",
    "account of a ledger": lambda r: (
        f"ledger {_digits(r, 4)}-{_digits(r, 4)} credited {_digits(r, 3)}.00"
    ),
    "clock": lambda r: (
        f"{r.randrange(24):02}:{r.randrange(60):02}:{r.randrange(60):02},{_digits(r, 3)} 0{_digits(r, 3)}"
    ),
    "postal code": lambda r: (
        f"{_digits(r, 5)}-{_digits(r, 4)} and CEP {_digits(r, 5)}-{_digits(r, 3)}"
    ),
    "port list": lambda r: f"8080 8443 {_digits(r, 4)} 9090 9091",
    "case of a year": lambda r: f"{_digits(r, 2)}-20{r.randrange(10, 27)}-{_digits(r, 4)} closed",
    "invoice of a year": lambda r: f"20{r.randrange(10, 27)}-{_digits(r, 3)}-{_digits(r, 3)} paid",
    "long decimal": lambda r: (
        f"0{_digits(r, 3)}.{_digits(r, 6)} and {_digits(r, 2)}.{_digits(r, 8)}"
    ),
    "browser": lambda r: f"Chrome/{r.randrange(90, 140)}.0.0.0 Safari/537.36",
    "offset before a date": lambda r: (
        f"UTC+{r.randrange(1, 9)} {_stamp(r)[:10]} {r.randrange(10, 24)}"
    ),
    "other label": lambda r: f'{{"phone": null, "order_id": "{_digits(r, 10)}"}}',
    "case of digits": lambda r: f"token {_digits(r, 3)} {_digits(r, 2)} {_digits(r, 4)}",
    "build": lambda r: (
        f"build 20{r.randrange(10, 27)}.0{r.randrange(1, 9)}.{_digits(r, 4)}-{_digits(r, 3)}"
    ),
}


def test_nothing_is_found_in_hard_negatives(scanner: Scanner) -> None:
    texts = list(hard_negatives())
    assert len(texts) >= 750
    found = [
        (kind, text, [span.detector for span in scanner.scan_text(text, advisory=False)])
        for kind, text in texts
    ]
    assert [item for item in found if item[2]] == []


def _hex(rng: random.Random, digits: int) -> str:
    # one of digits alone may be a number of any kind
    return f"{rng.getrandbits(4 * digits) | 0xA:0{digits}x}"


def _uuid(rng: random.Random, version: int) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128) | 0xA << 64 | 0xB, version=version))


_IN_COLUMNS: dict[str, Callable[[random.Random], str]] = {
    "uuid 1": lambda r: _uuid(r, 1),
    "uuid 4": lambda r: _uuid(r, 4),
    "uuid in capitals": lambda r: _uuid(r, 4).upper(),
    "uuid in an address": lambda r: f"s3://{_word(r)}/part-{_digits(r, 5)}-{_uuid(r, 4)}.parquet",
    "md5": lambda r: _hex(r, 32),
    "sha1": lambda r: _hex(r, 40),
    "sha256": lambda r: _hex(r, 64),
    "object id": lambda r: _hex(r, 24),
    "trace": lambda r: f"00-{_hex(r, 32)}-{_hex(r, 16)}-01",
    "short id": lambda r: base64.urlsafe_b64encode(r.randbytes(16)).decode().rstrip("="),
    "ulid": lambda r: "01" + "".join(r.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=24)),
    "path": lambda r: f"/var/log/{_hex(r, 8)}/{r.randrange(1000)}.log",
    "fraction": lambda r: repr(r.random()),
    "amount": lambda r: f"{r.randrange(10**6):,}.{r.randrange(100):02}",
    "version of four": lambda r: (
        f"0.{r.randrange(50)}.{r.randrange(50)}.{r.randrange(1000, 3000)}-rc"
    ),
    "stamp": lambda r: _stamp(r).replace("Z", f".{_digits(r, 6)}"),
}


def test_nothing_is_found_in_whole_columns_of_identifiers() -> None:
    """One in a thousand would stop every large extract, and a handful of examples hides it."""
    scanner = Scanner.load()
    for kind, make in _IN_COLUMNS.items():
        rng = random.Random(kind)
        cells = [make(rng) for _ in range(6000)]
        spans = scanner.spans(pa.array(cells))
        assert not len(spans), (kind, scanner.detectors[int(spans.detector[0])].id)
