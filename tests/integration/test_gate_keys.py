"""Extracts over a key's life: before and after a rotation, during and after a destruction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sluicegate import Status
from sluicegate.errors import KeyDestroyed, KeysDisagree, KeyUnavailable
from sluicegate.evidence import read_envelope
from sluicegate.gate.chamber import Chamber
from sluicegate.gate.keys import opened_keys
from sluicegate.gate.rekey import rekey_plan
from sluicegate.gate.unmask import UnmaskRequest
from sluicegate.model.data import DataClass

POLICY = """\
version: 1
name: shop
sources:
  shop:
    tables:
      main.orders: {columns: {id: public, customer: customer_id}}
      main.cards: {columns: {id: public, card: card, token: badge}}
classes:
  customer_id: {mask: pseudonymize}
  card: {mask: preserve_format}
  badge: {mask: tokenize}
rules:
  - id: all
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [training, quality]
    sources: [shop]
    tables: [main.orders, main.cards]
  - id: call-backs
    effect: unmask
    principals: [{orchestrator: cli, triggered_by: ann}]
    purposes: [training]
    classes: [card, badge]
    values: 1000
"""
SQL = "SELECT id, customer FROM orders"
P = "training"


@pytest.fixture
def bench(make_bench: Callable[..., Any], tmp_path: Path) -> Any:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE orders (id INTEGER, customer TEXT)")
        rows = [(i, f"customer {i % 7}") for i in range(50)]
        connection.executemany("INSERT INTO orders VALUES (?, ?)", rows)
        connection.execute("CREATE TABLE cards (id INTEGER, card TEXT, token TEXT)")
        cards = [(i, f"12345{i:05}", f"badge {i}") for i in range(9)]
        connection.executemany("INSERT INTO cards VALUES (?, ?, ?)", cards)
    connection.close()
    return make_bench({"shop": f"sqlite:///{tmp_path}/shop.db"}, POLICY)


def extract(bench: Any, output: str, **changes: Any) -> Any:
    asked = {"source": "shop", "sql": SQL, "purpose": P, "output": str(bench.folder / output)}
    with bench.gate() as gate:
        return gate.extract(bench.request(**(asked | changes)), bench.identity(run=output))


def names(bench: Any, output: str) -> set[str]:
    return set(pq.read_table(bench.folder / output / "part-00000.parquet")["customer"].to_pylist())


def key_ids(bench: Any, output: str) -> tuple[str, str]:
    """Return the key that a release's attestation and its file's metadata name."""
    envelope = (bench.folder / output / "_SLUICEGATE" / "attestation.json").read_bytes()
    with bench.gate() as gate:
        columns = read_envelope(envelope, gate.trusted)["predicate"]["columns"]
    facts = pq.read_schema(bench.folder / output / "part-00000.parquet").metadata[b"sluicegate"]
    return columns[1]["key_id"], json.loads(facts)["pseudonyms"]["key_id"]


def rotate(bench: Any) -> str:
    with opened_keys(bench.settings, change=True) as (keys, _):
        return keys.rotate(P, by="ann").key_id


def destroy(bench: Any) -> None:
    with opened_keys(bench.settings, change=True) as (keys, _):
        keys.destroy(P, by="ann")


def test_outputs_of_an_epoch_join_and_over_epochs_do_not(bench: Any) -> None:
    for output in ("a", "b"):
        assert extract(bench, output).released
    rotated = rotate(bench)
    assert extract(bench, "c").released
    assert names(bench, "a") == names(bench, "b")
    assert len(names(bench, "c")) == 7
    assert not names(bench, "a") & names(bench, "c")
    assert set(key_ids(bench, "c")) == {rotated}
    assert set(key_ids(bench, "a")) == set(key_ids(bench, "b"))
    assert key_ids(bench, "a")[0].startswith("1-")


def test_a_retry_of_a_run_replays_its_release_after_a_rotation_too(bench: Any) -> None:
    extract(bench, "a")
    rotate(bench)
    again = extract(bench, "a")
    assert again.released
    assert again.replayed
    assert key_ids(bench, "a")[0].startswith("1-")


def test_after_a_destruction_every_use_of_the_purpose_is_refused_and_no_other(
    bench: Any,
) -> None:
    assert extract(bench, "a").released
    destroy(bench)
    for output in ("a", "b"):
        outcome = extract(bench, output)
        assert outcome.status is Status.REFUSED
        assert [r.code for r in outcome.reasons] == ["SG-KEY-DESTROYED"]
        assert "keys create --purpose training" in outcome.reasons[0].hint
    with bench.gate() as gate:
        request = bench.request(source="shop", sql=SQL, purpose=P)
        assert gate.plan(request, bench.identity()).status is Status.REFUSED
        assert gate.preview(request, bench.identity()).table is None
    assert not (bench.folder / "b").exists()
    assert extract(bench, "c", purpose="quality").released


def test_after_a_new_key_was_created_nothing_joins_with_before(bench: Any) -> None:
    extract(bench, "a")
    destroy(bench)
    with opened_keys(bench.settings, change=True) as (keys, _):
        keys.create(P, by="ann")
    assert extract(bench, "b").released
    assert not names(bench, "a") & names(bench, "b")


def test_what_the_root_derives_does_not_give_a_pseudonym_back(bench: Any) -> None:
    """With the root, the ledger and what is left of the store, a guess cannot be checked."""
    from sluicegate.mask import Keyring, Pseudonymizer, inner_digest, open_key
    from sluicegate.mask.keys import PurposeKey
    from sluicegate.model.sensitive import Sensitive

    extract(bench, "a")
    store = Path(bench.settings.key_store)
    before = {p.name: p.read_bytes() for p in store.iterdir()}
    destroy(bench)
    left = {p.name: p.read_bytes() for p in store.iterdir()}
    assert [n for n in before if n in left] == [n for n in before if n.endswith(".mark")]
    root = open_key(bench.settings.key).root()
    guesses = pa.array([f"customer {i}" for i in range(7)])
    digests = inner_digest(guesses, DataClass("customer_id"))
    for material in (root, Keyring(root).derive("pseudonym"), Sensitive(b"\0" * 32)):
        key = PurposeKey(purpose=P, epoch=1, material=material)
        derived = Keyring(root, key).derive("pseudonym", P)
        for tried in (derived, material):
            found = Pseudonymizer(tried).apply(digests, 32).to_pylist()
            assert not set(found) & names(bench, "a")


def hooked(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something while a run is between its first batch and its release."""
    through = Chamber.pass_through

    def acting(self: Chamber, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from through(self, batches)
        act()

    monkeypatch.setattr(Chamber, "pass_through", acting)


def test_a_run_under_way_keeps_its_key_over_a_rotation(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract(bench, "a")
    with monkeypatch.context() as patch:
        hooked(patch, lambda: rotate(bench))
        assert extract(bench, "b").released
    assert names(bench, "a") == names(bench, "b")
    assert set(key_ids(bench, "b")) == set(key_ids(bench, "a"))


def test_a_run_under_way_releases_nothing_after_a_destruction(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooked(monkeypatch, lambda: destroy(bench))
    with pytest.raises(KeyDestroyed):
        extract(bench, "a")
    assert bench.leftovers() == ["shop.db"]
    with bench.gate() as gate:
        ends = [r.body for r in gate.ledger.records(kind="extract.outcome")]
    assert [(e["status"], e["error"]) for e in ends] == [("failed", "SG-KEY-DESTROYED")]


def test_a_store_or_ledger_that_lags_reads_no_row(bench: Any) -> None:
    import shutil

    extract(bench, "a")
    home = bench.settings.home
    for name in ("keys", "ledger.db"):
        copy = shutil.copytree if (home / name).is_dir() else shutil.copy
        copy(home / name, home / f"old {name}")
    rotate(bench)
    shutil.move(home / "keys", home / "new keys")
    shutil.move(home / "old keys", home / "keys")
    with pytest.raises(KeyUnavailable):
        extract(bench, "b")
    shutil.rmtree(home / "keys")
    shutil.move(home / "new keys", home / "keys")
    assert extract(bench, "b").released
    shutil.move(home / "old ledger.db", home / "ledger.db")
    with pytest.raises(KeysDisagree):
        extract(bench, "c")
    assert not (bench.folder / "c").exists()


# unmasking over epochs


def unmasked(bench: Any, output: str, column: str, data_class: str, key_id: str = "") -> list[Any]:
    table = pq.read_table(bench.folder / output / "part-00000.parquet")
    request = UnmaskRequest(
        values=table[column].combine_chunks(),
        data_class=DataClass(data_class),
        purpose=P,
        key_id=key_id,
    )
    with bench.gate() as gate:
        result = gate.unmask(request, bench.identity())
    assert result.values is not None, result.reasons
    values: list[Any] = result.values.to_pylist()
    return values


@pytest.mark.parametrize(("column", "data_class"), [("card", "card"), ("token", "badge")])
def test_what_was_masked_before_a_rotation_is_unmasked_under_its_own_key_only(
    bench: Any, column: str, data_class: str
) -> None:
    """Nothing tells that a number was decrypted under another key, so none is tried by default."""
    sql = "SELECT id, card, token FROM cards"
    assert extract(bench, "a", sql=sql).released
    before = key_ids(bench, "a")[0]
    raw = unmasked(bench, "a", column, data_class)
    assert raw[3] in {"1234500003", "badge 3"}
    rotated = rotate(bench)
    assert extract(bench, "b", sql=sql).released
    with pytest.raises(KeyUnavailable, match="had several keys"):
        unmasked(bench, "a", column, data_class)
    assert unmasked(bench, "a", column, data_class, before) == raw
    assert unmasked(bench, "b", column, data_class, rotated) == raw
    with opened_keys(bench.settings, change=True) as (keys, _):
        keys.destroy(P, by="ann", epochs=[1])
    with pytest.raises(KeyDestroyed):
        unmasked(bench, "a", column, data_class, before)
    with pytest.raises(KeyUnavailable, match="had several keys"):
        unmasked(bench, "b", column, data_class)
    assert unmasked(bench, "b", column, data_class, rotated) == raw


def test_a_purpose_that_never_had_a_key_gets_none_by_asking(bench: Any) -> None:
    request = UnmaskRequest(values=pa.array(["1"]), data_class=DataClass("card"), purpose=P)
    with bench.gate() as gate, pytest.raises(KeyUnavailable, match="no key yet"):
        gate.unmask(request, bench.identity())


# the plan of a re-key


def plan(bench: Any) -> list[tuple[str, str, list[str]]]:
    with opened_keys(bench.settings) as (keys, ledger):
        stale = rekey_plan(ledger, keys.history(P))
    return [(Path(s.output).name, s.action, [c.key_id[:2] for c in s.columns]) for s in stale]


def test_a_plan_names_datasets_under_earlier_keys_in_the_order_of_their_release(
    bench: Any,
) -> None:
    for output in ("b", "a"):
        extract(bench, output)
    extract(bench, "public", sql="SELECT id FROM orders")
    extract(bench, "other", purpose="quality")
    assert plan(bench) == []
    rotate(bench)
    assert plan(bench) == [("b", "re-extract", ["1-"]), ("a", "re-extract", ["1-"])]
    extract(bench, "c")
    (bench.folder / "b").rename(bench.folder / "aside")
    with bench.gate() as gate:
        request = bench.request(source="shop", sql=SQL, purpose=P, output=str(bench.folder / "b"))
        assert gate.extract(request, bench.identity(run="anew")).released
    assert plan(bench) == [("a", "re-extract", ["1-"])]
    destroy(bench)
    assert [name for name, _, _ in plan(bench)] == ["a", "c", "b"]


def test_a_failed_release_is_not_in_the_plan(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    extract(bench, "a")
    with monkeypatch.context() as patch:
        hooked(patch, lambda: destroy(bench))
        with pytest.raises(KeyDestroyed):
            extract(bench, "b")
    assert [name for name, _, _ in plan(bench)] == ["a"]


@pytest.mark.parametrize(
    ("masks", "destroyed", "action"),
    [
        (["tokenize"], False, "translate"),
        (["preserve_format", "tokenize"], False, "translate"),
        (["tokenize"], True, "re-extract"),
        (["pseudonymize", "tokenize"], False, "re-extract"),
        ([], False, "re-extract"),
    ],
)
def test_only_reversible_masks_under_a_living_key_can_be_translated(
    bench: Any, masks: list[str], action: str, *, destroyed: bool
) -> None:
    from sluicegate.model.events import Event

    with opened_keys(bench.settings, change=True) as (keys, ledger):
        key = keys.create(P, by="ann")
        body = {
            "output": "out", "source": "s", "purpose": P, "keys": {"c": {"id": key.key_id, "masks": masks}},
        }  # fmt: skip
        ledger.append(Event(kind="extract.verified", subject="run", body=body))
        if destroyed:
            keys.destroy(P, by="ann")
        else:
            keys.rotate(P, by="ann")
        (stale,) = rekey_plan(ledger, keys.history(P))
    assert stale.action == action
    assert not stale.certain
