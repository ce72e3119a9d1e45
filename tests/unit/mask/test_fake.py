"""Fakes look like what they stand for, are the same for the same value, and reach nobody."""

from __future__ import annotations

import hashlib
import math
import re
from importlib import resources

import phonenumbers
import pyarrow as pa
import pytest

from sluicegate.errors import MaskingError, UnknownNameError
from sluicegate.mask import Pseudonymizer, inner_digest
from sluicegate.mask.fake import Faker, words
from sluicegate.model.data import DataClass
from sluicegate.model.sensitive import Sensitive

SHAPES = {
    "first_name": r"[A-Z][a-z]+",
    "last_name": r"[A-Z][a-z]+",
    "name": r"[A-Z][a-z]+ [A-Z]\. [A-Z][a-z]+",
    "email": r"[a-z]+\.[a-z]+\d{9}@example\.(com|net|org)",
    "street_address": r"[1-9]\d{0,3} [A-Z][a-z]+ [A-Z][a-z]+",
    "city": r"[A-Z][a-z]+",
    "phone": r"\+1-[2-9]\d\d-555-01\d\d x\d{9}",
    "company": r"[A-Z][a-z]+ [A-Z][a-z]+ [A-Z][a-z]+ [A-Za-z]+",
}
VALUES = inner_digest(pa.array([f"value {i}" for i in range(20_000)]), DataClass("email"))


def faker(key: bytes = bytes(range(32))) -> Faker:
    return Faker(Pseudonymizer(Sensitive(key)))


@pytest.mark.parametrize("kind", SHAPES)
def test_every_fake_has_its_shape(kind: str) -> None:
    for text in faker().apply(VALUES, kind).to_pylist():
        assert re.fullmatch(SHAPES[kind], text), text


@pytest.mark.parametrize("kind", SHAPES)
def test_a_value_has_one_fake_and_null_none(kind: str) -> None:
    mixed = pa.concat_arrays([VALUES[:3], pa.nulls(1, VALUES.type), VALUES[:3]])
    fakes = faker().apply(mixed, kind)
    assert fakes[3].as_py() is None
    assert fakes[:3].equals(fakes[4:])
    assert fakes[:3].equals(faker().apply(VALUES, kind)[:3])
    assert faker().apply(mixed.dictionary_encode(), kind).equals(fakes)
    assert not faker(bytes(32)).apply(VALUES[:50], kind).equals(faker().apply(VALUES[:50], kind))


@pytest.mark.parametrize(
    ("kind", "fakes"),
    [
        ("first_name", 301),
        ("last_name", 356),
        ("city", 3_724),
        ("name", 301 * 26 * 356),
        ("company", 172 * 111 * 89 * 6),
        ("street_address", 9_999 * 151 * 12),
        ("phone", 125 * 100 * 10**9),
        ("email", 301 * 356 * 10**9 * 3),
    ],
)
def test_there_are_as_many_as_the_docstring_says(kind: str, fakes: int) -> None:
    values = len(VALUES)
    expected = -fakes * math.expm1(values * math.log1p(-1 / fakes))  # distinct in so many draws
    distinct = len(set(faker().apply(VALUES, kind).to_pylist()))
    assert distinct == pytest.approx(expected, abs=4 * abs(values - expected + 1) ** 0.5)


def test_all_words_are_drawn_about_equally_often() -> None:
    drawn = faker().apply(VALUES, "first_name").value_counts().field("counts").to_pylist()
    assert len(drawn) == len(words("first_names"))
    assert min(drawn) > 66 - 6 * 66**0.5
    assert max(drawn) < 66 + 6 * 66**0.5


def test_phones_are_well_formed_and_for_fiction() -> None:
    for text in faker().apply(VALUES[:500], "phone").to_pylist():
        number = phonenumbers.parse(text)
        assert phonenumbers.is_possible_number(number)
        assert str(number.national_number)[3:8] == "55501"
        assert len(number.extension or "") == 9


def test_kinds_do_not_tell_of_each_other() -> None:
    first = faker().apply(VALUES, "first_name").to_pylist()
    whole = [name.split()[0] for name in faker().apply(VALUES, "name").to_pylist()]
    same = sum(a == b for a, b in zip(first, whole, strict=True))
    assert same < 2 * len(VALUES) / 301


def test_the_words_do_not_change_unnoticed() -> None:
    text = resources.files("sluicegate.mask").joinpath("words.yaml").read_bytes()
    assert hashlib.sha256(text).hexdigest()[:16] == "2860fc46f80e6466"
    for name in ("first_names", "last_names", "streets", "company_middles", "area_codes"):
        assert len(set(words(name))) == len(words(name))


def test_pinned_fakes_stay_what_they_are() -> None:
    digests = pa.array(["0" * 64, "f" * 64])
    assert {kind: faker().apply(digests, kind).to_pylist() for kind in SHAPES} == {
        "first_name": ["Natalie", "Amelia"],
        "last_name": ["Archer", "Bauer"],
        "name": ["Miles R. Carter", "Alan T. Wright"],
        "email": ["jonas.torres358597169@example.org", "natalie.burns055440964@example.net"],
        "street_address": ["7241 Lighthouse Road", "6504 Cherry Lane"],
        "city": ["Redhurst", "Hollymill"],
        "phone": ["+1-219-555-0137 x836109021", "+1-214-555-0106 x980174946"],
        "company": ["Bright Stream Metals Company", "Blue Arch Energy Inc"],
    }


def test_an_unknown_kind_and_what_is_no_digest_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="first_name"):
        faker().apply(VALUES, "firstname")
    with pytest.raises(MaskingError) as caught:
        faker().apply(pa.array(["ada@example.com"]), "email")
    assert "ada" not in str(caught.value)
