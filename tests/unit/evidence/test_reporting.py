"""Evidence for controls, made of a ledger of known events."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.unit.evidence.reporting_events import (
    BEGIN,
    KEYS,
    LATER_POLICY,
    POLICY,
    ended,
    identity,
    intent,
    make,
)
from trestle.oscal.assessment_results import AssessmentResults

from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.evidence.reporting import (
    Dossier,
    Framework,
    Scope,
    assessment_results,
    frameworks,
    report_page,
    select,
    write_bundle,
)
from sluicegate.evidence.reporting.framework import all_topics
from sluicegate.ledger import Ledger
from sluicegate.ledger.ocsf_kinds import known_kinds


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(make(tmp_path / "ledger.db")) as opened:
        yield opened


def dossier(ledger: Ledger, framework: str = "gdpr", **scope: Any) -> Dossier:
    asked = Scope(**scope)
    return Dossier.of(Framework.load(framework), asked, *select(ledger, asked))


def numbers(made: Dossier) -> list[int]:
    return [entry.sequence for entry in made.entries]


# ---------------------------------------------------------------- the mapping


@pytest.mark.parametrize("name", frameworks())
def test_a_framework_is_whole(name: str) -> None:
    framework = Framework.load(name)
    ids = [control.id for control in framework.controls]
    tokens = [control.token for control in framework.controls]
    assert framework.id == name
    assert len(ids) == len(set(ids)) == len(set(tokens)) > 5
    for control in framework.controls:
        assert isinstance(control.id, str)
        assert control.topics, control.id
        assert set(control.topics) <= set(all_topics()), control.id
    for text in (framework.title, framework.source, framework.review):
        assert text
        assert "compliant" not in text


def test_there_are_the_frameworks_that_were_promised() -> None:
    assert frameworks() == (
        "eu-ai-act", "fedramp-moderate", "gdpr", "hipaa", "nist-800-53", "pci-dss", "soc2",
    )  # fmt: skip


def test_an_unknown_framework_is_named() -> None:
    with pytest.raises(UnknownNameError, match="soc3"):
        Framework.load("soc3")


def test_every_topic_is_asked_for_and_means_kinds_that_exist() -> None:
    asked = {t for name in frameworks() for t in Framework.load(name).topics()}
    assert asked == set(all_topics())
    kinds = {*known_kinds(), "extract.outcome", "scan.outcome", "unmask.outcome"}
    beginnings = {kind.partition(".")[0] for kind in kinds} | {"scan"}
    for topic in all_topics().values():
        for match in topic.records:
            begin = match.kind.partition(".")[0]
            assert begin in {"*", *beginnings}, match.kind
            exact = "*" not in match.kind
            assert not exact or match.kind in kinds, match.kind


@pytest.mark.parametrize(
    ("id_", "token"),
    [("AC-3(2)", "ac-3.2"), ("CC6.1", "cc6.1"), ("Art. 5(1)(b)", "art-5-1-b"), ("3.5.1.1", "req-3-5-1-1")],
)  # fmt: skip
def test_ids_are_written_as_oscal_writes_them(id_: str, token: str) -> None:
    controls = [c for name in frameworks() for c in Framework.load(name).controls if c.id == id_]
    assert {control.token for control in controls} == {token}


# ---------------------------------------------------------------- the choice


def test_without_a_checkpoint_nothing_is_claimed(ledger: Ledger) -> None:
    for until in (None, BEGIN + timedelta(days=90)):
        with pytest.raises(ConfigurationError, match="no checkpoint covers record 8"):
            dossier(ledger, until=until)


def test_a_record_after_the_newest_checkpoint_waits_for_the_next(ledger: Ledger) -> None:
    ledger.checkpoint()
    ledger.append(intent(identity("late", "zoe", "r9"), "out/z"))
    assert numbers(dossier(ledger)) == [1, 2, 3, 4, 5, 6, 7, 8]
    ledger.checkpoint()
    assert numbers(dossier(ledger)) == list(range(1, 11))


def test_the_period_has_its_first_moment_and_not_its_last(ledger: Ledger) -> None:
    ledger.checkpoint()
    since, until = BEGIN + timedelta(hours=6), BEGIN + timedelta(hours=18)
    assert numbers(dossier(ledger, since=since, until=until)) == [2, 3]


def test_an_outcome_and_an_approval_are_of_whoever_asked(ledger: Ledger) -> None:
    ledger.checkpoint()
    assert numbers(dossier(ledger, person="bob")) == [4, 5, 6, 7]
    assert numbers(dossier(ledger, pipeline="daily")) == [1, 2, 3, 8]
    assert numbers(dossier(ledger, dataset="out/b")) == [4, 5, 6, 7]
    assert numbers(dossier(ledger, dataset="out/*", person="ann")) == [1, 2, 3]


def test_each_topic_has_its_records(ledger: Ledger) -> None:
    ledger.checkpoint()
    shown = {n: [e.sequence for e in es] for n, es in dossier(ledger, "nist-800-53").shown.items()}
    assert shown["guardrail"] == [8]
    assert shown["approval"] == [4, 5]
    assert shown["quarantine"] == [7]
    assert shown["policy-change"] == [1, 6]
    assert shown["output-scan"] == [2, 7]
    assert shown["retention"] == shown["privileged"] == []
    assert shown["recorded"] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert dossier(ledger).policies == {POLICY: 1, LATER_POLICY: 6}


def test_a_control_without_records_is_shown_as_such(ledger: Ledger) -> None:
    ledger.checkpoint()
    made = dossier(ledger, "soc2")
    empty = next(c for c in made.framework.controls if c.id == "C1.2")
    assert made.of_control(empty) == ()
    assert '<tr class="none"><td>C1.2</td>' in report_page(made)
    results = assessment_results(made)["assessment-results"]["results"][0]
    told = {o["title"]: o["description"] for o in results["observations"]}
    assert told["C1.2"].startswith("The period holds no record")


# ---------------------------------------------------------------- the same bytes again


def test_a_ledger_that_grew_says_the_same_of_the_past(ledger: Ledger) -> None:
    ledger.checkpoint()
    until = BEGIN + timedelta(days=2)
    before = write_bundle(dossier(ledger, until=until), KEYS)
    for n in range(60):
        ledger.append(ended(identity(run=f"more-{n}"), "released"))
    ledger.checkpoint()
    assert write_bundle(dossier(ledger, until=until), KEYS) == before


# ---------------------------------------------------------------- the report


class _Page(HTMLParser):
    """Collects what a page links to, loads and runs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.tags: set[str] = set()
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.targets |= {given["href"] or ""} if tag == "a" else set()
        self.loads += [n for n in given if n == "src" or n.startswith("on")]


def test_every_link_of_the_report_leads_somewhere_in_it(ledger: Ledger) -> None:
    ledger.checkpoint()
    ledger.checkpoint()
    for name in frameworks():
        page = _Page(report_page(dossier(ledger, name)))
        assert {t.removeprefix("#") for t in page.targets} <= set(page.ids)
        assert len(page.ids) == len(set(page.ids))
        assert not page.loads
        assert not page.tags & {"script", "link", "img", "iframe", "object", "base", "form"}


def test_every_bar_counts_what_the_records_say(ledger: Ledger) -> None:
    ledger.checkpoint()
    text = report_page(dossier(ledger))
    assert "Extracts released per day: 1 in all" in text
    assert "Findings in results per day: 3 in all" in text
    assert "Approvals given per day: 1 in all" in text
    assert '<tr id="refusals-2026-03-03"><td>2026-03-03</td><td>1</td>' in text
    assert "main.customers" in text, "the record of processing names what was read"


def test_no_name_breaks_out_of_the_page(ledger: Ledger) -> None:
    evil = "</td><script>alert(1)</script><img src=x onerror=a()>\"'&\u202e\x1b[2J"
    ledger.append(intent(identity(evil, evil, "r7"), evil))
    ledger.checkpoint()
    text = report_page(dossier(ledger, person="*script*"))
    page = _Page(text)
    assert not page.tags & {"script", "img"}
    assert not page.loads
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "\\u{202e}" in text


# ---------------------------------------------------------------- OSCAL


@pytest.mark.parametrize("name", frameworks())
def test_oscal_is_valid_and_claims_nothing(ledger: Ledger, name: str, tmp_path: Path) -> None:
    ledger.append(intent(identity("a\nb", " \u202e ", "r7"), "  "))
    ledger.checkpoint()
    document = assessment_results(dossier(ledger, name, person="*"))
    file = tmp_path / "results.json"
    file.write_text(json.dumps(document))
    read = AssessmentResults.oscal_read(file)
    assert read is not None
    (result,) = document["assessment-results"]["results"]
    assert "findings" not in result
    named = {f"#{o['uuid']}" for o in result["observations"]}
    links = {link["href"] for o in result["observations"] for link in o.get("links", ())}
    assert links <= named
    assert links


def test_oscal_of_nothing_is_valid(ledger: Ledger, tmp_path: Path) -> None:
    ledger.checkpoint()
    asked: dict[str, Any] = {
        "since": datetime(2020, 1, 1, tzinfo=UTC),
        "until": datetime(2020, 2, 1, tzinfo=UTC),
    }
    file = tmp_path / "results.json"
    file.write_text(json.dumps(assessment_results(dossier(ledger, **asked))))
    assert AssessmentResults.oscal_read(file) is not None
    assert "No records in the period" in report_page(dossier(ledger, **asked))


# ---------------------------------------------------------------- the bundle


@pytest.fixture
def unpacked(ledger: Ledger, tmp_path: Path) -> Path:
    for n in range(40):
        ledger.append(ended(identity(run=f"more-{n}"), "released"))
    ledger.checkpoint()
    made = dossier(ledger, person="ann", until=BEGIN + timedelta(days=30))
    folder = tmp_path / "bundle"
    with zipfile.ZipFile(io.BytesIO(write_bundle(made, KEYS, {POLICY: "kept: text\n"}))) as archive:
        archive.extractall(folder)
    return folder


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program as an auditor does: none of our code is in reach."""
    path = f"{Path(shutil.which('openssl') or '').parent}:/usr/bin:/bin"
    return subprocess.run(
        ["sh", str(folder / "verify.sh"), *arguments],
        env={"PATH": path},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def refresh(folder: Path, name: str) -> None:
    """Do what a forger does next: make the manifest fit the file."""
    import hashlib

    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))
    refresh(folder, name)


def test_a_bundle_holds_by_itself(unpacked: Path, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    shutil.copy(unpacked / "public_keys.txt", keys)
    done = check(unpacked, str(keys))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("holds: 4 record(s) are among the first 48")
    assert "NOTE" not in done.stdout
    assert "NOTE" in check(unpacked).stdout
    kept = unpacked / "policies" / f"{POLICY.removeprefix('sha256:')}.yaml"
    assert kept.read_text() == "kept: text\n"


def test_every_forgery_is_found(unpacked: Path, tmp_path: Path) -> None:
    first = "proofs/000000001.json"
    record = json.loads((unpacked / first).read_text())["record"]
    wrong_key = tmp_path / "other"
    wrong_key.write_text(f"{record['key_id']} {'A' * 43}=\n")
    forgeries: dict[str, Callable[[Path], object]] = {
        "a file without its manifest": lambda f: (f / "report.html").write_text("all is well"),
        "a file more": lambda f: (f / "extra.txt").write_text("x"),
        "a file less": lambda f: (f / "policies.json").unlink(),
        "a body": lambda f: change(f, first, "training", "tRaining"),
        "a kind": lambda f: change(f, first, "extract.intent", "extract.refused"),
        "a time": lambda f: change(f, first, "2026-03-01", "2026-03-02"),
        "a place": lambda f: change(f, first, '"index":0', '"index":1'),
        "a size": lambda f: change(f, "checkpoint.txt", "\n48\n", "\n49\n"),
        "a signature": lambda f: change(f, first, record["signature"][:8], "AAAAAAAA"),
        "a name twice": lambda f: change(f, first, '"index":0', '"index":0,"index":0'),
        "no JSON": lambda f: change(f, first, "{", "["),
    }  # fmt: skip
    for name, forge in forgeries.items():
        copy = tmp_path / "forged"
        shutil.copytree(unpacked, copy)
        forge(copy)
        done = check(copy)
        assert done.returncode == 1, name
        assert done.stdout.startswith("BROKEN: "), name
        assert not done.stderr, name
        shutil.rmtree(copy)
    assert check(unpacked, str(wrong_key)).returncode == 1
    assert check(unpacked, str(tmp_path / "none")).returncode == 2
    assert check(unpacked).returncode == 0, "the one that they were made from holds"


def test_the_bundle_is_stored_with_fixed_times(ledger: Ledger) -> None:
    ledger.checkpoint()
    with zipfile.ZipFile(io.BytesIO(write_bundle(dossier(ledger), KEYS))) as archive:
        entries = archive.infolist()
    assert [e.filename for e in entries] == sorted(e.filename for e in entries)
    assert {e.date_time for e in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {e.compress_type for e in entries} == {zipfile.ZIP_STORED}
