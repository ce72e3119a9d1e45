"""Releases that are made from releases: parents in attestations, and the chain in the ledger."""

from __future__ import annotations

import json
import shutil
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sluicegate.cli.app import app
from sluicegate.errors import ConfigurationError, IntegrityError, SourceError
from sluicegate.evidence import Demands, manifest_digest, sign_statement, verify_output
from sluicegate.gate.chain import chain_of
from sluicegate.ledger import Ed25519Signer
from sluicegate.mask import Keyring, open_key

TABLES = """
    unclassified: refuse
    tables:
      main.people: {columns: {id: public, plan: public}}
      main.more: {columns: {id: public, plan: public}}
      main.middle: {columns: {id: public, plan: public}}
"""
POLICY = f"""
version: 1
name: chain
sources:
  raw: {TABLES}
  lake: {TABLES}
  strict: {TABLES}
rules:
  - id: all
    effect: permit
    principals: [{{orchestrator: "*"}}]
    purposes: [training]
    sources: [raw, lake, strict]
    tables: [main.people, main.more, main.middle]
"""


@pytest.fixture
def bench(tmp_path: Path, make_bench: Callable[..., Any]) -> Any:
    raw = tmp_path / "raw"
    raw.mkdir()
    for name in ("people", "more"):
        pq.write_table(pa.table({"id": [1, 2], "plan": ["a", name]}), raw / f"{name}.parquet")
    lake = tmp_path / "lake"
    lake.mkdir()
    sources = {
        "raw": f"files:///{raw}",
        "lake": f"files:///{lake}",
        "strict": f"files:///{lake}?attested=required",
    }
    return make_bench(sources, POLICY)


def extract(bench: Any, source: str, output: str, sql: str = "SELECT id, plan FROM people") -> Any:
    request = bench.request(
        source=source, sql=sql, output=str(bench.folder / output), purpose="training"
    )
    with bench.gate() as gate:
        return gate.extract(request, bench.identity(task=output.replace("/", "_")))


def predicate(outcome: Any) -> dict[str, Any]:
    envelope = json.loads(Path(outcome.attestation).read_text())
    return dict(json.loads(b64decode(envelope["payload"]))["predicate"])


def chain(bench: Any, name: str) -> list[str]:
    with bench.gate() as gate:
        return [Path(release.output).name for release in chain_of(gate.ledger, name)]


def test_a_release_names_the_releases_it_was_made_from(bench: Any) -> None:
    first = extract(bench, "raw", "lake/people")
    other = extract(bench, "raw", "lake/more", "SELECT id, plan FROM more")
    middle = extract(
        bench,
        "strict",
        "lake/middle",
        "SELECT p.id, m.plan FROM people p JOIN more m ON m.id = p.id",
    )
    last = extract(bench, "strict", "last", "SELECT id, plan FROM middle")
    alone = extract(bench, "raw", "alone")
    assert predicate(first)["parents"] == predicate(alone)["parents"] == []
    made_from = [manifest_digest(first.files), manifest_digest(other.files)]
    assert sorted(predicate(middle)["parents"]) == sorted(made_from)
    [parent] = predicate(last)["parents"]
    with bench.gate() as gate:
        demands = Demands(parents=(manifest_digest(middle.files),))
        assert verify_output(last.output, gate.trusted, demands=demands).ok
        assert not verify_output(alone.output, gate.trusted, demands=demands).ok
        by_digest = chain_of(gate.ledger, parent)
    assert [Path(r.output).name for r in by_digest] == ["people", "more", "middle", "last"]
    assert chain(bench, first.output) == ["people", "middle", "last"], "not what it did not go into"
    assert chain(bench, last.output) == ["people", "more", "middle", "last"]
    assert chain(bench, alone.output) == ["alone"]


def test_what_is_no_release_has_no_part_in_it_and_may_be_refused(bench: Any) -> None:
    shutil.copy(bench.folder / "raw/people.parquet", bench.folder / "lake/people.parquet")
    assert predicate(extract(bench, "lake", "out"))["parents"] == []
    with pytest.raises(IntegrityError, match="1 of 1 files are of no release"):
        extract(bench, "strict", "strictly")
    assert not (bench.folder / "strictly").exists()
    with bench.gate() as gate:
        [failed] = [
            r for r in gate.ledger.records(kind="extract.outcome") if r.body["status"] == "failed"
        ]
    assert failed.body["error"] == "SG-INTEGRITY"


def changed(folder: Path) -> None:
    pq.write_table(pa.table({"id": [1, 666], "plan": ["a", "b"]}), next(folder.glob("*.parquet")))


def added(folder: Path) -> None:
    shutil.copy(next(folder.glob("*.parquet")), folder / "part-00009.parquet")


def gone(folder: Path) -> None:
    next(folder.glob("*.parquet")).unlink()
    pq.write_table(pa.table({"id": [1], "plan": ["a"]}), folder / "other.parquet")


def unproven(folder: Path) -> None:
    """Attest it anew, as whoever holds the key can, with a proof that is of another record."""
    file = folder / "_SLUICEGATE/attestation.json"
    statement = json.loads(b64decode(json.loads(file.read_text())["payload"]))
    statement["predicate"]["inclusion"]["index"] += 1
    keys = Keyring(open_key("env:SLUICEGATE_ROOT_KEY").root())
    file.write_bytes(sign_statement(statement, Ed25519Signer(keys.derive("signing").reveal())))


@pytest.mark.parametrize(
    ("attack", "source"),
    [
        (changed, "lake"),
        (changed, "strict"),
        (added, "strict"),
        (gone, "lake"),
        (unproven, "lake"),
    ],
)
def test_a_release_that_was_changed_is_not_read_on(
    bench: Any, attack: Callable[[Path], None], source: str
) -> None:
    extract(bench, "raw", "lake/people")
    attack(bench.folder / "lake/people")
    with pytest.raises(IntegrityError, match="not as attested"):
        extract(bench, source, "out")
    assert not (bench.folder / "out").exists()


def forged(folder: Path) -> None:
    file = folder / "_SLUICEGATE/attestation.json"
    envelope = json.loads(file.read_text())
    envelope["signatures"][0]["sig"] = "A" * 86 + "=="
    file.write_text(json.dumps(envelope))


def rubbish(folder: Path) -> None:
    (folder / "_SLUICEGATE/attestation.json").write_bytes(b"\xff" * 100)


def huge(folder: Path) -> None:
    with (folder / "_SLUICEGATE/attestation.json").open("wb") as file:
        file.truncate(1 << 30)


def link(folder: Path) -> None:
    file = folder / "_SLUICEGATE/attestation.json"
    moved = folder.parent.parent / "moved.json"
    file.rename(moved)
    file.symlink_to(moved)


@pytest.mark.parametrize("attack", [forged, rubbish, huge, link])
def test_an_attestation_that_does_not_hold_makes_no_parent(
    bench: Any, attack: Callable[[Path], None]
) -> None:
    extract(bench, "raw", "lake/people")
    attack(bench.folder / "lake/people")
    outcome = extract(bench, "lake", "out")
    assert predicate(outcome)["parents"] == []
    untrusted = [w.code for w in outcome.warnings if w.code.startswith("INPUT")]
    assert untrusted == ([] if attack is link else ["INPUT-UNTRUSTED"])
    with pytest.raises((IntegrityError, SourceError)):
        extract(bench, "strict", "strictly")


def test_an_attestation_above_does_not_cover_what_it_does_not_name(bench: Any) -> None:
    extract(bench, "raw", "lake/people")
    shutil.copytree(bench.folder / "lake/people/_SLUICEGATE", bench.folder / "lake/_SLUICEGATE")
    shutil.rmtree(bench.folder / "lake/people/_SLUICEGATE")
    with pytest.raises(IntegrityError, match="not as attested"):
        extract(bench, "strict", "out")


def test_a_preview_reads_no_more_than_an_extract(bench: Any) -> None:
    extract(bench, "raw", "lake/people")
    changed(bench.folder / "lake/people")
    request = bench.request(source="strict", sql="SELECT id FROM people", purpose="training")
    with bench.gate() as gate, pytest.raises(IntegrityError):
        gate.preview(request, bench.identity())


def test_the_option_has_two_values(bench: Any) -> None:
    wrong = bench.settings.with_sources({"lake": f"files:///{bench.folder}/lake?attested=maybe"})
    bench.settings = wrong
    with pytest.raises(ConfigurationError, match="recorded or required"):
        extract(bench, "lake", "out")


@pytest.mark.parametrize("name", ["/nowhere", "sha256:" + "0" * 64, "0123", "x" * 5000])
def test_what_the_ledger_does_not_know_has_no_chain(bench: Any, name: str) -> None:
    extract(bench, "raw", "lake/people")
    with bench.gate() as gate, pytest.raises(ConfigurationError):
        chain_of(gate.ledger, name)


def test_the_command_shows_the_chain(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    extract(bench, "raw", "lake/people")
    last = extract(bench, "strict", "last")
    monkeypatch.setenv("SLUICEGATE_HOME", str(bench.settings.home))
    shown = CliRunner().invoke(app, ["ledger", "chain", last.output, "--format", "json"])
    assert shown.exit_code == 0, shown.output
    releases = json.loads(shown.stdout)["releases"]
    assert [r["producer"] for r in releases] == ["cli:tests.lake_people", "cli:tests.last"]
    assert releases[1]["parents"] == [releases[0]["manifest"]]
    table = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["ledger", "chain", last.output])
    assert "cli:tests.last" in table.stdout
