"""The parts of the demo that decide whether it tells the truth."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from example_dags.demo_steps.failed import DemoFailed
from example_dags.demo_steps.place import Place, environment
from example_dags.demo_steps.programs import Ended
from example_dags.demo_steps.released import find_release, planted_in, same_values, search
from example_dags.shop import generate, planted

URI = "postgresql://sluicegate_reader:p%40ss%2Fword@/shop?host=/tmp/sock"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(root=tmp_path / ".demo")
    place.renew()
    return place


def test_a_second_run_starts_from_nothing(place: Place) -> None:
    (place.lake / "left.parquet").touch()
    place.renew()
    assert list(place.lake.iterdir()) == []


def test_a_folder_that_the_demo_did_not_make_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / ".demo" / "thesis.txt"
    precious.parent.mkdir()
    precious.touch()
    with pytest.raises(DemoFailed):
        Place(root=tmp_path / ".demo").renew()
    assert precious.exists()


def test_a_link_is_not_followed_when_the_folder_is_removed(tmp_path: Path) -> None:
    elsewhere = Place(root=tmp_path / "elsewhere")
    elsewhere.renew()
    (tmp_path / ".demo").symlink_to(elsewhere.root)
    with pytest.raises(DemoFailed):
        Place(root=tmp_path / ".demo").renew()
    assert elsewhere.lake.is_dir()


def test_settings_of_other_installations_do_not_reach_the_demo(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AIRFLOW__CORE__EXECUTOR", "SLUICEGATE_POLICY", "DAGSTER_X", "PGPASSWORD"):
        monkeypatch.setenv(name, "foreign")
    built = environment(place, URI)
    assert "foreign" not in built.values()
    assert built["AIRFLOW_HOME"] == str(place.airflow_home)


def test_the_password_of_the_reader_stands_in_no_file(place: Place) -> None:
    connection = json.loads(environment(place, URI)["AIRFLOW_CONN_SHOP_PROD"])
    assert connection["password"] == "p@ss/word"
    assert connection["host"] == "/tmp/sock"
    written = [p.read_text() for p in place.root.rglob("*") if p.is_file()]
    assert not [text for text in written if "p@ss" in text or "p%40ss" in text]


def test_only_the_lines_of_the_outcome_are_quoted_from_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    tail = " [airflow.task.operators.some.Operator] loc=extract.py:162"
    log.write_text(
        f"2026-01-01T00:00:00Z [error    ] sluicegate refused: nothing was read{tail}\n"
        f"2026-01-01T00:00:00Z [error    ]   reason       G03: DROP at line 1 (a hint){tail}\n"
        "2026-01-01T00:00:00Z [info     ] sluicegate refused: nothing was read\n"
        "2026-01-01T00:00:00Z [info     ] something else\n"
    )
    told = Ended(code=1, log=log).told
    assert told == [
        "sluicegate refused: nothing was read",
        "  reason       G03: DROP at line 1 (a hint)",
    ]


@pytest.mark.parametrize("outputs", [0, 2])
def test_none_or_two_outputs_where_one_is_expected_fail(tmp_path: Path, outputs: int) -> None:
    for number in range(outputs):
        folder = tmp_path / str(number) / "_SLUICEGATE"
        folder.mkdir(parents=True)
        (folder / "attestation.json").touch()
    with pytest.raises(DemoFailed, match=f"{outputs} new outputs"):
        find_release(tmp_path)


def test_the_same_rows_in_another_order_are_the_same_and_one_other_byte_is_not() -> None:
    first = pa.table({"id": ["b", "a"], "n": [2, 1]})
    assert same_values(first, pa.table({"id": ["a", "b"], "n": [1, 2]}))
    assert not same_values(first, pa.table({"id": ["a", "B"], "n": [1, 2]}))
    assert not same_values(first, pa.table({"id": ["a", "b"], "m": [1, 2]}))
    assert not same_values(first, pa.table({"id": ["a"], "n": [1]}))


def test_an_unmasked_shop_is_seen_as_one() -> None:
    shop = generate(customers=40, orders=40, notes=40)
    assert planted_in(shop.customers, planted(shop)).keys() >= {"email", "phone", "card", "iban"}
    assert planted_in(shop.customers.select(["id", "plan"]), planted(shop)) == {}


def test_the_search_of_files_looks_into_compressed_ones_and_for_the_password(
    tmp_path: Path,
) -> None:
    shop = generate(customers=40, orders=40, notes=40)
    (tmp_path / "clean.log").write_text("nothing")
    assert search(tmp_path, planted(shop), "s3cret-word") == (1, [])
    pq.write_table(shop.customers.select(["email"]), tmp_path / "a.parquet", compression="zstd")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.db").write_bytes(b"\0\1s3cret-word\0")
    files, found = search(tmp_path, planted(shop), "s3cret-word")
    assert files == 3
    assert set(found) == {
        (tmp_path / "a.parquet", "email"),
        (tmp_path / "deep" / "b.db", "password"),
    }
