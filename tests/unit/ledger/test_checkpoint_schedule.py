"""When a ledger is signed without being asked, and how that is set."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sluicegate import Settings
from sluicegate.errors import ConfigurationError
from sluicegate.ledger import check_witness
from sluicegate.model.checkpoint_schedule import CheckpointSchedule

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "records", "minutes"),
    [
        ("1000 records, 60 minutes", 1000, 60),
        (" 5  minutes ,7 records", 7, 5),
        ("1 records", 1, 0),
        ("90 minutes", 0, 90),
        ("off", 0, 0),
        (" OFF ", 0, 0),
    ],
)
def test_a_schedule_is_read(text: str, records: int, minutes: int) -> None:
    schedule = CheckpointSchedule.parse(text)
    assert (schedule.records, schedule.minutes) == (records, minutes)
    assert schedule.off is (records == minutes == 0)


@pytest.mark.parametrize(
    "text",
    ["", "never", "0 records", "-1 records", "1.5 minutes", "1 records, 2 records", "5", "5 hours", "1 records,"],
)  # fmt: skip
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="checkpoint"):
        CheckpointSchedule.parse(text)


@pytest.mark.parametrize(
    ("text", "records", "age", "due"),
    [
        ("10 records, 60 minutes", 9, HOUR / 2, False),
        ("10 records, 60 minutes", 10, HOUR / 2, True),
        ("10 records, 60 minutes", 1, HOUR, True),
        ("10 records, 60 minutes", 0, 9 * HOUR, False),
        ("10 records, 60 minutes", 1, -HOUR, False),
        ("10 records", 9, 9 * HOUR, False),
        ("60 minutes", 10**6, HOUR / 2, False),
        ("off", 10**6, 9 * HOUR, False),
    ],
)
def test_what_comes_first_counts(text: str, records: int, age: timedelta, due: bool) -> None:
    assert CheckpointSchedule.parse(text).due(records=records, age=age) is due


def test_settings_hold_them_and_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    file = tmp_path / "sluicegate.toml"
    file.write_text(
        'checkpoint = "off"\n'
        "witnesses = [\n"
        '  "file:kept/notes", "git:/srv/repo", "s3://bucket/x?days=9",\n'
        '  "rfc3161:https://tsa.example.com/tsr?account=1&keep=stamps&ca=../ca.pem",\n'
        "]\n"
    )
    settings = Settings.load(file, environ={})
    assert settings.checkpoint.off
    assert settings.witnesses == (
        f"file:{tmp_path}/kept/notes",
        "git:/srv/repo",
        "s3://bucket/x?days=9",
        f"rfc3161:https://tsa.example.com/tsr?account=1&keep={tmp_path}/stamps&ca={tmp_path}/../ca.pem",
    )
    for address in settings.witnesses:
        check_witness(address)
    assert "account" not in repr(settings)
    environ = {"SLUICEGATE_CHECKPOINT": "5 minutes", "SLUICEGATE_WITNESSES": "file:a, git:b"}
    settings = Settings.load(file, environ=environ)
    assert settings.checkpoint == CheckpointSchedule(records=0, minutes=5)
    assert settings.witnesses == ("file:a", "git:b")


def test_a_ledger_is_signed_within_the_hour_if_nothing_is_set(tmp_path: Path) -> None:
    (tmp_path / "sluicegate.toml").touch()
    settings = Settings.load(tmp_path / "sluicegate.toml", environ={})
    assert settings.checkpoint == CheckpointSchedule(records=1000, minutes=60)
    assert settings.witnesses == ()
