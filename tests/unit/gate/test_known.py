"""Baselines: their file, and everything that was done to one."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from sluicegate.errors import AllowListError
from sluicegate.gate.known import Baseline, Known, read_baseline, write_baseline
from sluicegate.gate.sift import Where
from sluicegate.mask import Keyring
from sluicegate.model.sensitive import Sensitive

KEYRING = Keyring(Sensitive(bytes(range(32))))
FOUND = {
    Known("b.csv#x", "email", "1" * 32): 2,
    Known("a.csv#x", "email", "0" * 32): 1,
    Known("é\u202e.csv#x", "card", "2" * 32): 3,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "baseline.json"
    write_baseline(path, FOUND, KEYRING)
    return path


def test_it_is_read_as_it_was_written_and_equal_ones_are_equal(file: Path, tmp_path: Path) -> None:
    assert read_baseline(file, KEYRING) == FOUND
    other = tmp_path / "other.json"
    write_baseline(other, dict(reversed(FOUND.items())), KEYRING)
    assert other.read_bytes() == file.read_bytes()
    lines = file.read_text("ascii").splitlines()
    assert sum(line.startswith('{"count":') for line in lines) == len(FOUND)
    assert len(json.loads(file.read_bytes())["findings"]) == len(FOUND)


def test_none_known_is_a_baseline_too(tmp_path: Path) -> None:
    write_baseline(tmp_path / "empty.json", {}, KEYRING)
    assert read_baseline(tmp_path / "empty.json", KEYRING) == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"count":2', '"count":9'),
        ("b.csv#x", "c.csv#x"),
        ("1" * 32, "3" * 32),
        ('"email"', '"phone"'),
        ('"version":1', '"version":1 '),
        ("},\n", "}, \n"),
        ('"mac":"', '"mac":"0'),
    ],
)
def test_a_changed_byte_is_noticed(file: Path, old: str, new: str) -> None:
    text = file.read_text("ascii")
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(AllowListError, match="was changed since"):
        read_baseline(file, KEYRING)


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{}", "{" * 100_000, "null", "\xff",
        '{"findings":[],"key_id":"k","mac":"m","version":2}',
        '{"findings":{},"key_id":"k","mac":"m","version":1}',
        '{"findings":[1],"key_id":"k","mac":"m","version":1}',
        '{"findings":[{"count":0,"detector":"d","fingerprint":"' + "0" * 32 + '","path":"p"}],"key_id":"k","mac":"m","version":1}',
        '{"findings":[{"count":true,"detector":"d","fingerprint":"' + "0" * 32 + '","path":"p"}],"key_id":"k","mac":"m","version":1}',
        '{"findings":[],"key_id":1,"mac":"m","version":1}',
    ],
)  # fmt: skip
def test_what_is_no_baseline_is_an_error(file: Path, content: str) -> None:
    file.write_text(content, encoding="latin-1")
    with pytest.raises(AllowListError, match="malformed"):
        read_baseline(file, KEYRING)


def test_another_key_is_told(file: Path) -> None:
    with pytest.raises(AllowListError, match="made with the key"):
        read_baseline(file, Keyring(Sensitive(bytes(range(1, 33)))))


def test_a_missing_or_unwritable_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AllowListError, match="no baseline"):
        read_baseline(tmp_path / "none.json", KEYRING)
    with pytest.raises(AllowListError, match="cannot be written"):
        write_baseline(tmp_path / "none" / "x.json", {}, KEYRING)


def where(fingerprint: str, place: str = "x", detector: str = "email") -> Where:
    class Named:
        id = detector

    return Where(column=place, place=place, detector=Named(), fingerprint=fingerprint)  # type: ignore[arg-type]  # its id is what counts


def test_what_is_there_more_often_than_before_is_new() -> None:
    baseline = Baseline(FOUND)
    baseline.file = "b.csv"
    assert baseline.concerns("x", "email")
    assert not baseline.concerns("y", "email")
    assert baseline.take(where("1" * 32), 5) == 2
    assert baseline.take(where("1" * 32), 1) == 0
    assert baseline.take(where("0" * 32), 1) == 0, "of another file"
    tally = baseline.tally
    assert (tally.known, tally.vanished, tally.unseen) == (2, 0, 4)
    baseline.file = "a.csv"
    tally = baseline.tally
    assert (tally.known, tally.vanished, tally.unseen) == (2, 1, 3)


def test_counts_are_whole_numbers(tmp_path: Path) -> None:
    write_baseline(
        tmp_path / "c.json", Counter({Known("a#x", "email", "0" * 32): 1 << 40}), KEYRING
    )
    assert set(read_baseline(tmp_path / "c.json", KEYRING).values()) == {1 << 40}
