"""``sluicegate allow``, and scans with an allow-list or a baseline."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

MARKER = "marker7f3a"
EMAIL = f"{MARKER}@example.com"


def today() -> dt.date:
    """Never kept in a constant: a run of all tests may begin on one day and end on the next."""
    return dt.datetime.now(dt.UTC).date()


def day(after: int) -> str:
    return (today() + dt.timedelta(days=after)).isoformat()


SOON = day(30)
"""Far enough from both ends of what an entry may last for, whatever day it is by then."""


@pytest.fixture
def allowing(project: Project) -> Project:
    settings = project.folder / "sluicegate.toml"
    settings.write_text('allow = "allow.yaml"\n' + settings.read_text())
    (project.folder / "data").mkdir()
    (project.folder / "allow.yaml").write_text("version: 1\nentries: []  # none yet\n# the end\n")
    return project


def write(project: Project, name: str, *mails: str) -> None:
    path = project.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("plan,contact\n" + "".join(f"pro,{mail}\n" for mail in mails))


def to_copy(project: Project, *paths: str) -> list[dict[str, str]]:
    document = project.json("scan", *paths, code=1)
    return [one for file in document["files"] for one in file["allow_list"]]


def add(project: Project, found: dict[str, str], **changes: str) -> Any:
    given = {
        "path": found["path"],
        "detector": found["detector"],
        "fingerprint": found["fingerprint"],
        "owner": "data team",
        "reason": "our own help desk",
        "expires": SOON,
    }
    options = [text for k, v in (given | changes).items() for text in (f"--{k}", v)]
    return project.run("allow", "add", *options)


def test_from_a_finding_to_a_clean_scan(allowing: Project) -> None:
    write(allowing, "data/a.csv", EMAIL, EMAIL)
    (found,) = to_copy(allowing, "data")
    assert found["path"] == "data/a.csv#contact"
    result = add(allowing, found, path="data/*.csv#contact")
    assert result.exit_code == 0, result.output
    text = (allowing.folder / "allow.yaml").read_text()
    assert text.startswith("version: 1\nentries:  # none yet\n# the end\n  - path: ")
    result = allowing.run("scan", "data")
    assert result.exit_code == 0, result.output
    assert "allowed: 2 × email at data/*.csv#contact (email), by data team until" in result.stdout
    document = allowing.json("scan", "data")
    assert document["allow_list"]["allowed"] == 2
    (allowed,) = document["files"][0]["scan"]["allowed"]
    assert (allowed["count"], allowed["owner"]) == (2, "data team")
    assert MARKER not in text + result.output + json.dumps(document)


def test_entries_are_added_one_after_the_other_and_nothing_else_moves(allowing: Project) -> None:
    write(allowing, "data/a.csv", EMAIL, f"x.{EMAIL}")
    flush = "# reviewed by Ann\nversion: 1\nentries:\n# below\n"
    for start in (flush, "version: 1\nentries: []", ""):
        file = allowing.folder / "allow.yaml"
        file.write_text(start) if start else file.unlink()
        if start == flush:
            file.write_text(
                flush
                + f"- {{path: 'a#b', detector: email, fingerprint: {'0' * 32}, key_id: '{'0' * 16}', owner: ann, reason: why, expires: '{SOON}'}} # kept\n"
            )
        before = file.read_text() if file.exists() else ""
        found = [
            {"path": "data/a.csv#contact", "detector": "email", "fingerprint": f"{n:032x}"}
            for n in range(1, 4)
        ]
        for one in found:
            result = add(allowing, one)
            assert result.exit_code == 0, result.output
        after = file.read_text()
        if start == flush:
            assert after.startswith(before)
        listed = allowing.json("allow", "list")["entries"]
        assert [e["fingerprint"] for e in listed][-3:] == [f["fingerprint"] for f in found]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"path": "data/a.csv"}, "must be place#column"),
        ({"path": "../a.csv#x"}, "empty, . or .."),
        ({"fingerprint": "*"}, "32 hex digits"),
        ({"detector": "nothing"}, "does not exist"),
        ({"owner": ""}, "visible name"),
        ({"expires": "2020-01-01"}, "expired"),
        ({"expires": day(800)}, "more than a year"),
        ({"expires": "soon"}, "must be a date"),
        ({"reason": 'x"\n  - path: "**/x.csv#y'}, "visible name"),
    ],
)
def test_a_wrong_entry_is_not_written(
    allowing: Project, changes: dict[str, str], message: str
) -> None:
    before = (allowing.folder / "allow.yaml").read_bytes()
    found = {"path": "data/a.csv#contact", "detector": "email", "fingerprint": "0" * 32}
    result = add(allowing, found, **changes)
    assert result.exit_code == 1
    assert message in result.stderr
    assert (allowing.folder / "allow.yaml").read_bytes() == before
    assert not [p for p in allowing.folder.iterdir() if p.name.startswith(".allow-")]


def test_the_same_entry_is_not_written_twice(allowing: Project) -> None:
    found = {"path": "data/a.csv#contact", "detector": "email", "fingerprint": "0" * 32}
    assert add(allowing, found).exit_code == 0
    result = add(allowing, found, owner="others")
    assert result.exit_code == 1
    assert "stands twice" in result.stderr


def test_an_expired_entry_fails_scan_and_check_and_is_listed(allowing: Project) -> None:
    write(allowing, "data/a.csv", "none")
    write(allowing, "data/b.csv", EMAIL)
    (found,) = to_copy(allowing, "data")
    assert add(allowing, found).exit_code == 0
    assert allowing.run("allow", "check").exit_code == 0
    file = allowing.folder / "allow.yaml"
    expired = dt.date.fromisoformat(day(-1))
    text = re.sub('added: ".*"', 'added: "2026-01-01"', file.read_text())
    file.write_text(text.replace(SOON, expired.isoformat()))
    for path in ("data/a.csv", "data"):
        result = allowing.run("scan", path)
        assert result.exit_code == 1
        assert "expired on" in result.stderr
        assert "data team" in result.stderr
        assert "clean" not in result.stdout
    document = allowing.json("allow", "check", code=1)
    assert [f["code"] for f in document["faults"]] == ["ALLOW-EXPIRED"]
    before = today()
    (listed,) = allowing.json("allow", "list")["entries"]
    assert listed["state"] == "expired"
    assert expired - today() <= dt.timedelta(days=listed["days_left"]) <= expired - before


def test_a_malformed_list_fails_the_check_with_its_places(allowing: Project) -> None:
    (allowing.folder / "allow.yaml").write_text("version: 1\nentries:\n  - path: '*'\n")
    result = allowing.run("allow", "check")
    assert result.exit_code == 1
    assert "allow.yaml:3:" in result.stderr
    assert allowing.run("scan", "data").exit_code == 1


def test_an_unused_entry_is_told(allowing: Project) -> None:
    write(allowing, "data/a.csv", "none")
    found = {"path": "data/*.csv#contact", "detector": "email", "fingerprint": "0" * 32}
    assert add(allowing, found).exit_code == 0
    result = allowing.run("scan", "data")
    assert result.exit_code == 0
    assert "unused: the entry in line 4 (data/*.csv#contact" in result.stdout
    assert allowing.json("scan", "data")["allow_list"]["unused"] == ["data/*.csv#contact"]


def test_a_list_without_its_key_fails(allowing: Project) -> None:
    write(allowing, "data/a.csv", EMAIL)
    (found,) = to_copy(allowing, "data")
    assert add(allowing, found).exit_code == 0
    (allowing.folder / ".sluicegate" / "root.key").unlink()
    result = allowing.run("scan", "data")
    assert result.exit_code == 1
    assert "needs the root key" in result.stderr


def test_another_file_at_the_same_place_needs_the_same_value(
    allowing: Project, tmp_path: Path
) -> None:
    write(allowing, "data/a.csv", EMAIL)
    (found,) = to_copy(allowing, "data")
    assert add(allowing, found).exit_code == 0
    write(allowing, "data/a.csv", f"other.{EMAIL}")
    assert allowing.run("scan", "data").exit_code == 1
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_text(f"contact\n{EMAIL}\n")
    (allowing.folder / "data" / "a.csv").unlink()
    (allowing.folder / "data" / "a.csv").symlink_to(elsewhere)
    assert allowing.run("scan", "data/a.csv").exit_code == 1, "a link is where it leads"
    assert allowing.run("scan", "data/../data/../../elsewhere.csv").exit_code == 1


def test_nested_and_named_columns_are_copied_and_allowed(allowing: Project) -> None:
    rows = [{"tags": ["x", EMAIL]}, {"tags": [EMAIL]}]
    table = pa.table({"a/b#c": rows, EMAIL: ["none", "none"]})
    pq.write_table(table, allowing.folder / "data" / "p.parquet")
    found = to_copy(allowing, "data")
    assert {f["path"] for f in found} == {
        "data/p.parquet#(column 1, name withheld)/tags/*",
        "data/p.parquet#(column name)",
    }
    for one in found:
        assert add(allowing, one).exit_code == 0
    assert allowing.run("scan", "data").exit_code == 0


def test_a_file_whose_name_is_a_finding_is_told_by_its_fingerprint(allowing: Project) -> None:
    write(allowing, f"data/{EMAIL} orders.csv", EMAIL)
    found = to_copy(allowing, "data")
    assert MARKER not in json.dumps(found)
    assert all(f["path"].startswith("withheld:") for f in found)
    for one in found:
        assert add(allowing, one).exit_code == 0
    result = allowing.run("scan", "data")
    assert result.exit_code == 0, result.output
    assert MARKER not in result.output + (allowing.folder / "allow.yaml").read_text()


def test_a_baseline_leaves_only_what_is_new(project: Project) -> None:
    write(project, "data/a.csv", EMAIL, EMAIL, f"old.{EMAIL}")
    write(project, "data/b.csv", EMAIL)
    result = project.run("scan", "data", "--write-baseline", "data/known.json")
    assert result.exit_code == 0, result.output
    assert "baseline: 4 findings written" in result.stdout
    content = (project.folder / "data" / "known.json").read_bytes()
    assert MARKER.encode() not in content
    assert project.run("scan", "data", "--write-baseline", "data/known.json").exit_code == 0
    assert (project.folder / "data" / "known.json").read_bytes() == content

    def tally(code: int, path: str = "data") -> tuple[int, int, int]:
        document = project.json("scan", path, "--baseline", "data/known.json", code=code)
        assert document["clean"] is (code == 0)
        known, vanished, unseen = document["baseline"].values()
        return known, vanished, unseen

    assert tally(0) == (4, 0, 0)
    assert tally(0, "data/b.csv") == (1, 0, 3)
    write(project, "data/a.csv", EMAIL, EMAIL)
    assert tally(0) == (3, 1, 0)
    write(project, "data/a.csv", EMAIL, EMAIL, f"new.{EMAIL}")
    assert tally(1) == (3, 1, 0)
    write(project, "data/a.csv", EMAIL, EMAIL, EMAIL)
    assert tally(1) == (3, 1, 0), "more often than before"
    write(project, "data/c.csv", EMAIL)
    assert tally(1)[0] == 3, "in another file"


def test_a_baseline_is_the_same_from_every_folder(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, "data/a.csv", EMAIL)
    assert project.run("scan", "data", "--write-baseline", "known.json").exit_code == 0
    monkeypatch.chdir(project.folder / "data")
    assert project.run("scan", "a.csv", "--baseline", "../known.json").exit_code == 0
    absolute = str(project.folder / "data" / "a.csv")
    assert project.run("scan", absolute, "--baseline", "../known.json").exit_code == 0


def test_the_allow_list_goes_before_the_baseline(allowing: Project) -> None:
    write(allowing, "data/a.csv", EMAIL, f"old.{EMAIL}")
    found = to_copy(allowing, "data")
    assert add(allowing, found[0]).exit_code == 0
    result = allowing.run("scan", "data", "--write-baseline", "known.json")
    assert "baseline: 1 findings written" in result.stdout
    document = allowing.json("scan", "data", "--baseline", "known.json")
    assert (document["allow_list"]["allowed"], document["baseline"]["known"]) == (1, 1)


@pytest.mark.parametrize("option", ["--baseline", "--write-baseline"])
def test_a_baseline_needs_a_root_key(empty: Project, option: str) -> None:
    (empty.folder / "a.csv").write_text(f"x\n{EMAIL}\n")
    result = empty.run("scan", "a.csv", option, "known.json")
    assert result.exit_code == 2
    assert "needs the root key" in result.stderr
    assert not (empty.folder / "known.json").exists()


def test_a_tampered_baseline_is_an_error(project: Project) -> None:
    write(project, "data/a.csv", EMAIL)
    assert project.run("scan", "data", "--write-baseline", "known.json").exit_code == 0
    file = project.folder / "known.json"
    file.write_text(file.read_text().replace('"count":1', '"count":9'))
    result = project.run("scan", "data", "--baseline", "known.json")
    assert result.exit_code == 1
    assert "was changed" in result.stderr
    assert project.run("scan", "data", "--baseline", "none.json").exit_code == 1
    both = project.run("scan", "data", "--baseline", "known.json", "--write-baseline", "b.json")
    assert both.exit_code == 2


def test_a_baseline_is_not_written_over_data(project: Project) -> None:
    write(project, "data/a.csv", EMAIL)
    before = (project.folder / "data" / "a.csv").read_bytes()
    for target in ("data/a.csv", "data", "sluicegate.toml"):
        result = project.run("scan", "data", "--write-baseline", target)
        assert result.exit_code == 1
        assert "would be lost" in result.stderr
    assert (project.folder / "data" / "a.csv").read_bytes() == before


def test_an_extracts_use_of_an_entry_is_listed(allowing: Project) -> None:
    out = allowing.folder / "out"
    sql = "SELECT id, ref FROM customers"
    result = allowing.ask("extract", sql, "-o", str(out), "--format", "json")
    assert result.exit_code == 1, result.output
    (quarantined,) = allowing.folder.glob(".sluicegate/quarantine/*/_SLUICEGATE/findings.json")
    (found,) = json.loads(quarantined.read_text())["allow_list"]
    assert add(allowing, found).exit_code == 0
    assert allowing.json("allow", "list")["entries"][0]["last_used"] == "unused"
    before = today()
    result = allowing.ask("extract", sql, "-o", str(out))
    assert result.exit_code == 0, result.output
    assert "allowed" in result.output
    (listed,) = allowing.json("allow", "list")["entries"]
    assert before <= dt.date.fromisoformat(listed["last_used"]) <= today()


def test_detectors_of_the_settings_are_used_by_scan_lint_and_list(project: Project) -> None:
    own = project.folder / "own.yaml"
    own.write_text(
        "detectors:\n"
        "  - {id: house_number, data_class: house, pattern: 'HOUSE-[0-9]{4}', score: 0.9,\n"
        "     anchor: {literals: ['HOUSE-']}, source: house rule,\n"
        "     examples: {match: ['HOUSE-1234'], no_match: ['HOUSE-12']}}\n"
    )
    settings = project.folder / "sluicegate.toml"
    settings.write_text('detectors = ["own.yaml"]\n' + settings.read_text())
    (project.folder / "a.csv").write_text("x\nHOUSE-1234\n")
    document = project.json("scan", "a.csv", code=1)
    assert document["files"][0]["scan"]["counts"][0]["detector"] == "house_number"
    listed = project.json("detectors", "list")["detectors"]
    assert {"house_number"} == {d["id"] for d in listed if d["file"] == "own.yaml"}
    (project.folder / "q.sql").write_text("SELECT id FROM t WHERE name = 'HOUSE-1234'\n")
    text = project.run("lint", "q.sql").output
    assert "house" in text
    own.write_text("detectors: []\nmore: [")
    for command in (("scan", "a.csv"), ("lint", "q.sql"), ("detectors", "list")):
        result = project.run(*command)
        assert result.exit_code != 0
        assert "own.yaml" in result.stderr


@pytest.mark.parametrize("value", ["7", "[7]", "{a = 1}", "true"])
def test_detectors_that_are_no_paths_are_an_error(project: Project, value: str) -> None:
    settings = project.folder / "sluicegate.toml"
    settings.write_text(f"detectors = {value}\n" + settings.read_text())
    result = project.run("detectors", "list")
    assert result.exit_code == 2
    assert "list of paths" in result.stderr
