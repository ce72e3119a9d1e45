from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from tests.sigstore_stand_in import IDENTITY, ISSUER, Sigstore, running
from tests.unit.cli.conftest import MARKER, TOKEN

from sluicegate.evidence.place import BUNDLE

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

SQL = "SELECT id, email FROM customers"
LEAKS = "SELECT id, ref FROM customers"
REPORT = ("evidence", "report", "--framework")


@pytest.fixture
def worked(project: Project) -> Project:
    """A release, a leak, refusals of several kinds, a wish for an approval, a checkpoint."""
    assert project.ask("extract", SQL, "-o", "out/a").exit_code == 0
    assert project.ask("extract", LEAKS, "-o", "out/b").exit_code == 1
    hidden = f"SELECT id FROM customers WHERE email = '{MARKER}.3@example.com'"
    for sql in (f"DELETE FROM customers WHERE ref = '{TOKEN}'", hidden, f"SELECT {MARKER}("):
        project.ask("extract", sql, "-o", "out/c")
    project.ask("extract", SQL, "-o", "out/d", purpose="quality")
    assert project.run("ledger", "checkpoint").exit_code == 0
    return project


def test_reports_of_real_work_hold_and_hold_no_value(worked: Project) -> None:
    names = ["a.html", "a.json", "a.zip", "b.html", "b.json", "b.zip"]
    for n in ("a", "b"):
        made = worked.run(
            *REPORT, "gdpr", "--html", f"{n}.html", "--oscal", f"{n}.json", "--bundle", f"{n}.zip"
        )
        assert made.exit_code == 0, made.output
    content = {name: (worked.folder / name).read_bytes() for name in names}
    for name in names[:3]:
        assert content[name] == content[name.replace("a.", "b.")], "the same again"
    with zipfile.ZipFile(worked.folder / "a.zip") as archive:
        archive.extractall(worked.folder / "bundle")
        whole = b"".join(archive.read(name) for name in archive.namelist())
        policies = [name for name in archive.namelist() if name.startswith("policies/")]
    assert len(policies) == 1, "the policy that is kept and was in force"
    for data in (*content.values(), whole):
        assert MARKER.encode() not in data
        assert TOKEN.encode() not in data
    ((key_id, key),) = worked.json("keys", "show")["signing"].items()
    (worked.folder / "trusted").write_text(f"{key_id} {key}\n")
    checked = subprocess.run(
        ["sh", "bundle/verify.sh", "trusted"],
        cwd=worked.folder,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_table_and_the_document_tell_the_same(worked: Project) -> None:
    document = worked.json(*REPORT, "soc2")
    shown = {c["id"]: c["records"] for c in document["controls"]}
    assert shown["CC7.3"], "the leak that was held back"
    assert shown["C1.2"] == []
    table = worked.run(*REPORT, "soc2").stdout
    assert "none in the period" in table
    assert "whether it is met is for people to judge" in table


def test_nothing_is_replaced_and_faults_are_named(worked: Project) -> None:
    (worked.folder / "there.html").write_text("mine")
    for arguments, told in (
        (("soc2", "--html", "there.html"), "is there already"),
        (("soc3",), "did you mean soc2"),
        (("soc2", "--html", "no/such/folder.html"), "cannot be written"),
    ):
        result = worked.run(*REPORT, *arguments)
        assert result.exit_code == 2
        assert told in result.stderr
    assert (worked.folder / "there.html").read_text() == "mine"


def test_records_that_no_checkpoint_covers_are_told(worked: Project) -> None:
    worked.ask("extract", SQL, "-o", "out/e")
    late = worked.run(*REPORT, "soc2", "--to", "2999-01-01")
    assert late.exit_code == 2
    assert "sluicegate ledger checkpoint" in late.stderr


def test_a_changed_record_makes_no_evidence(worked: Project) -> None:
    with sqlite3.connect(worked.folder / ".sluicegate" / "ledger.db") as connection:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = found.fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE sluicegate_ledger SET kind = 'forged' WHERE sequence = 2")
        for _, sql in triggers:
            connection.execute(sql)
    connection.close()
    result = worked.run(*REPORT, "soc2", "--bundle", "x.zip")
    assert result.exit_code == 1, result.stderr
    assert "record 2" in result.stderr
    assert not (worked.folder / "x.zip").exists()


def test_frameworks_are_listed(empty: Project) -> None:
    listed = json.loads(empty.run("evidence", "frameworks", "--format", "json").stdout)
    assert {f["id"] for f in listed["frameworks"]} >= {"soc2", "gdpr", "eu-ai-act"}
    assert "nist-800-53" in empty.run("evidence", "frameworks").stdout


def test_a_passport_tells_what_is_signed_and_no_value(worked: Project) -> None:
    for n in ("a", "b"):
        files = ("--html", f"{n}.html", "--croissant", f"{n}.json")
        assert worked.run("evidence", "passport", "out/a", *files).exit_code == 0
    for name in ("a.html", "a.json"):
        data = (worked.folder / name).read_bytes()
        assert data == (worked.folder / name.replace("a.", "b.")).read_bytes()
        assert MARKER.encode() not in data
        assert b"compliant" not in data
    card = json.loads((worked.folder / "a.json").read_text())
    told = worked.json("evidence", "passport", "out/a", "--name", "<b>shop")
    (file,) = [d for d in card["distribution"] if d["@type"] == "cr:FileObject"]
    data = (worked.folder / "out" / "a" / file["contentUrl"]).read_bytes()
    assert file["sha256"] == hashlib.sha256(data).hexdigest()
    assert card["identifier"] == told["dataset"]["manifest"]
    assert {f["source"]["extract"]["column"] for f in card["recordSet"][0]["field"]} == {
        "id",
        "email",
    }
    assert told["dataset"]["name"] == "<b>shop"
    assert told["examination"]["canaries"]["planted"] > 0
    assert any("bias" in missing for missing in told["to_be_added"])


def test_what_was_changed_has_no_passport(worked: Project) -> None:
    (part,) = (worked.folder / "out" / "a").glob("*.parquet")
    part.write_bytes(part.read_bytes() + b"x")
    result = worked.run("evidence", "passport", "out/a", "--html", "p.html")
    assert result.exit_code == 1
    assert "the file was changed" in result.stderr
    assert not (worked.folder / "p.html").exists()
    assert worked.run("evidence", "passport", "out/none").exit_code == 1


def test_a_card_of_several_files_names_each_and_all(project: Project) -> None:
    sql = "SELECT id, email, plan FROM customers"
    split = ("-O", "rows_per_file=7")
    assert project.ask("extract", sql, "-o", "out", *split).exit_code == 0
    made = project.run("evidence", "passport", "out", "--croissant", "card.json", "--name", "<b>")
    assert made.exit_code == 0, made.output
    card = json.loads((project.folder / "card.json").read_text())
    files, (everything,) = card["distribution"][:-1], card["distribution"][-1:]
    assert len(files) == 3
    assert everything["includes"] == [one["contentUrl"] for one in files]
    sources = [field["source"]["fileSet"]["@id"] for field in card["recordSet"][0]["field"]]
    assert sources == [everything["@id"]] * 3


def test_a_column_that_is_only_in_paths_is_told_and_is_no_field(project: Project) -> None:
    sql = "SELECT id, plan FROM customers"
    assert project.ask("extract", sql, "-o", "out", "-O", "partition_by=plan").exit_code == 0
    assert project.run("evidence", "passport", "out", "--croissant", "card.json").exit_code == 0
    (records,) = json.loads((project.folder / "card.json").read_text())["recordSet"]
    assert [field["source"]["extract"]["column"] for field in records["field"]] == ["id"]
    assert "plan is in the path of each file" in records["description"]


def test_a_release_is_signed_through_sigstore_and_verified(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sigstore", reason='needs pip install "sluicegate[sigstore]"')
    assert project.ask("extract", SQL, "-o", "out").exit_code == 0
    demands = project.folder / "demands.yaml"
    with running() as sigstore:
        sigstore.trust_file(project.folder / "trust.json")
        (project.folder / "token").write_text(f"{sigstore.token()}\n")
        sign = ("evidence", "sign", "out", "--trust-config", "trust.json")
        none = project.run(*sign, "--token-file", "nothing")
        assert (none.exit_code, "token file nothing" in none.output) == (2, True)
        said = project.json(*sign, "--token-file", "token")
        assert said == {"output": "out", "bundle": BUNDLE, "signed": True}
        monkeypatch.setenv("SIGSTORE_IDENTITY_TOKEN", sigstore.token())
        again = project.run(*sign)
        assert (again.exit_code, "was signed already" in again.output) == (0, True)
        stranger = Sigstore().token()
        monkeypatch.setenv("SIGSTORE_IDENTITY_TOKEN", stranger)
        refused = project.run(*sign)
        assert (refused.exit_code, "[SG-KEYLESS]" in refused.output) == (3, True)
        assert stranger not in refused.output
    for issuer, code in ((ISSUER, 0), ("https://other.example", 1)):
        asked = {"identity": IDENTITY, "issuer": issuer, "trust_config": "trust.json"}
        demands.write_text(json.dumps({"keyless": asked}))
        assert project.run("verify", "out", "--policy", "demands.yaml").exit_code == code
