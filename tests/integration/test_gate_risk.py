"""Disclosure risk through the gate: what is released, refused, left out; and attempts to evade it."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pycanon import anonymity

from sluicegate import Status
from sluicegate.errors import ApprovalError, BudgetExceeded, SinkUnavailable
from sluicegate.evidence import verify_output
from sluicegate.gate import risk as gate_risk
from sluicegate.gate.claim import Claim
from sluicegate.gate.present import outcome_lines
from sluicegate.risk import RiskMeter

POLICY = """
version: 1
name: clinic
sources:
  clinic_db:
    unclassified: refuse
    tables:
      {schema}.patients:
        columns: {{id: patient_id, birth: birth_date, town: city, sex: gender, illness: diagnosis,
                   plan: public, note: free_text, height: height, no: public}}
      {schema}.visits:
        columns: {{patient_id: patient_id, fee: public, town: city, no: public}}
classes:
  patient_id: {{mask: pseudonymize}}
  birth_date: {{mask: generalize_date, unit: year}}
  city: {{mask: partial, keep_first: 1, keep_last: 0}}
  gender: {{mask: partial, keep_first: 1, keep_last: 0}}
  diagnosis: {{mask: partial, keep_first: 9, keep_last: 0}}
  height: {{mask: generalize_number, width: 10}}
rules:
  - id: research
    effect: permit
    principals: [{{orchestrator: cli}}]
    purposes: [churn_training]
    sources: [clinic_db]
    tables: ["{schema}.*"]
    risk: {risk}
"""
TABLES = (
    (
        "CREATE TABLE patients (id BIGINT, birth DATE, town {text}, sex {text}, illness {text},"
        " plan {text}, note {text}, height BIGINT, no BIGINT)"
    ),
    "CREATE TABLE visits (patient_id BIGINT, fee BIGINT, town {text}, no BIGINT)",
)
ILLNESSES = ["aaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbb", "ccccccccccccccccccc"]


def patients() -> Iterator[tuple[Any, ...]]:
    """Give six people to each of 16 classes, with three illnesses each; and one person alone."""
    for number in range(96):
        kind = number % 16
        yield (
            number,
            f"19{50 + kind % 4}-0{1 + number % 9}-11",
            ("Aalen", "Bonn")[kind // 4 % 2],
            ("female", "male")[kind // 8],
            ILLNESSES[number // 16 % 3],
            "basic",
            f"note {number}",
            150 + 10 * (number // 16 % 3),
            number,
        )


ALONE = (96, "1999-01-11", "Celle", "male", ILLNESSES[0], "gold", "note", 190, 96)
VISITS = [(n % 97, 10 + n % 3, ("Aalen", "Bonn")[n % 2], n % 97) for n in range(300)]


def fill(execute: Callable[[str, list[tuple[Any, ...]]], Any], mark: str, rows: list[Any]) -> None:
    execute(f"INSERT INTO patients VALUES ({', '.join([mark] * 9)})", rows)
    execute(f"INSERT INTO visits VALUES ({', '.join([mark] * 4)})", VISITS)


def postgres_url(postgres: Any, _: Path, rows: list[Any]) -> str:
    url = str(postgres.database())
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(table.format(text="TEXT"))
        fill(cursor.executemany, "%s", rows)
    return url


def duckdb_url(_: Any, folder: Path, rows: list[Any]) -> str:
    with duckdb.connect(str(folder / "clinic.duckdb")) as connection:
        for table in TABLES:
            connection.execute(table.format(text="VARCHAR"))
        fill(connection.executemany, "?", rows)
    return f"duckdb:///{folder / 'clinic.duckdb'}"


def sqlite_url(_: Any, folder: Path, rows: list[Any]) -> str:
    with closing(sqlite3.connect(folder / "clinic.db")) as connection:
        for table in TABLES:
            connection.execute(table.format(text="TEXT"))
        fill(connection.executemany, "?", rows)
        connection.commit()
    return f"sqlite:///{folder / 'clinic.db'}"


SOURCES = {"postgres": postgres_url, "duckdb": duckdb_url, "sqlite": sqlite_url}
Clinic = Callable[..., Any]


@pytest.fixture
def make_clinic(request: Any, tmp_path: Path, make_bench: Callable[..., Any]) -> Clinic:
    def make(risk: str, *, kind: str = "duckdb", alone: bool = True, more: str = "") -> Any:
        folder = tmp_path / "state"
        folder.mkdir(exist_ok=True)
        server = request.getfixturevalue("postgres") if kind == "postgres" else None
        rows = [*patients(), *([ALONE] if alone else [])]
        url = SOURCES[kind](server, folder, rows)
        schema = {"postgres": "public"}.get(kind, "main")
        return make_bench({"clinic_db": url}, POLICY.format(schema=schema, risk=risk) + more)

    return make


SQL = "SELECT id, birth, town, sex, illness, height FROM patients"


def extract(clinic: Any, sql: str = SQL, output: str = "out", **identity: Any) -> Any:
    request = clinic.request(source="clinic_db", sql=sql, output=str(clinic.folder / output))
    with clinic.gate() as gate:
        return gate.extract(request, clinic.identity(**identity))


def rows_of(outcome: Any) -> pa.Table:
    return pa.concat_tables(pq.read_table(p) for p in Path(outcome.output).glob("*.parquet"))


def codes(outcome: Any) -> set[str]:
    return {r.code for r in outcome.reasons}


@pytest.mark.parametrize("kind", SOURCES)
def test_what_is_too_risky_is_not_released(make_clinic: Clinic, kind: str) -> None:
    clinic = make_clinic("{k: 5, subject: [patient_id]}", kind=kind)
    outcome = extract(clinic)
    assert outcome.status is Status.QUARANTINED
    assert codes(outcome) == {"RISK-K"}
    assert not Path(clinic.folder / "out").exists()
    told = str(outcome.reasons[0])
    assert "1 of 17 classes over birth, town, sex" in told
    assert "with 1 of 97 rows; the smallest is 1" in told
    for value in ("Celle", "C****", "1999", "gold"):
        assert value not in told + repr(outcome.risk)


@pytest.mark.parametrize("kind", SOURCES)
def test_what_is_fine_is_released_attested_and_told(make_clinic: Clinic, kind: str) -> None:
    risk = "{k: 5, l: 3, entropy_l: 2.9, t: 0.05, unique: 0, subject: [patient_id], sensitive: [diagnosis, height]}"
    clinic = make_clinic(risk, kind=kind, alone=False)
    outcome = extract(clinic)
    assert outcome.released, outcome.reasons
    assert outcome.risk is not None
    assert (outcome.risk.rows, outcome.risk.classes, outcome.risk.k) == (96, 16, 5)
    frame = rows_of(outcome).to_pandas()
    assert anonymity.k_anonymity(frame, ["birth", "town", "sex"]) == 6
    by_column = {s.column: s for s in outcome.risk.sensitive}
    for column in ("illness", "height"):
        found = anonymity.l_diversity(frame, ["birth", "town", "sex"], [column])
        assert by_column[column].l == found == 3
        assert by_column[column].ordered == (column == "height")
    with clinic.gate() as gate:
        proof = verify_output(Path(outcome.output), gate.trusted)
        assert proof.ok
        assert proof.predicate["risk"]["k"] == 5
        last = next(gate.ledger.records(kind="extract.outcome", newest_first=True))
        assert last.body["risk"] == proof.predicate["risk"]
    lines = "\n".join(outcome_lines(outcome))
    assert "k = 5 people by id, 16 classes over birth, town, sex, 0.00% of rows alone" in lines
    assert "illness: l = 3, entropy l = 3, t = 0" in lines


def test_a_replay_tells_the_same_risk(make_clinic: Clinic) -> None:
    clinic = make_clinic("{k: 5, l: 2, sensitive: [diagnosis]}", alone=False)
    first = extract(clinic, run="again")
    second = extract(clinic, run="again")
    assert second.replayed
    assert second.risk == first.risk
    assert first.risk is not None


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("subject", ["", ", subject: [patient_id]"])
def test_failing_rows_are_left_out_if_the_policy_says_so(
    make_clinic: Clinic, kind: str, subject: str
) -> None:
    clinic = make_clinic(f"{{k: 5, on_failure: suppress_rows{subject}}}", kind=kind)
    outcome = extract(clinic)
    assert outcome.released, outcome.reasons
    assert (outcome.rows, rows_of(outcome).num_rows) == (96, 96)
    assert outcome.risk is not None
    assert (outcome.risk.suppressed, outcome.risk.classes_below) == (1, 0)
    assert anonymity.k_anonymity(rows_of(outcome).to_pandas(), ["birth", "town", "sex"]) == 6
    with clinic.gate() as gate:
        assert (
            verify_output(Path(outcome.output), gate.trusted).predicate["risk"]["suppressed"] == 1
        )
    assert "1 rows left out" in "\n".join(outcome_lines(outcome))
    assert not list((clinic.folder / "state" / "quarantine").glob("*"))


def test_what_still_fails_without_its_rows_is_not_released(
    make_clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leaving rows out changes the whole, against which closeness is measured."""
    clinic = make_clinic("{t: 0.0, sensitive: [height], on_failure: suppress_rows}")
    outcome = extract(clinic)
    assert outcome.released
    assert outcome.rows == 0  # with the person who is taller, no class is as the whole is
    monkeypatch.setattr(gate_risk.Weighing, "_sifted", lambda _, spool: spool.read())
    assert extract(clinic, output="other").status is Status.QUARANTINED


def test_nothing_is_left_of_rows_that_waited(
    make_clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = make_clinic("{k: 5, on_failure: suppress_rows}")

    def full(*_: Any) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(pa.ipc, "new_stream", full)
    with pytest.raises(SinkUnavailable):
        extract(clinic)
    assert clinic.leftovers() == []
    assert not list((clinic.folder / "state" / "quarantine").glob("*"))


REPEATED = [
    # rows that are repeated, to look like many people
    (
        "SELECT birth, town FROM patients UNION ALL SELECT birth, town FROM patients",
        "RISK-SHAPE",
    ),
    ("SELECT p.birth, p.town FROM patients p CROSS JOIN visits v", "RISK-SHAPE"),
    ("SELECT p.birth FROM patients p, (VALUES (1), (2)) v(n)", "RISK-SHAPE"),
    ("SELECT birth, unnest([1, 2, 3]) n FROM patients", "RISK-SHAPE"),
    ("SELECT birth, n FROM patients, unnest([1, 2, 3]) u(n)", "RISK-SHAPE"),
    ("SELECT birth FROM patients, generate_series(1, 5) g(n)", "RISK-SHAPE"),
    ("WITH p AS (SELECT birth FROM patients) SELECT a.birth FROM p a, p b", "RISK-SHAPE"),
    (
        (
            "WITH RECURSIVE r AS (SELECT birth, 1 AS n FROM patients UNION ALL"
            " SELECT birth, n + 1 FROM r WHERE n < 9) SELECT birth FROM r"
        ),
        "RISK-SHAPE",
    ),
    ("SELECT birth, count(*) FROM patients GROUP BY ROLLUP (birth)", "RISK-SHAPE"),
    ("SELECT birth, count(*) FROM patients GROUP BY GROUPING SETS ((birth), ())", "RISK-SHAPE"),
    # small groups that do not tell their size
    ("SELECT town, avg(fee) FROM visits GROUP BY town", "RISK-COUNT"),
    ("SELECT town, count(*) * 10 AS n FROM visits GROUP BY town", "RISK-COUNT"),
    (
        "SELECT town, count(*) FILTER (WHERE fee > 0) AS n FROM visits GROUP BY town",
        "RISK-COUNT",
    ),
    ("SELECT town, count(fee) AS n FROM visits GROUP BY town", "RISK-COUNT"),
    ("SELECT town, 100 AS n FROM visits GROUP BY town", "RISK-COUNT"),
    ("SELECT avg(fee) FROM visits", "RISK-COUNT"),
    # a group within a group
    ("SELECT count(*) n, count(*) FILTER (WHERE town = 'Bonn') m FROM visits", "RISK-SHAPE"),
    (
        "SELECT count(*) n, sum(CASE WHEN fee = 10 THEN 1 ELSE 0 END) m FROM visits",
        "RISK-SHAPE",
    ),
    ("SELECT count(*) n, sum(1 - abs(sign(fee - 10))) m FROM visits", "RISK-SHAPE"),
    (
        "SELECT count(*) n, sum(x) m FROM (SELECT 1 - sign(fee - 10) x FROM visits) s",
        "RISK-SHAPE",
    ),
    ("SELECT count(*) n, count(nullif(fee, 10)) m FROM visits", "RISK-SHAPE"),
    ("SELECT count(*) n, arg_max(fee, no - 17) m FROM visits", "RISK-SHAPE"),
    ("SELECT count(*) n, kurtosis(fee / (no - 17)) m FROM visits", "RISK-SHAPE"),
    ("SELECT count(*) n, string_agg(plan, ',' ORDER BY no - 17) m FROM patients", "RISK-SHAPE"),
    ("SELECT town, n FROM (SELECT town, count(*) n FROM visits GROUP BY town) s", "RISK-SHAPE"),
    (
        "SELECT town, count(*) FROM (SELECT town FROM visits GROUP BY town, fee) s GROUP BY 1",
        "RISK-SHAPE",
    ),
]


def refusals(clinic: Any, statements: Sequence[str]) -> list[set[str]]:
    with clinic.gate() as gate:
        given = (clinic.request(source="clinic_db", sql=sql) for sql in statements)
        outcomes = [gate.extract(request, clinic.identity()) for request in given]
    for sql, outcome in zip(statements, outcomes, strict=True):
        assert outcome.status is Status.REFUSED, sql
    return [codes(outcome) for outcome in outcomes]


def test_rows_that_do_not_count_people_are_refused_unread(make_clinic: Clinic) -> None:
    found = refusals(make_clinic("{k: 2}"), [sql for sql, _ in REPEATED])
    for (sql, code), said in zip(REPEATED, found, strict=True):
        assert said & {code, "G07", "G09"}, sql


MADE = [
    "SELECT birth, jsonb_array_elements('[1,2]'::jsonb) FROM patients",
    "SELECT birth, regexp_split_to_table('a,b', ',') FROM patients",
    "SELECT birth, regexp_matches('ab', '.', 'g') FROM patients",
    "SELECT birth, generate_series(1, 9) FROM patients",
    "SELECT birth, unnest(ARRAY[1, 2]) FROM patients",
    'SELECT birth, (jsonb_each(\'{"a": 1, "b": 2}\'::jsonb)).key FROM patients',
    "SELECT birth FROM patients, jsonb_array_elements('[1,2]'::jsonb) e(x)",
    "SELECT birth FROM patients JOIN LATERAL (SELECT 1 UNION ALL SELECT 2) s(x) ON true",
    "SELECT p.birth FROM (patients p JOIN visits v ON true)",
    "SELECT birth FROM ROWS FROM (generate_series(1, 3)) g(x), patients",
]


def test_functions_that_make_rows_are_refused_in_postgres(make_clinic: Clinic) -> None:
    for sql, said in zip(MADE, refusals(make_clinic("{k: 2}", kind="postgres"), MADE), strict=True):
        assert said & {"RISK-SHAPE", "G07", "G09"}, sql


OTHERS = [
    # other people's ids beside one person's birth date
    "SELECT b.id, a.birth FROM patients a CROSS JOIN patients b",
    "SELECT v.patient_id, p.birth FROM patients p CROSS JOIN visits v",
    "WITH p AS (SELECT id, birth FROM patients) SELECT b.id, a.birth FROM p a, p b",
    "SELECT id, (SELECT max(b.town) FROM patients b) AS t, birth FROM patients a",
    "SELECT a.id, a.birth, v.town FROM patients a JOIN visits v ON v.patient_id = a.id",
    "SELECT a.birth, count(DISTINCT b.id) n FROM patients a, patients b GROUP BY a.birth",
    "SELECT p.birth, count(DISTINCT v.patient_id) n FROM patients p, visits v GROUP BY 1",
    # or nobody's
    "SELECT birth, town FROM patients",
    (
        "SELECT patient_id, town FROM (SELECT lag(patient_id) OVER (ORDER BY fee) AS patient_id, town"
        " FROM visits) s"
    ),
    "SELECT max(id) OVER () AS id, birth FROM patients",
    "SELECT lag(id) OVER (ORDER BY plan) AS id, birth FROM patients",
    "SELECT birth, count(*) n FROM patients GROUP BY birth",
    "SELECT plan AS id, birth FROM patients",
    "SELECT birth, max(id) AS id, count(*) n FROM patients GROUP BY birth",
]


def test_people_are_those_of_the_row(make_clinic: Clinic) -> None:
    found = refusals(make_clinic("{k: 2, subject: [patient_id]}"), OTHERS)
    for sql, said in zip(OTHERS, found, strict=True):
        assert said & {"RISK-SHAPE", "RISK-SUBJECT"}, sql


@pytest.mark.parametrize(
    ("sql", "status"),
    [
        ("SELECT id, birth FROM patients WHERE plan = 'gold'", Status.QUARANTINED),
        ("SELECT id AS a, birth AS b FROM patients WHERE plan = 'gold'", Status.QUARANTINED),
        ("SELECT id, sex, sex AS t FROM patients", Status.RELEASED),
        ("SELECT coalesce(id, id) AS id, sex FROM patients", Status.RELEASED),
        ("SELECT id, sex, row_number() OVER (ORDER BY plan) AS n FROM patients", Status.RELEASED),
        (
            "SELECT p.id, p.sex, v.fee FROM patients p JOIN visits v ON v.patient_id = p.id",
            Status.RELEASED,
        ),
        ("SELECT p.id, p.birth FROM patients p CROSS JOIN visits v", Status.QUARANTINED),
        ("SELECT sex, count(DISTINCT id) AS n FROM patients GROUP BY sex", Status.RELEASED),
        ("SELECT birth, count(DISTINCT id) AS n FROM patients GROUP BY birth", Status.QUARANTINED),
        ("SELECT id, birth FROM patients WHERE 1 = 0", Status.RELEASED),
        ("SELECT DISTINCT id, sex FROM patients", Status.RELEASED),
        (
            "SELECT id, sex FROM patients WHERE id IN (SELECT patient_id FROM visits)",
            Status.RELEASED,
        ),
        ("SELECT id FROM patients ORDER BY height LIMIT 4", Status.QUARANTINED),
        ("SELECT id, CASE WHEN height > 180 THEN 'x' END AS h, sex FROM patients", Status.RELEASED),
    ],
)
def test_people_are_counted(make_clinic: Clinic, sql: str, status: Status) -> None:
    outcome = extract(make_clinic("{k: 5, subject: [patient_id]}"), sql)
    assert outcome.status is status, outcome.reasons


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT plan AS p, town AS harmless FROM patients",
        "SELECT left(town, 1) AS t FROM patients",
        "SELECT CASE WHEN birth < DATE '1960-01-01' THEN 'old' ELSE 'young' END AS b FROM patients",
        "SELECT * FROM (SELECT birth AS a FROM patients) s",
        "WITH w AS (SELECT town AS x FROM patients) SELECT x AS plan FROM w",
    ],
)
def test_another_name_or_form_is_measured_all_the_same(make_clinic: Clinic, sql: str) -> None:
    outcome = extract(make_clinic("{k: 5}"), sql)
    assert outcome.status is Status.QUARANTINED, outcome.reasons
    assert codes(outcome) == {"RISK-K"}
    assert "RISK-K" in str(outcome.reasons)


def test_nulls_are_a_class_of_their_own(make_clinic: Clinic) -> None:
    sql = "SELECT CASE WHEN no < 96 THEN sex END AS s FROM patients"
    outcome = extract(make_clinic("{k: 5}"), sql)
    assert outcome.status is Status.QUARANTINED


@pytest.mark.parametrize("kind", SOURCES)
def test_small_cells(make_clinic: Clinic, kind: str) -> None:
    sql = "SELECT town, count(*) AS n, sum(fee) AS s FROM visits GROUP BY town"
    clinic = make_clinic("{cells: 20}", kind=kind)
    outcome = extract(clinic, sql)
    assert outcome.released, outcome.reasons
    assert outcome.risk is not None
    assert (outcome.risk.aggregated, outcome.risk.k, outcome.risk.classes) == (True, 150, 2)
    outcome = extract(clinic, f"{sql}, fee HAVING count(*) < 60", output="small")
    assert outcome.risk is not None
    assert outcome.risk.k == 50
    outcome = extract(clinic, f"{sql}, patient_id", output="smaller")
    assert codes(outcome) == {"RISK-CELLS"}
    assert "count fewer than 20; the smallest counts 1" in str(outcome.reasons[0])


def test_small_cells_are_left_out_if_the_policy_says_so(make_clinic: Clinic) -> None:
    clinic = make_clinic("{k: 5, on_failure: suppress_rows}")
    outcome = extract(clinic, "SELECT birth, count(*) AS n FROM patients GROUP BY birth")
    assert outcome.released, outcome.reasons
    assert sorted(rows_of(outcome)["n"].to_pylist()) == [24, 24, 24, 24]
    assert outcome.risk is not None
    assert outcome.risk.suppressed == 1


def test_no_preview_of_what_is_only_safe_as_a_whole(make_clinic: Clinic) -> None:
    clinic = make_clinic("{k: 5}", alone=False)
    with clinic.gate() as gate:
        request = clinic.request(source="clinic_db", sql=SQL)
        seen = gate.preview(request, clinic.identity())
        assert gate.plan(clinic.request(source="clinic_db", sql=SQL), clinic.identity()).plan
    assert codes(seen.outcome) == {"RISK-PREVIEW"}
    assert seen.table is None


def test_too_many_classes_release_nothing(
    make_clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = make_clinic("{k: 5}", alone=False)
    defaults: Any = RiskMeter.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "most", 10)
    with pytest.raises(BudgetExceeded, match="more than 10 distinct"):
        extract(clinic)
    assert clinic.leftovers() == []


def test_several_rules_take_the_strictest(make_clinic: Clinic) -> None:
    other = """
  - id: other
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [churn_training]
    sources: [clinic_db]
    tables: [main.patients]
    risk: {k: 6, on_failure: suppress_rows}
"""
    for k, status in ((7, Status.QUARANTINED), (2, Status.RELEASED)):
        clinic = make_clinic(f"{{k: {k}}}", alone=False, more=other)
        outcome = extract(clinic, output=f"out{k}")
        assert outcome.status is status
        (clinic.folder / "state" / "clinic.duckdb").unlink()


def test_blind_spots_tell_what_was_not_measured(make_clinic: Clinic) -> None:
    clinic = make_clinic("{k: 5, quasi_identifiers: [gender]}", alone=False)
    outcome = extract(clinic, "SELECT town, sex, note FROM patients")
    assert outcome.released, outcome.reasons
    spots = [s for s in outcome.blind_spots if "disclosure risk" in s]
    assert len(spots) == 3
    assert spots[0].endswith("not measured over town")
    document = json.dumps(outcome.risk.quasi_identifiers if outcome.risk else None)
    assert document == '["sex"]'


def test_without_terms_the_outcome_says_that_nothing_was_measured(
    make_bench: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "state").mkdir()
    url = duckdb_url(None, tmp_path / "state", list(patients()))
    policy = POLICY.format(schema="main", risk="x").replace("    risk: x\n", "")
    outcome = extract(make_bench({"clinic_db": url}, policy))
    assert outcome.released
    assert outcome.risk is None
    assert any(
        s == "disclosure risk: not measured, and quasi-identifiers leave: birth, town, sex"
        for s in outcome.blind_spots
    )


NEAR = "{k: 5, differencing: refuse, quasi_identifiers: [gender, city]}"
ALL = "SELECT sex, town, plan FROM patients"


def test_a_result_that_differs_by_one_person_is_not_released(make_clinic: Clinic) -> None:
    clinic = make_clinic(NEAR, alone=False)
    assert extract(clinic, ALL, "a").released
    assert extract(clinic, ALL, "same").released
    for number, sql in enumerate(
        [
            f"{ALL} WHERE no <> 17",
            f"{ALL} WHERE no NOT IN (17, 18)",
            "SELECT town AS x, sex AS y FROM patients WHERE no <> 17",
            "SELECT sex, sex AS again, town FROM patients WHERE no <> 17",
            "SELECT sex, plan FROM patients WHERE no <> 17",
            "SELECT sex, count(*) AS n FROM patients WHERE no <> 17 GROUP BY sex",
            "SELECT count(*) AS n FROM patients WHERE no <> 17",
            f"{ALL} WHERE no IN (SELECT no FROM visits WHERE no <> 17)",
        ]
    ):
        outcome = extract(clinic, sql, f"b{number}", task=f"task-{number}")
        assert outcome.status is Status.QUARANTINED, sql
        assert codes(outcome) == {"RISK-DIFFERENCE"}
        assert "fewer than k = 5" in outcome.reasons[0].message
    assert extract(clinic, f"{ALL} WHERE no > 40", "c").released


def test_one_who_left_and_one_who_came_are_seen(make_clinic: Clinic) -> None:
    clinic = make_clinic(NEAR, alone=False)
    assert extract(clinic, f"{ALL} WHERE no <> 3", "a").released
    outcome = extract(clinic, f"{ALL} WHERE no <> 7", "b")  # as many rows, another class
    assert codes(outcome) == {"RISK-DIFFERENCE"}


def test_two_parts_and_the_whole_are_seen(make_clinic: Clinic) -> None:
    clinic = make_clinic(NEAR, alone=False)
    assert extract(clinic, f"{ALL} WHERE no < 48", "a").released
    assert extract(clinic, f"{ALL} WHERE no >= 48 AND no <> 60", "b").status is Status.QUARANTINED
    assert extract(clinic, f"{ALL} WHERE no >= 50 AND no <> 60", "b").status is Status.QUARANTINED
    assert extract(clinic, f"{ALL} WHERE no >= 64", "b").released
    # parts of 48 and 32 rows, and both with one person more
    outcome = extract(clinic, f"{ALL} WHERE no < 48 OR no >= 64 OR no = 50", "c")
    assert "together" in outcome.reasons[0].message


def test_a_group_that_moves_by_one_is_seen(make_clinic: Clinic) -> None:
    clinic = make_clinic("{k: 5, differencing: refuse}", alone=False)
    sql = "SELECT sex, count(*) AS n FROM patients WHERE {} GROUP BY sex"
    assert extract(clinic, sql.format("1 = 1"), "a").released
    # one woman less, and far fewer men to hide it
    outcome = extract(clinic, sql.format("no <> 0 AND (no % 16 < 8 OR no > 50)"), "b")
    assert codes(outcome) == {"RISK-DIFFERENCE"}
    assert extract(clinic, sql.format("no > 30"), "c").released


def test_others_and_other_purposes_are_not_compared_and_retries_are_none(
    make_clinic: Clinic,
) -> None:
    clinic = make_clinic(NEAR, alone=False)
    assert extract(clinic, ALL, "a", run="one").released
    assert extract(clinic, f"{ALL} WHERE no <> 1", "b", triggered_by="bob").released
    assert extract(clinic, f"{ALL} WHERE no <> 1", "c", pipeline="x").status is Status.QUARANTINED
    airflow = {"orchestrator": "cli", "triggered_by": None}
    assert extract(clinic, f"{ALL} WHERE no <> 1", "d", pipeline="p", **airflow).released
    assert extract(clinic, f"{ALL} WHERE no <> 7", "d2", pipeline="p", **airflow).status is (
        Status.QUARANTINED
    )
    # the same run again with another result: it sees what its first try saw
    assert extract(clinic, f"{ALL} WHERE no <> 1", "e", run="one").released


def test_a_difference_may_be_told_only(make_clinic: Clinic) -> None:
    clinic = make_clinic(NEAR.replace("refuse", "warn"), alone=False)
    assert extract(clinic, ALL, "a").released
    outcome = extract(clinic, f"{ALL} WHERE no <> 17", "b")
    assert outcome.released
    assert "RISK-DIFFERENCE" in {w.code for w in outcome.warnings}


def test_a_difference_may_be_approved_by_somebody_else(make_clinic: Clinic) -> None:
    terms = NEAR.replace("refuse", "ask") + "\n    approval: {approvers: [dana, lee]}"
    clinic = make_clinic(terms, alone=False)

    def tried(sql: str, output: str) -> Any:
        """Run once more after the plan itself was approved."""
        first = extract(clinic, sql, output)
        assert codes(first) == {"APPROVAL-MISSING"}
        assert first.status is Status.REFUSED
        with clinic.gate() as gate:
            gate.approvals.approve(first.approval, person="lee")
        return extract(clinic, sql, output)

    assert tried(ALL, "a").released
    sql = f"{ALL} WHERE no <> 17"
    near = tried(sql, "b")
    assert near.status is Status.QUARANTINED
    assert codes(near) == {"RISK-DIFFERENCE", "APPROVAL-MISSING"}
    with clinic.gate() as gate:
        (request,) = [r for r in gate.approvals.list() if r.digest == near.approval]
        assert request.summary["kind"] == "difference"
        assert request.summary["near"][0]["code"] == "RISK-DIFFERENCE"
        with pytest.raises(ApprovalError, match="what they asked for"):
            gate.approvals.approve(near.approval, person="ann")
        gate.approvals.approve(near.approval, person="dana")
    other = tried(f"{ALL} WHERE no <> 18", "c")  # the approval is not for another result
    assert codes(other) == {"RISK-DIFFERENCE", "APPROVAL-MISSING"}
    assert other.approval != near.approval
    outcome = tried(sql, "b")
    assert outcome.released
    assert "RISK-DIFFERENCE" in {w.code for w in outcome.warnings}


def test_an_approval_of_a_difference_is_used_once(make_clinic: Clinic) -> None:
    terms = NEAR.replace("refuse", "ask")
    clinic = make_clinic(terms, alone=False)
    policy = clinic.settings.policy
    policy.write_text(policy.read_text() + "guardrails: {approval: {approvers: [dana]}}\n")
    assert extract(clinic, ALL, "a").released
    sql = f"{ALL} WHERE no <> 17"
    near = extract(clinic, sql, "b", run="one")
    assert near.status is Status.QUARANTINED
    with clinic.gate() as gate:
        gate.approvals.approve(near.approval, person="dana")
    assert extract(clinic, sql, "b", run="two").released
    for number, (where, output) in enumerate([("no <> 17", "c"), ("no <> 30", "d")]):
        again = extract(clinic, f"{ALL} WHERE {where}", output, run=f"more-{number}")
        assert codes(again) == {"RISK-DIFFERENCE", "APPROVAL-MISSING"}


def test_what_is_kept_for_comparison_tells_no_value(make_clinic: Clinic) -> None:
    clinic = make_clinic("{k: 5, differencing: refuse}", alone=False)
    assert extract(clinic, "SELECT town, count(*) AS n FROM patients GROUP BY town").released
    with clinic.gate() as gate:
        body = next(gate.ledger.records(kind="extract.charge")).body
    assert body["total"] == 96
    assert sorted(body["groups"].values()) == [48, 48]
    assert "Aalen" not in str(body)
    assert "A****" not in str(body)


BUDGET = "{k: 2, quasi_identifiers: [gender]}\n    budget: {rows: 200, per: 30d}"


@pytest.mark.parametrize("kind", SOURCES)
def test_a_budget_ends(make_clinic: Clinic, kind: str) -> None:
    clinic = make_clinic(BUDGET, kind=kind, alone=False)
    assert extract(clinic, output="a").rows == 96
    assert extract(clinic, output="b", task="another", run="another").rows == 96
    with pytest.raises(BudgetExceeded, match=r"200 rows .* in 30 days .* already got 192"):
        extract(clinic, output="c")
    assert not Path(clinic.folder / "c").exists()
    assert extract(clinic, f"{SQL} WHERE no < 8", output="d").rows == 8
    outcome = extract(clinic, f"{SQL} WHERE no < 8", output="e")
    assert outcome.status is Status.REFUSED  # before a row is asked for
    assert codes(outcome) == {"RISK-BUDGET"}
    with clinic.gate() as gate:
        planned = gate.plan(clinic.request(source="clinic_db", sql=SQL), clinic.identity())
        assert codes(planned) == {"RISK-BUDGET"}
        kinds = [r.kind for r in gate.ledger.records()]
    assert kinds.count("extract.charge") == 3
    # what is not personal costs nothing, what others get neither
    assert extract(clinic, "SELECT plan FROM patients", output="f").released
    assert extract(clinic, output="g", triggered_by="bob").released


def test_many_small_extracts_are_one_large_one(make_clinic: Clinic) -> None:
    clinic = make_clinic(BUDGET.replace("200", "60"), alone=False)
    for number in range(7):
        sql = f"SELECT id, sex FROM patients WHERE no % 12 = {number}"
        assert (
            extract(clinic, sql, f"p-{number}", task=f"t{number}", pipeline=f"p{number}").rows == 8
        )
    with pytest.raises(BudgetExceeded):
        extract(clinic, "SELECT id, sex FROM patients WHERE no % 12 = 7", "p-7", pipeline="p7")


def test_a_budget_of_values_counts_no_null(make_clinic: Clinic) -> None:
    clinic = make_clinic(BUDGET.replace("rows: 200", "cells: 250"), alone=False)
    sql = "SELECT id, CASE WHEN no % 8 < 4 THEN town END AS t, plan FROM patients"
    assert extract(clinic, sql, "a").released
    with clinic.gate() as gate:
        body = next(gate.ledger.records(kind="extract.charge")).body
    assert (body["rows"], body["cells"]) == (96, 144)
    with pytest.raises(BudgetExceeded, match="250 values"):
        extract(clinic, sql, "b")


def test_a_replay_costs_nothing(make_clinic: Clinic) -> None:
    clinic = make_clinic(BUDGET.replace("200", "96"), alone=False)
    assert extract(clinic, run="one").released
    again = extract(clinic, run="one")
    assert again.replayed
    assert again.rows == 96


def test_previews_are_charged(make_clinic: Clinic) -> None:
    policy_without_risk = "{k: 2}\n    budget: {rows: 50, per: 30d}"
    clinic = make_clinic(policy_without_risk, alone=False)
    path = clinic.settings.policy
    path.write_text(path.read_text().replace("    risk: {k: 2}\n", ""))
    request = clinic.request(source="clinic_db", sql=SQL)
    with clinic.gate() as gate:
        for _ in range(2):
            assert gate.preview(request, clinic.identity(), rows=20).outcome.released
        with pytest.raises(BudgetExceeded):
            gate.preview(request, clinic.identity(), rows=20)
        gate.preview(request, clinic.identity(), rows=10)
        seen = gate.preview(request, clinic.identity(), rows=10)
    assert seen.outcome.status is Status.REFUSED
    assert seen.table is None


def test_what_is_old_no_longer_counts(make_clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic = make_clinic(BUDGET.replace("200", "100"), alone=False)
    assert extract(clinic, output="a").released
    with pytest.raises(BudgetExceeded):
        extract(clinic, output="b")
    real = time.time()
    monkeypatch.setattr("sluicegate.gate.account.time.time", lambda: real + 29 * 86_400)
    with pytest.raises(BudgetExceeded):
        extract(clinic, output="b")
    monkeypatch.setattr("sluicegate.gate.account.time.time", lambda: real + 31 * 86_400)
    assert extract(clinic, output="b").released
    # a clock that is set back does not make room
    monkeypatch.setattr("sluicegate.gate.account.time.time", lambda: real)
    assert codes(extract(clinic, output="c")) == {"RISK-BUDGET"}


def test_runs_at_once_do_not_overdraw(make_clinic: Clinic) -> None:
    clinic = make_clinic(BUDGET, kind="sqlite", alone=False)
    ready = threading.Barrier(5)
    settle = Claim.settle

    def together(self: Claim, *args: Any) -> Any:
        ready.wait(timeout=60)  # each has read its rows and seen an account with room
        return settle(self, *args)

    def one(number: int) -> Any:
        return extract(clinic, output=f"out-{number}")

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(5) as pool:
        patch.setattr(Claim, "settle", together)
        outcomes = list(pool.map(one, range(5)))
    assert sorted(o.released for o in outcomes) == [False] * 3 + [True] * 2
    assert {c for o in outcomes if not o.released for c in codes(o)} == {"RISK-BUDGET"}
