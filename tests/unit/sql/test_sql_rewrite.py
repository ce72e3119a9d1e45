"""What the rewrite writes, word for word, and what it says of the result's columns."""

from __future__ import annotations

import dataclasses
import logging
import pickle
import traceback
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import duckdb
import pytest

from sluicegate.errors import ConfigurationError, SqlError
from sluicegate.model.data import CatalogColumn, ColumnRef, Relation, RelationName, TypeFamily
from sluicegate.model.decision import ColumnRule, Obligations
from sluicegate.model.guardrails import GUARDRAILS
from sluicegate.model.masks import Keep, Pseudonymize
from sluicegate.model.plan import Carries
from sluicegate.sql import check, check_obligations, gather, parse, reasons_of, rewrite, shape

SCAN = '(SELECT SHA256(\'sluicegate:1:email:text:\' || CAST("customers"."email" AS TEXT)) AS "email" FROM "main"."customers")'

SNAPSHOTS = [
    ("duckdb", "select id from customers", 'SELECT "customers"."id" AS "id" FROM (SELECT "customers"."id" AS "id" FROM "main"."customers") AS "customers"'),
    ("duckdb", "SELECT email FROM customers c", f'SELECT "c"."email" AS "email" FROM {SCAN} AS "c"'),
    ("duckdb", "SELECT count(*) FROM customers", 'SELECT COUNT(*) AS "_col_0" FROM (SELECT 1 AS "_one" FROM "main"."customers") AS "customers"'),
    ("duckdb", "SELECT a.id FROM orders a JOIN orders a2 USING (id)", 'SELECT "a"."id" AS "id" FROM (SELECT "orders"."id" AS "id" FROM "main"."orders") AS "a" JOIN (SELECT "orders"."id" AS "id" FROM "main"."orders") AS "a2" ON "a"."id" = "a2"."id"'),
    ("duckdb", "SELECT id FROM customers TABLESAMPLE BERNOULLI (10%)", 'SELECT "customers"."id" AS "id" FROM (SELECT "customers"."id" AS "id" FROM "main"."customers" TABLESAMPLE BERNOULLI (10 PERCENT)) AS "customers"'),
    ("postgres", "SELECT notes FROM customers WHERE id = :n LIMIT 2", 'SELECT "customers"."notes" AS "notes" FROM (SELECT "customers"."notes" AS "notes", "customers"."id" AS "id" FROM "public"."customers") AS "customers" WHERE "customers"."id" = $1 LIMIT 2'),
    ("postgres", "SELECT email FROM customers", "SELECT \"customers\".\"email\" AS \"email\" FROM (SELECT ENCODE(SHA256(CONVERT_TO('sluicegate:1:email:text:' || CAST(\"customers\".\"email\" AS TEXT), 'UTF8')), 'hex') AS \"email\" FROM \"public\".\"customers\") AS \"customers\""),
    ("postgres", "SELECT name FROM customers", 'SELECT "customers"."name" AS "name" FROM (SELECT CAST(NULL AS VARCHAR) AS "name" FROM "public"."customers") AS "customers"'),
    ("sqlite", "SELECT id FROM customers WHERE email = :e", 'SELECT "customers"."id" AS "id" FROM (SELECT "customers"."id" AS "id", SLUICEGATE_SHA256(\'sluicegate:1:email:text:\' || CAST("customers"."email" AS TEXT)) AS "email" FROM "main"."customers") AS "customers" WHERE "customers"."email" = SLUICEGATE_SHA256(\'sluicegate:1:email:text:\' || CAST(CAST(?1 AS TEXT) AS TEXT))'),
    ("mysql", "SELECT id FROM customers WHERE email = :e LIMIT 2, 3", "SELECT `customers`.`id` AS `id` FROM (SELECT `customers`.`id` AS `id`, SHA2(CONCAT('sluicegate:1:email:text:', CAST(`customers`.`email` AS CHAR CHARACTER SET utf8mb4)), 256) AS `email` FROM `shop`.`customers`) AS `customers` WHERE `customers`.`email` = SHA2(CONCAT('sluicegate:1:email:text:', CAST(CAST(? AS CHAR CHARACTER SET utf8mb4) AS CHAR CHARACTER SET utf8mb4)), 256) LIMIT 3 OFFSET 2"),
    ("mysql", "SELECT id FROM customers WHERE plan REGEXP 'x' AND national_id = :n", "SELECT `customers`.`id` AS `id` FROM (SELECT `customers`.`id` AS `id`, `customers`.`plan` AS `plan`, SHA2(CONCAT('sluicegate:1:national_id:int:', CAST((`customers`.`national_id` + 0) AS CHAR CHARACTER SET utf8mb4)), 256) AS `national_id` FROM `shop`.`customers`) AS `customers` WHERE (`customers`.`plan` REGEXP 'x') AND `customers`.`national_id` = SHA2(CONCAT('sluicegate:1:national_id:int:', CAST((CAST(? AS SIGNED) + 0) AS CHAR CHARACTER SET utf8mb4)), 256)"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "sql", "want"), SNAPSHOTS)
def test_the_text_that_runs(world: Callable[[str], Any], dialect: str, sql: str, want: str) -> None:
    assert world(dialect).guard(sql).statement.sql == want


def test_columns_tell_where_they_come_from(world: Callable[[str], Any]) -> None:
    sql = "SELECT email AS e, notes, max(score) OVER () AS m, id + score AS s FROM customers"
    e, notes, m, s = world("duckdb").guard(sql).columns
    assert (e.name, e.carries, e.bare) == ("e", Carries.DIGEST, True)
    assert [str(o) for o in e.origins] == ["main.customers.email"]
    assert e.mask == Pseudonymize()
    assert e.data_classes == ("email",)
    assert (notes.carries, notes.bare) == (Carries.RAW_TEXT, True)
    assert (m.carries, m.bare, m.mask) == (Carries.FINISHED, False, None)
    assert [o.column for o in s.origins] == ["id", "score"]


def test_a_union_of_one_class_keeps_its_mask(world: Callable[[str], Any]) -> None:
    sql = "SELECT email FROM customers UNION ALL SELECT contact FROM orders"
    (column,) = world("duckdb").guard(sql).columns
    assert column.carries is Carries.DIGEST
    assert column.mask == Pseudonymize()
    assert [str(o) for o in column.origins] == ["main.customers.email", "main.orders.contact"]


def test_digests_of_unequal_length_do_not_merge(world: Callable[[str], Any]) -> None:
    own = world("duckdb")
    rules = dict(own.obligations.columns)
    ref = next(r for r in rules if str(r) == "main.orders.contact")
    rules[ref] = dataclasses.replace(rules[ref], mask=Pseudonymize(length=16))
    obligations = dataclasses.replace(own.obligations, columns=rules)
    parsed = parse("SELECT email FROM customers UNION ALL SELECT contact FROM orders", "duckdb")
    with pytest.raises(SqlError) as error:
        rewrite(parsed, gather(parsed, own.lookup), obligations)
    assert reasons_of(error.value)[0].code == "G13"


def test_what_the_policy_does_not_name_is_refused(world: Callable[[str], Any]) -> None:
    own = world("duckdb")
    rules = {r: rule for r, rule in own.obligations.columns.items() if r.column != "plan"}
    obligations = dataclasses.replace(own.obligations, columns=rules)
    parsed = parse("SELECT id, plan FROM customers", "duckdb")
    with pytest.raises(SqlError) as error:
        rewrite(parsed, gather(parsed, own.lookup), obligations)
    assert [r.code for r in reasons_of(error.value)] == ["G10"]


def test_a_mask_that_does_not_fit_is_refused(world: Callable[[str], Any]) -> None:
    own = world("duckdb")
    rules = dict(own.obligations.columns)
    ref = next(r for r in rules if str(r) == "main.orders.total")
    rules[ref] = dataclasses.replace(rules[ref], mask=Pseudonymize())
    obligations = dataclasses.replace(own.obligations, columns=rules)
    parsed = parse("SELECT total FROM orders", "duckdb")
    with pytest.raises(SqlError) as error:
        rewrite(parsed, gather(parsed, own.lookup), obligations)
    assert [r.code for r in reasons_of(error.value)] == ["POLICY-MASK-UNFIT"]


def test_facts_of_another_statement_give_nothing_away(world: Callable[[str], Any]) -> None:
    own = world("duckdb")
    facts = gather(parse("SELECT 1 AS x", "duckdb"), own.lookup)
    with pytest.raises(SqlError):
        rewrite(parse("SELECT id FROM customers", "duckdb"), facts, own.obligations)


# ---------------------------------------------------------------- row filters


def filtered(world: Any, *conditions: str) -> Any:
    own = RelationName(schema="main", name="customers")
    return dataclasses.replace(world, row_filters=MappingProxyType({own: conditions}))


def test_row_filters_see_raw_columns_and_hold_everywhere(
    world: Callable[[str], Any], raw_engine: Callable[[str], Any]
) -> None:
    own = filtered(world("duckdb"), "region = 'r1' OR region = 'r2'", "email IS NOT NULL")
    sql = "WITH c AS (SELECT id FROM customers) SELECT id FROM c UNION SELECT id FROM customers"
    rewritten = own.guard(sql).statement.sql
    want = [(1,), (2,), (5,), (9,), (10,)]
    assert sorted(raw_engine("duckdb").run(rewritten, [])) == want
    assert rewritten.count('"customers"."region" = \'r1\' OR') == 2


@pytest.mark.parametrize(
    "condition",
    [
        "region = 'r1') OR (1 = 1",
        "1 = 1; DROP TABLE customers",
        "id IN (SELECT id FROM orders)",
        "EXISTS (SELECT 1)",
        "nope = 1",
        "orders.id = 1",
        "pg_sleep(1) = 1",
        "region = :p",
        "count(*) > 1",
        "DROP TABLE customers",
        "",
        "region = 'r1' -- \u202e",
        "region =",
    ],
)
def test_row_filters_that_are_more_than_a_condition(
    world: Callable[[str], Any], condition: str
) -> None:
    codes = filtered(world("duckdb"), condition).codes("SELECT id FROM customers")
    assert codes == {"POLICY-ROW-FILTER"}


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT id FROM customers", 4),
        ("SELECT id FROM customers LIMIT 2", 2),
        ("SELECT id FROM customers LIMIT 100", 4),
        ("SELECT id FROM customers ORDER BY id FETCH FIRST 2 ROWS ONLY", 2),
        ("SELECT id FROM customers LIMIT (SELECT 100)", 4),
        ("SELECT id FROM customers LIMIT 3 + 3", 4),
        ("(SELECT id FROM customers)", 4),
        ("SELECT id FROM customers UNION ALL SELECT id FROM orders", 4),
        ("(SELECT id FROM customers LIMIT 3) UNION ALL (SELECT id FROM orders LIMIT 3)", 4),
        ("WITH q AS (SELECT id FROM customers) SELECT id FROM q", 4),
    ],
)
def test_a_row_limit_is_never_raised(
    world: Callable[[str], Any], raw_engine: Callable[[str], Any], sql: str, rows: int
) -> None:
    statement = world("duckdb").guard(sql, row_limit=4).statement
    assert len(raw_engine("duckdb").run(statement.sql, [])) == rows


def test_a_bound_limit_is_cut_too(
    world: Callable[[str], Any], raw_engine: Callable[[str], Any]
) -> None:
    statement = world("duckdb").guard("SELECT id FROM customers LIMIT :n", row_limit=4).statement
    assert statement.parameters == ("n",)
    assert len(raw_engine("duckdb").run(statement.sql, [100])) == 4
    assert len(raw_engine("duckdb").run(statement.sql, [1])) == 1


# ---------------------------------------------------------------- what is written down

SECRET = "zq" + "hidden-literal" + "xw"


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "sqlite", "mysql"])
@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT id FROM customers WHERE plan = '{SECRET}' AND id = 4242 -- {SECRET}",
        f"SELECT id FROM customers WHERE plan IN ('{SECRET}', 'b') AND score > 4242.5e3",
        f"SELECT id FROM customers WHERE plan LIKE '%{SECRET}%' /* {SECRET} */ LIMIT 4242",
        f"SELECT CAST('{SECRET}' AS VARCHAR(4242)) AS x",
        f"SELECT '{{}}' -> '{SECRET}' AS x",
        f"SELECT CASE WHEN plan = '{SECRET}' THEN -4242 ELSE 4242 END AS x FROM customers",
    ],
)
def test_the_shape_holds_no_literal(dialect: str, sql: str) -> None:
    found = shape(parse(sql, dialect))
    assert SECRET not in found
    assert "4242" not in found
    assert "hidden" not in found


def test_an_interval_leaves_no_literal_in_the_shape() -> None:
    for sql in ("SELECT INTERVAL '4242 days' AS x", "SELECT INTERVAL '4242' DAY AS x"):
        assert "4242" not in shape(parse(sql, "postgres"))


def test_the_shape_keeps_parameters() -> None:
    sql = "SELECT id FROM t WHERE a = :since AND b = 'x'"
    for dialect in ("postgres", "duckdb", "sqlite", "mysql"):
        assert shape(parse(sql, dialect)) == "SELECT id FROM t WHERE a = :since AND b = ?"


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "sqlite", "mysql"])
@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT '{SECRET}' FROM WHERE",
        f"SELECT '{SECRET}",
        f"CALL p('{SECRET}')",
        f"ALTER SYSTEM SET x = '{SECRET}'",
        f"EXECUTE IMMEDIATE '{SECRET}'",
        f"SELECT * FROM read_csv('{SECRET}')",
        f"SELECT pg_sleep('{SECRET}')",
        f"SELECT upper(email) || '{SECRET}' FROM customers",
        f"SELECT '{SECRET}'.'email' FROM customers",
        f"SELECT id FROM customers WHERE email = '{SECRET}'",
        f"SELECT id FROM customers WHERE {{x '{SECRET}'}}",
        f"SELECT '{{}}' -> '{SECRET}''x'",
        f"SHOW '{SECRET}'",
        f"SELECT 1; SELECT '{SECRET}'",
    ],
)
def test_no_error_log_or_repr_shows_a_literal(
    world: Callable[[str], Any],
    caplog: pytest.LogCaptureFixture,
    capfd: Any,
    dialect: str,
    sql: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = []
    try:
        parsed = parse(sql, dialect)
        facts = gather(parsed, world(dialect).lookup)
        shown += [repr(parsed), repr(facts), *(str(v.reason) for v in check(facts))]
        shown.append(repr(world(dialect).guard(sql)))
    except SqlError as error:
        shown += [str(error), repr(error), *map(str, reasons_of(error))]
        shown.append(repr(pickle.loads(pickle.dumps(error)).reasons))
        shown.append("".join(traceback.format_exception(error)))
    out = capfd.readouterr()
    assert SECRET not in "".join([*shown, caplog.text, out.out, out.err])


def test_an_unknown_dialect_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError):
        parse("SELECT 1", "klingon")


# ---------------------------------------------------------------- guardrails


def test_guardrail_ids_are_sorted_and_explain_themselves() -> None:
    ids = [g.id for g in GUARDRAILS]
    assert ids == sorted(set(ids))
    assert all(g.title and g.remedy for g in GUARDRAILS)


@pytest.mark.parametrize(
    ("sql", "want"),
    [
        ("SELECT id FROM customers", {"G30"}),
        ("SELECT id FROM customers ORDER BY id LIMIT 1", set()),
        ("SELECT id FROM customers LIMIT 1", {"G36"}),
        ("SELECT count(*) AS n FROM customers LIMIT 1", set()),
        ("SELECT id FROM customers TABLESAMPLE BERNOULLI (10%) ORDER BY id LIMIT 9", {"G36"}),
        ("SELECT id FROM customers WHERE id = 1", set()),
        ("SELECT * FROM regions WHERE country = 'AA'", {"G31"}),
        ("SELECT c.id FROM customers c CROSS JOIN orders o ORDER BY 1 LIMIT 1", {"G32"}),
        ("SELECT 1 AS x", set()),
    ],
)
def test_warnings(world: Callable[[str], Any], sql: str, want: set[str]) -> None:
    facts = gather(parse(sql, "duckdb"), world("duckdb").lookup)
    verdicts = check(facts)
    assert {v.guardrail for v in verdicts} == want
    assert {v.severity for v in verdicts} <= {"warn"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM customers WHERE plan = 'needle'",
        "SELECT id FROM customers WHERE plan = $t$needle$t$",
        'SELECT id AS "needle" FROM customers',
        "SELECT '{}' -> 'needle' AS x",
        "SELECT id FROM customers LIMIT 31337",
    ],
)
def test_personal_data_in_the_text_is_refused(world: Callable[[str], Any], sql: str) -> None:
    facts = gather(parse(sql, "postgres"), world("postgres").lookup)
    verdicts = check(facts, scan_literal=lambda t: "email" if t in {"needle", "31337"} else None)
    (verdict,) = [v for v in verdicts if v.guardrail == "G12"]
    assert verdict.severity == "error"
    assert "line 1, column" in verdict.reason.place
    assert "needle" not in str(verdict.reason)


def test_a_star_over_unclassified_columns_is_refused(world: Callable[[str], Any]) -> None:
    own = world("duckdb")
    rules = dict(own.obligations.columns)
    ref = next(r for r in rules if str(r) == "main.regions.country")
    rules[ref] = dataclasses.replace(rules[ref], mask=None, data_class=None)
    obligations = dataclasses.replace(own.obligations, columns=rules)
    facts = gather(parse("SELECT * FROM regions", "duckdb"), own.lookup)
    verdict = check_obligations(facts, obligations)[0]
    assert (verdict.guardrail, verdict.severity) == ("G11", "error")
    assert "main.regions.country" in verdict.reason.message


def test_facts(world: Callable[[str], Any]) -> None:
    sql = "WITH q AS (SELECT email, id FROM customers) SELECT upper(plan), q.id FROM customers c JOIN q ON q.id = c.id AND c.id = :p AND c.plan = :q"
    facts = gather(parse(sql, "duckdb"), world("duckdb").lookup)
    assert [str(r.name) for r in facts.relations] == ["main.customers"]
    assert {c.column for c in facts.columns} == {"email", "id", "plan"}
    assert [f.name for f in facts.functions] == ["upper"]
    assert facts.parameters == ("p", "q")
    assert facts.problems == ()


def test_a_refusal_names_place_and_every_fault(world: Callable[[str], Any]) -> None:
    sql = "SELECT nope,\n  upper(email),\n  token FROM customers"
    with pytest.raises(SqlError) as error:
        world("duckdb").guard(sql)
    found = [(r.code, r.place) for r in reasons_of(error.value)]
    assert found == [
        ("G09", "line 1, column 8"),
        ("G13", "line 2, column 9"),
        ("POLICY-COLUMN-UNREADABLE", "line 3, column 3"),
    ]
    assert all(r.hint for r in reasons_of(error.value))


def test_names_with_quotes_stay_names() -> None:
    name = RelationName(schema='s"x', name="t'y")
    columns = tuple(
        CatalogColumn(name=n, native_type="TEXT", family=TypeFamily.TEXT) for n in ('a"b', "c;d")
    )
    odd = Relation(name=name, kind="table", columns=columns)
    refs = [ColumnRef(relation=name, column=c.name) for c in columns]
    rules = {r: ColumnRule(column=r, data_class=None, mask=Keep(), rule="r") for r in refs}
    parsed = parse('SELECT * FROM "t\'y"', "duckdb")
    sql = rewrite(parsed, gather(parsed, lambda *_: odd), Obligations(columns=rules)).statement.sql
    with duckdb.connect(":memory:") as db:
        db.execute('CREATE SCHEMA "s""x"')
        db.execute("""CREATE TABLE "s""x"."t'y" ("a""b" TEXT, "c;d" TEXT)""")
        db.execute("""INSERT INTO "s""x"."t'y" VALUES ('1', '2')""")
        assert db.execute(sql).fetchall() == [("1", "2")]


@pytest.mark.parametrize(
    ("sql", "want"),
    [
        ("SELECT id FROM customers WHERE plan = 'x'", {"filter": {"plan"}}),
        ("SELECT plan, count(*) AS n FROM customers GROUP BY plan HAVING max(score) > 3", {"group_by": {"plan"}, "filter": {"score"}}),
        ("SELECT plan AS p, count(*) AS n FROM customers GROUP BY 1 ORDER BY p", {"group_by": {"plan"}, "sort": {"plan"}}),
        ("SELECT c.id FROM customers c JOIN orders o ON o.contact = c.email", {"join": {"contact", "email"}}),
        ("SELECT c.plan FROM customers c JOIN regions r USING (region)", {"join": {"region"}}),
        ("SELECT id, row_number() OVER (PARTITION BY plan ORDER BY score) AS n FROM customers", {"window": {"plan", "score"}}),
        ("SELECT id FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE total > 5)", {"filter": {"id", "customer_id", "total"}}),
        ("SELECT 1 AS x FROM customers", {}),
    ],
)  # fmt: skip
def test_what_decides_about_rows_is_known(
    world: Callable[[str], Any], sql: str, want: dict[str, set[str]]
) -> None:
    for dialect in ("postgres", "duckdb", "sqlite"):
        facts = gather(parse(sql, dialect), world(dialect).lookup)
        found = {kind: {ref.column for ref in refs} for kind, refs in facts.influences.items()}
        assert found == want, dialect


def test_aggregates_are_told_and_are_no_masks(world: Callable[[str], Any]) -> None:
    sql = "SELECT max(email) AS e, string_agg(phone, ',') AS p, max(plan) || 'x' AS m, plan FROM customers GROUP BY plan"
    columns = {c.name: c for c in world("duckdb").guard(sql).columns}
    assert {name for name, c in columns.items() if c.aggregated} == {"e", "p", "m"}
    assert {type(m).__name__ for c in columns.values() for m in c.masks.values()} == {
        "Pseudonymize", "Partial", "Keep",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("DROP TABLE customers", "line 1, column 1"),
        ("/* first */\n  -- then\n  DROP TABLE customers", "line 3, column 3"),
        ("(\nDELETE FROM customers)", "line 2, column 1"),
    ],
)
def test_a_forbidden_word_is_told_where_it_stands(sql: str, place: str) -> None:
    with pytest.raises(SqlError) as caught:
        parse(sql, "postgres")
    (reason,) = reasons_of(caught.value)
    assert reason.place == place
