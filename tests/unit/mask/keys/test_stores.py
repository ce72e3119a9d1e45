"""The conformance of key stores, and what a folder of them does about intruders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sluicegate.errors import KeyDestroyed, KeyProviderUnavailable, KeyUnavailable
from sluicegate.mask import open_store
from sluicegate.mask.keys import FolderStore, KeyStore

if TYPE_CHECKING:
    from tests.unit.mask.keys.conftest import Place

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(params=["folder", "secretsmanager"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> KeyStore:
    if request.param == "folder":
        return open_store(str(tmp_path / "a" / "keys"))
    return open_store(f"aws-secretsmanager:sluicegate/{tmp_path.name}")


def test_contents_are_added_once_read_replaced_and_erased(store: KeyStore) -> None:
    assert list(store.names()) == []
    assert store.read("a.1-f") is None
    store.erase("a.1-f")
    store.add("a.1-f", b"one")
    store.replace("a.mark", b"two")
    store.replace("a.mark", b"three")
    assert (store.read("a.1-f"), store.read("a.mark")) == (b"one", b"three")
    assert list(store.names()) == ["a.1-f", "a.mark"]
    with pytest.raises(KeyUnavailable):
        store.add("a.1-f", b"other")
    assert store.read("a.1-f") == b"one"
    store.erase("a.1-f")
    assert store.read("a.1-f") is None
    assert list(store.names()) == ["a.mark"]


def test_hosts_that_create_one_mark_at_once_both_succeed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sluicegate.mask.keys.aws import client as real

    place = f"aws-secretsmanager:sluicegate/{tmp_path.name}"
    other: list[bool] = []

    def client(service: str) -> Any:
        made = real(service)
        create = made.create_secret

        def slow(**given: Any) -> Any:
            if not other:
                other.append(True)
                open_store(place).replace("a.mark", b"theirs")
            return create(**given)

        made.create_secret = slow
        return made

    monkeypatch.setattr("sluicegate.mask.keys.secrets_store.client", client)
    open_store(place).replace("a.mark", b"mine")
    assert open_store(place).read("a.mark") == b"mine"


def test_a_key_lives_and_dies_in_every_store(store: KeyStore, place: Place) -> None:
    from sluicegate.mask import Keyring, PurposeKeys

    def host() -> PurposeKeys:
        return PurposeKeys(Keyring(place.root), store, place.ledger())

    first = host().current("training", by="ann")
    second = host().rotate("training", by="ann")
    assert host().current("training", by="bob") == second
    assert host().named("training", first.key_id) == first
    assert host().strangers() == 0
    history = host().destroy("training", by="ann")
    assert host().erased(history)
    assert [name.rpartition(".")[2] for name in store.names()] == ["mark"]
    with pytest.raises(KeyDestroyed):
        host().current("training", by="ann")


def test_other_prefixes_are_other_stores(tmp_path: Path) -> None:
    mine = open_store(f"aws-secretsmanager:{tmp_path.name}/a")
    open_store(f"aws-secretsmanager:{tmp_path.name}/ab").add("x", b"1")
    assert list(mine.names()) == []
    assert mine.read("x") is None


@pytest.mark.parametrize("place", ["", "vault:x", "aws-secretsmanager:", "s3://bucket/keys"])
def test_an_unknown_place_is_refused(place: str) -> None:
    with pytest.raises(KeyUnavailable, match="key_store"):
        open_store(place)


# a folder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "keys"
    FolderStore(path).add("a", b"content")
    yield path
    path.chmod(0o700)


def uses(path: Path) -> list[Callable[[], object]]:
    store = FolderStore(path)
    return [
        lambda: store.read("a"),
        lambda: store.add("b", b"x"),
        lambda: store.replace("a", b"x"),
        lambda: store.erase("a"),
        lambda: list(store.names()),
    ]


def test_files_and_folder_are_for_their_owner_only(folder: Path) -> None:
    old = os.umask(0)
    try:
        FolderStore(folder).replace("b", b"x")
    finally:
        os.umask(old)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o770, 0o777, 0o1777])
def test_a_folder_that_others_can_enter_is_refused(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    for use in uses(folder):
        with pytest.raises(KeyUnavailable, match="open to others") as caught:
            use()
        assert "chmod 700" in caught.value.hint
    assert (folder / "a").read_bytes() == b"content"


def test_a_file_that_others_can_read_is_refused(folder: Path) -> None:
    (folder / "a").chmod(0o640)
    with pytest.raises(KeyUnavailable, match="open to others"):
        FolderStore(folder).read("a")


def test_a_link_in_the_folders_place_is_refused(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    for use in uses(link):
        with pytest.raises(KeyUnavailable, match="no folder"):
            use()
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "none")
    with pytest.raises(KeyUnavailable):
        FolderStore(dangling).add("a", b"x")
    assert not (tmp_path / "none").exists()


def test_a_link_in_a_files_place_is_refused_and_its_target_left_alone(
    folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    target.chmod(0o600)
    (folder / "b").symlink_to(target)
    store = FolderStore(folder)
    acts: list[Callable[[], object]] = [
        lambda: store.read("b"),
        lambda: store.add("b", b"x"),
        lambda: store.replace("b", b"x"),
        lambda: store.erase("b"),
    ]
    for act in acts:
        with pytest.raises(KeyUnavailable):
            act()
    assert target.read_bytes() == b"mine"


def test_a_file_or_pipe_in_the_way_is_refused_without_waiting(folder: Path) -> None:
    with pytest.raises(KeyUnavailable):
        FolderStore(folder / "a").add("b", b"x")
    os.mkfifo(folder / "pipe", 0o600)
    with pytest.raises(KeyUnavailable, match="no file"):
        FolderStore(folder).read("pipe")
    with pytest.raises(KeyUnavailable):
        FolderStore(folder).erase("pipe")


def test_erasing_overwrites_the_file_itself(folder: Path) -> None:
    """A second name of the same file shows what became of its bytes."""
    os.link(folder / "a", folder.parent / "other name")
    FolderStore(folder).erase("a")
    left = (folder.parent / "other name").read_bytes()
    assert len(left) == len(b"content")
    assert left != b"content"


def test_replacing_overwrites_what_was_there(folder: Path) -> None:
    os.link(folder / "a", folder.parent / "other name")
    FolderStore(folder).replace("a", b"new")
    assert (folder / "a").read_bytes() == b"new"
    assert (folder.parent / "other name").read_bytes() != b"content"


def test_what_a_crash_left_of_a_replacement_is_no_entry(folder: Path) -> None:
    (folder / ".a.0123").write_bytes(b"half")
    assert list(FolderStore(folder).names()) == ["a"]


def test_a_full_disk_is_worth_another_try(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space", "a name")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyProviderUnavailable, match="No space"):
        FolderStore(folder).replace("a", b"x")
    monkeypatch.undo()
    assert FolderStore(folder).read("a") == b"content"
    assert list(FolderStore(folder).names()) == ["a"]
