"""Attacks through the real gate: no canary out, nothing written, each refused as it should be."""

from __future__ import annotations

import base64
import hashlib
import logging
import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LEAST_ATTACKS, LEAST_BENIGN = 260, 110


def test_an_attack_gets_nothing_and_changes_nothing(
    targets: Callable[[str], Any], attack: Any, caplog: pytest.LogCaptureFixture
) -> None:
    target = targets(attack.dialect)
    with caplog.at_level(logging.DEBUG):
        outcome, told = target.extract(attack)
    logged = "\n".join(record.getMessage() for record in caplog.records)
    texts = [told, logged]
    status = "error" if outcome is None else str(outcome.status)
    if status == "released":
        table = target.output(attack)
        texts += [repr(table.to_pylist()), repr(table.schema), outcome.plan.statement.sql]
    assert target.shop.canaries.found_in("\n".join(texts)) == []
    assert target.unchanged(ran=status != "refused")
    if attack.expected == "refused":
        assert status == "refused", told
        codes = [reason.code for reason in outcome.reasons]
        assert any(code.startswith(attack.code) for code in codes), codes
        assert all(reason.message for reason in outcome.reasons)
    elif attack.expected == "masked":
        assert status == "released", told
    else:
        assert attack.expected == "harmless"


def test_the_suites_are_as_large_as_they_should_be(suite: Callable[[str], list[Any]]) -> None:
    attacks, benign = suite("attacks"), suite("benign")
    assert len(attacks) >= LEAST_ATTACKS
    assert len(benign) >= LEAST_BENIGN
    for dialect in {case.dialect for case in attacks}:
        assert len([c for c in benign if c.dialect == dialect]) >= LEAST_BENIGN // 3


@pytest.mark.slow
def test_nothing_that_is_left_behind_holds_a_canary(
    targets: Callable[[str], Any], suite: Callable[[str], list[Any]], contents: Callable[..., Any]
) -> None:
    """Run a few of each and read every file: ledger, lineage, attestations, quarantine."""
    for dialect in dict.fromkeys(case.dialect for case in suite("attacks")):
        target = targets(dialect)
        for case in [c for c in suite("attacks") if c.dialect == dialect][::9]:
            target.extract(case)
        for part in ("state", "out"):
            for place, raw in contents(target.folder / part):
                assert target.shop.canaries.found_in(raw) == [], place


# What a statement of an attack might do behind the guard's back, and what takes it back.
CHANGES = [
    ("postgres", "CREATE ROLE sg_seen", "DROP ROLE sg_seen"),
    ("postgres", "ALTER ROLE CURRENT_USER SET work_mem = '5MB'", "ALTER ROLE CURRENT_USER RESET ALL"),
    ("postgres", "ALTER SYSTEM SET work_mem = '5MB'", "ALTER SYSTEM RESET work_mem"),
    ("postgres", "GRANT pg_monitor TO pg_read_all_data", "REVOKE pg_monitor FROM pg_read_all_data"),
    ("postgres", "CREATE TABLE copy AS TABLE vault", "DROP TABLE copy"),
    ("postgres", "UPDATE vault SET combination = combination || 'x'", "UPDATE vault SET combination = left(combination, -1)"),
    ("postgres", "SELECT lo_create(4711)", "SELECT lo_unlink(4711)"),
    ("mysql", "CREATE USER sg_seen", "DROP USER sg_seen"),
    ("mysql", "CREATE TABLE copy AS SELECT * FROM vault", "DROP TABLE copy"),
    ("mysql", "SET GLOBAL local_infile = NOT @@global.local_infile", "SET GLOBAL local_infile = NOT @@global.local_infile"),
    ("mysql", "CREATE FUNCTION sg_seen() RETURNS INT RETURN 1", "DROP FUNCTION sg_seen"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "change", "undo"), CHANGES)
def test_a_change_is_seen(
    targets: Callable[[str], Any], dialect: str, change: str, undo: str
) -> None:
    target = targets(dialect)
    target.shared_before = target.shared()
    assert target.unchanged(ran=True)
    target.as_owner(change)
    try:
        assert not target.unchanged(ran=True)
    finally:
        target.as_owner(undo)
    assert target.unchanged(ran=True)


def test_the_search_is_not_blind(targets: Callable[[str], Any], tmp_path: Path) -> None:
    canaries = targets("sqlite").shop.canaries
    value = max(canaries.raw, key=len)
    for form in (
        value, value.upper(), value[::-1], value[5:13], value.encode().hex(),
        base64.b64encode(b"x" + value.encode()).decode(), base64.b64encode(value.encode()).decode(),
    ):  # fmt: skip
        assert canaries.found_in(f"before {form} after")
    assert canaries.found_in("nothing to see here, but 0123456789abcdef") == []


def test_a_number_is_seen_but_not_in_what_is_drawn(targets: Callable[[str], Any]) -> None:
    shop = targets("sqlite").shop
    number = str(shop.rows["customers"][0][6])
    for form in (
        number, number[:8], number[1:][::-1], f"0.{number[1:]}", f"x{number}y",
        f"{hashlib.md5(b'').hexdigest()}{number}", f"{number}{hashlib.sha256(b'').hexdigest()}",
        number.encode().hex(), base64.b64encode(number.encode()).decode(),
    ):  # fmt: skip
        assert shop.canaries.found_in(f"before {form} after"), form
    digest = hashlib.sha256(b"").hexdigest()
    for drawn in (digest, digest[:32], str(uuid.UUID(digest[:32]))):
        by_chance = number[:8] + drawn[8:]
        assert shop.canaries.found_in(f"sha256:{by_chance}") == []
        assert shop.canaries.found_in(f"sha256:{by_chance}0")


def test_every_attack_would_hurt_without_the_guard(
    targets: Callable[[str], Any], suite: Callable[[str], list[Any]]
) -> None:
    """The masked ones are no straw men: run as they are, most of them give canaries away."""
    found = total = 0
    for case in suite("attacks"):
        if case.expected != "masked" or case.dialect != "sqlite":
            continue
        try:
            rows = targets("sqlite").unguarded(case)
        except sqlite3.OperationalError:
            continue  # a CTE that hides its own table: the guard resolves it, SQLite does not
        total += 1
        found += bool(targets("sqlite").shop.canaries.found_in(repr(rows)))
    assert found * 2 > total
