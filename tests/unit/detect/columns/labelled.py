"""Labelled schemas: what stands in each column, decided before the classifier was written.

Every value is drawn by Faker from a fixed seed when a test runs; none is stored. A label names the
class that a reviewer would give the column; where two are equally right, both stand with ``|``.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa
from faker import Faker

from sluicegate.model.data import TypeFamily

TODAY = date(2026, 6, 1)
Make = Callable[["Draw"], Any]


@dataclass(frozen=True, kw_only=True)
class Draw:
    """What a generator may use for one row."""

    fake: Faker
    rng: random.Random
    row: int


@dataclass(frozen=True, kw_only=True)
class LabelledColumn:
    name: str
    family: TypeFamily
    accepted: tuple[str, ...]
    values: pa.Array


@dataclass(frozen=True, kw_only=True)
class LabelledTable:
    schema: str
    name: str
    columns: tuple[LabelledColumn, ...]

    def arrow(self) -> pa.Table:
        return pa.table([c.values for c in self.columns], names=[c.name for c in self.columns])


Spec = tuple[str, TypeFamily, str, Make]

T, N, M, F = TypeFamily.TEXT, TypeFamily.INTEGER, TypeFamily.DECIMAL, TypeFamily.FLOAT
B, D, S, U, J = (
    TypeFamily.BOOLEAN, TypeFamily.DATE, TypeFamily.TIMESTAMP, TypeFamily.UUID, TypeFamily.JSON,
)  # fmt: skip
_ARROW = {
    T: pa.string(), N: pa.int64(), M: pa.decimal128(18, 2), F: pa.float64(), B: pa.bool_(),
    D: pa.date32(), S: pa.timestamp("us", "UTC"), U: pa.string(), J: pa.string(),
}  # fmt: skip


# ---------------------------------------------------------------- generators


def serial(d: Draw) -> int:
    return 1000 + d.row


def fk(d: Draw) -> int:
    return d.rng.randrange(1000, 1200)


def uid(d: Draw) -> str:
    return str(uuid.UUID(int=d.rng.getrandbits(128), version=4))


def code(prefix: str, digits: int = 6) -> Make:
    return lambda d: f"{prefix}{d.rng.randrange(10**digits):0{digits}d}"


def one_of(*choices: Any, weights: tuple[int, ...] | None = None) -> Make:
    return lambda d: d.rng.choices(choices, weights=weights)[0]


def number(low: int, high: int) -> Make:
    return lambda d: d.rng.randint(low, high)


def real(low: float, high: float, places: int = 3) -> Make:
    return lambda d: round(d.rng.uniform(low, high), places)


def amount(low: int = 1, high: int = 2000) -> Make:
    return lambda d: Decimal(d.rng.randint(low * 100, high * 100)) / 100


def fake(method: str, **options: Any) -> Make:
    return lambda d: getattr(d.fake, method)(**options)


def flat(method: str) -> Make:
    return lambda d: getattr(d.fake, method)().replace("\n", ", ")


def some(make: Make, share: float) -> Make:
    """Leave a share of the cells empty."""
    return lambda d: None if d.rng.random() < share else make(d)


def flag(d: Draw) -> bool:
    return d.rng.random() < 0.6


def birth(d: Draw) -> date:
    return TODAY - timedelta(days=d.rng.randint(18 * 365, 90 * 365))


def child_birth(d: Draw) -> date:
    return TODAY - timedelta(days=d.rng.randint(6 * 365, 18 * 365))


def lately(d: Draw) -> date:
    return TODAY - timedelta(days=d.rng.randint(0, 900))


def moment(d: Draw) -> datetime:
    return datetime(2026, 5, 1, tzinfo=UTC) - timedelta(seconds=d.rng.randint(0, 60_000_000))


def as_text(make: Make, form: str) -> Make:
    return lambda d: make(d).strftime(form)


def mail(d: Draw) -> str:
    return d.fake.user_name() + str(d.row) + "@" + d.rng.choice(("example.com", "example.org"))


def note(d: Draw) -> str:
    return " ".join(d.fake.sentences(d.rng.randint(1, 4)))


def personal_note(d: Draw) -> str:
    if d.rng.random() < 0.4:
        return f"{d.fake.sentence()} Write to {mail(d)} or ask for {d.fake.name()}."
    return note(d)


def phone(d: Draw) -> str:
    return f"+1 202-555-{d.rng.randrange(100, 200):04d}"


def german_phone(d: Draw) -> str:
    return f"+49 30 23125 {d.rng.randrange(1000):03d}"


def spanish_phone(d: Draw) -> str:
    return f"6{d.rng.randrange(10**8):08d}"


def french_phone(d: Draw) -> str:
    return "06 39 98 " + f"{d.rng.randrange(100):02d} {d.rng.randrange(100):02d}"


def ssn(d: Draw) -> str:
    return f"{d.rng.randrange(100, 600)}-{d.rng.randrange(10, 99)}-{d.rng.randrange(1000, 9999)}"


def dni(d: Draw) -> str:
    digits = d.rng.randrange(10**8)
    return f"{digits:08d}{'TRWAGMYFPDXBNJZSQVHLCKE'[digits % 23]}"


def cpf(d: Draw) -> str:
    digits = [d.rng.randrange(10) for _ in range(9)]
    for _ in range(2):
        size = len(digits) + 1
        rest = sum(x * (size - i) for i, x in enumerate(digits)) * 10 % 11
        digits.append(0 if rest == 10 else rest)
    text = "".join(map(str, digits))
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"


def nir(d: Draw) -> str:
    """Number of the French social insurance."""
    digits = (
        f"{d.rng.choice('12')}{d.rng.randrange(40, 99):02d}{d.rng.randrange(1, 13):02d}"
        f"{d.rng.randrange(1, 96):02d}{d.rng.randrange(1, 900):03d}{d.rng.randrange(1, 999):03d}"
    )
    return f"{digits}{97 - int(digits) % 97:02d}"


def ip(d: Draw) -> str:
    return f"{d.rng.randrange(11, 200)}.{d.rng.randrange(256)}.{d.rng.randrange(256)}.{d.rng.randrange(1, 255)}"


def digest(d: Draw) -> str:
    return f"{d.rng.getrandbits(256):064x}"


def bcrypt(d: Draw) -> str:
    letters = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "$2b$12$" + "".join(d.rng.choices(letters, k=53))


def token(d: Draw) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "gh" + "p_" + "".join(d.rng.choices(letters, k=36))


def product(d: Draw) -> str:
    made = ("Steel", "Oak", "Cotton", "Smart", "Mini", "Ultra", "Classic", "Eco", "Nordic", "Swift")
    thing = (
        "Lamp",
        "Chair",
        "Bottle",
        "Shirt",
        "Desk",
        "Keyboard",
        "Backpack",
        "Kettle",
        "Rug",
        "Mug",
    )
    return f"{d.rng.choice(made)} {d.rng.choice(thing)} {d.rng.randrange(100, 999)}"


def diagnosis(d: Draw) -> str:
    return d.rng.choice(
        ("J45.9", "E11.9", "I10", "M54.5", "F32.1", "K21.0", "N39.0", "G43.9", "L20.9")
    )


def settings(d: Draw) -> str:
    return f'{{"theme": "{d.rng.choice(("dark", "light"))}", "contact": "{mail(d)}", "n": {d.rng.randrange(9)}}}'


def url(d: Draw) -> str:
    return f"https://www.example.com/{d.fake.slug()}?ref={d.rng.randrange(10**6)}"


def agent(d: Draw) -> str:
    return str(d.fake.user_agent())


def plate(d: Draw) -> str:
    letters = "".join(d.rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=3))
    return f"{letters}-{d.rng.randrange(1000, 9999)}"


def mac(d: Draw) -> str:
    return ":".join(f"{d.rng.randrange(256):02x}" for _ in range(6))


def imei(d: Draw) -> str:
    body = "35" + f"{d.rng.randrange(10**12):012d}"
    total = sum(sum(divmod(int(c) * (1 + i % 2), 10)) for i, c in enumerate(body))
    return f"{body}{-total % 10}"


def file_name(d: Draw) -> str:
    return f"report_{d.rng.randrange(10**5)}.{d.rng.choice(('pdf', 'csv', 'xlsx'))}"


def host(d: Draw) -> str:
    return f"{d.rng.choice(('web', 'db', 'cache', 'batch'))}-{d.rng.randrange(1, 60):02d}.internal.example"


# ---------------------------------------------------------------- the schemas

SCHEMAS: tuple[tuple[str, str, str, tuple[Spec, ...]], ...] = (
    ("shop", "en_US", "customers", (
        ("id", N, "identifier", serial), ("email", T, "email", mail),
        ("first_name", T, "person_name", fake("first_name")), ("last_name", T, "person_name", fake("last_name")),
        ("phone", T, "phone", phone), ("email_verified", B, "public", flag),
        ("birthDate", D, "birth_date", birth), ("street", T, "address", fake("street_address")),
        ("city", T, "city", fake("city")), ("zip", T, "postcode", fake("postcode")),
        ("country", T, "public", one_of("US", "CA", "DE", "FR")), ("gender", T, "gender", one_of("M", "F", "M", "F", "X")),
        ("newsletter_opt_in", B, "public", flag), ("loyalty_tier", T, "public", one_of("gold", "silver", "bronze")),
        ("password_hash", T, "secret", bcrypt), ("created_at", S, "event_time", moment),
        ("last_login_ip", T, "ip", ip), ("lifetime_value", M, "money", amount()),
        ("notes", T, "free_text", personal_note), ("preferences", J, "free_text", settings),
    )),
    ("shop", "en_US", "orders", (
        ("order_id", N, "identifier", serial), ("customer_id", N, "identifier", fk),
        ("order_number", T, "identifier", code("ORD-")), ("status", T, "public", one_of("new", "paid", "sent", "void")),
        ("total_amount", M, "money", amount()), ("currency", T, "public", one_of("USD", "EUR")),
        ("placed_at", S, "event_time", moment), ("shipping_address", T, "address", flat("address")),
        ("card_number", T, "card", fake("credit_card_number", card_type="visa")),
        ("card_brand", T, "public", one_of("visa", "mastercard", "amex")),
        ("email_template_id", N, "identifier|public", number(1, 12)), ("item_count", N, "public", number(1, 9)),
        ("gift_message", T, "free_text", some(note, 0.7)), ("tracking_url", T, "free_text", url),
        ("coupon_code", T, "public|identifier", one_of("SPRING10", "VIP20", "FREESHIP", None)),
    )),
    ("shop", "en_US", "products", (
        ("sku", T, "identifier", code("SKU-")), ("product_name", T, "public|free_text", product),
        ("description", T, "free_text", note), ("price", M, "money|public", amount()), ("weight_kg", F, "public", real(0.1, 30)),
        ("stock", N, "public", number(0, 500)), ("category", T, "public", one_of("home", "office", "outdoor")),
        ("phone_model", T, "public", one_of("A12", "B7", "C300")), ("is_active", B, "public", flag),
        ("rating", F, "public", real(1, 5, 1)), ("image_file_name", T, "public|free_text", file_name),
    )),
    ("clinic", "en_GB", "patients", (
        ("patient_id", U, "identifier", uid), ("nhs_number", T, "health_id", fake("numerify", text="##########")),
        ("mrn", T, "medical_record", code("MRN", 8)), ("full_name", T, "person_name", fake("name")),
        ("dob", D, "birth_date", birth), ("sex", T, "gender", one_of("male", "female", "unknown", weights=(5, 5, 1))),
        ("ethnicity", T, "ethnicity", one_of("White", "Black", "Asian", "Mixed", "Other")),
        ("marital_status", T, "marital_status", one_of("single", "married", "divorced", "widowed")),
        ("home_phone", T, "phone", fake("numerify", text="+44 20 7946 0###")), ("postcode", T, "postcode", fake("postcode")),
        ("address_line1", T, "address", fake("street_address")), ("next_of_kin", T, "person_name", some(fake("name"), 0.3)),
        ("diagnosis_code", T, "diagnosis", diagnosis), ("blood_type", T, "diagnosis|public", one_of("A+", "0-", "B+", "AB-")),
        ("religion", T, "religion", one_of("none", "Christian", "Muslim", "Hindu", "Jewish")),
        ("gp_surgery_code", T, "public|identifier", one_of("A81001", "B82012", "C83033")),
        ("height_cm", N, "public", number(140, 205)), ("deceased", B, "public", flag),
        ("registered_on", D, "event_time", lately),
    )),
    ("clinic", "en_GB", "visits", (
        ("visit_id", N, "identifier", serial), ("patient_id", U, "identifier", uid),
        ("visit_start", S, "event_time", moment), ("doctor", T, "person_name", one_of("Dr Ann Hill", "Dr Raj Patel", "Dr Tom Reed", "Dr Sue Park")),
        ("ward", T, "public", one_of("A1", "B2", "C3")), ("symptoms", T, "free_text", note),
        ("heart_rate", N, "public", number(50, 150)), ("prescription", T, "free_text|diagnosis", note),
        ("discharged", B, "public", flag), ("fee", M, "money", amount()),
    )),
    ("hr", "en_US", "employees", (
        ("employee_id", N, "identifier", serial), ("firstname", T, "person_name", fake("first_name")),
        ("surname", T, "person_name", fake("last_name")), ("work_email", T, "email", mail),
        ("ssn", T, "us_ssn", ssn), ("date_of_birth", D, "birth_date", birth),
        ("job_title", T, "job_title", fake("job")), ("department", T, "public", one_of("IT", "HR", "Sales", "Legal")),
        ("salary", M, "money", amount(30000, 200000)), ("salary_band", T, "money", one_of("B1", "B2", "B3", "B4")),
        ("manager_id", N, "identifier", some(fk, 0.1)), ("hire_date", D, "event_time", lately),
        ("nationality", T, "nationality", one_of("American", "German", "Indian", "French", "Polish")),
        ("education_level", T, "education", one_of("BSc", "MSc", "PhD", "High school")),
        ("emergency_contact_name", T, "person_name", fake("name")), ("emergency_contact_phone", T, "phone", phone),
        ("bank_account", T, "bank_account", fake("numerify", text="##########")), ("routing_number", T, "bank_routing", fake("aba")),
        ("passport_no", T, "passport", fake("bothify", text="?########")), ("username", T, "username", fake("user_name")),
        ("is_remote", B, "public", flag), ("vacation_days", N, "public", number(0, 30)),
        ("performance_review", T, "free_text", note), ("disability", T, "diagnosis", one_of("none", "mobility", "vision", "hearing")),
    )),
    ("bank", "de_DE", "accounts", (
        ("account_id", N, "identifier", serial), ("iban", T, "iban", fake("iban")), ("bic", T, "bank_routing|public", fake("swift")),
        ("holder_name", T, "person_name", fake("name")), ("balance", M, "money", amount(0, 90000)),
        ("opened_on", D, "event_time", lately), ("tax_id", T, "tax_id", fake("numerify", text="%##########")),
        ("overdraft_limit", M, "money", amount(0, 3000)), ("account_type", T, "public", one_of("giro", "savings", "depot")),
        ("branch_code", T, "public", one_of("1001", "1002", "1003")), ("pin_hash", T, "secret", digest),
        ("online_banking_enabled", B, "public", flag),
    )),
    ("bank", "en_US", "transactions", (
        ("transaction_id", U, "identifier", uid), ("from_iban", T, "iban", fake("iban")),
        ("amount", M, "money", amount()), ("booking_date", D, "event_time", lately),
        ("purpose_text", T, "free_text", personal_note), ("mcc", T, "public", one_of("5411", "5812", "4111")),
        ("merchant_name", T, "free_text|public", fake("company")), ("pan", T, "card", fake("credit_card_number", card_type="mastercard")),
        ("cvv", T, "secret", fake("numerify", text="###")), ("device_fingerprint", T, "identifier", digest),
        ("channel", T, "public", one_of("atm", "web", "pos")),
    )),
    ("telecom", "en_US", "subscribers", (
        ("subscriber_id", N, "identifier", serial), ("msisdn", T, "phone", fake("numerify", text="1202555####")),
        ("imsi", T, "identifier", fake("numerify", text="26201##########")), ("imei", T, "imei", imei),
        ("sim_iccid", T, "identifier", fake("numerify", text="8949###############")), ("contract_name", T, "public", one_of("Flat S", "Flat M", "Flat L")),
        ("customer_name", T, "person_name", fake("name")), ("billing_address", T, "address", flat("address")),
        ("contact_email", T, "email", mail), ("activation_date", D, "event_time", lately),
        ("credit_score", N, "money|public", number(300, 850)), ("language", T, "public", one_of("en", "es", "de")),
        ("roaming_enabled", B, "public", flag),
    )),
    ("telecom", "en_US", "calls", (
        ("call_id", N, "identifier", serial), ("caller_number", T, "phone", phone), ("callee_number", T, "phone", phone),
        ("started_at", S, "event_time", moment), ("duration_seconds", N, "public", number(1, 3600)),
        ("cell_lat", F, "coordinates", real(37.1, 38.2, 6)), ("cell_lon", F, "coordinates", real(-122.9, -121.1, 6)),
        ("call_type", T, "public", one_of("voice", "sms", "data")), ("charge", M, "money", amount(0, 5)),
    )),
    ("school", "en_US", "students", (
        ("student_no", T, "identifier", code("S", 7)), ("given_name", T, "person_name", fake("first_name")),
        ("middle_initial", T, "person_name|public", one_of("A", "B", "J", "K", "M")), ("family_name", T, "person_name", fake("last_name")),
        ("birth_dt", T, "birth_date", as_text(child_birth, "%Y-%m-%d")), ("birthplace", T, "city", fake("city")),
        ("guardian_name", T, "person_name", fake("name")), ("guardian_email", T, "email", mail),
        ("grade", N, "public", number(1, 12)), ("gpa", F, "public", real(1, 4, 2)), ("home_language", T, "public", one_of("English", "Spanish", "Hmong")),
        ("allergies", T, "diagnosis|free_text", some(one_of("nuts", "milk", "pollen"), 0.6)), ("free_lunch", B, "public", flag),
        ("enrolled", D, "event_time", lately), ("teacher_comment", T, "free_text", note), ("age", N, "age", number(6, 18)),
        ("locker", N, "public", number(1, 300)),
    )),
    ("insurance", "en_US", "policyholders", (
        ("policy_number", T, "identifier", code("POL-", 8)), ("insured_person", T, "person_name", fake("name")),
        ("drivers_license", T, "driving_licence", fake("bothify", text="?#######")), ("vin", T, "vin", fake("vin")),
        ("license_plate", T, "licence_plate", plate), ("premium", M, "money", amount()),
        ("smoker", B, "diagnosis|public", flag), ("occupation", T, "job_title", fake("job")),
        ("annual_income", M, "money", amount(20000, 200000)), ("mobile", T, "phone", phone),
        ("state", T, "public", fake("state_abbr")), ("zip_code", N, "postcode", number(10000, 99999)),
        ("policy_start", D, "event_time", lately), ("policy_type", T, "public", one_of("auto", "home", "life")),
        ("beneficiary", T, "person_name", fake("name")), ("medicare_id", T, "health_id", fake("bothify", text="#??#-??#-??##")),
    )),
    ("insurance", "en_US", "claims", (
        ("claim_id", N, "identifier", serial), ("policy_number", T, "identifier", code("POL-", 8)),
        ("claim_date", D, "event_time", lately), ("description_of_loss", T, "free_text", personal_note),
        ("claim_amount", M, "money", amount()), ("witness", T, "person_name", some(fake("name"), 0.6)),
        ("adjuster_email", T, "email", mail), ("photo_count", N, "public", number(0, 12)), ("approved", B, "public", flag),
    )),
    ("logs", "en_US", "access_log", (
        ("event_id", U, "identifier", uid), ("ts", S, "event_time", moment), ("client_ip", T, "ip", ip),
        ("user_agent", T, "free_text", agent), ("method", T, "public", one_of("GET", "POST", "PUT")),
        ("path", T, "free_text|public", lambda d: "/" + d.fake.uri_path()), ("status_code", N, "public", one_of(200, 404, 500, 302)),
        ("bytes_sent", N, "public", number(100, 10**7)), ("referer", T, "free_text", url), ("session_id", T, "identifier|secret", digest),
        ("host_name", T, "public|free_text", host), ("user_name", T, "username", some(fake("user_name"), 0.4)), ("ip_count", N, "public", number(1, 20)),
        ("response_ms", F, "public", real(1, 900, 2)), ("authorization", T, "secret", token),
        ("payload", J, "free_text", settings),
    )),
    ("crm_de", "de_DE", "kunden", (
        ("kundennummer", N, "identifier", serial), ("anrede", T, "gender|public", one_of("Herr", "Frau")),
        ("vorname", T, "person_name", fake("first_name")), ("nachname", T, "person_name", fake("last_name")),
        ("geburtsdatum", D, "birth_date", birth), ("strasse", T, "address", fake("street_name")), ("hausnummer", T, "address", fake("building_number")),
        ("plz", T, "postcode", fake("postcode")), ("ort", T, "city", fake("city")), ("telefon", T, "phone", german_phone),
        ("handy", T, "phone", german_phone), ("e_mail", T, "email", mail), ("geschlecht", T, "gender", one_of("m", "w", "d")),
        ("familienstand", T, "marital_status", one_of("ledig", "verheiratet", "geschieden")), ("beruf", T, "job_title", fake("job")),
        ("staatsangehoerigkeit", T, "nationality", one_of("deutsch", "türkisch", "polnisch", "italienisch")),
        ("bemerkung", T, "free_text", note), ("umsatz", M, "money", amount()), ("kundengruppe", T, "public", one_of("A", "B", "C")),
        ("steuernummer", T, "tax_id", fake("numerify", text="##/###/#####")), ("angelegt_am", S, "event_time", moment), ("aktiv", B, "public", flag),
    )),
    ("crm_es", "es_ES", "clientes", (
        ("id_cliente", N, "identifier", serial), ("nombre", T, "person_name", fake("first_name")), ("apellidos", T, "person_name", fake("last_name")),
        ("dni", T, "national_id", dni), ("correo_electronico", T, "email", mail), ("telefono", T, "phone", spanish_phone),
        ("fecha_nacimiento", D, "birth_date", birth), ("direccion", T, "address", flat("street_address")), ("codigo_postal", T, "postcode", fake("postcode")),
        ("ciudad", T, "city", fake("city")), ("provincia", T, "public", fake("state")), ("sexo", T, "gender", one_of("H", "M")),
        ("estado_civil", T, "marital_status", one_of("soltero", "casado", "viudo")), ("profesion", T, "job_title", fake("job")),
        ("nacionalidad", T, "nationality", one_of("española", "francesa", "rumana")), ("observaciones", T, "free_text", note),
        ("fecha_alta", D, "event_time", lately), ("saldo", M, "money", amount()), ("activo", B, "public", flag),
        ("contrasena", T, "secret", bcrypt), ("tipo_cliente", T, "public", one_of("particular", "empresa")),
    )),
    ("crm_fr", "fr_FR", "clients", (
        ("identifiant", N, "identifier", serial), ("nom", T, "person_name", fake("last_name")), ("prenom", T, "person_name", fake("first_name")),
        ("courriel", T, "email", mail), ("telephone", T, "phone", french_phone), ("date_naissance", D, "birth_date", birth),
        ("lieu_naissance", T, "city", fake("city")), ("rue", T, "address", fake("street_address")), ("cp", T, "postcode", fake("postcode")), ("ville", T, "city", fake("city")),
        ("sexe", T, "gender", one_of("homme", "femme")), ("situation_familiale", T, "marital_status", one_of("célibataire", "marié", "divorcé")),
        ("metier", T, "job_title", fake("job")), ("num_secu", T, "national_id|health_id", nir), ("remarques", T, "free_text", note),
        ("montant", M, "money", amount()), ("date_creation", S, "event_time", moment), ("nombre_enfants", N, "public", number(0, 5)),
        ("categorie", T, "public", one_of("A", "B", "C")), ("mot_de_passe", T, "secret", bcrypt),
    )),
    ("crm_pt", "pt_BR", "clientes_br", (
        ("id", U, "identifier", uid), ("nome_completo", T, "person_name", fake("name")), ("cpf", T, "national_id|tax_id", cpf),
        ("celular", T, "phone", fake("numerify", text="+55 11 9####-####")), ("data_nascimento", T, "birth_date", as_text(birth, "%d/%m/%Y")),
        ("endereco", T, "address", flat("street_address")), ("cep", T, "postcode", fake("postcode")), ("cidade", T, "city", fake("city")),
        ("senha", T, "secret", bcrypt), ("valor_total", M, "money", amount()), ("criado_em", S, "event_time", moment),
        ("situacao", T, "public", one_of("ativo", "inativo")),
    )),
    ("iot", "en_US", "readings", (
        ("reading_id", N, "identifier", serial), ("sensor_id", N, "identifier", number(1, 60)), ("recorded_at", S, "event_time", moment),
        ("temperature_c", F, "public", real(-20, 60)), ("humidity", F, "public", real(0, 100)), ("voltage", F, "public", real(3.0, 4.2)),
        ("battery_pct", N, "public", number(0, 100)), ("firmware_version", T, "public", one_of("1.4.2", "1.5.0", "2.0.1")),
        ("unit", T, "public", one_of("C", "F")), ("is_anomaly", B, "public", flag), ("signal_dbm", N, "public", number(-110, -40)),
        ("error_code", T, "public", one_of("E00", "E17", None)), ("checksum", T, "public|identifier", lambda d: f"{d.rng.getrandbits(32):08x}"),
        ("pressure_hpa", F, "public", real(950, 1050, 1)),
    )),
    ("iot", "en_US", "devices", (
        ("device_id", U, "identifier", uid), ("mac_address", T, "mac", mac), ("model_name", T, "public", one_of("TH-100", "TH-200", "PX-1")),
        ("serial_number", T, "identifier", code("SN", 9)), ("installed_at", S, "event_time", moment), ("latitude", F, "coordinates", real(47.1, 48.2, 6)),
        ("longitude", F, "coordinates", real(8.1, 9.4, 6)), ("site_name", T, "public", one_of("Plant North", "Plant South", "Depot")),
        ("port", N, "public", one_of(80, 443, 1883)), ("vendor", T, "public", one_of("Acme", "Globex", "Initech")),
    )),
    ("saas", "en_US", "users", (
        ("uuid", U, "identifier", uid), ("login", T, "username", fake("user_name")), ("display_name", T, "person_name", fake("name")),
        ("mail", T, "email", mail), ("api_key", T, "secret", token), ("role", T, "public", one_of("admin", "member", "viewer")),
        ("timezone", T, "public", one_of("Europe/Berlin", "America/New_York", "Asia/Tokyo")), ("last_seen", S, "event_time", moment),
        ("avatar_url", T, "free_text", url), ("company_name", T, "free_text|public", fake("company")), ("plan_name", T, "public", one_of("free", "pro", "team")),
        ("is_admin", B, "public", flag), ("bio", T, "free_text", some(note, 0.3)), ("signup_ip", T, "ip", ip), ("phone_verified", B, "public", flag),
        ("birthday", D, "birth_date", birth), ("btc_address", T, "crypto_wallet", lambda d: "bc1q" + "".join(d.rng.choices("023456789acdefghjklmnpqrstuvwxyz", k=38))),
        ("email_count", N, "public", number(0, 400)), ("locale", T, "public", one_of("en-US", "de-DE", "fr-FR")), ("seats", N, "public", number(1, 99)),
    )),
)  # fmt: skip


@cache
def labelled(rows: int = 400) -> tuple[LabelledTable, ...]:
    """Draw all tables; the same rows at every call."""
    return tuple(_table(rows, *given) for given in SCHEMAS)


def _table(
    rows: int, schema: str, locale: str, name: str, specs: tuple[Spec, ...]
) -> LabelledTable:
    drawn = Faker(locale)
    drawn.seed_instance(f"{schema}.{name}")
    rng = random.Random(f"{schema}.{name}")
    draws = [Draw(fake=drawn, rng=rng, row=row) for row in range(rows)]
    columns = tuple(
        LabelledColumn(
            name=column,
            family=family,
            accepted=tuple(label.split("|")),
            values=pa.array([make(d) for d in draws], _ARROW[family]),
        )
        for column, family, label, make in specs
    )
    return LabelledTable(schema=schema, name=name, columns=columns)
