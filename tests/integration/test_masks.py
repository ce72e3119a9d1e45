"""Every mask through the gate, from each source: the same results, and no way around them."""

from __future__ import annotations

import base64
import itertools
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sluicegate import ExtractRequest, Gate, RunIdentity, Settings, Trust
from sluicegate.errors import ApprovalError
from sluicegate.mask import inner_digest
from sluicegate.mask.fake import Faker
from sluicegate.mask.forms import pseudonym
from sluicegate.mask.mask_keys import MaskKeys
from sluicegate.model.data import DataClass

PURPOSE = "care_quality"
POLICY = """
version: 1
name: clinic
sources:
  clinic:
    tables:
      {schema}.patients:
        columns:
          id: patient_id
          code: file_code
          account: account_number
          name: person_name
          email: email
          second_email: second_email
          phone: phone
          card: loyalty_card
          iban: iban
          ssn: ssn
          badge: badge
          born: birth_date
          seen: event_time
          height: height
          visits: visit_count
          cost: cost
          age: age
          ward: ward
          opted_out: opt_out
          profile: profile
          notes: free_text
      {schema}.visits:
        columns: {{visit: public, patient: patient_id, email: email, day: visit_date, fee: public}}
classes:
  patient_id: {{mask: pseudonymize, form: uuid}}
  file_code: {{mask: pseudonymize, form: base32, length: 20}}
  account_number: {{mask: pseudonymize, form: integer}}
  person_name: {{mask: fake, kind: name}}
  email: {{mask: fake, kind: email}}
  second_email: {{mask: partial, keep: domain}}
  phone: {{mask: partial, keep: area}}
  loyalty_card: {{mask: preserve_format}}
  iban: {{mask: preserve_format, alphabet: alphanumeric}}
  ssn: {{mask: tokenize}}
  badge: {{mask: tokenize, store: vault}}
  birth_date: {{mask: shift_date, subject: id, days: 30}}
  event_time: {{mask: shift_date, subject: id, days: 30}}
  visit_date: {{mask: shift_date, subject: patient, days: 30}}
  height: {{mask: noise, subject: id, scale: 0.05, round_to: 0.5}}
  visit_count: {{mask: noise, subject: id, scale: 0.5}}
  cost: {{mask: noise, subject: id, scale: 0.2, round_to: 0.01}}
  age: {{mask: bucket, bounds: [18, 40, 65]}}
  ward: {{mask: constant, value: "some ward"}}
  opt_out: {{mask: suppress_row}}
  profile:
    mask: mask_json
    paths:
      $.contact.email: {{mask: fake, kind: email}}
      $.contact.phones[*]: {{mask: partial, keep_last: 2}}
      $.member: {{mask: preserve_format}}
      $.remark: {{mask: redact}}
      $.plan: {{mask: keep}}
  free_text: {{mask: redact, labels: numbered}}
rules:
  - id: quality
    effect: permit
    principals: [{{orchestrator: cli}}]
    purposes: [care_quality]
    sources: [clinic]
    tables: ["{schema}.*"]
  - id: call-backs
    effect: unmask
    principals: [{{orchestrator: cli, triggered_by: ann}}]
    purposes: [care_quality]
    classes: [ssn, badge, loyalty_card]
    values: 60
"""
PATIENTS = [
    ("id", "BIGINT"), ("code", "VARCHAR(40)"), ("account", "BIGINT"), ("name", "VARCHAR(80)"),
    ("email", "VARCHAR(80)"), ("second_email", "VARCHAR(80)"), ("phone", "VARCHAR(40)"),
    ("card", "VARCHAR(40)"), ("iban", "VARCHAR(40)"), ("ssn", "VARCHAR(20)"),
    ("badge", "VARCHAR(20)"), ("born", "DATE"), ("seen", "TIMESTAMP"), ("height", "DOUBLE PRECISION"),
    ("visits", "INTEGER"), ("cost", "DECIMAL(10,2)"), ("age", "INTEGER"), ("ward", "VARCHAR(20)"),
    ("opted_out", "DATE"), ("profile", "JSON"), ("notes", "VARCHAR(400)"),
]  # fmt: skip
VISITS = [
    ("visit", "BIGINT"), ("patient", "BIGINT"), ("email", "VARCHAR(80)"), ("day", "DATE"),
    ("fee", "DOUBLE PRECISION"),
]  # fmt: skip
NAMES = [name for name, _ in PATIENTS]
COUNT = 60
OUT = {7, 23}
"""Patients who opted out: none of their rows may leave."""


def mail(n: int) -> str:
    return f"zq{n:04d}raw" + "@example.org"


def patient(n: int) -> tuple[Any, ...]:
    profile = {
        "contact": {"email": mail(n), "phones": [f"+1 202-555-01{n % 100:02d}", f"555-77{n:02d}"]},
        "member": f"77{n:06d}",
        "remark": f"write to {mail(n)} soon",
        "plan": ["basic", "plus"][n % 2],
        "secret_name": f"zqname{n:04d}raw",
    }
    row = (
        n, f"zqcode{n:04d}raw", 10**12 + n, f"zqname{n:04d}raw Smith", mail(n % 50), mail(n),
        f"+49 30 90{n:06d}", f"6007-{n:04d}-{n * 7919 % 10_000:04d}", f"xx{n:02d} zqib {n:08d}",
        f"9{n:02d}-{n % 90 + 10}-{n:04d}", f"B{n % 11:05d}", date(1950 + n, 1 + n % 12, 1 + n % 28),
        datetime.fromisoformat("2026-01-01T00:00:00.001") + timedelta(hours=n * 7, seconds=n),
        150.0 + n / 2, n % 30 + 40, Decimal(n * 12_345 % 900_000) / 100, n + 5, f"zqward{n:04d}",
        date(2026, 5, 5) if n in OUT else None, json.dumps(profile),
        f"call zq{n:04d}a@example.org or zq{n:04d}b@example.org, then zq{n:04d}a@example.org again",
    )  # fmt: skip
    missing = {n % len(row)} - {0, 18} if n % 5 == 0 else set()
    return tuple(None if i in missing else value for i, value in enumerate(row))


ROWS = [patient(n) for n in range(1, COUNT + 1)]
SEEN = [row for row in ROWS if row[0] not in OUT]
CALLS = [
    (n, 1 + n * 7 % COUNT, mail(n % 50), date(2026, 1, 1) + timedelta(days=n), float(n))
    for n in range(1, 121)
]


@dataclass(kw_only=True)
class Clinic:
    """A gate before a clinic in one dialect."""

    folder: Path
    settings: Settings
    runs: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _whole: dict[str, list[Any]] = field(default_factory=dict)

    def gate(self) -> Gate:
        return Gate.open(self.settings)

    def identity(self, **changes: Any) -> RunIdentity:
        given: dict[str, Any] = {
            "orchestrator": "cli", "pipeline": "tests", "task": "extract", "triggered_by": "ann",
            "trust": Trust.AUTHENTICATED, "run": f"run-{next(self.runs)}",
        }  # fmt: skip
        return RunIdentity(**(given | changes))

    def request(self, sql: str, **parameters: Any) -> ExtractRequest:
        output = str(self.folder / f"out-{next(self.runs)}")
        return ExtractRequest(
            source="clinic", sql=sql, purpose=PURPOSE, output=output, parameters=parameters
        )

    def extract(self, sql: str, **parameters: Any) -> pa.Table:
        with self.gate() as gate:
            outcome = gate.extract(self.request(sql, **parameters), self.identity())
        assert outcome.released, outcome.reasons
        return pq.read_table(Path(outcome.output) / "part-00000.parquet")

    def refusal(self, sql: str, **parameters: Any) -> set[str]:
        with self.gate() as gate:
            outcome = gate.plan(self.request(sql, **parameters), self.identity())
        assert outcome.plan is None, sql
        return {reason.code for reason in outcome.reasons}

    def keys(self) -> MaskKeys:
        with self.gate() as gate:
            return gate._services.for_key(PURPOSE).mask_keys(PURPOSE)

    def whole(self) -> dict[str, list[Any]]:
        """All patients in the order of ``SEEN``, found by their pseudonyms."""
        if not self._whole:
            table = self.extract(f"SELECT {', '.join(NAMES)} FROM patients")
            digests = inner_digest(raw("id", pa.int64()), DataClass("patient_id"))
            ids = pseudonym(digests, self.keys().pseudonymizer(), "uuid", 32).to_pylist()
            place = {value: index for index, value in enumerate(table.column("id").to_pylist())}
            assert sorted(place) == sorted(ids)
            self._whole.update(table.take([place[value] for value in ids]).to_pydict())
        return self._whole


def ddl(table: str, columns: list[tuple[str, str]], dialect: str) -> str:
    own = {"mysql": {"TIMESTAMP": "DATETIME(6)", "DOUBLE PRECISION": "DOUBLE"}}.get(dialect, {})
    inside = ", ".join(f"{name} {own.get(kind, kind)}" for name, kind in columns)
    return f"CREATE TABLE {table} ({inside})"


def fill(execute: Callable[..., Any], many: Callable[..., Any], dialect: str, mark: str) -> None:
    for table, columns, rows in (("patients", PATIENTS, ROWS), ("visits", VISITS, CALLS)):
        execute(ddl(table, columns, dialect))
        marks = ", ".join([mark] * len(columns))
        many(f"INSERT INTO {table} VALUES ({marks})", [list(map(plain(dialect), r)) for r in rows])


def plain(dialect: str) -> Callable[[Any], Any]:
    def value(given: Any) -> Any:
        if dialect != "sqlite":
            return given
        if isinstance(given, datetime):
            return given.isoformat(sep=" ")
        if isinstance(given, date):
            return given.isoformat()
        return float(given) if isinstance(given, Decimal) else given

    return value


def stored(dialect: str, request: pytest.FixtureRequest, folder: Path) -> tuple[str, str]:
    """Fill a database; return its URL and schema."""
    if dialect == "postgres":
        url = request.getfixturevalue("postgres").database()
        with psycopg.connect(url) as connection, connection.cursor() as cursor:
            fill(cursor.execute, cursor.executemany, dialect, "%s")
        return url, "public"
    if dialect == "mysql":
        server = request.getfixturevalue("mariadb")
        name = server.database()
        with server.connect(name) as connection, connection.cursor() as cursor:
            fill(cursor.execute, cursor.executemany, dialect, "%s")
        return server.url_of(name), name
    path = folder / f"clinic.{dialect}"
    if dialect == "duckdb":
        with duckdb.connect(str(path)) as db:
            fill(db.execute, db.executemany, dialect, "?")
    else:
        with closing(sqlite3.connect(path)) as lite:
            fill(lite.execute, lite.executemany, dialect, "?")
            lite.commit()
    return f"{dialect}:///{path}", "main"


def opened(folder: Path, url: str, schema: str, **settings: Any) -> Clinic:
    """Set up a gate, with its key in a file."""
    home = folder / "state"
    home.mkdir()
    (home / "policy.yaml").write_text(POLICY.format(schema=schema))
    (home / "key").touch(0o600)
    (home / "key").write_text(base64.b64encode(bytes(range(32))).decode())
    found = Settings.load(
        home=home, policy=home / "policy.yaml", key=f"file:{home / 'key'}",
        lineage=home / "lineage.jsonl", **settings,
    )  # fmt: skip
    return Clinic(folder=folder, settings=found.with_sources({"clinic": url}))


@pytest.fixture(scope="module")
def clinics() -> dict[str, Clinic]:
    """Filled once each, in whatever order the tests come."""
    return {}


@pytest.fixture(params=["postgres", "duckdb", "sqlite", "mysql"])
def clinic(
    request: pytest.FixtureRequest,
    clinics: dict[str, Clinic],
    tmp_path_factory: pytest.TempPathFactory,
) -> Clinic:
    dialect = request.param
    if dialect not in clinics:
        folder = tmp_path_factory.mktemp(dialect)
        url, schema = stored(dialect, request, folder)
        clinics[dialect] = opened(folder, url, schema, vault=f"sqlite:///{folder}/vault.db")
    return clinics[dialect]


@pytest.fixture
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Clinic:
    """A clinic in SQLite, without a vault."""
    return opened(tmp_path, *stored("sqlite", request, tmp_path))


def raw(name: str, kind: pa.DataType, rows: list[tuple[Any, ...]] = SEEN) -> pa.Array:
    return pa.array([row[NAMES.index(name)] for row in rows], kind)


def test_every_mask_gives_what_its_definition_says(clinic: Clinic) -> None:
    found = clinic.whole()
    own = clinic.keys()
    digests = {n: inner_digest(raw(n, k), DataClass(c)) for n, k, c in (
        ("code", pa.string(), "file_code"), ("account", pa.int64(), "account_number"),
        ("name", pa.string(), "person_name"), ("email", pa.string(), "email"),
    )}  # fmt: skip
    keyed, faker = own.pseudonymizer(), Faker(own.pseudonymizer("fake"))
    assert found["code"] == pseudonym(digests["code"], keyed, "base32", 20).to_pylist()
    assert found["account"] == pseudonym(digests["account"], keyed, "integer", 32).to_pylist()
    assert found["name"] == faker.apply(digests["name"], "name").to_pylist()
    assert found["email"] == faker.apply(digests["email"], "email").to_pylist()
    for name, value in zip(
        found["second_email"], raw("second_email", pa.string()).to_pylist(), strict=True
    ):
        assert name == (value and "*" * value.index("@") + value[value.index("@") :])
    for shown, value in zip(found["phone"], raw("phone", pa.string()).to_pylist(), strict=True):
        assert shown == (value and "+49 30 " + "*" * 8)
    for shown, age in zip(found["age"], raw("age", pa.int64()).to_pylist(), strict=True):
        assert shown == (
            age
            and ("<18" if age < 18 else "18-40" if age < 40 else "40-65" if age < 65 else ">=65")
        )
    wards = raw("ward", pa.string()).to_pylist()
    assert found["ward"] == [ward and "some ward" for ward in wards]
    assert found["opted_out"] == [None] * len(SEEN)


def test_what_is_encrypted_comes_back_and_leaves_its_form(clinic: Clinic) -> None:
    found = clinic.whole()
    for name, data_class, mask in (
        ("card", "loyalty_card", "preserve_format"), ("ssn", "ssn", "tokenize"), ("badge", "badge", "tokenize")
    ):  # fmt: skip
        values = raw(name, pa.string()).to_pylist()
        assert sum(a == b for a, b in zip(found[name], values, strict=True) if b) == 0
        given = pa.array(found[name], pa.string())
        with clinic.gate() as gate:
            request = unmasking(given, data_class=data_class, mask=mask)
            back = gate.unmask(request, clinic.identity())
        assert back.values is not None
        assert back.values.to_pylist() == values
    for shown, value in zip(found["card"], raw("card", pa.string()).to_pylist(), strict=True):
        assert (shown is None) is (value is None)
        assert not value or [i for i, c in enumerate(shown) if c == "-"] == [4, 9]
    assert all(t is None or t.startswith("tok_") for t in (*found["ssn"], *found["badge"]))
    # eleven badges, so eleven tokens
    assert len({*found["badge"]} - {None}) == len({*raw("badge", pa.string()).to_pylist()} - {None})


def unmasking(values: pa.Array, **changes: Any) -> Any:
    from sluicegate.gate.unmask import UnmaskRequest

    given: dict[str, Any] = {"data_class": DataClass("ssn"), "purpose": PURPOSE}
    return UnmaskRequest(values=values, **(given | changes))


def test_dates_of_a_subject_move_alike_over_tables(clinic: Clinic) -> None:
    found = clinic.whole()
    shifts: dict[int, timedelta] = {}
    for row, born, seen in zip(SEEN, found["born"], found["seen"], strict=True):
        before, moment = row[NAMES.index("born")], row[NAMES.index("seen")]
        assert (born is None, seen is None) == (before is None, moment is None)
        moves = {*([born - before] if born else []), *([seen - moment] if seen else [])}
        assert len(moves) == 1, "both dates by one shift"
        shifts[row[0]] = moves.pop()
    assert all(timedelta() < abs(shift) <= timedelta(days=30) for shift in shifts.values())
    assert len(set(shifts.values())) > 10
    table = clinic.extract("SELECT visit, day FROM visits").to_pydict()
    days = dict(zip(table["visit"], table["day"], strict=True))
    told = [
        (patient, days[visit] - day) for visit, patient, _, day, _ in CALLS if patient in shifts
    ]
    assert told
    assert all(move == shifts[patient] for patient, move in told)


def test_noise_is_of_the_columns_type_and_steady(clinic: Clinic) -> None:
    found = clinic.whole()
    again = clinic.extract("SELECT id, height, visits, cost FROM patients").to_pydict()
    place = {value: index for index, value in enumerate(again["id"])}
    for name, kind in (("height", float), ("visits", int), ("cost", Decimal)):
        values = [row[NAMES.index(name)] for row in SEEN]
        assert found[name] == [again[name][place[i]] for i in found["id"]]
        assert [v is None for v in found[name]] == [v is None for v in values]
        assert {type(v) for v in found[name] if v is not None} <= {kind, float}
        changed = sum(a != b for a, b in zip(found[name], values, strict=True) if b)
        assert changed > 40
    assert all(h is None or (h * 2).is_integer() for h in found["height"])


def test_documents_and_texts(clinic: Clinic) -> None:
    found = clinic.whole()
    for row, text, note in zip(SEEN, found["profile"], found["notes"], strict=True):
        raw_profile, raw_note = row[NAMES.index("profile")], row[NAMES.index("notes")]
        assert (text is None, note is None) == (raw_profile is None, raw_note is None)
        if note is not None:
            assert note == "call {EMAIL_1} or {EMAIL_2}, then {EMAIL_1} again"
        if text is None:
            continue
        profile, before = json.loads(text), json.loads(raw_profile)
        assert profile["plan"] == before["plan"]
        assert profile["remark"] == "write to {EMAIL} soon"
        assert "zqname" not in text
        assert profile["contact"]["email"].partition("@")[2].startswith("example.")
        local = before["contact"]["email"].partition("@")[0]
        assert local not in profile["contact"]["email"]  # a fake surname may well hold "raw"
        assert [len(p) for p in profile["contact"]["phones"]] == [
            len(p) for p in before["contact"]["phones"]
        ]
        assert all(set(p[:-2]) == {"*"} for p in profile["contact"]["phones"])
        assert len(profile["member"]) == 8
        assert profile["member"] != before["member"]


def test_no_raw_value_is_left_anywhere(clinic: Clinic) -> None:
    clinic.whole()
    places = [p for p in clinic.folder.rglob("*") if p.is_file() and p.stem != "clinic"]
    assert any(p.suffix == ".parquet" for p in places)
    for path in places:
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content = str(pq.read_table(path).to_pydict()).encode()
        for mark in (b"zqname", b"zqcode", b"zqward", b"zqib", b"raw@", b"202-555", b"6007-00"):
            assert mark not in content, path


def test_rows_that_are_suppressed_are_nowhere(clinic: Clinic) -> None:
    table = clinic.extract("SELECT count(*) AS n, count(opted_out) AS k FROM patients").to_pydict()
    assert table == {"n": [len(SEEN)], "k": [0]}
    sql = "SELECT count(*) AS n FROM visits v WHERE v.patient IN (SELECT p.id FROM patients p)"
    expected = sum(call[1] not in OUT for call in CALLS)
    assert clinic.extract(sql).to_pydict() == {"n": [expected]}
    sql = "SELECT count(*) AS n FROM patients WHERE opted_out IS NOT NULL"
    assert clinic.extract(sql).to_pydict() == {"n": [0]}


def test_joins_hold_on_forms_and_fakes(clinic: Clinic) -> None:
    by_id = "SELECT v.visit, p.id FROM visits v JOIN patients p ON p.id = v.patient"
    found = clinic.extract(by_id).to_pydict()
    assert sorted(found["visit"]) == [v for v, p, *_ in CALLS if p not in OUT]
    by_mail = "SELECT v.visit, p.email FROM visits v JOIN patients p ON p.email = v.email"
    found = clinic.extract(by_mail).to_pydict()
    mails = [row[NAMES.index("email")] for row in SEEN]
    expected = sorted(v for v, _, m, *_ in CALLS for other in mails if m == other)
    assert sorted(found["visit"]) == expected
    sql = "SELECT email, count(*) AS n FROM patients GROUP BY email"
    groups = clinic.extract(sql).to_pydict()
    assert sorted(groups["n"]) == sorted(mails.count(m) for m in set(mails))
    found = clinic.extract("SELECT count(*) AS n FROM patients WHERE email = :m", m=mail(3))
    assert found.to_pydict() == {"n": [mails.count(mail(3))]}


RAW = (
    "phone",
    "card",
    "iban",
    "ssn",
    "badge",
    "born",
    "seen",
    "height",
    "visits",
    "cost",
    "profile",
)
OTHER_THAN_BARE = (
    "SELECT upper({c}) AS x FROM patients",
    "SELECT {c} AS x FROM patients WHERE {c} = '1'",
    "SELECT id FROM patients WHERE {c} LIKE '1%'",
    "SELECT id FROM patients WHERE {c} IN ('1')",
    "SELECT id FROM patients WHERE {c} > '1'",
    "SELECT id FROM patients WHERE {c} = :p",
    "SELECT id FROM patients ORDER BY {c}",
    "SELECT {c} AS x FROM patients ORDER BY 1",
    "SELECT {c} AS x, count(*) AS n FROM patients GROUP BY {c}",
    "SELECT count(*) AS n FROM patients GROUP BY {c}",
    "SELECT DISTINCT {c} AS x FROM patients",
    "SELECT count(DISTINCT {c}) AS n FROM patients",
    "SELECT max({c}) AS x FROM patients",
    "SELECT min({c}) AS x FROM patients",
    "SELECT sum({c}) AS x FROM patients",
    "SELECT CAST({c} AS VARCHAR(9)) AS x FROM patients",
    "SELECT coalesce({c}, 'x') AS x FROM patients",
    "SELECT CASE WHEN {c} = '1' THEN 1 ELSE 0 END AS x FROM patients",
    "SELECT CASE WHEN id IS NULL THEN {c} ELSE {c} END AS x FROM patients",
    "SELECT p.id FROM patients p JOIN patients q ON p.{c} = q.{c}",
    "SELECT {c} AS x FROM patients UNION SELECT {c} FROM patients",
    "SELECT row_number() OVER (ORDER BY {c}) AS n FROM patients",
    "SELECT count(*) OVER (PARTITION BY {c}) AS n FROM patients",
    "SELECT lag({c}) OVER (ORDER BY age) AS x FROM patients",
    "SELECT x FROM (SELECT {c} AS x FROM patients) q WHERE x = '1'",
    "WITH q AS (SELECT {c} AS x FROM patients) SELECT max(x) AS m FROM q",
    "SELECT id FROM patients WHERE EXISTS (SELECT 1 FROM visits WHERE visits.day = patients.{c})",
    "SELECT (SELECT max(p.{c}) FROM patients p) AS x FROM visits",
    "SELECT concat({c}, '') AS x FROM patients",
)


@pytest.mark.slow
def test_what_leaves_raw_is_used_bare_or_not_at_all(clinic: Clinic) -> None:
    with clinic.gate() as gate:
        for form, column in itertools.product(OTHER_THAN_BARE, RAW):
            sql = form.format(c=column)
            request = clinic.request(sql, **({"p": "1"} if ":p" in form else {}))
            outcome = gate.plan(request, clinic.identity())
            codes = {reason.code for reason in outcome.reasons}
            assert outcome.plan is None, sql
            assert "G13" in codes, (sql, codes)


def test_columns_with_other_masks_are_not_one_column(clinic: Clinic) -> None:
    for one, other in (("card", "iban"), ("ssn", "badge"), ("born", "ssn"), ("visits", "height"),
                       ("card", "notes"), ("name", "email"), ("id", "account"), ("card", "ward"),
                       ("born", "seen"), ("card", "NULL || 'x'")):  # fmt: skip
        sql = f"SELECT {one} AS x FROM patients UNION ALL SELECT {other} FROM patients"
        assert clinic.refusal(sql) & {"G13", "G09"}, sql


def test_what_leaves_raw_may_go_through_queries_bare(clinic: Clinic) -> None:
    sql = (
        "WITH q AS (SELECT card AS c, born AS b, age FROM patients WHERE ssn IS NOT NULL)"
        " SELECT c, b FROM (SELECT c, b, age FROM q) AS r ORDER BY age"
    )
    found = clinic.extract(sql).to_pydict()
    known = clinic.whole()
    expected = [i for i, token in enumerate(known["ssn"]) if token is not None]
    assert sorted(map(str, found["c"])) == sorted(str(known["card"][i]) for i in expected)
    assert sorted(map(str, found["b"])) == sorted(str(known["born"][i]) for i in expected)


def test_metadata_attestation_and_lineage_tell_the_masks(clinic: Clinic) -> None:
    request = clinic.request(f"SELECT {', '.join(NAMES)} FROM patients")
    with clinic.gate() as gate:
        outcome = gate.extract(request, clinic.identity())
    file = pq.read_schema(Path(outcome.output) / "part-00000.parquet")
    facts = json.loads(file.metadata[b"sluicegate"])
    assert facts["masks"]["card"] == "preserve_format"
    assert facts["masks"]["opted_out"] == "suppress_row"
    keyed = {"id", "code", "account", "name", "email", "card", "iban", "ssn", "badge", "born", "seen",
             "height", "visits", "cost", "profile"}  # fmt: skip
    assert set(facts["keys"]) == keyed
    (key,) = set(facts["keys"].values())  # the purpose's, from which each mask derives its own
    assert key == facts["pseudonyms"]["key_id"] == clinic.keys().key_id
    envelope = json.loads(Path(outcome.attestation).read_text())
    columns = json.loads(base64.b64decode(envelope["payload"]))["predicate"]["columns"]
    told = {column["name"]: column for column in columns}
    assert told["card"]["key_id"] == facts["keys"]["card"]
    assert told["born"]["masks"][0]["parameters"] == {"subject": "id", "days": 30}
    inner = told["profile"]["masks"][0]["parameters"]["paths"]
    assert inner["$.member"] == {"method": "preserve_format", "parameters": {"alphabet": "digits"}}
    event = (clinic.settings.lineage or Path()).read_text().splitlines()[-1]
    fields = json.loads(event)["outputs"][0]["facets"]["columnLineage"]["fields"]
    for name in NAMES:
        how = fields[name]["inputFields"][0]["transformations"][0]
        assert how["masking"] is True
        assert how["description"] == facts["masks"][name]


# ---------------------------------------------------------------- unmask


def tokens(desk: Clinic) -> pa.Array:
    with desk.gate() as gate:
        seen = gate.preview(desk.request("SELECT ssn FROM patients"), desk.identity(), rows=10)
    assert seen.table is not None
    return seen.table.column("ssn").combine_chunks()


@pytest.mark.parametrize(
    "changes",
    [
        {"data_class": "iban", "mask": "preserve_format"},
        {"data_class": "email"},
        {"data_class": "person_name"},
        {"purpose": "marketing"},
        {"mask": "preserve_format"},
        {"mask": "tokenize:vault"},
    ],
)
def test_unmasking_is_refused_by_default(desk: Clinic, changes: dict[str, str]) -> None:
    given = tokens(desk)
    with desk.gate() as gate:
        result = gate.unmask(unmasking(given, **changes), desk.identity())
        last = list(gate.ledger.records())[-1]
    assert result.refused
    assert result.reasons
    assert last.kind == "unmask.refused"
    assert last.body["count"] == len(given)


def test_only_whom_the_rule_names_may_unmask(desk: Clinic) -> None:
    given = tokens(desk)
    with desk.gate() as gate:
        assert gate.unmask(unmasking(given), desk.identity(triggered_by="bob")).refused
        many = pa.array(given.drop_null().to_pylist()[:1] * 61)
        refused = gate.unmask(unmasking(many), desk.identity())
        assert [r.code for r in refused.reasons] == ["POLICY-UNMASK-LIMIT"]
        assert not gate.unmask(unmasking(given), desk.identity()).refused


def asking(desk: Clinic) -> None:
    path = desk.settings.policy
    text = path.read_text()
    grant = "    effect: unmask\n"
    assert text.count(grant) == 1
    path.write_text(text.replace(grant, f"{grant}    approval: {{approvers: [dana, lee]}}\n"))


def test_a_grant_may_ask_somebody_else_first(desk: Clinic) -> None:
    given = tokens(desk)
    asking(desk)
    with desk.gate() as gate:
        refused = gate.unmask(unmasking(given), desk.identity())
        assert [r.code for r in refused.reasons] == ["APPROVAL-MISSING"]
        assert refused.values is None
        assert refused.approval
        (asked,) = gate.approvals.list()
        assert asked.summary["kind"] == "unmask"
        assert asked.summary["count"] == len(given)
        told = str([record.body for record in gate.ledger.records()])
        assert not [token for token in given.drop_null().to_pylist() if token in told]
        with pytest.raises(ApprovalError, match="what they asked for"):
            gate.approvals.approve(refused.approval, person=str(desk.identity().triggered_by))
        gate.approvals.approve(refused.approval, person="lee")
        once = desk.identity()
        assert gate.unmask(unmasking(given), once).values is not None
        assert gate.unmask(unmasking(given), once).values is not None  # a try of the same work
        again = gate.unmask(unmasking(given), desk.identity())
        assert [r.code for r in again.reasons] == ["APPROVAL-MISSING"]


@pytest.mark.parametrize("change", ["values", "order", "purpose", "person", "policy"])
def test_an_approval_is_of_these_values_and_nothing_else(desk: Clinic, change: str) -> None:
    given = tokens(desk)
    asking(desk)
    who, more = desk.identity(), {}
    with desk.gate() as gate:
        refused = gate.unmask(unmasking(given), who)
        gate.approvals.approve(refused.approval, person="lee")
    if change == "values":
        given = given[1:]
    elif change == "order":
        given = pa.array(given.to_pylist()[::-1])
    elif change == "purpose":
        more = {"purpose": "marketing"}
    elif change == "person":
        who = desk.identity(triggered_by="eve")
    else:
        desk.settings.policy.write_text(
            desk.settings.policy.read_text().replace("{approvers: [", "{approvers: [kim, ")
        )
    with desk.gate() as gate:
        assert gate.unmask(unmasking(given, **more), who).refused


def test_a_forbid_beats_the_grant(desk: Clinic) -> None:
    given = tokens(desk)
    path = desk.settings.policy
    path.write_text(
        path.read_text()
        + "  - id: never\n    effect: forbid\n    reason: Not this class.\n    classes: [ssn]\n"
    )
    with desk.gate() as gate:
        refused = gate.unmask(unmasking(given), desk.identity())
    assert [r.code for r in refused.reasons] == ["POLICY-FORBIDDEN"]


def test_unmasking_is_on_record_without_any_value(desk: Clinic) -> None:
    given = tokens(desk)
    with desk.gate() as gate:
        result = gate.unmask(unmasking(given), desk.identity())
        intent, outcome = list(gate.ledger.records())[-2:]
    assert (intent.kind, outcome.kind) == ("unmask.intent", "unmask.outcome")
    assert (result.intent_sequence, result.outcome_sequence) == (intent.sequence, outcome.sequence)
    assert intent.body["data_class"] == "ssn"
    assert intent.body["rules"] == ["call-backs"]
    assert outcome.body == {
        "intent": intent.sequence, "count": len(given), "key_id": result.key_id, "status": "unmasked"
    }  # fmt: skip
    told = json.dumps([dict(intent.body), dict(outcome.body)]) + repr(result)
    assert result.values is not None
    for value in [*given.drop_null().to_pylist(), *result.values.drop_null().to_pylist()]:
        assert value not in told


def test_a_token_that_was_changed_is_an_error_without_it(desk: Clinic) -> None:
    from sluicegate.errors import MaskingError

    token = tokens(desk).drop_null().to_pylist()[0]
    bad = pa.array([token, token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]])
    with desk.gate() as gate:
        with pytest.raises(MaskingError, match="row 1") as caught:
            gate.unmask(unmasking(bad), desk.identity())
        last = list(gate.ledger.records())[-1]
    assert (last.kind, last.body["status"], last.body["error"]) == (
        "unmask.outcome",
        "failed",
        "SG-MASK",
    )
    assert token[4:12] not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_without_the_ledger_nothing_is_unmasked(
    desk: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sluicegate.errors import LedgerUnavailable
    from sluicegate.ledger import Ledger
    from sluicegate.mask.token import SivTokenizer

    given = tokens(desk)
    revealed: list[int] = []
    monkeypatch.setattr(SivTokenizer, "reveal", lambda *_: revealed.append(1))
    with desk.gate() as gate:
        monkeypatch.setattr(Ledger, "append", _unavailable)
        with pytest.raises(LedgerUnavailable):
            gate.unmask(unmasking(given), desk.identity())
    assert revealed == []


def _unavailable(*_: Any, **__: Any) -> None:
    from sluicegate.errors import LedgerUnavailable

    raise LedgerUnavailable("the ledger cannot be written")
