from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sluicegate.errors import ConfigurationError, LedgerError, LedgerUnavailable
from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.model.events import Event

EVENT = Event(kind="k", subject="s", body={})
NOBODY = 65534


def test_the_file_and_its_folder_are_made_for_their_owner_only(
    tmp_path: Path, signer: Ed25519Signer
) -> None:
    before = os.umask(0)
    try:
        path = tmp_path / "new" / "ledger.db"
        open_ledger(str(path), signer).append(EVENT)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}"])
def test_a_path_and_a_url_name_the_same_file(path: Path, signer: Ed25519Signer, form: str) -> None:
    open_ledger(form.format(path), signer).append(EVENT)
    assert path.is_file()


def test_odd_characters_in_the_path_are_just_characters(
    tmp_path: Path, signer: Ed25519Signer
) -> None:
    path = tmp_path / "a?mode=memory#b %41 é.db"
    with closing(open_ledger(str(path), signer)) as ledger:
        ledger.append(EVENT)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "  ",
        ":memory:",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=memory",
        "sqlite:///file:x?mode=memory&uri=true",
        "file:x.db?mode=memory",
        "mysql://root@localhost/x",
        "://",
        "postgresql://u:canary-password@[::1/x",
    ],
)
def test_an_address_that_keeps_nothing_is_refused(url: str, signer: Ed25519Signer) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_ledger(url, signer)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_timeout_that_is_none_is_refused(
    path: Path, signer: Ed25519Signer, seconds: float
) -> None:
    with pytest.raises(ConfigurationError):
        open_ledger(str(path), signer, timeout_seconds=seconds)


def test_reading_never_makes_a_file(path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no ledger"):
        open_ledger(str(path), None)
    assert not path.exists()


def test_an_empty_file_is_no_ledger_to_read(path: Path, signer: Ed25519Signer) -> None:
    path.touch()
    with pytest.raises(LedgerError, match="not made by Sluicegate"):
        open_ledger(str(path), None)
    open_ledger(str(path), signer).append(EVENT)  # a writer that was killed left it so


def test_a_file_that_vanished_is_not_begun_anew(path: Path, ledger: Ledger) -> None:
    ledger.append(EVENT)
    path.unlink()
    with pytest.raises(LedgerUnavailable):
        ledger.append(EVENT)
    assert not path.exists()


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _text(path: Path) -> None:
    path.write_text("canary: a file of somebody else\n" * 100)


def _database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE canary (x)")


def _future(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA application_id = 77")


def _dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


@pytest.mark.parametrize("make", [_folder, _pipe, _text, _database, _future, _dangling])
@pytest.mark.parametrize("write", [True, False])
def test_what_is_no_ledger_is_refused_and_left_alone(
    path: Path, signer: Ed25519Signer, make: Callable[[Path], None], write: bool
) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(LedgerError) as caught:
        open_ledger(str(path), signer if write else None)
    assert "canary" not in str(caught.value)
    if before is not None:
        assert path.read_bytes() == before


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path, signer: Ed25519Signer) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(LedgerError):
        open_ledger(str(tmp_path / "x" / "ledger.db"), signer)


def test_a_lock_that_is_never_released_ends_at_the_bound(
    ledger: Ledger, raw: sqlite3.Connection, signer: Ed25519Signer
) -> None:
    raw.execute("BEGIN EXCLUSIVE")
    impatient = Ledger(ledger._store, signer, timeout_seconds=0.3)
    began = time.monotonic()
    with pytest.raises(LedgerUnavailable, match="locked") as caught:
        impatient.append(EVENT)
    assert time.monotonic() - began < 3
    assert caught.value.retryable
    raw.execute("ROLLBACK")
    impatient.append(EVENT)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sluicegate_ledger SET body = '{}'",
        "DELETE FROM sluicegate_ledger",
        "INSERT OR REPLACE INTO sluicegate_ledger SELECT 1, time, 'forged', subject, body, previous, hash, key_id, signature, once, salt, digest FROM sluicegate_ledger WHERE sequence = 1",
        "INSERT OR REPLACE INTO sluicegate_ledger SELECT 3, time, 'forged', subject, body, previous, 'h', key_id, signature, once, salt, digest FROM sluicegate_ledger WHERE sequence = 1",
        "INSERT OR REPLACE INTO sluicegate_ledger SELECT 3, time, 'forged', subject, body, 'p', 'h', key_id, signature, once, salt, digest FROM sluicegate_ledger WHERE sequence = 1",
        "INSERT INTO sluicegate_ledger SELECT 9, time, 'forged', subject, body, 'p', 'h', key_id, signature, 'o', salt, digest FROM sluicegate_ledger WHERE sequence = 1",
        "INSERT INTO sluicegate_ledger (sequence, time, kind, subject, body, previous, hash, key_id, signature) VALUES (1, '', '', '', '', '', '', '', '') ON CONFLICT DO UPDATE SET kind = 'forged'",
    ],
)
def test_the_database_itself_refuses_changes(
    ledger: Ledger, raw: sqlite3.Connection, sql: str
) -> None:
    ledger.append(EVENT, once="first")
    ledger.append(EVENT)
    before = list(ledger.records())
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(sql)
    assert list(ledger.records()) == before


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TRIGGER sluicegate_ledger_no_update",
        "DROP INDEX sluicegate_ledger_subject",
        "CREATE TRIGGER evil AFTER INSERT ON sluicegate_ledger BEGIN UPDATE sluicegate_ledger SET kind = 'x'; END",
        "CREATE TABLE more (x)",
    ],
)
def test_a_changed_schema_is_told_on_opening_and_by_verify(
    path: Path, ledger: Ledger, raw: sqlite3.Connection, signer: Ed25519Signer, sql: str
) -> None:
    ledger.append(EVENT)
    raw.execute(sql)
    report = ledger.verify({signer.key_id: signer.public_key})
    assert report.fault is not None
    assert report.fault.code == "schema"
    with pytest.raises(LedgerError, match="changed"):
        open_ledger(str(path), signer)


def test_a_trigger_that_swallows_records_is_noticed(
    ledger: Ledger, raw: sqlite3.Connection
) -> None:
    raw.execute("DROP TRIGGER sluicegate_ledger_no_delete")
    raw.execute(
        "CREATE TRIGGER evil AFTER INSERT ON sluicegate_ledger BEGIN"
        " DELETE FROM sluicegate_ledger WHERE sequence = NEW.sequence; END"
    )
    with pytest.raises(LedgerUnavailable, match="did not keep"):
        ledger.append(EVENT)


def _in_child(action: Callable[[], None]) -> int:
    """Run in a forked child, whose limits and user end with it; 0 if it did not raise."""
    child = os.fork()
    if child == 0:
        try:
            action()
        except LedgerUnavailable:
            os._exit(7)
        except BaseException:  # noqa: BLE001 - the parent reads the code
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_full_disk_is_unavailable_and_harms_nothing(
    path: Path, ledger: Ledger, signer: Ed25519Signer
) -> None:
    for _ in range(3):
        ledger.append(EVENT)
    size = path.stat().st_size

    def append_until_full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        for _ in range(50):
            ledger.append(Event(kind="k", subject="s", body={"x": "y" * 5000}))

    assert _in_child(append_until_full) == 7
    ledger.append(EVENT)
    assert ledger.verify({signer.key_id: signer.public_key}).ok


def test_a_file_of_somebody_else_is_unavailable(signer: Ed25519Signer) -> None:
    folder = Path(tempfile.mkdtemp())  # not below pytest's folder, which others may not enter
    try:
        path = folder / "ledger.db"
        open_ledger(str(path), signer).append(EVENT)
        path.chmod(0o444)
        folder.chmod(0o555)

        def append_as_nobody() -> None:
            if os.geteuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            reader = open_ledger(str(path), None)
            assert reader.verify({signer.key_id: signer.public_key}).ok
            open_ledger(str(path), signer).append(EVENT)

        assert _in_child(append_as_nobody) == 7
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)
