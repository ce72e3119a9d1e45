"""What a consumer may demand of a release, and how each demand is not met."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.evidence import (
    Demands,
    attestation_digest,
    attested_facts,
    manifest_digest,
    verify_output,
)
from sluicegate.model.canonical import digest
from sluicegate.model.outcome import OutputFile

Make = Callable[..., dict[str, Any]]
RELEASED = datetime(2026, 3, 1, tzinfo=UTC)
"""When the statements of these tests were made."""
HOUR = timedelta(hours=1)
FILE = OutputFile(name="a.parquet", sha256="a" * 64, bytes=5, rows=2)
THIS = manifest_digest((FILE,))
OTHER = digest("another dataset")


@pytest.fixture
def predicate(make_statement: Make) -> dict[str, Any]:
    made: dict[str, Any] = make_statement((FILE,))["predicate"]
    return {**made, "parents": [OTHER]}


def codes(demands: Demands, predicate: dict[str, Any], now: datetime = RELEASED) -> list[str]:
    problems = demands.unmet(predicate, now=now)
    assert all(p.code.startswith("demand-") for p in problems)
    return [p.code.removeprefix("demand-") for p in problems]


ALL = Demands(
    not_older_than=HOUR,
    purposes=("other", "churn"),
    sources=("shop_prod",),
    policy_digests=(digest("policy"),),
    environments=("default",),
    producers=("airflow:daily.*",),
    relations=("public.customers", "public.orders"),
    datasets=(THIS,),
    parents=(OTHER,),
    min_approvals=1,
    max_blind_spots=1,
    in_ledger=True,
)


def test_a_release_that_is_as_demanded_meets_every_demand(predicate: dict[str, Any]) -> None:
    assert codes(ALL, predicate) == []
    assert codes(Demands(), predicate) == []


@pytest.mark.parametrize(
    ("demanded", "code"),
    [
        ({"purposes": ("chur", "churn ", "CHURN", "c*")}, "purpose"),
        ({"sources": ("shop",)}, "source"),
        ({"policy_digests": (digest("a looser one"),)}, "policy"),
        ({"environments": ("prod",)}, "environment"),
        ({"producers": ("airflow:daily.other", "dagster:*", "daily.customers")}, "producer"),
        ({"relations": ("public.orders", "customers")}, "relation"),
        ({"datasets": (OTHER,)}, "dataset"),
        ({"parents": (OTHER, THIS)}, "parent"),
        ({"min_approvals": 2}, "approvals"),
        ({"max_blind_spots": 0}, "blind-spots"),
    ],
)
def test_each_demand_can_be_unmet_and_is_told_alone(
    predicate: dict[str, Any], demanded: dict[str, Any], code: str
) -> None:
    assert codes(Demands(**demanded), predicate) == [code]


@pytest.mark.parametrize(
    ("later", "found"),
    [
        (timedelta(), []),
        (HOUR, []),
        (HOUR + timedelta(microseconds=1), ["age"]),
        (timedelta(minutes=-5), []),
        (timedelta(minutes=-5, microseconds=-1), ["clock"]),
    ],
)
def test_age_goes_by_the_signed_time_and_a_clock_set_back_is_seen(
    predicate: dict[str, Any], later: timedelta, found: list[str]
) -> None:
    assert codes(Demands(not_older_than=HOUR), predicate, RELEASED + later) == found


def test_a_time_zone_changes_nothing(predicate: dict[str, Any]) -> None:
    moved = predicate | {"released_at": "2026-03-01T02:00:00+02:00"}
    assert codes(Demands(not_older_than=HOUR), moved, RELEASED + HOUR) == []


@pytest.mark.parametrize(
    "canaries",
    [
        {"planted": 12, "seen_masked": 11},
        {"planted": 0, "seen_masked": 0},
        {"planted": True, "seen_masked": True},
        {"planted": "1", "seen_masked": "1"},
        {},
        None,
    ],
)
def test_a_scan_that_was_blind_is_never_good(predicate: dict[str, Any], canaries: Any) -> None:
    assert codes(Demands(), predicate | {"canaries": canaries}) == ["scan"]


def test_a_scan_without_detectors_is_never_good(predicate: dict[str, Any]) -> None:
    assert codes(Demands(), predicate | {"scan": {"detectors": ""}}) == ["scan"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("released_at", None, "clock age"),
        ("released_at", "2026-03-01T00:00:00", "clock age"),
        ("released_at", 1_772_323_200, "clock age"),
        (
            "plan",
            {"purpose": ["churn"], "source": None, "relations": []},
            "purpose source relation",
        ),
        ("plan", None, "purpose source relation"),
        ("policy", {}, "policy"),
        ("identity", {"orchestrator": "airflow"}, "environment producer"),
        ("files", [{"name": "../a"}], "dataset"),
        ("parents", OTHER, "parent"),
        ("parents", {OTHER: 1}, "parent"),
        ("approvals", ["3 x", "3 x"], "approvals"),
        ("approvals", "many", "approvals"),
        ("blind_spots", None, "blind-spots"),
    ],
)
def test_what_a_predicate_does_not_tell_rightly_is_not_met(
    predicate: dict[str, Any], name: str, value: Any, code: str
) -> None:
    more = Demands(**{f: getattr(ALL, f) for f in ALL.__slots__} | {"min_approvals": 2})
    demands = more if name == "approvals" else ALL
    assert codes(demands, predicate | {name: value}) == code.split()
    if name in {"released_at", "parents"}:
        assert codes(demands, {k: v for k, v in predicate.items() if k != name}) == code.split()


def test_plain_values_are_read(tmp_path: Path) -> None:
    file = tmp_path / "demands.yaml"
    file.write_text(
        "# of the training job\nnot_older_than: 24h\npurposes: [churn, other]\nsources: shop_prod\n"
        "min_approvals: 1\nmax_blind_spots: 0\nin_ledger: true\n"
    )
    expected = Demands(
        not_older_than=timedelta(hours=24),
        purposes=("churn", "other"),
        sources=("shop_prod",),
        min_approvals=1,
        max_blind_spots=0,
        in_ledger=True,
    )
    assert Demands.read(file) == expected
    rendered = {
        "not_older_than": "1d", "min_approvals": "1", "max_blind_spots": "0", "in_ledger": "True",
    }  # fmt: skip
    assert (
        Demands.of(rendered | {"purposes": ["churn", "other"], "sources": "shop_prod"}) == expected
    )
    assert Demands.of({"not_older_than": HOUR}).not_older_than == HOUR


@pytest.mark.parametrize(
    "given",
    [
        {"purpose": "churn"},
        {"purposes": []},
        {"purposes": ""},
        {"purposes": None},
        {"purposes": ["churn", " "]},
        {"purposes": ["churn", 3]},
        {"purposes": {"churn": 1}},
        {"not_older_than": "soon"},
        {"not_older_than": 24},
        {"not_older_than": "0h"},
        {"not_older_than": -HOUR},
        {"min_approvals": "two"},
        {"min_approvals": -1},
        {"min_approvals": True},
        {"min_approvals": None},
        {"max_blind_spots": 1.5},
        {"in_ledger": False},
        {"in_ledger": 1},
        {"in_ledger": "yes"},
        {1: 2},
    ],
)
def test_a_demand_that_would_demand_nothing_is_an_error(given: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        Demands.of(given)


def test_a_misspelt_demand_names_the_near_one() -> None:
    with pytest.raises(UnknownNameError, match="purposes"):
        Demands.of({"purpose": "churn"})


@pytest.mark.parametrize(
    "text",
    [
        "", "# nothing\n", "- purposes\n", "{}\n", "purposes: [a\n", "purposes: a\npurposes: b\n", "x: &a 1\n",
        "purposes: a\n---\npurposes: b\n", "purposes: a\u202e\n", "sources: " + "a" * (1 << 20),
    ],
)  # fmt: skip
def test_a_file_that_demands_nothing_sure_is_an_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "demands.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError):
        Demands.read(file)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    for name in ("nowhere", "bytes", "."):
        with pytest.raises(ConfigurationError):
            Demands.read(tmp_path / name)


def test_an_unmet_demand_is_a_problem_of_the_output(release: Any) -> None:
    demands = Demands(not_older_than=HOUR, purposes=("marketing",))
    verification = verify_output(release.folder, release.trusted, demands=demands)
    assert [p.code for p in verification.problems] == ["demand-age", "demand-purpose"]
    assert verification.to_come, "a newer release may come"
    assert not verify_output(
        release.folder, release.trusted, demands=Demands(purposes=("marketing",))
    ).to_come
    assert verify_output(release.folder, release.trusted, demands=Demands(purposes=("churn",))).ok


def test_nothing_is_demanded_of_what_is_not_signed(release: Any) -> None:
    (problem,) = verify_output(release.folder, {}, demands=ALL).problems
    assert problem.code == "signature"
    release.attestation.unlink()
    verification = verify_output(release.folder, release.trusted, demands=ALL)
    assert [p.code for p in verification.problems] == ["missing-attestation"]
    assert verification.to_come


def test_files_are_checked_where_the_demands_are_met(release: Any) -> None:
    (release.folder / "day=1" / "part-00000.parquet").write_bytes(b"other")
    verification = verify_output(
        release.folder, release.trusted, demands=Demands(purposes=("churn",))
    )
    assert [p.code for p in verification.problems] == ["changed"]
    assert not verification.to_come


def test_whoever_waits_sees_another_attestation_without_a_key(release: Any) -> None:
    first = attestation_digest(release.folder)
    assert first.startswith("sha256:")
    release.attest(release.files()[:1])
    assert attestation_digest(str(release.folder)) not in {first, ""}
    release.attestation.unlink()
    assert attestation_digest(release.folder) == ""
    assert attestation_digest(release.folder / "nowhere") == ""
    release.attestation.symlink_to("/etc/passwd")
    assert attestation_digest(release.folder) not in {first, ""}, "it is for the verifier to judge"


def test_facts_of_a_release_are_few_and_plain(release: Any) -> None:
    predicate = verify_output(release.folder, release.trusted).predicate
    facts = attested_facts(predicate)
    assert facts["dataset"] == manifest_digest(release.files())
    assert facts["producer"] == "airflow:daily.customers"
    assert (facts["files"], facts["rows"], facts["approvals"]) == (3, 3, 1)
    assert facts["released_at"] == RELEASED.isoformat()
    assert Demands(datasets=(facts["dataset"],)).unmet(predicate) == ()
