"""Check digits and forms of single numbers: published examples, and ones that are a digit off."""

from __future__ import annotations

import pytest

from sluicegate.detect import Scanner
from sluicegate.detect.validators import validator

_RIGHT = [
    ("tw_identity", "A123456789"),
    ("hk_identity", "A123456(3)"),
    ("hk_identity", "AB987654(3)"),
    ("de_pension", "15070649C103"),
    ("de_health", "A000500015"),
    ("au_medicare", "2123 45670 1"),
    ("pl_identity", "ABA300000"),
    ("nz_health", "ZZZ0016"),
    ("ru_snils", "112-233-445 95"),
    ("hu_taj", "111 111 110"),
    ("hu_tax", "8000000008"),
    ("segwit", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    ("iban", "GB82 WEST 1234 5698 7654 32"),
    ("card", "4111 1111 1111 1111"),
]
"""From the registers' own documents and from BIP 173; each has a digit that the test turns."""


@pytest.mark.parametrize(("name", "text"), _RIGHT)
def test_a_turned_digit_lowers_what_a_right_one_lifts(name: str, text: str) -> None:
    judge = validator(name)
    assert judge is not None
    place = max(i for i, c in enumerate(text[:-1]) if c.isdigit())
    wrong = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
    right, turned = judge(text.encode()), judge(wrong.encode())
    assert right is not None
    assert turned is None or turned.lift < right.lift


@pytest.mark.parametrize(
    ("text", "data_class"),
    [
        ("my card is 4111 1111 1111 1112", "card"),
        ("visa 4111111111111112", "card"),
        ("Kreditkarte: 1234-5678-9012-3456", "card"),
        ("IBAN DE88370400440532013000", "iban"),
        ("078.05.1123", "us_ssn"),
        ("route ::/0 via gw", "ip"),
        ("hwaddr 00005e0053af", "mac"),
        ("to jane [at] example [dot] org", "email"),
        ("My mail is jane at example.com", "email"),
        ("почта@пример.рф", "email"),
        ("0x" + "aB" * 20, "crypto_wallet"),
        ("born in Corsica: NIR 1 00 01 2A 000 000 00", "national_id"),
    ],
)
def test_it_is_found(scanner: Scanner, text: str, data_class: str) -> None:
    assert data_class in {span.data_class for span in scanner.scan_text(text)}


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "Inventory code 1234567890123456 is no card",
        "DE88370400440532013000",
        "Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36",
        "meet me at example.com",
        "app :: started",
        "0x" + "ab" * 20,
        "UTC+1 2024-01-15 10:30",
        "machine 00005e0053af",
    ],
)
def test_it_is_left_alone(scanner: Scanner, text: str) -> None:
    assert [span.detector for span in scanner.scan_text(text, advisory=False)] == []
