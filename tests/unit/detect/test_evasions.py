"""Values that are encoded, disguised or cut: found, redacted as a whole, and not seen by chance."""

from __future__ import annotations

import base64
import hashlib
import itertools
import random
import re
import time
import unicodedata
import uuid
from collections.abc import Callable
from urllib.parse import quote

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.detect import Scanner
from sluicegate.detect.characters import HOMOGLYPHS
from sluicegate.detect.examples import expand
from sluicegate.detect.labels import redaction_label
from sluicegate.detect.text import of_rows
from sluicegate.mask.redact import redact

VALUES = {
    "email": "jane.roe@example.com",
    "card": "4111 1111 1111 1111",
    "iban": "GB82 WEST 1234 5698 7654 32",
    "us_ssn": "900-70-3456",
    "phone": "+1 202-555-0143",
    "secret": expand("AKIA{base32:16}"),
}
UNSEEN = "\u200b", "\u00ad", "\u2060", "\u200f", "\ufeff", "\u0301", "\ufe0f"
SAME = {latin: other for other, latin in reversed(list(HOMOGLYPHS.items()))}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def each(form: str) -> Callable[[str], str]:
    return lambda value: "".join(form.format(ord(c)) for c in value)


def after_each(sign: str) -> Callable[[str], str]:
    return sign.join


def digits(zero: int) -> Callable[[str], str]:
    return lambda value: re.sub("[0-9]", lambda m: chr(zero + int(m[0])), value)


def letters(value: str) -> str:
    table = {0x41 + i: 0x1D400 + i for i in range(26)} | {0x61 + i: 0x1D41A + i for i in range(26)}
    return value.translate(table)


def full_width(value: str) -> str:
    return "".join("\u3000" if c == " " else chr(ord(c) + 0xFEE0) for c in value)


def mime(value: str) -> str:
    lead = "The rest of this sentence makes the line longer than a mail may be, so it wraps. "
    return base64.encodebytes((lead + value + " is it. Bye for now.").encode()).decode().strip()


def named(value: str) -> str:
    names = {"@": "&commat;", ".": "&period;", " ": "&nbsp;", "-": "&hyphen;", "+": "&plus;"}
    return "".join(names.get(c, f"&#{ord(c)};") for c in value)


def circled(value: str) -> str:
    return "".join(
        unicodedata.lookup(f"CIRCLED DIGIT {NAMES[int(c)]}") if c.isdigit() else c for c in value
    )


NAMES = ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"]

FORMS: dict[str, Callable[[str], str]] = {
    "base64": lambda v: b64(v.encode()),
    "base64 without padding": lambda v: b64(v.encode()).rstrip("="),
    "base64url": lambda v: base64.urlsafe_b64encode(f"{v} \u00ff?>~".encode()).decode(),
    "base64 of UTF-16": lambda v: b64(v.encode("utf-16-le")),
    "base64 in a path": lambda v: f"/files/{b64(v.encode())}/raw",
    "base64 in lines": mime,
    "base64 in a data URL": lambda v: "data:text/plain;base64," + b64(v.encode()),
    "hex": lambda v: v.encode().hex(),
    "HEX": lambda v: v.encode().hex().upper(),
    "0xhex": lambda v: "0x" + v.encode().hex(),
    "hex with spaces": lambda v: v.encode().hex(" "),
    "hex with colons": lambda v: v.encode().hex(":"),
    "bytes of C": lambda v: ", ".join(f"0x{b:02x}" for b in v.encode()),
    "backslash x": each("\\x{:02x}"),
    "backslash u": each("\\u{:04x}"),
    "backslash u, twice escaped": each("\\\\u{:04X}"),
    "octal": each("\\{:03o}"),
    "percent": each("%{:02X}"),
    "percent where needed": lambda v: quote(v, safe=""),
    "percent twice": lambda v: quote(quote(v, safe=""), safe=""),
    "entities": each("&#{};"),
    "hex entities": each("&#x{:x};"),
    "named entities": named,
    "quoted-printable": each("={:02X}"),
    "quoted-printable break": lambda v: f"{v[:-3]}=\n{v[-3:]}",
    "continued line": lambda v: f"{v[:-3]}\\\n    {v[-3:]}",
    "full width": full_width,
    "circled digits": circled,
    "mathematical": letters,
    **{f"digits of U+{zero:04X}": digits(zero) for zero in (0x660, 0x9E6, 0xE50, 0x1D7CE, 0x1E950)},
    **{f"U+{ord(c):04X} after each": after_each(c) for c in UNSEEN},
}
"""Ways to write any value."""

CASES = [(form, name) for form in FORMS for name in VALUES]


def classes(scanner: Scanner, text: str) -> set[str]:
    return {str(span.data_class) for span in scanner.scan_text(text)}


def redacted(scanner: Scanner, text: str) -> str:
    array = pa.array([text])
    labels = [b"{%s}" % redaction_label(d).encode() for d in scanner.detectors]
    return str(redact(array, scanner.spans(array), labels)[0].as_py())


@pytest.mark.parametrize(("form", "name"), CASES, ids=[f"{n} in {f}" for f, n in CASES])
def test_no_form_hides_a_value(scanner: Scanner, form: str, name: str) -> None:
    hidden = FORMS[form](VALUES[name])
    text = f"note {hidden} end"
    assert name in classes(scanner, text)
    rest = re.sub(r"\{[A-Z_]+\}", " ", redacted(scanner, text)).split()
    assert set(rest) <= {"note", "end", "data:text/plain;base64,", "/files/", "/raw"}


@pytest.mark.parametrize(
    ("text", "data_class"),
    [
        ("4111 1111\n1111 1111", "card"),
        ("4111 1111 11\r\n11 1111 is the card", "card"),
        ("card 41111111\n11111111 of Jane", "card"),
        ("> 4111 1111\n> 1111 1111", "card"),
        ("4111-1111-\n1111-1111", "card"),
        ("IBAN GB82 WEST 1234\n5698 7654 32", "iban"),
        ("IBAN GB82 WE\nST 1234 5698 7654 32", "iban"),
        ("ssn 900-70-\n3456", "us_ssn"),
        ("call +1 202-555\n0143", "phone"),
        ("jane.roe@exa\nmple.com", "email"),
        ("jane.roe@\nexample.com", "email"),
        ("jane.roe@example.c\nom", "email"),
        ("jane.roe@exam-\nple.com", "email"),
        (expand("AKIA{base32:12}") + "\n" + expand("{base32:4}"), "secret"),
        (expand("key: ghp_{alnum:20}") + "\n" + expand("     {alnum:16}"), "secret"),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "card"),
        ("card 4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1", "card"),
        ("ssn 9 0 0 7 0 3 4 5 6", "us_ssn"),
        ("j a n e @ e x a m p l e . c o m", "email"),
        ("jane (at) example (dot) com", "email"),
        ("jane.roe [at] example.com", "email"),
        ("jane{AT}example{DOT}com", "email"),
        ("jane <at> example dot com", "email"),
        ("jane dot roe at example dot com", "email"),
        ("email me: jane at mail dot example dot com", "email"),
        ("jane\ufe6bexample.com", "email"),
        ("j\u0430n\u0435@ex\u0430mple.com", "email"),
        ("jane@example\u3002com", "email"),
        ("j\u03bfhn@example.com", "email"),
        ("jane\\@example\\.com", "email"),
        ("jane.roe@example\\.com", "email"),
        (b64("jane\u200b.roe@exam\u00adple.com".encode()), "email"),
        ("tel=%2B1+202+555+0143", "phone"),
        ("pan=4111+1111+1111+1111&x=1", "card"),
        ('{"note": "first line\\ntel 020 7946 0958"}', "phone"),
    ],
)
def test_no_cut_hides_a_value(scanner: Scanner, text: str, data_class: str) -> None:
    assert data_class in classes(scanner, text)
    rest = redacted(scanner, text)
    assert not re.search("[0-9]{3}|jane|roe|example", rest.split("note")[-1]), rest


@pytest.mark.parametrize("latin", "aeopcxyijs")
def test_every_homoglyph_is_the_letter_it_looks_like(scanner: Scanner, latin: str) -> None:
    text = f"q{SAME[latin]}q@example.com"
    (span,) = scanner.scan_text(text)
    assert text[span.start : span.end] == text


RNG = random.Random(20)  # the same numbers in every run


def number(width: int) -> str:
    return str(RNG.randrange(10 ** (width - 1), 10**width))


def column_of(*widths: int) -> str:
    return "\n".join(" ".join(number(w) for w in widths) for _ in range(12))


LOG = "2024-01-{:02} 10:11:12 INFO took {}"
HARMLESS: dict[str, list[str]] = {
    "SHA-256": [hashlib.sha256(RNG.randbytes(8)).hexdigest() for _ in range(1000)],
    "SHA-1 of git": ["commit " + RNG.randbytes(20).hex() for _ in range(1000)],
    "UUIDs": [str(uuid.UUID(bytes=RNG.randbytes(16))) for _ in range(1000)],
    "base64 of noise": [b64(RNG.randbytes(RNG.choice((12, 16, 20, 32, 64)))) for _ in range(1000)],
    "integrity": ["sha512-" + b64(RNG.randbytes(64)) for _ in range(200)],
    "images": [
        "data:image/png;base64," + b64(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + RNG.randbytes(600))
        for _ in range(100)
    ],
    "hex dumps": [RNG.randbytes(32).hex(" ") for _ in range(300)],
    "columns of numbers": [column_of(w) for w in range(4, 14) for _ in range(60)],
    "columns of pairs": [column_of(4, 4) for _ in range(200)],
    "two numbers": [f"{number(8)}\n{number(8)}" for _ in range(500)],
    "CSV in a cell": [
        "\n".join(f"{i},{number(8)},{number(6)}" for i in range(9)) for _ in range(200)
    ],
    "logs": ["\n".join(LOG.format(d, number(7)) for d in range(10, 19)) for _ in range(200)],
    "two lines": [f"sold {number(5)} in {number(4)}\n{number(7)} left" for _ in range(500)],
    "ratings": [
        " ".join(str(RNG.randrange(5)) for _ in range(n)) for n in (9, 10, 12) for _ in range(100)
    ],
    "identifiers": [
        "".join(RNG.sample(["Order", "Process", "Service", "Factory", "Internal"], 4))
        for _ in range(120)
    ],
    "prose": [
        "Look at example dot com",
        "meet (at) noon",
        "Regards\njane",
        "f(a)\n@app.route('/x')\ndef y(): ...",
        "a = x[at] . y[dot]",
        "100 % of 20 % at 5 dot",
        "wait=40ms and size=20",
        "R&D; AT&T; a&b=c",
        "C:\\new\\temp\\x41",
        "naïve café – “quoted” … 10 m²",
        "Привет, мир. Это текст 12345",
        "価格は１２３円です。",
        "= = =\n= =",
    ],
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_a_second_look_sees_nothing_by_chance(scanner: Scanner, kind: str) -> None:
    text = of_rows([row.encode() for row in HARMLESS[kind]])
    direct, all_of_it = (scanner._engine.raw(text, looks=looks) for looks in (False, True))
    extra = [scanner.detectors[d].id for d in all_of_it.detector[len(direct) :].tolist()]
    assert extra == []


def test_a_token_with_a_payload_is_reported_once(scanner: Scanner) -> None:
    (span,) = scanner.scan_text(expand("Bearer {jwt:1}"))
    assert span.data_class == "secret"


def test_findings_of_one_code_are_one_span_over_all_of_it(scanner: Scanner) -> None:
    code = b64(b"jane.roe@example.com and 4111 1111 1111 1111")
    (span,) = scanner.scan_text(f"x {code} y")
    assert (span.start, span.end, span.score < 0.9) == (2, 2 + len(code), True)


def test_the_plain_detector_wins_where_both_see(scanner: Scanner) -> None:
    (span,) = scanner.scan_text("mailto:jane%40example.org")
    assert span.detector == "email_escaped"


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view", "binary"])
def test_layouts_of_arrow(scanner: Scanner, kind: str) -> None:
    rows = [
        "nothing",
        None,
        b64(b"jane.roe@example.com"),
        "4111 1111\n1111 1111",
        "jane\uff20example.com",
    ]
    array = pa.array([r if r is None else r.encode() for r in rows], pa.binary()).cast(
        getattr(pa, kind)()
    )
    assert scanner.spans(array).row.tolist() == [2, 3, 4]
    assert scanner.spans(array.slice(3)).row.tolist() == [0, 1]


def test_nested_and_dictionary_columns(scanner: Scanner) -> None:
    code = b64(b"jane.roe@example.com")
    batch = pa.RecordBatch.from_pydict(
        {
            "d": pa.array(["x", code, code]).dictionary_encode(),
            "l": [["x"], [code, "y"], []],
            "s": [{"f": "x"}, {"f": "jane\u200b@example.com"}, None],
        }
    )
    found = scanner.scan(batch)
    assert [(leaf.column, int(leaf.weights.sum())) for leaf in found.leaves] == [
        ("d", 2),
        ("l", 1),
        ("s", 1),
    ]


def test_nothing_is_joined_across_rows(scanner: Scanner) -> None:
    code = b64(b"jane.roe@example.com")
    for rows in (
        [code[:9], code[9:]],
        ["4111 1111\n", "1111 1111"],
        ["jane%4", "0example.com"],
        ["jane (a", "t) example.com"],
    ):
        assert len(scanner.spans(pa.array(rows))) == 0


PIECES = st.one_of(
    st.sampled_from([form(value) for form in FORMS.values() for value in VALUES.values()]),
    st.sampled_from(
        [
            "\n",
            "=",
            "%",
            "\\",
            "&#",
            "&#x110000;",
            "\\u{110000}",
            "\\ud835",
            "%ff%fe",
            " ",
            "@",
            "\r\n",
            "-\n",
            "0x",
        ]
    ),
    st.text(max_size=12),
    st.text("0123456789 \n-@.aef=%&\\", max_size=40),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(PIECES, st.binary(max_size=3)).map(
            lambda p: p[0].encode("utf-8", "surrogatepass") + p[1]
        ),
        max_size=10,
    ),
    st.integers(0, 5),
)
def test_places_lie_within_rows_sorted_and_disjoint(
    scanner: Scanner, rows: list[bytes], joined: int
) -> None:
    cells = [b"".join(rows[:joined]), *rows[joined:]]
    text = of_rows(cells)
    spans = scanner._engine.find(text)
    places = list(zip(spans.row.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True))
    assert places == sorted(places)
    assert all(0 <= start < end <= len(cells[row]) for row, start, end in places)
    assert all(a[0] < b[0] or a[2] <= b[1] for a, b in itertools.pairwise(places))


HOSTILE = {
    "percent": "%41",
    "percent beyond ASCII": "%e4",
    "entities": "&#64;",
    "backslash u": "\\u0041",
    "zero width": "\u200b",
    "full width": "\uff14",
    "quoted": "=41",
    "code": b64(b"jane@example.com") + " ",
    "code in a path": "QUFBQUFBQUFBQUFB/",
    "no code": "AAAAAAAAAAAAAAAA/",
    "one code": "QUFB",
    "digits as code": "MTIz",
    "hex": "61",
    "hex pairs": "61 ",
    "pairs": "4a:",
    "C": "0x61,",
    "line ends": "\n",
    "digit lines": "1\n",
    "number lines": "12345678\n",
    "token lines": "a1b2c3d4e5f6\n",
    "at lines": "a@b\nc",
    "at": "a(at)",
    "at and dot": " at x dot y",
    "spelled": "a b @ c d ",
    "single digits": "1 ",
    "breaks": "=\n",
    "mixed": "\u0445a",
    "continued": "a\\\n",
    "plus": "1+23+4",
    "json": '{"a":[',
    "combining": "e\u0301",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_work_grows_with_bytes(scanner: Scanner, name: str) -> None:
    """Eight times the text takes about eight times as long; a square would take 64 times.

    Who shares the machine only adds time, so work that is no square passes some try.
    """
    piece = HOSTILE[name].encode()

    def took(size: int) -> float:
        text = of_rows([piece * (size // len(piece))])
        start = time.thread_time()
        scanner._engine.raw(text)
        return time.thread_time() - start

    assert any(took(256_000) < 20 * max(took(32_000), 0.01) for _ in range(4))
