"""What single columns are taken for, and what nobody may see of them."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from time import process_time
from typing import Any

import pyarrow as pa
import pytest

from sluicegate.detect import Scanner
from sluicegate.detect.columns import ColumnFacts, ColumnVerdict, classify
from sluicegate.detect.columns.lexicon import lexicon, words
from sluicegate.detect.columns.shapes import SHAPES
from sluicegate.errors import DetectionError
from sluicegate.model.data import SECRET, TypeFamily

TODAY = date(2026, 6, 1)
MARKER = "marker7f3a"
MAILS = [f"{MARKER}.{n}@example.com" for n in range(60)]
TOKEN = "gh" + "p_" + "Zk3Jv9Qw7Lx2Rt8Bn4Mc6Yd1Hs5Gp0Fa3UeW"


def verdict_of(
    scanner: Scanner, name: str, values: Any, *, relation: str = "", **facts: Any
) -> ColumnVerdict:
    array = values if isinstance(values, pa.Array) else pa.array(values)
    told = [ColumnFacts(name=name, **facts)] if facts else []
    (verdict,) = classify(
        pa.table([array], names=[name]), scanner=scanner, relation=relation, facts=told, today=TODAY
    )
    return verdict


def class_of(scanner: Scanner, name: str, values: Any, **options: Any) -> str:
    return str(verdict_of(scanner, name, values, **options).data_class)


def by_name(scanner: Scanner, name: str, family: TypeFamily, relation: str = "") -> str:
    return class_of(scanner, name, pa.nulls(0), relation=relation, family=family)


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("birthDate", ("birth", "date")), ("E_MAIL", ("e", "mail")), ("IDCliente", ("id", "cliente")), ("address_line1", ("address", "line")),
        ("Straße", ("strasse",)), ("prénom", ("prenom",)), ("XMLHttpRequest", ("xml", "http", "request")), ("", ()), ("1234", ()), ("名前", ()),
    ],
)  # fmt: skip
def test_names_are_split_into_words(name: str, said: tuple[str, ...]) -> None:
    assert words(name) == said


@pytest.mark.parametrize(
    "name",
    ["product_name", "file_name", "hostName", "phone_model", "card_brand", "email_count", "num_emails", "company_type", "PLAN_NAME"],
)  # fmt: skip
def test_what_is_about_a_thing_is_not_of_a_person(scanner: Scanner, name: str) -> None:
    values = [f"x{n % 7}" for n in range(100)]
    assert class_of(scanner, name, values) == "public"


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("email_template_id", TypeFamily.INTEGER), ("ip_count", TypeFamily.INTEGER), ("email_verified", TypeFamily.BOOLEAN),
        ("has_phone", TypeFamily.BOOLEAN), ("nombre_enfants", TypeFamily.INTEGER), ("phone_type_code", TypeFamily.INTEGER),
    ],
)  # fmt: skip
def test_types_and_the_words_around_take_a_class_back(
    scanner: Scanner, name: str, family: TypeFamily
) -> None:
    assert by_name(scanner, name, family) in {"public", "identifier"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("correo", "email"), ("Nachname", "person_name"), ("apellido_materno", "person_name"), ("plz", "postcode"), ("dni", "national_id"),
        ("cpf", "national_id"), ("telefonnummer", "phone"), ("mot_de_passe", "secret"), ("lieferadresse", "address"), ("mother_maiden_name", "person_name"),
        ("customer_name", "person_name"), ("civilité", "gender"), ("numéro_sécurité_sociale", "national_id"), ("cardNumber", "card"),
    ],
)  # fmt: skip
def test_names_in_several_languages(scanner: Scanner, name: str, expected: str) -> None:
    assert by_name(scanner, name, TypeFamily.TEXT) == expected


def test_name_alone_is_a_person_only_in_a_table_of_people(scanner: Scanner) -> None:
    assert by_name(scanner, "name", TypeFamily.TEXT, relation="employees") == "person_name"
    assert by_name(scanner, "name", TypeFamily.TEXT, relation="products") != "person_name"


def test_neighbours_make_a_table_one_about_people(scanner: Scanner) -> None:
    table = pa.table(
        {
            "name": [f"Zorvik{chr(97 + n % 26)} Quellb{chr(97 + n // 26)}rn" for n in range(60)],
            "email": MAILS,
            "phone": [f"+1 202-555-{100 + n:04d}" for n in range(60)],
        }
    )
    beside = classify(table, scanner=scanner, relation="t", today=TODAY)[0]
    alone = classify(table.select(["name"]), scanner=scanner, relation="t", today=TODAY)[0]
    assert beside.data_class == "person_name"
    assert beside.score > alone.score


def test_no_word_of_the_lexicon_is_lost_to_yaml() -> None:
    assert lexicon().about >= {"id", "on", "no"} - {"on", "no"}
    assert all(word == word.lower() and word.isascii() for word in lexicon().about)
    assert {h.data_class for h in lexicon().hear("no")} == {"identifier"}


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (MAILS, "email"),
        ([f"192.0.2.{n}" for n in range(60)], "ip"),
        ([f"She asked {m} about the late delivery and was told" for m in MAILS], "free_text"),
        ([TODAY - timedelta(days=7000 + 331 * n) for n in range(60)], "birth_date"),
        ([(TODAY - timedelta(days=7000 + 331 * n)).strftime("%d.%m.%Y") for n in range(60)], "birth_date"),
        ([TODAY - timedelta(days=3 * n) for n in range(60)], "event_time"),
        (["m", "f"] * 30, "gender"),
        (["J45.9", "E11.9", "I10", "M54.5"] * 20, "diagnosis"),
        ([f"{n:08d}-aaaa-4bbb-8ccc-{n:012d}" for n in range(60)], "identifier"),
        (["new", "paid", "sent"] * 30, "public"),
        ([True, False] * 30, "public"),
        ([Decimal(n * 731 % 9999) / 100 for n in range(1, 90)], "money"),
        ([f'{{"k": {n}}}' for n in range(60)], "free_text"),
        ([f"https://www.example.com/{n}" for n in range(60)], "free_text"),
        (["SW1A 1AA", "EC1A 1BB", "M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 0AX", "LS1 1UR", "BS1 4DJ", "G1 1XQ", "L1 8JQ"], "postcode"),
    ],
)  # fmt: skip
def test_values_speak_where_the_name_does_not(
    scanner: Scanner, values: Sequence[object], expected: str
) -> None:
    assert class_of(scanner, "c1", list(values)) == expected


def test_a_rare_secret_keeps_a_column_from_being_public(scanner: Scanner) -> None:
    verdict = verdict_of(scanner, "status", ["ok"] * 300 + ["late"] * 300 + [TOKEN])
    assert verdict.data_class == "free_text"
    assert dict(verdict.found)[SECRET] > 0


def test_a_name_that_promises_something_else_does_not_hide_values(scanner: Scanner) -> None:
    assert class_of(scanner, "status", MAILS) == "email"
    assert class_of(scanner, "product_name", MAILS) == "email"
    assert class_of(scanner, "is_active", MAILS, family=TypeFamily.BOOLEAN) == "email"
    assert class_of(scanner, "amount", MAILS, family=TypeFamily.DECIMAL) == "email"


def test_an_email_column_without_emails_is_doubted(scanner: Scanner) -> None:
    verdict = verdict_of(scanner, "email", [f"x{n}" for n in range(60)])
    assert verdict.doubtful or verdict.data_class != "email"


def test_text_of_which_nothing_is_known_is_not_public(scanner: Scanner) -> None:
    verdict = verdict_of(scanner, "c1", pa.nulls(10, pa.string()))
    assert (str(verdict.data_class), verdict.doubtful) == ("free_text", True)


# ---------------------------------------------------------------- layouts


@pytest.mark.parametrize(
    "array",
    [
        pa.array(MAILS, pa.large_string()), pa.array(MAILS, pa.string_view()), pa.array(MAILS).dictionary_encode(),
        pa.array([m.encode() for m in MAILS], pa.binary()), pa.array([m.encode() for m in MAILS], pa.large_binary()),
        pa.array([m.ljust(40).encode() for m in MAILS], pa.binary(40)), pa.array([[m] for m in MAILS], pa.list_(pa.string())),
        pa.array([*MAILS, None, "", "  "]), pa.array(MAILS).slice(3, 50),
    ],
    ids=lambda array: str(array.type),
)  # fmt: skip
def test_every_layout_of_text_is_read(scanner: Scanner, array: pa.Array) -> None:
    assert class_of(scanner, "mail", array) == "email" or pa.types.is_list(array.type)
    assert class_of(scanner, "mail", array) != "public"


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([b"\xff\xfe\x00" * n for n in range(1, 30)]), {"binary"}),
        (pa.array([{"mail": m} for m in MAILS]), {"free_text", "email"}),
        (pa.array([[("mail", m)] for m in MAILS], pa.map_(pa.string(), pa.string())), {"free_text", "email"}),
        (pa.array([float("nan"), float("inf"), -float("inf"), None] * 9), {"public"}),
        (pa.array([2**64 - 1, 0] * 20, pa.uint64()), {"public", "identifier"}),
        (pa.array([Decimal(10) ** 60 + n for n in range(30)], pa.decimal256(70, 0)), {"public", "identifier"}),
        (pa.array([time(1, 2, 3)] * 30), {"event_time"}),
        (pa.array([timedelta(seconds=n) for n in range(30)]), {"free_text", "public"}),
        (pa.array([2**62, -(2**62)] * 9, pa.timestamp("s")), {"event_time"}),
        (pa.array([0] * 30, pa.date32()), {"event_time"}),
        (pa.nulls(30), {"free_text"}),
    ],
)  # fmt: skip
def test_odd_types_are_judged_and_break_nothing(
    scanner: Scanner, array: pa.Array, expected: set[str]
) -> None:
    assert class_of(scanner, "c1", array) in expected


def test_huge_cells_are_cut_and_not_read_for_minutes(scanner: Scanner) -> None:
    values = [("word " * 400_000) + mail for mail in MAILS[:5]]
    assert class_of(scanner, "c1", values) == "free_text"


HARD = (
    "a-" * 4000 + "!", "1." * 4000 + "x", "A " * 4000 + "1", "{" * 8000, "x@" * 4000, "0 " * 4000 + "z", "A " + "A" * 8000 + "!",
    "a.." * 2700 + "!", "Aa, " * 2000 + "!", "(" * 8000, "$2b$" + "a" * 8000 + " ", "1" * 8000 + "!", "É'’.-" * 1600 + "1", "b 1a" * 2000,
)  # fmt: skip


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_no_cell_makes_a_pattern_try_everything(shape: str) -> None:
    for text in HARD:
        began = process_time()
        SHAPES[shape].fullmatch(text)
        assert process_time() - began < 0.2, text[:12]


def test_adversarial_cells_are_classified(scanner: Scanner) -> None:
    values = [f"{text}{n}" for text in HARD for n in range(3)]
    assert class_of(scanner, "c1", values) == "free_text"


# ---------------------------------------------------------------- promises


def test_no_value_is_in_what_is_said(scanner: Scanner) -> None:
    table = pa.table(
        {"status": [*MAILS, TOKEN], "c2": [f"note on {m}" for m in [*MAILS, MAILS[0]]]}
    )
    verdicts = classify(table, scanner=scanner, today=TODAY)
    shown = repr(verdicts) + pickle.dumps(verdicts).decode("latin-1")
    assert MARKER not in shown
    assert TOKEN not in shown


def test_the_same_sample_gives_the_same_verdicts(scanner: Scanner) -> None:
    table = pa.table(
        {"a": [f"v{n * 7919 % 4999}" for n in range(5000)], "b": MAILS * 83 + MAILS[:20]}
    )
    once = classify(table, scanner=scanner, today=TODAY)
    again = classify(table.to_batches(max_chunksize=97), scanner=scanner, today=TODAY)
    assert once == again


def test_scores_are_shares_and_reasons_tell_them(scanner: Scanner) -> None:
    verdict = verdict_of(scanner, "mail", MAILS)
    assert 0.99 < verdict.score <= 1
    assert {r.kind for r in verdict.reasons} == {"name", "values"}
    assert "100 % of 60 sampled values are email" in [r.text for r in verdict.reasons]


def test_facts_that_do_not_fit_are_refused(scanner: Scanner) -> None:
    with pytest.raises(DetectionError, match="1 columns were described and 2 sampled"):
        classify(
            pa.table({"a": [1], "b": [2]}), scanner=scanner,
            facts=[ColumnFacts(name="a", family=TypeFamily.INTEGER)],
        )  # fmt: skip


def test_nothing_at_all_gives_nothing(scanner: Scanner) -> None:
    assert classify([], scanner=scanner) == ()
