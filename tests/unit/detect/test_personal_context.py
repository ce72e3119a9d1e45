"""Words beside a value: whole words, of many languages, and none that label another number."""

from __future__ import annotations

import pytest

from sluicegate.detect import Scanner
from sluicegate.detect.context import words, words_around
from sluicegate.detect.loader import load_catalogue
from sluicegate.detect.shelf import Shelf


def _found(scanner: Scanner, text: str) -> set[str]:
    return {text[s.start : s.end] for s in scanner.scan_text(text) if s.data_class == "phone"}


@pytest.mark.parametrize(
    "detector", load_catalogue(shelf=Shelf.of_user()).detectors, ids=lambda d: d.id
)
def test_every_word_of_the_catalogue_can_be_seen(detector: object) -> None:
    context = getattr(detector, "context", frozenset()) | getattr(detector, "against", frozenset())
    assert {word for word in context if word not in words(word.encode())} == set()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("phoneNumber", "phone"),
        ("CUSTOMER_PHONE", "phone"),
        ("HTTPPhone", "phone"),
        ("我的电话号码是", "电话"),
        ("전화번호는", "전화"),
        ("電話番号は", "電話"),
        ("โทรศัพท์", "โทร"),
        ("Мой телефон", "телефон"),
        ("رقم الهاتف", "الهاتف"),
        ("TÉLÉPHONE", "tÉlÉphone"),
    ],
)
def test_words_are_told_apart(text: str, word: str) -> None:
    assert word in words(text.encode())


@pytest.mark.parametrize(
    "label",
    [
        "phone",
        "Téléphone",
        "TÉLÉPHONE",
        "Телефон",
        "ТЕЛЕФОН",
        "telefon",
        "电话",
        "電話",
        "전화번호는",
        "هاتف",
        "טלפון",
        "โทร",
        "Τηλέφωνο",
    ],
)
def test_bare_digits_are_a_phone_number_beside_a_word(scanner: Scanner, label: str) -> None:
    assert _found(scanner, f"{label}: 2025550143") == {"2025550143"}
    assert _found(scanner, "2025550143") == set()


@pytest.mark.parametrize(
    "text",
    [
        '{"phone": null, "order_id": "4823910572"}',
        '{"orderId": "4823910572", "phone": null}',
        "mobile=&timestamp=1700000000",
        "tel: none, zip: 941051234",
        "Phone: none. Invoice no: 4823910572",
    ],
)
def test_a_label_of_another_number_wins_over_words_nearby(scanner: Scanner, text: str) -> None:
    assert _found(scanner, text) == set()


@pytest.mark.parametrize(
    "text",
    [
        '{"phone": {"home": "2025550143"}}',
        '{"type": "phone", "value": "2025550143"}',
        "Phone (work): 2025550143",
        "order_id=1&phone=2025550143",
    ],
)
def test_a_label_that_says_nothing_leaves_the_words(scanner: Scanner, text: str) -> None:
    assert _found(scanner, text) == {"2025550143"}


@pytest.mark.parametrize("who", ["Customer", "User", "Client"])
def test_a_name_behind_a_question_is_who_answers(scanner: Scanner, who: str) -> None:
    asked = "Agent: which telephone number may I use?"
    assert _found(scanner, f"{asked}\n{who}: 2025550143") == {"2025550143"}
    assert _found(scanner, f"{asked}\r\n{who}: 2025550143") == {"2025550143"}
    assert _found(scanner, "telephone number given.\nCustomer: 2025550143") == set()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my number is 612 345 678.", "612 345 678"),
        ("meine Nummer lautet 612 345 678", "612 345 678"),
        ("mon numéro est le 612345678", "612345678"),
        ("you may reach us at 7700900123 today", "7700900123"),
    ],
)
def test_a_number_may_be_told_without_a_word_for_telephones(
    scanner: Scanner, text: str, value: str
) -> None:
    assert _found(scanner, text) == {value}


def test_words_against_a_value_lower_it(scanner: Scanner) -> None:
    assert _found(scanner, "0161 496 0123") == {"0161 496 0123"}
    assert _found(scanner, "part 0161 496 0123") == set()
    assert _found(scanner, "part 0161 496 0123, phone") == {"0161 496 0123"}


def test_letters_are_not_numbers_of_a_label() -> None:
    cell = b"twilio, account: AC12"
    assert "twilio" in words_around(cell, 17, 21, 0, len(cell))
    cell = b"twilio, account: 1234"
    assert words_around(cell, 17, 21, 0, len(cell)) == {"account"}
