"""A purpose's key over its life, and what must not bring an earlier one back."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sluicegate.errors import (
    KeyDestroyed,
    KeysDisagree,
    KeyUnavailable,
    LedgerUnavailable,
    SluicegateError,
)
from sluicegate.mask.keys import PurposeKey
from sluicegate.mask.keys.entries import Entries
from sluicegate.model.sensitive import Sensitive

if TYPE_CHECKING:
    from tests.unit.mask.keys.conftest import Place

Act = Callable[["Place"], object]


def test_the_first_use_makes_a_key_that_stays(place: Place) -> None:
    key = place.host().current("training", by="ann")
    assert place.host().current("training", by="bob") == key
    assert key.epoch == 1
    assert len(key.material.reveal()) == 32
    (record,) = place.ledger().records()
    assert record.body == {
        "purpose": "training", "change": 1, "by": "ann", "epoch": 1, "key_id": key.key_id,
    }  # fmt: skip


def test_each_purpose_and_each_installation_has_its_own(place: Place, tmp_path: Path) -> None:
    first = place.host().current("training", by="ann")
    other = place.host().current("quality", by="ann")
    (tmp_path / "b").mkdir()
    place.folder = tmp_path / "b"
    elsewhere = place.host().current("training", by="ann")
    assert len({k.material for k in (first, other, elsewhere)}) == 3


def test_a_rotation_begins_an_epoch_and_keeps_the_earlier_ones(place: Place) -> None:
    keys = place.host()
    first = keys.current("training", by="ann")
    second = keys.rotate("training", by="ann")
    assert (second.epoch, keys.current("training", by="ann")) == (2, second)
    assert keys.named("training", first.key_id) == first
    assert [e.number for e in keys.history("training").alive] == [1, 2]
    with pytest.raises(KeyUnavailable, match="never had"):
        keys.named("quality", first.key_id)


def test_a_purpose_without_a_key_is_not_rotated_and_one_with_a_key_not_created(
    place: Place,
) -> None:
    with pytest.raises(KeyUnavailable, match="no key yet"):
        place.host().rotate("training", by="ann")
    place.host().create("training", by="ann")
    with pytest.raises(KeyUnavailable, match="has the key"):
        place.host().create("training", by="ann")


def test_destroying_is_on_record_erases_and_refuses_every_use(place: Place) -> None:
    keys = place.host()
    first, second = keys.current("training", by="ann"), keys.rotate("training", by="ann")
    kept = keys.current("quality", by="ann")
    contents = [path.read_bytes() for path in place.entries()]
    history = keys.destroy("training", by="bob", reason="the project ended")
    assert history.destroyed
    assert all(e.erased for e in history.epochs)
    (left,) = place.entries()
    assert contents.count(left.read_bytes()) == 1
    for use in (
        lambda: keys.current("training", by="ann"),
        lambda: keys.rotate("training", by="ann"),
        lambda: keys.named("training", first.key_id),
        lambda: keys.require(second),
    ):
        with pytest.raises(KeyDestroyed):
            use()
    assert keys.current("quality", by="ann") == kept
    kinds = [(r.kind, r.body.get("reason")) for r in place.ledger().records()]
    assert kinds[-2:] == [("key.destroyed", "the project ended"), ("key.erased", None)]


def test_after_a_destruction_only_create_makes_a_key_and_it_is_another(place: Place) -> None:
    keys = place.host()
    first = keys.current("training", by="ann")
    keys.destroy("training", by="ann")
    second = keys.create("training", by="ann")
    assert second.epoch == 2
    assert second.material != first.material
    with pytest.raises(KeyDestroyed):
        keys.named("training", first.key_id)


def test_one_epoch_can_be_destroyed_alone(place: Place) -> None:
    keys = place.host()
    first, second = keys.current("training", by="ann"), keys.rotate("training", by="ann")
    keys.destroy("training", by="ann", epochs=[1])
    assert keys.current("training", by="ann") == second
    with pytest.raises(KeyDestroyed):
        keys.named("training", first.key_id)
    with pytest.raises(KeyUnavailable, match="no such key"):
        keys.destroy("training", by="ann", epochs=[3])


def test_destroying_twice_changes_nothing_more(place: Place) -> None:
    keys = place.host()
    keys.current("training", by="ann")
    keys.destroy("training", by="ann")
    before = place.ledger().head()
    keys.destroy("training", by="ann")
    assert place.ledger().head() == before
    with pytest.raises(KeyUnavailable, match="no such key"):
        keys.destroy("never", by="ann")


# what others do to ledger and store


def rotated(place: Place) -> tuple[PurposeKey, PurposeKey]:
    keys = place.host()
    return keys.current("training", by="ann"), keys.rotate("training", by="ann")


def refused(place: Place, error: type[SluicegateError]) -> SluicegateError:
    """Every use is refused; nothing is made. What disagrees cannot be rotated either."""
    before = len(list(place.ledger().records()))
    with pytest.raises(error) as caught:
        place.host().current("training", by="ann")
    if error is KeysDisagree:
        for act in (place.host().rotate, place.host().create, place.host().destroy):
            with pytest.raises(SluicegateError):
                act("training", by="ann")
    assert len(list(place.ledger().records())) == before
    return caught.value


def test_a_store_put_back_to_an_earlier_state_is_refused(place: Place) -> None:
    place.host().current("training", by="ann")
    shutil.copytree(place.store, place.folder / "old")
    place.host().rotate("training", by="ann")
    shutil.rmtree(place.store)
    (place.folder / "old").rename(place.store)
    assert "does not hold" in refused(place, KeyUnavailable).message


def test_a_lost_store_is_refused_and_not_begun_anew(place: Place) -> None:
    rotated(place)
    shutil.rmtree(place.store)
    assert "does not hold" in refused(place, KeyUnavailable).message
    assert place.host().rotate("training", by="ann").epoch == 3  # the way out, and on record


def test_a_ledger_put_back_to_an_earlier_state_is_refused(place: Place) -> None:
    place.host().current("training", by="ann")
    place.close()
    shutil.copy(place.folder / "ledger.db", place.folder / "old.db")
    place.host().rotate("training", by="ann")
    place.close()
    (place.folder / "old.db").rename(place.folder / "ledger.db")
    assert "has seen 2 change(s)" in refused(place, KeysDisagree).message


def test_a_ledger_that_forgot_a_destruction_is_refused(place: Place) -> None:
    place.host().current("training", by="ann")
    place.close()
    shutil.copy(place.folder / "ledger.db", place.folder / "old.db")
    keep = {p.name: p.read_bytes() for p in place.entries()}
    place.host().destroy("training", by="ann")
    place.close()
    (place.folder / "old.db").rename(place.folder / "ledger.db")
    for name, content in keep.items():
        (place.store / name).write_bytes(content)
        (place.store / name).chmod(0o600)
    refused(place, KeysDisagree)


def test_a_lost_ledger_is_refused_and_not_begun_anew(place: Place) -> None:
    rotated(place)
    (place.folder / "ledger.db").unlink()
    refused(place, KeysDisagree)


def test_another_history_of_the_same_length_is_refused(place: Place) -> None:
    rotated(place)
    place.store.rename(place.folder / "aside")
    (place.folder / "ledger.db").unlink()
    rotated(place)
    shutil.rmtree(place.store)
    (place.folder / "aside").rename(place.store)
    refused(place, KeysDisagree)


def test_a_host_with_another_store_is_refused(place: Place) -> None:
    place.host().current("training", by="ann")
    with pytest.raises(KeyUnavailable, match="does not hold") as caught:
        place.host("elsewhere").current("training", by="bob")
    assert "share one store" in caught.value.hint


def test_another_root_opens_nothing(place: Place) -> None:
    place.host().current("training", by="ann")
    place.root = Sensitive(bytes(range(1, 33)))
    with pytest.raises(KeyUnavailable, match="does not open"):
        place.host().current("training", by="ann")


@pytest.mark.parametrize("other", ["training", "quality"])
def test_an_entry_in_the_place_of_another_does_not_open(place: Place, other: str) -> None:
    """Neither an earlier epoch's nor another purpose's key can be put in, renamed or not."""
    keys = place.host()
    given, wanted = keys.current(other, by="ann"), keys.current("training", by="ann")
    if other == "training":
        wanted = keys.rotate("training", by="ann")
    (source,) = place.store.glob(f"*.{given.key_id}")
    (target,) = place.store.glob(f"*.{wanted.key_id}")
    for forged in (
        source.read_bytes(),
        json.dumps(
            json.loads(source.read_text())
            | {"purpose": "training", "epoch": wanted.epoch, "key_id": wanted.key_id}
        ).encode(),
    ):
        target.write_bytes(forged)
        assert "does not open" in refused(place, KeyUnavailable).message


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"wrapped": "!"}', b"9" * 9999])
def test_a_damaged_entry_or_mark_is_refused(place: Place, content: bytes) -> None:
    place.host().current("training", by="ann")
    (entry,) = place.entries()
    whole = entry.read_bytes()
    entry.write_bytes(content)
    refused(place, KeyUnavailable)
    entry.write_bytes(whole)
    (mark,) = place.store.glob("*.mark")
    for bad in (content, b'{"change": -1, "record": ""}', b'{"change": true, "record": ""}'):
        mark.write_bytes(bad)
        refused(place, KeysDisagree)


def test_a_record_that_was_taken_out_is_missed(place: Place) -> None:
    """Reading a subject's records does not walk the chain, so the changes are counted."""
    import sqlite3

    keys = place.host()
    rotated(place)
    keys.rotate("training", by="ann")
    with sqlite3.connect(place.folder / "ledger.db") as connection:
        connection.execute("DROP TRIGGER sluicegate_ledger_no_delete")
        connection.execute("DELETE FROM sluicegate_ledger WHERE sequence = 2")
    connection.close()
    with pytest.raises(KeysDisagree, match="record 3 does not follow"):
        keys.current("training", by="ann")


def test_a_clock_that_goes_back_changes_nothing(place: Place) -> None:
    _, second = rotated(place)
    place.now -= timedelta(days=400)
    third = place.host().rotate("training", by="ann")
    assert (second.epoch, third.epoch) == (2, 3)
    assert place.host().current("training", by="ann") == third
    place.host().destroy("training", by="ann")
    place.now -= timedelta(days=400)
    with pytest.raises(KeyDestroyed):
        place.host().current("training", by="ann")


# crashes between the steps


class Crash(BaseException):
    """The process ends here."""


def crash(*_: Any, **__: Any) -> Any:
    raise Crash


def test_a_crash_before_the_record_leaves_a_key_that_nobody_uses(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = place.host().current("training", by="ann")
    keys = place.host()
    monkeypatch.setattr(keys._log, "append", crash)
    with pytest.raises(Crash):
        keys.rotate("training", by="ann")
    assert len(place.entries()) == 2
    assert place.host().current("training", by="ann") == first
    assert place.host().strangers() == 1
    assert place.host().rotate("training", by="ann").epoch == 2


def test_a_crash_before_the_mark_is_made_good_by_the_next_use(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Entries, "mark", crash)
        with pytest.raises(Crash):
            place.host().current("training", by="ann")
    assert not list(place.store.glob("*.mark"))
    place.host().current("training", by="ann")
    assert list(place.store.glob("*.mark"))


def test_a_crash_before_the_erasure_leaves_a_key_that_nobody_may_use(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.host().current("training", by="ann")
    with monkeypatch.context() as patch:
        patch.setattr(Entries, "erase", crash)
        with pytest.raises(Crash):
            place.host().destroy("training", by="ann")
    assert place.entries()
    with pytest.raises(KeyDestroyed):
        place.host().current("training", by="ann")
    keys = place.host()
    assert not keys.erased(keys.history("training"))
    assert keys.destroy("training", by="ann").epochs[0].erased
    assert not place.entries()


def test_what_a_backup_brought_back_is_refused_and_erased_anew(place: Place) -> None:
    keys = place.host()
    keys.current("training", by="ann")
    (entry,) = place.entries()
    content = entry.read_bytes()
    keys.destroy("training", by="ann")
    entry.write_bytes(content)
    entry.chmod(0o600)
    with pytest.raises(KeyDestroyed):
        keys.current("training", by="ann")
    assert not keys.erased(keys.history("training"))
    keys.destroy("training", by="ann")
    assert not place.entries()
    assert [r.kind for r in place.ledger().records()].count("key.erased") == 2


def test_without_the_ledger_nothing_is_made_or_destroyed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = place.host()
    keys.current("training", by="ann")

    def down(*_: Any, **__: Any) -> Any:
        raise LedgerUnavailable("the ledger is down")

    monkeypatch.setattr(keys._log, "append", down)
    for act in (keys.rotate, keys.destroy):
        with pytest.raises(LedgerUnavailable):
            act("training", by="ann")
    # whether an append that broke off was written is not known: its key is kept
    assert len(place.entries()) == 2
    assert place.host().current("training", by="ann").epoch == 1


# many hosts at once


RACE = """
import sys, time
from pathlib import Path
from tests.unit.mask.keys.conftest import Place
from sluicegate.errors import SluicegateError
place, verb, start = Place(folder=Path(sys.argv[1])), sys.argv[2], float(sys.argv[3])
keys = place.host()
time.sleep(max(0, start - time.time()))
try:
    if verb == "current":
        print(keys.current("training", by="x").key_id)
    elif verb == "rotate":
        print(keys.rotate("training", by="x").key_id)
    else:
        print(keys.destroy("training", by="x").destroyed)
except SluicegateError as error:
    print("refused", error.code)
"""


def race(place: Place, *verbs: str) -> list[str]:
    import time

    start = str(time.time() + 4)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(place.folder), verb, start],
            stdout=subprocess.PIPE,
            text=True,
        )
        for verb in verbs
    ]
    return [process.communicate(timeout=120)[0].strip() for process in running]


@pytest.mark.slow
def test_hosts_that_use_a_new_purpose_at_once_agree_on_one_key(place: Place) -> None:
    found = race(place, *["current"] * 4)
    assert len(set(found)) == 1, found
    assert found[0].startswith("1-")
    assert len(place.entries()) == 1


@pytest.mark.slow
def test_hosts_that_rotate_at_once_make_epochs_that_all_open(place: Place) -> None:
    place.host().current("training", by="ann")
    found = race(place, *["rotate"] * 4)
    assert {t for t in found if t.startswith("refused")} <= {"refused SG-KEY"}
    won = {text for text in found if not text.startswith("refused")}
    assert won
    keys = place.host()
    history = keys.history("training")
    assert {e.key_id for e in history.epochs[1:]} == won
    assert len({e.number for e in history.epochs}) == len(history.epochs)
    for epoch in history.epochs:
        assert keys.named("training", epoch.key_id).epoch == epoch.number
    assert keys.strangers() == 0


@pytest.mark.slow
def test_a_change_between_two_looks_is_no_disagreement(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another host changes the key after this one looked at the store, before it reads the ledger."""
    place.host().current("training", by="ann")
    told: list[PurposeKey] = []
    keys = place.host()
    read = keys._log.records

    def records(**asked: Any) -> Any:
        if not told:
            told.append(place.host().rotate("training", by="bob"))
        return read(**asked)

    monkeypatch.setattr(keys._log, "records", records)
    assert keys.current("training", by="ann") == told[0]


@pytest.mark.slow
def test_a_rotation_during_a_destruction_does_not_bring_the_purpose_back(place: Place) -> None:
    place.host().current("training", by="ann")
    found = race(place, "destroy", "rotate", "rotate", "destroy")
    assert found[0] == found[3] == "True", found
    keys = place.host()
    history = keys.history("training")
    assert history.destroyed
    assert keys.erased(history)


def test_new_roots_open_the_same_keys_once_they_are_rewrapped(place: Place) -> None:
    from sluicegate.mask import Keyring

    keys = place.host()
    first, second = keys.current("training", by="ann"), keys.rotate("training", by="ann")
    before, place.root = Keyring(place.root), Sensitive(bytes(range(1, 33)))
    fresh = place.host()
    assert fresh.rewrap(before) == 2
    assert fresh.rewrap(before) == 0
    assert fresh.current("training", by="ann") == second
    assert fresh.named("training", first.key_id) == first
    with pytest.raises(KeyUnavailable, match="does not open"):
        keys.current("training", by="ann")
    place.root = Sensitive(bytes(range(2, 34)))
    with pytest.raises(KeyUnavailable, match="does not open"):
        place.host().rewrap(before)
