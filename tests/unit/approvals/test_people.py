from __future__ import annotations

import pytest

from sluicegate.approvals.people import checked_name, distinct, name_key, people_in, same_person
from sluicegate.errors import ApprovalError

SAME = [
    ("alice", "ALICE"),
    ("alice", "  Alice\t"),
    ("alice", "ａｌｉｃｅ"),  # full width
    ("alice", "ⓐlice"),
    ("alice", "alice@example.com"),
    ("alice", "CORP\\alice"),
    ("alice", "CORP\\Alice@example.com"),
    ("jose", "josé"),
    ("jose", "jose\u0301"),
    ("straße", "STRASSE"),
    ("alice", "a\u200blice"),
    ("alice", "alice\u00ad"),
    ("ALICE", "alıce"),  # dotless i
    ("ALİCE", "alice"),  # dotted I
    ("ﬁona", "fiona"),  # ligature
    ("Anna  Maria", "anna maria"),
]
OTHERS = [
    ("alice", "alicia"),
    ("alice", "bob"),
    ("alice@example.com", "alice@example.org"),
    ("alice@example.com", "bob@example.com"),
    ("alice smith", "alice jones"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_in_doubt_two_names_are_one_person(one: str, other: str) -> None:
    assert same_person(one, other)
    assert same_person(other, one)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_plainly_other_names_are_other_people(one: str, other: str) -> None:
    assert not same_person(one, other)


@pytest.mark.parametrize(("one", "other"), [*SAME[:4], ("straße", "STRASSE"), ("é", "e\u0301")])
def test_the_key_of_a_name_sees_through_its_spelling(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("alice", "alice@example.com"), ("josé", "jose"), ("alice", "CORP\\alice")],
)
def test_the_key_of_a_name_does_not_guess(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "x" * 201,
        "a\nb",
        "a\x00b",
        "a\u200blice",
        "alice\u202e",
        "\x1b[2J",
        "аlice",  # the first letter is Cyrillic
        "αlice",  # Greek
        "Ꭺlice",  # Cherokee
    ],
)
def test_names_that_hide_or_imitate_are_refused(name: str) -> None:
    with pytest.raises(ApprovalError):
        checked_name(name)


@pytest.mark.parametrize(
    "name", ["alice", "Алиса", "Ελένη", "山田 太郎", "O'Brien-Ødegård", "a.b@x"]
)
def test_names_of_all_scripts_are_names(name: str) -> None:
    assert checked_name(f" {name} ") == name


def test_owners_may_be_several() -> None:
    assert people_in("alice, bob;carol", None, "", "dan") == ("alice", "bob", "carol", "dan")


def test_a_person_with_three_names_counts_once() -> None:
    assert distinct(["alice", "Alice", "alice@example.com", "bob"]) == ("alice", "bob")
