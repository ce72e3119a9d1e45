"""The allow-list before a gate: what it lets out, who is told, and what it never lets out."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from sluicegate import Settings, Status
from sluicegate.errors import AllowListError, DetectionError
from sluicegate.evidence import attestation_schema, verify_output
from sluicegate.gate import allowance
from sluicegate.gate.present import outcome_facts, outcome_lines

TOKEN = "gh" + "p_" + "Zk3Jv9Qw7Lx2Rt8Bn4Mc6Yd1Hs5Gp0Fa3UeW"
"""Looks like a token; built here so that no file holds one."""
OTHER = "gh" + "p_" + "Ab3Jv9Qw7Lx2Rt8Bn4Mc6Yd1Hs5Gp0Fa3UeW"
POLICY = """\
version: 1
name: shop
sources:
  shop:
    tables:
      main.orders: {columns: {id: public, ref: public, other: public, note: free_text}}
      main.items: {columns: {id: public, ref: public}}
rules:
  - id: all
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [training]
    sources: [shop]
    tables: [main.orders, main.items]
"""


def day(after: int) -> str:
    """Count from today when asked: a run of all tests may begin on one day and end on the next."""
    return (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=after)).isoformat()


@pytest.fixture
def bench(make_bench: Callable[..., Any], tmp_path: Path) -> Any:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE orders (id INTEGER, ref TEXT, other TEXT, note TEXT)")
        connection.execute("CREATE TABLE items (id INTEGER, ref TEXT)")
        connection.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, ?)",
            [(n, TOKEN if n < 30 else f"order {n}", OTHER, f"key {TOKEN}") for n in range(100)],
        )
        connection.execute("INSERT INTO items VALUES (1, ?)", (TOKEN,))
    connection.close()
    return make_bench({"shop": f"sqlite:///{tmp_path}/shop.db"}, POLICY)


def extract(bench: Any, sql: str, entries: list[dict[str, str]] | None = None, **more: Any) -> Any:
    settings = bench.settings
    if entries is not None:
        settings = allowing(bench, *entries)
    bench.settings = settings
    out = bench.folder / f"out{next(bench.runs)}"
    with bench.gate() as gate:
        request = bench.request(source="shop", sql=sql, purpose="training", output=str(out))
        return gate.extract(request, bench.identity(**more))


def allowing(bench: Any, *entries: dict[str, str]) -> Settings:
    path = bench.folder / "state" / "allow.yaml"
    path.write_text(yaml.safe_dump({"version": 1, "entries": list(entries)}))
    settings: Settings = replace(bench.settings, allow=path)
    return settings


def entry(found: dict[str, str], **changes: str) -> dict[str, str]:
    given = {
        **found,
        "owner": "data team",
        "reason": "the key of a public demo account",
        "expires": day(30),
    }
    return given | changes


def to_copy(bench: Any, sql: str) -> list[dict[str, str]]:
    outcome = extract(bench, sql)
    assert outcome.status is Status.QUARANTINED
    report = json.loads((Path(outcome.quarantine) / "_SLUICEGATE/findings.json").read_text())
    copied: list[dict[str, str]] = report["allow_list"]
    assert TOKEN not in json.dumps(report)
    return copied


REF = "SELECT id, ref FROM orders"


def test_what_the_quarantine_tells_is_what_an_entry_needs(bench: Any) -> None:
    (found,) = to_copy(bench, REF)
    assert found["path"] == "extract:shop#ref"
    assert found["detector"] == "github_token"
    outcome = extract(bench, REF, [entry(found)])
    assert outcome.status is Status.RELEASED, outcome.reasons
    assert outcome.scan.total == 0
    (allowed,) = outcome.scan.allowed
    assert (allowed.count, allowed.data_class, allowed.owner) == (30, "secret", "data team")
    assert [w.code for w in outcome.warnings] == ["ALLOW-SECRET"]
    lines = "\n".join(outcome_lines(outcome))
    assert "allowed      30 × secret in ref (github_token), by data team until" in lines
    assert outcome_facts(outcome)["allowed"] == {"secret": 30}
    assert TOKEN not in repr(outcome)


def test_it_is_attested_and_on_record(bench: Any) -> None:
    (found,) = to_copy(bench, REF)
    outcome = extract(bench, REF, [entry(found)])
    with bench.gate() as gate:
        verification = verify_output(Path(outcome.output), gate.trusted)
        (last,) = [
            r for r in gate.ledger.records(kind="extract.outcome")
            if r.sequence == outcome.outcome_sequence
        ]  # fmt: skip
        (intent,) = [
            r for r in gate.ledger.records(kind="extract.intent")
            if r.sequence == outcome.intent_sequence
        ]  # fmt: skip
        digest = gate._services.allow.digest
    assert verification.ok
    predicate = verification.predicate
    assert predicate["policy"]["allow_list"] == digest
    (allowed,) = predicate["scan"]["allowed"]
    assert (allowed["count"], allowed["fingerprint"]) == (30, found["fingerprint"])
    jsonschema.validate(predicate, {**attestation_schema(), "$ref": "#/$defs/predicate", **_OPEN})
    assert last.body["allowed"] == [allowed]
    assert intent.body["plan"]["allow_list"] == digest
    assert TOKEN not in json.dumps([last.body, intent.body, predicate])


_OPEN = {"type": "object", "required": [], "properties": {}, "additionalProperties": True}


def test_a_change_of_the_list_is_a_change_of_the_plan(bench: Any) -> None:
    (found,) = to_copy(bench, REF)
    digests = set()
    for entries in ([], [entry(found)], [entry(found, owner="others")]):
        bench.settings = allowing(bench, *entries)
        with bench.gate() as gate:
            request = bench.request(source="shop", sql=REF, purpose="training")
            digests.add(gate.plan(request, bench.identity()).plan.digest)
    assert len(digests) == 3


def test_another_value_in_the_same_column_still_leaks(bench: Any) -> None:
    (found,) = to_copy(bench, REF)
    sql = "SELECT id, CASE WHEN id = 40 THEN other ELSE ref END AS ref FROM orders"
    outcome = extract(bench, sql, [entry(found)])
    assert outcome.status is Status.QUARANTINED
    assert [r.message for r in outcome.reasons] == ["1 × secret in the output column 'ref'"]
    assert outcome.scan.total == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "extract:shop#id"},
        {"path": "extract:other#ref"},
        {"path": "extract:shop/main.items#ref"},
        {"path": "shop#ref"},
        {"path": "**/x.csv#ref"},
        {"detector": "aws_access_key_id"},
        {"fingerprint": "0" * 32},
    ],
)
def test_all_of_it_must_match(bench: Any, changes: dict[str, str]) -> None:
    (found,) = to_copy(bench, REF)
    assert extract(bench, REF, [entry(found, **changes)]).status is Status.QUARANTINED


def test_a_renamed_column_needs_the_same_value(bench: Any) -> None:
    (found,) = to_copy(bench, REF)
    renamed = extract(bench, "SELECT id, other AS ref FROM orders", [entry(found)])
    assert renamed.status is Status.QUARANTINED
    assert {w.code for w in renamed.warnings} == {"ALLOW-UNUSED"}


def test_a_relation_may_be_named(bench: Any) -> None:
    (found,) = to_copy(bench, REF)
    one = entry(found, path="extract:shop/main.orders#ref")
    assert extract(bench, REF, [one]).released
    assert extract(bench, "SELECT id, ref FROM items", [one]).status is Status.QUARANTINED
    both = (
        "SELECT o.id, coalesce(i.ref, o.ref) AS ref FROM orders o LEFT JOIN items i ON i.id = o.id"
    )
    assert extract(bench, both, [one]).status is Status.QUARANTINED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"expires": day(-1)}, "ALLOW-EXPIRED"),
        ({"expires": day(900)}, "ALLOW-TOO-LONG"),
        ({"added": day(3)}, "ALLOW-CLOCK"),
        ({"key_id": "0" * 16}, "ALLOW-KEY"),
        ({"detector": "nothing"}, "ALLOW-DETECTOR"),
    ],
)
def test_an_entry_that_does_not_hold_refuses(
    bench: Any, changes: dict[str, str], code: str
) -> None:
    (found,) = to_copy(bench, REF)
    outcome = extract(bench, REF, [entry(found, **changes)])
    assert outcome.status is Status.REFUSED
    (reason,) = outcome.reasons
    assert reason.code == code
    assert "data team" in reason.message
    assert reason.hint
    # of another source, it is not this extract's matter
    other = entry(found, path="extract:elsewhere#ref", **changes)
    assert extract(bench, "SELECT id FROM orders", [other]).released


def test_a_clock_that_is_set_back_does_not_revive_an_entry(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = to_copy(bench, REF)
    past = dt.date.fromisoformat(day(-10))
    monkeypatch.setattr("sluicegate.gate.planning.utc_today", lambda: past)
    assert allowance.utc_today() > past
    outcome = extract(bench, REF, [entry(found, expires=day(-1))])
    assert [r.code for r in outcome.reasons] == ["ALLOW-EXPIRED"]


def test_free_text_is_redacted_whatever_the_list_says(bench: Any) -> None:
    (found,) = to_copy(bench, REF)
    sql = "SELECT id, note FROM orders"
    outcome = extract(bench, sql, [entry(found, path="extract:shop#note")])
    assert outcome.released
    assert sum(r.count for r in outcome.redactions) == 100
    assert [w.code for w in outcome.warnings] == ["ALLOW-UNUSED"]


def test_a_malformed_list_stops_the_gate(bench: Any) -> None:
    bench.settings = allowing(bench)
    bench.settings.allow.write_text("version: 1\nentries: [{path: '*'}]\n")
    with pytest.raises(AllowListError, match="not valid"):
        bench.gate()
    bench.settings.allow.unlink()
    with pytest.raises(AllowListError, match="no allow-list"):
        bench.gate()


def test_detectors_of_the_settings_guard_extracts_and_scans(bench: Any) -> None:
    own = {
        "id": "order_word",
        "data_class": "order_word",
        "pattern": "order [0-9]{2}",
        "anchor": {"literals": ["order "]},
        "score": 0.9,
        "examples": {"match": ["order 12"], "no_match": ["order x"]},
        "source": "house rule of the tests",
    }
    file = bench.folder / "state" / "own.yaml"
    file.write_text(yaml.safe_dump({"detectors": [own]}))
    sql = "SELECT id, ref FROM orders WHERE id >= 50"
    assert extract(bench, sql).released
    bench.settings = replace(bench.settings, detectors=(file,))
    outcome = extract(bench, sql)
    assert outcome.status is Status.QUARANTINED
    assert {c.detector for c in outcome.scan.counts} == {"order_word"}
    text = bench.folder / "a.txt"
    text.write_text("an order 77")
    with bench.gate() as gate:
        assert {c.detector for c in gate.scan([text]).scan.counts} == {"order_word"}
    file.write_text("detectors: [x]")
    with pytest.raises(DetectionError, match=r"own\.yaml"):
        bench.gate()
