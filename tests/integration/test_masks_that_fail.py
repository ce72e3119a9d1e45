"""A mask that does not act, and a source that sends something else: no row leaves (P1, P9)."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sluicegate import Gate
from sluicegate.errors import MaskingError, ScannerBlind
from sluicegate.gate.chamber import Chamber
from sluicegate.model.outcome import Status

POLICY = """\
version: 1
name: shop
sources:
  shop:
    tables:
      main.t:
        columns:
          id: public
          who: person_id
          a: CLASS
classes:
  person_id: {mask: pseudonymize}
  CLASS: MASK
rules:
  - id: all
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [training]
    sources: [shop]
    tables: [main.t]
"""
MASKS = {
    "hex": "{mask: pseudonymize}",
    "base32": "{mask: pseudonymize, form: base32}",
    "integer": "{mask: pseudonymize, form: integer}",
    "uuid": "{mask: pseudonymize, form: uuid}",
    "fake": "{mask: fake, kind: email}",
    "preserve": "{mask: preserve_format}",
    "letters": "{mask: preserve_format, alphabet: alphanumeric}",
    "siv": "{mask: tokenize}",
    "vault": "{mask: tokenize, store: vault}",
    "area": "{mask: partial, keep: area}",
    "shift": "{mask: shift_date, subject: who}",
    "noise": "{mask: noise, subject: who}",
    "json": "{mask: mask_json, paths: {$.a: {mask: tokenize}, '$.b[*]': {mask: redact}}}",
    "json_kept": "{mask: mask_json, paths: {$.a: {mask: fake, kind: email}}, others: keep}",
    "numbered": "{mask: redact, labels: numbered}",
}
BROKEN = {
    "hex": "sluicegate.mask.steps.pseudonym",
    "base32": "sluicegate.mask.steps.pseudonym",
    "integer": "sluicegate.mask.steps.pseudonym",
    "uuid": "sluicegate.mask.steps.pseudonym",
    "fake": "sluicegate.mask.fake.Faker.apply",
    "preserve": "sluicegate.mask.preserve.FormatPreserver.apply",
    "letters": "sluicegate.mask.preserve.FormatPreserver.apply",
    "siv": "sluicegate.mask.token.SivTokenizer.apply",
    "vault": "sluicegate.mask.vault.Vault.apply",
    "area": "sluicegate.mask.transforms.partial",
    "shift": "sluicegate.mask.steps.shift_dates",
    "noise": "sluicegate.mask.steps.noise",
    "json": "sluicegate.mask.steps.mask_json",
    "json_kept": "sluicegate.mask.steps.mask_json",
}
"""Mask → the function that is made to give its input back. Redaction is not here: what it leaves is
looked at again, and a cell that never comes to rest goes as a whole."""
DATES = ("shift",)
NUMBERS = ("noise",)


def value_of(mask: str) -> str:
    if mask in DATES:
        return "2001-01-01"
    if mask.startswith("json"):
        return '{"a":"x","c":1}'
    return "4155550000"


def types_of(mask: str) -> str:
    return "DATE" if mask in DATES else "INTEGER" if mask in NUMBERS else "TEXT"


@pytest.fixture
def make(make_bench: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    def build(mask: str, value: str | None = None) -> Any:
        with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
            kind = types_of(mask)
            connection.execute(f"CREATE TABLE t (id INTEGER, who INTEGER, a {kind})")
            given = value or value_of(mask)
            connection.execute("INSERT INTO t VALUES (1, 7, ?)", (given,))
            connection.commit()
        text = POLICY.replace("MASK", MASKS[mask])
        name = "free_text" if mask == "numbered" else "thing"
        text = text.replace("a: CLASS", f"a: {name}").replace("CLASS:", f"{name}:")
        bench = make_bench({"shop": f"sqlite:///{tmp_path}/shop.db"}, text)
        vault = f"sqlite:///{tmp_path}/state/vault.db"
        bench.settings = (
            type(bench.settings)
            .load(home=tmp_path / "state", policy=tmp_path / "state" / "policy.yaml", vault=vault)
            .with_sources({"shop": f"sqlite:///{tmp_path}/shop.db"})
        )
        return bench

    return build


def asked(bench: Any) -> Any:
    return bench.request(source="shop", sql="SELECT id, a FROM t", purpose="training")


@pytest.mark.parametrize("mask", MASKS)
def test_a_mask_that_acts_is_released(make: Callable[..., Any], mask: str) -> None:
    bench = make(mask)
    with bench.gate() as gate:
        outcome = gate.extract(asked(bench), bench.identity())
    assert outcome.released, outcome.reasons
    assert outcome.scan is not None


@pytest.mark.parametrize("mask", BROKEN)
def test_a_mask_that_gives_its_input_back_is_seen(
    make: Callable[..., Any], mask: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make(mask)
    method = BROKEN[mask].endswith(".apply")
    monkeypatch.setattr(BROKEN[mask], (lambda _, a, *__, **___: a) if method else _second_or_first)
    with bench.gate() as gate:
        with pytest.raises((ScannerBlind, MaskingError)) as caught:
            gate.extract(asked(bench), bench.identity())
        assert value_of(mask)[4:] not in str(caught.value)
    assert not (bench.folder / "out").exists()


def _second_or_first(*given: Any, **_: Any) -> Any:
    """Return the value that a function was to mask: its last array."""
    return [item for item in given if isinstance(item, pa.Array)][-1]


@pytest.fixture
def chamber(make: Callable[..., Any]) -> Iterator[Callable[[str], Chamber]]:
    opened: list[Gate] = []

    def build(mask: str) -> Chamber:
        bench = make(mask)
        gate = bench.gate()
        opened.append(gate)
        plan = gate.plan(asked(bench), bench.identity()).plan
        assert plan is not None
        return Chamber(gate._services.for_purpose(plan.purpose, by="tests"), plan, "run")

    yield build
    for gate in opened:
        gate.close()


DIGEST = hashlib.sha256(b"x").hexdigest()
NOT_AS_ASKED = [
    *[(mask, "zoe" + "@example.org") for mask in ("hex", "base32", "integer", "uuid", "fake")],
    *[(mask, DIGEST.upper()) for mask in ("hex", "fake")],
    ("preserve", "1234567 Zoe"),
    ("preserve", "1234567\u0661"),
    ("preserve", "123"),
    ("letters", "1234567é"),
    ("shift", "2001-01-01"),
    ("shift", f"{DIGEST}2001-01-01"),
    ("shift", f"{DIGEST}:infinity"),
    ("shift", f"{DIGEST.upper()}:2001-01-01"),
    ("noise", "5"),
    ("noise", f"{DIGEST}:zoe"),
    ("noise", f"{'z' * 64}:5"),
    ("json", "{not json"),
    ("json", '{"a":{"b":"zoe"}}'),
]


@pytest.mark.parametrize(("mask", "sent"), NOT_AS_ASKED)
def test_what_the_source_must_not_send_is_an_error_without_it(
    chamber: Callable[[str], Chamber], mask: str, sent: str
) -> None:
    batch = pa.record_batch({"id": pa.array([1]), "a": pa.array([sent])})
    with pytest.raises(MaskingError) as caught:
        list(chamber(mask).pass_through(iter([batch])))
    assert "column 'a'" in str(caught.value)
    assert "zoe" not in str(caught.value).casefold()
    assert "2001" not in str(caught.value)


@pytest.mark.parametrize("mask", ["fake", "preserve", "siv", "json", "json_kept"])
def test_a_raw_value_beside_a_fake_is_still_found(make: Callable[..., Any], mask: str) -> None:
    """What is made by the guard is not looked at; the column beside it is."""
    bench = make(mask)
    sql = "SELECT id, a, 'b' || '@' || substr('gmail.com', id) AS b FROM t"
    request = bench.request(source="shop", sql=sql, purpose="training")
    with bench.gate() as gate:
        outcome = gate.extract(request, bench.identity())
    assert outcome.status is Status.QUARANTINED
    assert {reason.place for reason in outcome.reasons} == {"column b"}


def test_what_a_document_keeps_is_looked_at(make: Callable[..., Any]) -> None:
    kept = '{"a":"x","c":"write to ann.lee' + '@gmail.com"}'
    bench = make("json_kept", kept)
    with bench.gate() as gate:
        outcome = gate.extract(asked(bench), bench.identity())
    assert outcome.status is Status.QUARANTINED
    assert outcome.quarantine
    left = [p for p in Path(outcome.quarantine).rglob("*") if p.is_file()]
    assert left
    assert all(b"ann.lee" not in path.read_bytes() for path in left)


def test_without_a_vault_a_plan_is_refused(
    make_bench: Callable[..., Any], make: Callable[..., Any]
) -> None:
    bench = make("vault")
    again = make_bench(
        {"shop": f"sqlite:///{bench.folder}/shop.db"}, bench.settings.policy.read_text()
    )
    with again.gate() as gate:
        outcome = gate.plan(asked(again), again.identity())
    assert [reason.code for reason in outcome.reasons] == ["SG-VAULT"]
