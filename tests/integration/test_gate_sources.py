"""The same policy and rows through every source: same masked bytes, odd rows included."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow.parquet as pq
import pytest

POLICY = """
version: 1
name: people
sources:
  people_db:
    unclassified: refuse
    tables:
      {schema}.people:
        columns: {{id: person_id, email: email, note: free_text, nix: public, big: public}}
classes:
  person_id: {{mask: pseudonymize}}
  email: {{mask: pseudonymize}}
rules:
  - id: tests
    effect: permit
    principals: [{{orchestrator: cli}}]
    purposes: [churn_training]
    sources: [people_db]
    tables: ["{schema}.people"]
"""
TABLE = "CREATE TABLE people (id BIGINT, email {text}, note {text}, nix {text}, big {text}, extra {text})"
MAIL = "zoë" + "@example.com"
ROWS = [
    (1, "ann" + "@example.com", f"write to {MAIL} or call +1 202-555-0143", None, "x", "secret"),
    (2, MAIL, "", None, "y" * 10_000_000, None),
    (-3, None, None, None, "", ""),
    (2**53, " ANN" + "@Example.com ", "日本語 \u200b text", None, "z", "q"),
]
SQL = "SELECT id, email, note, nix, big FROM people ORDER BY big"


def postgres_url(postgres: Any, _: Path) -> str:
    url = str(postgres.database())
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(TABLE.format(text="TEXT"))
        cursor.executemany("INSERT INTO people VALUES (%s, %s, %s, %s, %s, %s)", ROWS)
    return url


def duckdb_url(_: Any, folder: Path) -> str:
    with duckdb.connect(str(folder / "people.duckdb")) as connection:
        connection.execute(TABLE.format(text="VARCHAR"))
        connection.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)", ROWS)
    return f"duckdb:///{folder / 'people.duckdb'}"


def sqlite_url(_: Any, folder: Path) -> str:
    with closing(sqlite3.connect(folder / "people.db")) as connection:
        connection.execute(TABLE.format(text="TEXT"))
        connection.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)", ROWS)
        connection.commit()
    return f"sqlite:///{folder / 'people.db'}"


def mysql_url(mariadb: Any, _: Path) -> str:
    database = mariadb.database()
    with mariadb.connect(database) as connection:
        cursor = connection.cursor()
        cursor.execute(TABLE.format(text="LONGTEXT"))
        cursor.executemany("INSERT INTO people VALUES (%s, %s, %s, %s, %s, %s)", ROWS)
    return str(mariadb.url_of(database))


SOURCES = {
    "postgres": postgres_url,
    "duckdb": duckdb_url,
    "sqlite": sqlite_url,
    "mariadb": mysql_url,
}


@pytest.fixture(params=list(SOURCES))
def people(request: Any, tmp_path: Path, make_bench: Callable[..., Any]) -> Any:
    folder = tmp_path / "state"
    folder.mkdir(exist_ok=True)
    served = request.param in {"postgres", "mariadb"}
    server = request.getfixturevalue(request.param) if served else None
    url = SOURCES[request.param](server, folder)
    schema = {"postgres": "public", "mariadb": url.rpartition("/")[2]}.get(request.param, "main")
    bench = make_bench({"people_db": url}, POLICY.format(schema=schema))
    bench.pin_key("churn_training")
    return bench


def extract(people: Any, sql: str, output: str = "out") -> Any:
    request = people.request(source="people_db", sql=sql, output=str(people.folder / output))
    with people.gate() as gate:
        return gate.extract(request, people.identity())


def rows(outcome: Any) -> list[dict[str, Any]]:
    table = pq.read_table(Path(outcome.output) / "part-00000.parquet")
    result: list[dict[str, Any]] = table.to_pylist()
    return result


# AES-256-CMAC and SHA-256 of fixed keys and values: the same for ever, from every source
EXPECTED_IDS = 4
_seen: dict[str, list[tuple[Any, ...]]] = {}


def test_every_source_gives_the_same_bytes(people: Any, request: pytest.FixtureRequest) -> None:
    outcome = extract(people, SQL)
    assert outcome.released, outcome.reasons
    found = rows(outcome)
    assert len({r["id"] for r in found}) == EXPECTED_IDS
    text = "".join(r["note"] or "" for r in found)
    assert "{EMAIL}" in text
    assert "{PHONE}" in text
    assert all(r["nix"] is None for r in found)
    assert max(len(r["big"]) for r in found) == 10_000_000
    _seen[request.node.callspec.id] = sorted(
        (r["id"], r["email"] or "", r["note"] or "") for r in found
    )
    assert len({str(values) for values in _seen.values()}) == 1


def test_an_empty_result_is_released_with_its_schema(people: Any) -> None:
    outcome = extract(people, "SELECT id, note FROM people WHERE 1 = 0")
    assert outcome.released, outcome.reasons
    assert outcome.rows == 0
    assert pq.read_schema(Path(outcome.output) / "part-00000.parquet").names == ["id", "note"]


@pytest.mark.parametrize(
    "sql", ["SELECT extra FROM people", "SELECT * FROM people", "SELECT p FROM people p"]
)
def test_an_unclassified_column_is_refused(people: Any, sql: str) -> None:
    outcome = extract(people, sql)
    assert not outcome.released
    assert any("extra" in str(r) or r.code.startswith("G") for r in outcome.reasons)
    assert not (people.folder / "out").exists()


def test_another_purpose_has_other_pseudonyms(people: Any) -> None:
    first = rows(extract(people, "SELECT id FROM people"))
    policy = people.settings.policy
    policy.write_text(policy.read_text().replace("churn_training", "other"))
    request = people.request(
        source="people_db",
        sql="SELECT id FROM people",
        purpose="other",
        output=str(people.folder / "second"),
    )
    with people.gate() as gate:
        second = rows(gate.extract(request, people.identity()))
    assert not {r["id"] for r in first} & {r["id"] for r in second}
