"""The write-ahead log of a SQLite ledger: where there is one, who ends it, and what may go wrong."""

from __future__ import annotations

import multiprocessing
import os
import select
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from sluicegate.errors import LedgerUnavailable
from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger, sqlite, sqlite_kept
from sluicegate.ledger.sqlite_file import Identity, is_local, log_of
from sluicegate.ledger.sqlite_kept import Keeper
from sluicegate.model.events import Event

SIGNER = Ed25519Signer(bytes(range(32)))
TRUSTED = {SIGNER.key_id: SIGNER.public_key}
EVENT = Event(kind="k", subject="s", body={})
NOBODY = 65534
FORK = multiprocessing.get_context("fork")


def journal(path: Path) -> str:
    with closing(sqlite3.connect(path)) as raw:
        return str(raw.execute("PRAGMA journal_mode").fetchone()[0])


def holds(path: Path, number: int) -> None:
    with closing(open_ledger(str(path), None)) as reader:
        report = reader.verify(TRUSTED)
        assert report.ok, report.fault
        assert report.records == number


def by_another_process(action: str, path: Path) -> None:
    """Run in a process that was not forked from this one."""
    code = (
        "import sys\nfrom sluicegate.ledger import Ed25519Signer, open_ledger\n"
        "from sluicegate.model.events import Event\n"
        "ledger = open_ledger(sys.argv[1], Ed25519Signer(bytes(range(32))))\n"
        "ledger.append(Event(kind='k', subject='s', body={}))\n" + action
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=60)


def test_after_closing_the_file_is_whole_by_itself(path: Path, ledger: Ledger) -> None:
    ledger.append(EVENT)
    assert log_of(path).exists()
    ledger.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    holds(path, 1)


def test_a_connection_without_use_is_closed_and_the_file_whole(
    path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger._store, "_keeper", Keeper(path, idle_seconds=0.05))
    ledger.append(EVENT)
    until = time.monotonic() + 20
    while log_of(path).exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not log_of(path).exists()
    shutil.copy(path, path.with_name("copy.db"))
    holds(path.with_name("copy.db"), 1)
    assert ledger.append(EVENT).sequence == 2


def test_a_process_that_dies_leaves_a_log_that_the_next_one_reads(path: Path) -> None:
    by_another_process("import os, signal\nos._exit(0)", path)
    assert log_of(path).exists()
    holds(path, 1)
    assert not log_of(path).exists()


def test_commits_are_flushed(ledger: Ledger) -> None:
    """3 is EXTRA: in this mode each commit flushes the log."""
    with ledger._store.writing(5) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 3
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


def test_readers_do_not_stop_a_writer(path: Path, ledger: Ledger) -> None:
    ledger.append(EVENT)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM sluicegate_ledger").fetchall()
        impatient = Ledger(ledger._store, SIGNER, timeout_seconds=0.5)
        assert impatient.append(EVENT).sequence == 2


# ---------------------------------------------------------------- file systems


def test_file_systems_of_this_host_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    lines = [
        (b"/", "ext4"), (b"/net", "nfs4"), (b"/net/disk", "xfs"), (rb"/a\040b", "9p"), (b"/over", "tmpfs"),
        (b"/over", "fuse.sshfs"),
    ]  # fmt: skip
    text = "".join(
        f"{n} 1 0:{n} / {place.decode()} rw,relatime shared:1 - {kind} source rw\n"
        for n, (place, kind) in enumerate(lines)
    )
    mounts.write_text(text)
    monkeypatch.setattr("sluicegate.ledger.sqlite_file._MOUNTS", mounts)
    known = {name: is_local(Path(name)) for name in ("/x", "/net/x", "/net/disk/x", "/nets/x")}
    assert known == {"/x": True, "/net/x": False, "/net/disk/x": True, "/nets/x": True}
    assert not is_local(Path("/a b/ledger.db"))
    assert not is_local(Path("/over/ledger.db")), "what was mounted last lies over the rest"
    mounts.unlink()
    assert not is_local(Path("/x")), "what is not known may be shared"


def test_elsewhere_the_rollback_journal_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "is_local", lambda _: False)
    with closing(open_ledger(str(path), SIGNER)) as ledger:
        ledger.append(EVENT)
        assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert journal(path) == "delete"
    holds(path, 1)


def test_a_file_that_was_moved_elsewhere_goes_back_to_the_rollback_journal(
    path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.append(EVENT)
    monkeypatch.setattr(sqlite, "is_local", lambda _: False)
    with pytest.raises(LedgerUnavailable, match="in use"):
        open_ledger(str(path), SIGNER)
    ledger.close()
    with closing(open_ledger(str(path), SIGNER)) as moved:
        moved.append(EVENT)
    assert journal(path) == "delete"
    holds(path, 2)


def test_a_ledger_with_a_rollback_journal_gets_a_log_once_nobody_else_is_at_work(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(sqlite, "is_local", lambda _: False)
        open_ledger(str(path), SIGNER).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM sluicegate_ledger").fetchall()
        open_ledger(str(path), SIGNER).close()
    assert journal(path) == "delete"
    open_ledger(str(path), SIGNER).close()
    assert journal(path) == "wal"


# ---------------------------------------------------------------- forks, and files that change


def test_a_fork_shares_no_connection(path: Path, ledger: Ledger) -> None:
    """The child begins without one, and its parent goes on: neither loses what it wrote."""
    ledger.append(EVENT)

    def work() -> None:
        for _ in range(5):
            ledger.append(EVENT)

    children = [FORK.Process(target=work) for _ in range(3)]
    for child in children:
        assert ledger._store._keeper._kept is not None  # type: ignore[attr-defined]
        child.start()
        ledger.append(EVENT)
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * 3
    ledger.close()
    holds(path, 19)


def test_locks_that_were_lost_cost_no_record(path: Path, ledger: Ledger) -> None:
    """To open and close the file by other means ends all locks that this process has on it."""
    ledger.append(EVENT)
    first = Identity.of(path)
    path.read_bytes()
    by_another_process("ledger.close()", path)  # it takes itself for the last one
    assert Identity.of(path) != first, "the log that this process has in hand is gone"
    assert ledger.append(EVENT).sequence == 3
    assert [record.sequence for record in ledger.records()] == [1, 2, 3]
    ledger.close()
    holds(path, 3)


def test_what_is_written_to_a_log_that_is_gone_is_not_lost(
    path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log vanishes between the first look and the commit."""
    ledger.append(EVENT)
    add, taken = ledger._store.add, list[int]()

    def taking(*arguments: object, **options: object) -> None:
        add(*arguments, **options)  # type: ignore[arg-type]
        if not taken:
            taken.append(1)
            log_of(path).rename(path.with_name("taken"))

    monkeypatch.setattr(ledger._store, "add", taking)
    assert ledger.append(EVENT).sequence == 2
    assert taken
    path.with_name("taken").unlink()
    ledger.close()
    holds(path, 2)


def test_reading_where_one_may_not_write_notices_who_does() -> None:
    """There it is read as a file that nobody changes: so it must be seen if somebody does."""
    folder = Path(tempfile.mkdtemp())  # not below pytest's folder, which others may not enter
    path = folder / "ledger.db"
    with closing(open_ledger(str(path), SIGNER)) as ledger:
        ledger.append(EVENT)
    path.chmod(0o444)
    folder.chmod(0o555)
    reads, written = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if os.geteuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            store = open_ledger(str(path), None)._store
            try:
                with store.reading():
                    os.write(reads[1], b"x")
                    os.read(written[0], 1)
            except sqlite_kept.Replaced:
                code = 0
        finally:
            os._exit(code)
    try:
        begun = select.poll()  # `select.select` takes no descriptor beyond the first 1024
        begun.register(reads[0], select.POLLIN)
        assert begun.poll(60_000), "it begins to read"
        folder.chmod(0o755)
        path.chmod(0o644)
        with closing(open_ledger(str(path), SIGNER)) as ledger:
            ledger.append(EVENT)
        os.write(written[1], b"x")
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)
