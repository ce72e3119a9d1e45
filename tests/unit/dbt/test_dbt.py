"""A dbt project's meta, tags and compiled models as a policy; the manifest is one that dbt wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sluicegate import ExtractRequest, Gate, RunIdentity, Settings
from sluicegate.cli.app import app
from sluicegate.dbt import compare, propose, read_manifest, trace
from sluicegate.errors import ConfigurationError
from sluicegate.model.masks import Pseudonymize
from sluicegate.policy import check_policy, parse_policy

REAL = Path(__file__).parents[3] / "example_dags/dbt/manifest.json"
MODEL = "model.shop.customer_value"


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """Write the real manifest with changes."""

    def write(change: Callable[[dict[str, Any]], Any] = lambda _: None, text: str = "") -> Path:
        document = json.loads(REAL.read_text())
        change(document)
        file = tmp_path / "manifest.json"
        file.write_text(text or json.dumps(document))
        return file

    return write


def select(sql: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        document["nodes"][MODEL]["compiled_code"] = sql
        document["nodes"][MODEL]["columns"] = {}

    return change


def column(path: Path, name: str, table: str = "customer_value") -> Any:
    found = trace(read_manifest(path)).columns
    return next(c for c in found if (c.relation.name.name, c.name) == (table, name))


def test_the_real_manifest_is_read() -> None:
    manifest = read_manifest(REAL)
    assert (manifest.dbt_version, manifest.dialect) == ("1.9.11", "duckdb")
    assert [str(r.name) for r in manifest.relations] == [
        "main.customer_value", "main.stg_customers", "main.stg_orders", "raw.customers", "raw.orders",
    ]  # fmt: skip
    declared = manifest.relations[3].columns["email"].declared
    assert (declared.data_class, declared.mask) == ("email", Pseudonymize())


def test_a_proposal_is_a_policy_that_permits_nothing() -> None:
    text = propose(trace(read_manifest(REAL)), source="wh", manifest="manifest.json")
    policy = parse_policy(text)
    assert policy.permits == ()
    tables = {str(t): dict(c) for t, c in policy.sources["wh"].tables.items()}
    assert tables["main.customer_value"] == {
        "customer_id": "customer_id", "plan": "public", "orders": "public", "spent": "public",
        "contact": "email", "birth_year": "birth_date",
    }  # fmt: skip
    assert tables["main.stg_orders"]["amount"] == "public"
    assert tables["raw.customers"]["phone"] == "phone"
    lines = [line.strip() for line in text.splitlines()]
    assert (
        "contact: email # check: given out from main.stg_customers.email, and not tagged" in lines
    )
    assert compare(trace(read_manifest(REAL)), policy, source="wh") == ()


@pytest.mark.parametrize(
    ("expression", "given_out"),
    [
        ("email", True),
        ("upper(trim(email))", True),
        ("email || ''", True),
        ("substr(email, 1, 5)", True),
        ("reverse(reverse(email))", True),
        ("own_function(email)", True),
        ("case when plan = 'gold' then email end", True),
        ("max(email)", True),
        ("string_agg(email, ',')", True),
        ("list(email)", True),
        ("struct_pack(e := email)", True),
        ("(select max(email) from c)", True),
        ("md5(email)", False),
        ("sha256(email)", False),
        ("count(distinct email)", False),
        ("email like '%@example.com'", False),
        ("case when email is null then 'none' else plan end", False),
        ("length(email)", False),
    ],
)
def test_what_a_model_gives_out_untagged_is_an_error(
    changed: Callable[..., Path], expression: str, given_out: bool
) -> None:
    sql = f'WITH c AS (SELECT * FROM "shop"."main"."stg_customers") SELECT {expression} AS x FROM c'
    path = changed(select(sql))
    policy = parse_policy(
        "version: 1\nname: p\nsources: {wh: {tables: {main.customer_value: {columns: {y: public}}}}}\n"
    )
    traced = trace(read_manifest(path))
    errors = [d for d in compare(traced, policy, source="wh") if d.level == "error"]
    told = [(d.what, d.column, d.dbt) for d in errors if d.relation == "main.customer_value"]
    assert traced.unseen == ()
    assert told == ([("untagged", "x", "email")] if given_out else [])


def test_tracing_goes_through_every_model_and_knows_stars_and_unions(
    changed: Callable[..., Path],
) -> None:
    sql = (
        'SELECT o.*, c.phone FROM "shop"."main"."stg_orders" o'
        ' JOIN "shop"."main"."stg_customers" c USING (customer_id)'
    )
    path = changed(select(sql))
    assert column(path, "phone").carries == "phone"
    assert column(path, "amount").carries == "public"
    assert column(path, "customer_id").carries == "customer_id"
    union = 'SELECT plan AS a FROM "shop"."main"."stg_customers" UNION SELECT email FROM "shop"."main"."stg_customers"'
    assert column(changed(select(union)), "a").carries == "email"
    nested = f"WITH u AS ({union}), v AS (SELECT a FROM u) SELECT lower(a) AS b, md5(a) AS c FROM v"
    path = changed(select(nested))
    assert (column(path, "b").carries, column(path, "b").copied) == ("email", True)
    assert (column(path, "c").carries, column(path, "c").copied) == ("email", False)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("", "not compiled"),
        ("DROP TABLE customers", "could not be worked out"),
        ("SELECT * FROM somewhere.else_", "a star over columns"),
        ("SELECT " + "(" * 20_000 + "1" + ")" * 20_000, "could not be worked out"),
        ("SELECT 'ann.planted" + "@example.com' FROM (", "could not be worked out"),
    ],
)
def test_what_cannot_be_traced_is_told_without_the_sql(
    changed: Callable[..., Path], sql: str, why: str
) -> None:
    (told,) = trace(read_manifest(changed(select(sql)))).unseen
    assert why in told
    assert "planted" not in told


def test_what_a_column_says_wrongly_counts_as_personal(changed: Callable[..., Path]) -> None:
    def change(document: dict[str, Any]) -> None:
        columns = document["nodes"]["model.shop.stg_customers"]["columns"]
        columns["plan"]["meta"] = {"sluicegate": {"klass": "public"}}
        columns["notes"]["meta"] = {"sluicegate": ["public"]}
        columns["birth_date"]["meta"] = {"sluicegate": {"class": "birth_date", "mask": "none"}}
        columns["customer_id"]["meta"] = {}
        columns["customer_id"]["tags"] = ["PII:member_number"]
        columns["email"]["meta"] = {}
        columns["email"]["config"] = {"meta": {"sluicegate": "email"}, "tags": []}

    path = changed(change)
    traced = trace(read_manifest(path))
    policy = parse_policy(propose(traced, source="wh", manifest="m"))
    faults = [d for d in compare(traced, policy, source="wh") if d.what == "fault"]
    assert {d.column for d in faults} == {"plan", "notes", "birth_date"}
    assert column(path, "plan", "stg_customers").data_class == "identifier"
    assert column(path, "customer_id", "stg_customers").data_class == "member_number"
    assert column(path, "email", "stg_customers").data_class == "email"


def test_drift_in_both_directions(changed: Callable[..., Path]) -> None:
    policy = parse_policy("""
version: 1
name: p
sources:
  wh:
    tables:
      main.stg_customers:
        columns: {customer_id: customer_id, email: public, phone: us_ssn, gone: public}
classes:
  customer_id: {mask: suppress}
  us_ssn: {mask: suppress}
""")
    found = {
        (d.level, d.what, d.column)
        for d in compare(trace(read_manifest(REAL)), policy, source="wh")
        if d.relation == "main.stg_customers"
    }
    assert found == {
        ("error", "exposed", "email"),
        ("warn", "class_differs", "phone"),
        ("warn", "mask_differs", "customer_id"),
        ("warn", "not_in_policy", "birth_date"),
        ("warn", "not_in_policy", "plan"),
        ("warn", "not_in_policy", "notes"),
        ("warn", "not_in_dbt", "gone"),
    }


def test_names_cannot_write_lines_into_the_policy(changed: Callable[..., Path]) -> None:
    evil = "x\n      main.secrets:\n        columns: {a: public} #"

    def change(document: dict[str, Any]) -> None:
        node = document["nodes"]["model.shop.stg_customers"]
        for name in (evil, 'quo"te', "colon: here", "# hash", "null", "\u202egnp", "x" * 300):
            node["columns"][name] = {"name": name, "meta": {"sluicegate": "email"}}
        document["nodes"][evil] = {**node, "unique_id": evil, "alias": "other"}
        document["nodes"]["schema"] = {**node, "schema": evil}

    traced = trace(read_manifest(changed(change)))
    text = propose(traced, source="wh", manifest=evil)
    assert not check_policy(text)
    tables = parse_policy(text).sources["wh"].tables
    assert "main.secrets" not in set(map(str, tables))
    assert {'quo"te', "colon: here", "# hash", "null"} <= {c for t in tables.values() for c in t}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", "not a JSON object"),
        ("{", "not a JSON object"),
        ("[" * 100_000, "not a JSON object"),
        ('{"metadata": {}, "nodes": {}, "sources": {}}', "no manifest"),
        ('{"metadata": [], "nodes": 1}', "no manifest"),
        ('{"metadata": {"dbt_schema_version": "x/manifest/v4.json"}, "nodes": {}, "sources": {}}', "version 4"),
    ],
)  # fmt: skip
def test_what_is_no_manifest_is_refused(changed: Callable[..., Path], text: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as caught:
        read_manifest(changed(text=text))
    assert caught.value.__cause__ is None


def test_models_in_a_circle_are_refused(changed: Callable[..., Path]) -> None:
    def change(document: dict[str, Any]) -> None:
        document["nodes"]["model.shop.stg_orders"]["depends_on"] = {"nodes": [MODEL]}

    with pytest.raises(ConfigurationError, match="circle"):
        trace(read_manifest(changed(change)))


def test_the_command_proposes_writes_once_and_checks(tmp_path: Path) -> None:
    run = CliRunner()
    file, call = tmp_path / "policy.yaml", ["policy", "from-dbt", str(REAL), "--source", "wh"]
    assert run.invoke(app, [*call, "--output", str(file)]).exit_code == 0
    assert run.invoke(app, call).stdout == file.read_text()
    assert run.invoke(app, [*call, "--output", str(file)]).exit_code == 2
    assert run.invoke(app, [*call, "--check", str(file)]).exit_code == 0
    file.write_text(file.read_text().replace("contact: email", "contact: public"))
    checked = run.invoke(app, [*call, "--check", str(file), "--format", "json"])
    assert checked.exit_code == 1
    (drift,) = json.loads(checked.stdout)["drift"]
    assert (drift["what"], drift["column"], drift["level"]) == ("exposed", "contact", "error")


def test_what_dbt_built_leaves_masked_under_the_proposed_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The models of the manifest, built by their compiled SQL, extracted under its policy."""
    email = "ann" + "@example.com"
    document = json.loads(REAL.read_text())
    warehouse = tmp_path / "shop.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("CREATE SCHEMA raw")
        connection.execute(
            "CREATE TABLE raw.customers AS SELECT 1 AS id, ? AS email, '0171 496 0999' AS phone,"
            " DATE '1980-05-17' AS birth_date, 'basic' AS plan, 'call me' AS notes", [email]
        )  # fmt: skip
        connection.execute(
            "CREATE TABLE raw.orders AS SELECT 7 AS id, 1 AS customer_id, 5 AS amount"
        )
        for name in ("stg_customers", "stg_orders", "customer_value"):
            compiled = document["nodes"][f"model.shop.{name}"]["compiled_code"]
            connection.execute(f"CREATE TABLE main.{name} AS {compiled}")
    text = propose(trace(read_manifest(REAL)), source="wh", manifest="manifest.json")
    policy = text.replace("birth_year: birth_date", "birth_year: age").replace(
        "\nclasses:\n", "\nclasses:\n  age: {mask: generalize_number, width: 10}\n"
    )
    rule = (
        "rules: [{id: r, effect: permit, principals: [{orchestrator: cli}], purposes: [churn],"
        " sources: [wh], tables: ['main.*']}]\n"
    )
    (tmp_path / "policy.yaml").write_text(policy + rule)
    monkeypatch.setenv("SLUICEGATE_ROOT_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
    settings = Settings.load(home=tmp_path / "home", policy=tmp_path / "policy.yaml")
    request = ExtractRequest(
        source="wh",
        sql="SELECT contact, plan, birth_year, spent FROM main.customer_value",
        purpose="churn",
        output=str(tmp_path / "out"),
    )
    identity = RunIdentity(orchestrator="cli", pipeline="p", task="t", run="r")
    with Gate.open(settings.with_sources({"wh": f"duckdb:///{warehouse}"})) as gate:
        outcome = gate.extract(request, identity)
    assert outcome.released, outcome.reasons
    (row,) = pq.read_table(outcome.output).to_pylist()
    assert (row["plan"], row["birth_year"], row["spent"]) == ("basic", 1980, "5")
    assert len(row["contact"]) == 32
    assert email not in str(row)
