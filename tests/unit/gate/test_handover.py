from __future__ import annotations

import os

import pytest

from sluicegate.errors import IntegrityError
from sluicegate.gate.handover import unwrapped, wrapped
from sluicegate.mask import Keyring
from sluicegate.model.sensitive import Sensitive

RING = Keyring(Sensitive(bytes(range(32))))
SECRET = Sensitive("postgresql://guest:" + "hunter2" + "@/shop")
HERE = {"dag": "d", "run": "r"}


def test_it_opens_where_it_belongs_and_nothing_of_it_shows() -> None:
    text = wrapped(RING, SECRET, bound_to=HERE)
    assert "hunter2" not in text
    assert unwrapped(RING, text, bound_to=HERE).reveal() == SECRET.reveal()
    assert wrapped(RING, SECRET, bound_to=HERE) != text, "two of one secret cannot be told as such"


@pytest.mark.parametrize(
    "elsewhere",
    [
        {},
        {"dag": "d"},
        {"dag": "d", "run": "s"},
        {"dag": "dr", "run": ""},
        {"run": "d", "dag": "r"},
    ],
)
def test_it_opens_nowhere_else(elsewhere: dict[str, str]) -> None:
    text = wrapped(RING, SECRET, bound_to=HERE)
    with pytest.raises(IntegrityError):
        unwrapped(RING, text, bound_to=elsewhere)


def test_another_root_opens_nothing() -> None:
    other = Keyring(Sensitive(os.urandom(32)))
    with pytest.raises(IntegrityError):
        unwrapped(other, wrapped(RING, SECRET, bound_to=HERE), bound_to=HERE)


def test_no_changed_byte_passes() -> None:
    text = wrapped(RING, SECRET, bound_to=HERE)
    for place in range(len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(IntegrityError):
            unwrapped(RING, changed, bound_to=HERE)


@pytest.mark.parametrize(
    "text", ["", "sg1:", "sg1:AA==", "é", "sg1:é", SECRET.reveal(), "sg1:" + "A" * 99]
)
def test_what_is_no_such_text_opens_nothing_and_is_not_shown(text: str) -> None:
    with pytest.raises(IntegrityError) as caught:
        unwrapped(RING, text, bound_to=HERE)
    assert "hunter2" not in repr(caught.value)
    assert caught.value.__context__ is None
