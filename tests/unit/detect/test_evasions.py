"""Values that are encoded, disguised or cut: found, redacted as a whole, and not seen by chance."""

from __future__ import annotations

import base64
import html
import quopri
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

import pyarrow as pa
import pytest

from sluicegate.detect import Scanner
from sluicegate.detect.characters import HOMOGLYPHS
from sluicegate.detect.examples import expand
from sluicegate.detect.labels import redaction_label
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
SAME = {latin: other for other, latin in reversed(HOMOGLYPHS.items())}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def each(form: str) -> Callable[[str], str]:
    return lambda value: "".join(form.format(ord(c)) for c in value)


def after_each(sign: str) -> Callable[[str], str]:
    return lambda value: sign.join(value)


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
    return "".join(unicodedata.lookup(f"CIRCLED DIGIT {NAMES[int(c)]}") if c.isdigit() else c for c in value)


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
