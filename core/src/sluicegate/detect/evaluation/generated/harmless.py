"""Hard negatives: what looks like an identifier or a secret and is none."""

from __future__ import annotations

import base64
import string
import uuid
from collections.abc import Callable
from random import Random
from typing import Final

from sluicegate.detect.evaluation.generated.drawing import (
    ALNUM,
    HEX,
    UPPER,
    WORDS,
    clock,
    day,
    digits,
    letters,
)


def _word(rng: Random) -> str:
    return rng.choice(WORDS)


def _b64(rng: Random, count: int) -> str:
    return base64.b64encode(rng.randbytes(count)).decode()


def _version(rng: Random) -> str:
    return ".".join(str(rng.randrange(30)) for _ in range(rng.choice((2, 3, 3))))


def _minified(rng: Random) -> str:
    names = [letters(rng, string.ascii_letters, 1) for _ in range(6)]
    a, b, c, d, e, f = names
    return (
        f"!function({a},{b}){{for(var {c}=0;{c}<{digits(rng, 3)};{c}++){d}[{c}]={e}.{f}"
        f"({a}>>>{rng.randrange(32)}^0x{letters(rng, HEX, 8)});return {b}?{a}:{c}}}();"
    )


HARMLESS: Final[tuple[Callable[[Random], str], ...]] = (
    lambda r: f"Order {digits(r, 8)} of {day(r)} was packed by station {r.randrange(40)}.",
    lambda r: f"order_id={digits(r, 12)} sku={letters(r, UPPER, 3)}-{digits(r, 5)} qty=2",
    lambda r: f"parcel {letters(r, UPPER, 2)}{digits(r, 9)}{letters(r, UPPER, 2)} left the depot",
    lambda r: f"commit {letters(r, HEX, 40)}\nAuthor: build\n\n    tidy {_word(r)}",
    lambda r: f"{letters(r, HEX, 64)}  {_word(r)}-{_version(r)}.tar.gz",
    lambda r: f"MD5 ({_word(r)}.iso) = {letters(r, HEX, 32)}",
    lambda r: f'etag: W/"{letters(r, HEX, 16)}"',
    lambda r: f"integrity sha512-{_b64(r, 64)}",
    lambda r: f"trace_id={uuid.UUID(int=r.getrandbits(128), version=4)} span={letters(r, HEX, 16)}",
    lambda r: f'{{"id": "{uuid.UUID(int=r.getrandbits(128), version=4)}", "ok": true}}',
    lambda r: f"{_word(r)}=={_version(r)}\n{_word(r)}>={_version(r)},<{r.randrange(9)}",
    lambda r: f"firmware version {r.randrange(9)}.{r.randrange(20)}.{r.randrange(20)} installed",
    lambda r: f"{day(r)}T{clock(r)}.{digits(r, 6)}+02:00 INFO {_word(r)} started",
    lambda r: f'{{"ts": 17{digits(r, 11)}, "value": {r.random():.6f}}}',
    lambda r: f"part no. {letters(r, UPPER, 2)}{digits(r, 2)} {digits(r, 4)} {digits(r, 4)} rev C",
    lambda r: f"<img src='data:image/gif;base64,R0lGODlh{_b64(r, 90)}'>",
    lambda r: f"font: url(data:font/woff2;base64,d09GMgABAAAA{_b64(r, 120)})",
    _minified,
    _minified,
    lambda r: f"Position {r.uniform(-80, 80):.2f} m, {r.uniform(0, 9):.3f} mm off the {_word(r)}",
    lambda r: f"total {digits(r, 3)}.{digits(r, 2)} EUR incl. 19.00 % VAT, {r.randrange(9)} items",
    lambda r: f"{digits(r, 3)},{digits(r, 3)},{digits(r, 3)} rows in {r.random():.4f} s",
    lambda r: f"ISBN 978-{r.randrange(10)}-{digits(r, 3)}-{digits(r, 5)}-{r.randrange(10)}",
    lambda r: f"invoice {digits(r, 4)}/{digits(r, 5)}, booking {letters(r, UPPER, 6)}",
    lambda r: f"/var/lib/{_word(r)}/{letters(r, HEX, 12)}/{_word(r)}.{digits(r, 4)}.log",
    lambda r: f"color: #{letters(r, HEX, 6)}; margin: {r.randrange(90)}px {r.randrange(90)}px",
    lambda r: f"chr{r.randrange(1, 23)}:{digits(r, 8)}-{digits(r, 8)} gene {_word(r).upper()}",
    lambda r: f"password: ${{{_word(r).upper()}_PASSWORD}}",
    lambda r: f"api_key = os.environ['{_word(r).upper()}_KEY']",
    lambda r: f"The password must have {r.randrange(8, 20)} characters and a digit.",
    lambda r: f"token = request.headers.get('X-{_word(r).title()}-Token')",
    lambda r: f"see {_word(r)}@{_version(r)} and @{_word(r)}/{_word(r)} for the change",
    lambda r: f"class={_word(r)}__{_word(r)}--{letters(r, ALNUM, 5)} id=r{digits(r, 4)}",
    lambda r: f"{clock(r)}:{digits(r, 2)} lap {r.randrange(60)}, heart rate {r.randrange(60, 190)}",
    lambda r: f"serial {letters(r, UPPER, 4)}-{letters(r, UPPER, 4)}-{letters(r, UPPER, 4)}",
    lambda r: f"The {_word(r)} weighs {digits(r, 4)} g and costs about {digits(r, 2)} euros.",
)
"""Each writes one kind of text in which nothing is to be found."""
