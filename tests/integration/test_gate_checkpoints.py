"""A gate signs its ledger by itself, and no witness can hold up or break a run."""

from __future__ import annotations

import fcntl
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sluicegate import Gate
from sluicegate.errors import ConfigurationError, LedgerUnavailable
from sluicegate.gate import checkpointing
from sluicegate.gate.doctor import examine
from sluicegate.gate.signed_ledger import installation_keys
from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger, open_witness
from sluicegate.model.checkpoint_schedule import CheckpointSchedule
from sluicegate.model.events import Event
from sluicegate.model.health import Check, Health

POLICY = """
version: 1
name: clinic
sources:
  clinic: {unclassified: refuse, tables: {main.patients: {columns: {id: public}}}}
rules:
  - {id: all, effect: permit, principals: [{orchestrator: cli}], purposes: [churn_training], sources: [clinic], tables: ["main.*"]}
"""
EACH = CheckpointSchedule(records=1, minutes=0)
HOURLY = CheckpointSchedule(records=0, minutes=60)


@pytest.fixture
def clinic(make_bench: Callable[..., Any], tmp_path: Path) -> Any:
    with closing(sqlite3.connect(tmp_path / "clinic.db")) as connection:
        connection.execute("CREATE TABLE patients (id INTEGER)")
        connection.execute("INSERT INTO patients VALUES (1)")
        connection.commit()
    return make_bench({"clinic": f"sqlite:///{tmp_path / 'clinic.db'}"}, POLICY)


def having(clinic: Any, schedule: CheckpointSchedule, *witnesses: str) -> Any:
    return replace(
        clinic, settings=replace(clinic.settings, checkpoint=schedule, witnesses=witnesses)
    )


def read(clinic: Any, gate: Gate) -> Any:
    with gate.read(
        clinic.request(source="clinic", sql="SELECT id FROM patients"), clinic.identity()
    ) as got:
        assert got.outcome.released, "whatever became of the checkpoint"
        return got.outcome


def kinds(gate: Gate) -> list[str]:
    return [record.kind for record in gate.ledger.records() if not record.kind.startswith("key.")]


RUN = ["read.intent", "read.outcome"]


def test_a_checkpoint_covers_the_outcome_and_reaches_all_witnesses(
    clinic: Any, tmp_path: Path
) -> None:
    clinic = having(clinic, EACH, f"file:{tmp_path / 'a'}", f"file:{tmp_path / 'b'}")
    with clinic.gate() as gate:
        outcomes = [read(clinic, gate), read(clinic, gate)]
        assert kinds(gate) == [*RUN, "ledger.checkpoint"] * 2
        for name in ("a", "b"):
            kept = open_witness(f"file:{tmp_path / name}").kept()
            assert [c.size for c in kept] == [o.outcome_sequence for o in outcomes]
            assert gate.ledger.verify(gate.trusted, witnessed=kept).ok
        assert [o.warnings for o in outcomes] == [(), ()]


def test_nothing_is_signed_before_its_time(clinic: Any) -> None:
    for schedule in (clinic.settings.checkpoint, HOURLY, CheckpointSchedule.parse("off")):
        clinic = having(clinic, schedule)
        with clinic.gate() as gate:
            read(clinic, gate)
            assert "ledger.checkpoint" not in kinds(gate)


def test_time_is_counted_from_the_last_checkpoint_or_the_first_record(clinic: Any) -> None:
    clinic = having(clinic, HOURLY)
    signer = Ed25519Signer(installation_keys(clinic.settings).derive("signing").reveal())
    ago = datetime.now(UTC) - timedelta(minutes=61)
    with closing(open_ledger(clinic.settings.ledger, signer, clock=lambda: ago)) as old:
        old.append(Event(kind="extract.baseline", subject="s", body={}))
    with clinic.gate() as gate:
        read(clinic, gate)
        read(clinic, gate)
        assert kinds(gate) == ["extract.baseline", *RUN, "ledger.checkpoint", *RUN]


def test_a_refusal_and_an_interrupted_run_sign_nothing(clinic: Any) -> None:
    clinic = having(clinic, EACH)
    with clinic.gate() as gate:
        request = clinic.request(source="clinic", sql="DELETE FROM patients")
        assert not gate.extract(request, clinic.identity()).released
        assert kinds(gate) == ["extract.refused"]
        read(clinic, gate)
        assert kinds(gate)[-1] == "ledger.checkpoint", "and the next outcome covers them"


def test_a_witness_that_hangs_holds_nothing_up_and_the_others_get_theirs(
    clinic: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = f"file:{tmp_path / 'good'}"
    clinic = having(clinic, EACH, f"file:{tmp_path / 'hangs'}", good)
    monkeypatch.setattr(checkpointing, "WITNESS_SECONDS", 0.3)
    with clinic.gate() as gate, (tmp_path / "hangs").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        began = time.monotonic()
        outcome = read(clinic, gate)
        assert time.monotonic() - began < 8
        assert len(open_witness(good).kept()) == 1
        (warning,) = outcome.warnings
        assert warning.code == "LEDGER-WITNESS"
        assert "witness 1" in warning.message
        assert "does not answer in 0.3 s" in warning.message
        assert "ledger checkpoint" in warning.hint
        assert gate.ledger.verify(gate.trusted).ok


def test_a_witness_that_is_not_there_is_a_warning_and_gets_all_later(
    clinic: Any, tmp_path: Path
) -> None:
    place = tmp_path / "share" / "notes"
    clinic = having(
        clinic, EACH, f"file:{place}",
        f"rfc3161:http://127.0.0.1:1/?account=canary&keep={tmp_path / 'k'}&ca={tmp_path / 'none'}",
    )  # fmt: skip
    with clinic.gate() as gate:
        first = read(clinic, gate)
        assert [w.code for w in first.warnings] == ["LEDGER-WITNESS"] * 2
        assert "canary" not in str(first.warnings)
        assert str(place) in first.warnings[0].message
        place.parent.mkdir()
        second = read(clinic, gate)
        assert len(second.warnings) == 1
        (kept,) = open_witness(f"file:{place}").kept()
        assert kept.size == second.outcome_sequence, "which covers the first run too"


@pytest.mark.parametrize("error", [LedgerUnavailable("it is away"), ValueError("canary")])
def test_a_witness_that_breaks_is_told_by_its_type(
    clinic: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(checkpointing, "open_witness", broken)
    clinic = having(clinic, EACH, f"file:{tmp_path / 'a'}")
    with clinic.gate() as gate:
        (warning,) = read(clinic, gate).warnings
    assert "canary" not in str(warning)
    assert ("it is away" in str(warning)) or ("ValueError" in str(warning))


def test_a_ledger_that_cannot_be_signed_now_is_a_warning(
    clinic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Ledger) -> None:
        raise LedgerUnavailable("the ledger is locked")

    monkeypatch.setattr(Ledger, "checkpoint", away)
    clinic = having(clinic, EACH)
    with clinic.gate() as gate:
        (warning,) = read(clinic, gate).warnings
    assert warning.code == "LEDGER-CHECKPOINT"
    assert "is locked" in warning.message


def test_what_is_no_witness_is_refused_before_anything_runs(clinic: Any) -> None:
    with pytest.raises(ConfigurationError, match="witness"):
        having(clinic, EACH, "ftp://somewhere").gate()
    assert not Path(clinic.settings.ledger).exists()


def test_several_that_sign_at_once_agree(clinic: Any, tmp_path: Path) -> None:
    clinic = having(clinic, EACH, f"file:{tmp_path / 'a'}")
    with clinic.gate() as gate:
        read(clinic, gate)
        threads = [threading.Thread(target=read, args=(clinic, gate)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kept = open_witness(f"file:{tmp_path / 'a'}").kept()
        ends = [r.sequence for r in gate.ledger.records(kind="read.outcome")]
        assert len(ends) == 5
        assert max(c.size for c in kept) >= ends[-1], "no outcome is left without one"
        assert gate.ledger.verify(gate.trusted, witnessed=kept).ok


def test_doctor_holds_the_ledger_against_its_witnesses(clinic: Any, tmp_path: Path) -> None:
    good = f"file:{tmp_path / 'good'}"
    clinic = having(clinic, EACH, good, f"file:{tmp_path / 'nobody'}", "git:/no/such/folder")

    def told() -> dict[str, Check]:
        return {check.area: check for check in examine(clinic.settings)}

    with clinic.gate() as gate:
        read(clinic, gate)
    backup = Path(clinic.settings.ledger).read_bytes()
    with clinic.gate() as gate:
        read(clinic, gate)
        size = open_witness(good).kept()[-1].size
    (tmp_path / "nobody").write_text("")
    found = told()
    assert found["ledger"].health is Health.FINE
    assert found["witness 1"].message == f"holds 2 checkpoint(s), the newest of {size} records"
    assert found["witness 2"].health is Health.FINDING
    assert found["witness 3"].health is Health.UNAVAILABLE
    Path(clinic.settings.ledger).write_bytes(backup)
    assert found["ledger"] != (broken := told()["ledger"])
    assert broken.health is Health.FINDING
    assert "a witness saw" in broken.message
