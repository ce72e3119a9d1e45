"""The compiled numbering plans against the library that they come from, and what they judge."""

from __future__ import annotations

import random

import phonenumbers
import pytest
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from sluicegate.detect.validators.phone import phone_formatted, phone_international
from sluicegate.detect.validators.phone_plans import REGIONS, code_of, plan, plans

_EVERY = sorted(phonenumbers.SUPPORTED_REGIONS)
_KINDS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE)


def _examples(region: str) -> list[phonenumbers.PhoneNumber]:
    found = [phonenumbers.example_number_for_type(region, kind) for kind in _KINDS]
    return [number for number in found if number is not None]


@pytest.mark.parametrize("region", _EVERY)
def test_examples_of_every_region_are_in_use(region: str) -> None:
    for number in _examples(region):
        for form in (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL):
            verdict = phone_international(phonenumbers.format_number(number, form).encode())
            assert verdict is not None
            assert verdict.lift > 0


@pytest.mark.parametrize("region", _EVERY)
def test_the_plans_agree_with_the_library_on_numbers_near_the_examples(region: str) -> None:
    rng = random.Random(region)
    agreed = 0
    for number in _examples(region) * 12:
        digits = list(phonenumbers.national_significant_number(number))
        for _ in range(rng.randrange(4)):
            digits[rng.randrange(len(digits))] = rng.choice("0123456789")
        text = f"+{number.country_code}{''.join(digits)}"
        try:
            parsed = phonenumbers.parse(text)
        except NumberParseException:
            continue
        national = phonenumbers.national_significant_number(parsed)
        if national != "".join(digits):
            continue  # the library took a trunk prefix off
        ours = any(one.valid(national) for one in plans(str(parsed.country_code)))
        agreed += ours == phonenumbers.is_valid_number(parsed)
        assert ours or not phonenumbers.is_valid_number(parsed)
    assert agreed > 0


@pytest.mark.parametrize("region", REGIONS)
def test_numbers_in_national_form_are_at_home(region: str) -> None:
    home = plan(region)
    for number in _examples(region):
        assert home.valid(phonenumbers.national_significant_number(number))


def test_codes_are_told_apart() -> None:
    assert [code_of(d) for d in ("12025550143", "442079460958", "353209123456", "999", "2100")] == [
        "1",
        "44",
        "353",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("+44 20 7946 0958 2024", "+44 20 7946 0958"),
        ("+1 202-555-0143 17", "+1 202-555-0143"),
        ("+49 (0)30 23125000", "+49 (0)30 23125000"),
    ],
)
def test_what_is_too_much_is_given_back(text: str, kept: str) -> None:
    verdict = phone_international(text.encode())
    assert verdict is not None
    assert text[: verdict.length] == kept


@pytest.mark.parametrize(
    "text",
    ["01 99 00 12 34", "020 7946 0958", "07700900123", "(0161) 496 0123", "(11) 96123-4567"],
)
def test_national_forms_need_no_words(text: str) -> None:
    assert phone_formatted(text.encode()) is not None


@pytest.mark.parametrize(
    "text",
    [
        "0306406152",  # an ISBN with its check digit
        "01310-100",
        "65888-9485",
        "01.02.2003",
        "01 02 2003",
        "03.546.1507.65",
        "0090  7503  9025",
        "12345678901",
        "0000123456",
        "012-345678-9",
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    assert phone_formatted(text.encode()) is None
