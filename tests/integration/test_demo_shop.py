"""The demo's shop: the same everywhere, quick, invalid identifiers only, and readable but no more."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from example_dags.shop import READER, Shop, generate, load, planted
from example_dags.shop_parts.searching import Content
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn

FOLDER = Path(__file__).parents[2] / "example_dags"


@pytest.fixture(scope="module")
def shop() -> Shop:
    return generate(customers=300, orders=900, notes=400)


@pytest.fixture(scope="module")
def full() -> Shop:
    return generate()


def texts(column: pa.ChunkedArray) -> list[str]:
    return [value for value in column.to_pylist() if value]


def test_the_same_arguments_give_the_same_shop_and_another_seed_another(shop: Shop) -> None:
    again = generate(customers=300, orders=900, notes=400)
    other = generate(customers=300, orders=900, notes=400, seed=7)
    assert again.tokens == shop.tokens
    for name, table in shop.tables.items():
        assert again.tables[name].equals(table)
        assert not other.tables[name].equals(table)


def test_the_full_shop_has_the_promised_size_and_is_made_in_seconds() -> None:
    start = time.perf_counter()
    shop = generate()
    assert time.perf_counter() - start < 10  # about 0.6 s; generous for a busy machine
    assert shop.customers.num_rows == 20_000
    assert shop.orders.num_rows == 100_000
    assert shop.support_notes.num_rows == 15_000
    assert len(shop.tokens) == 47


@pytest.mark.parametrize(("customers", "orders", "notes"), [(1, 0, 0), (1, 1, 1), (50, 3, 9)])
def test_a_tiny_shop_can_be_made(customers: int, orders: int, notes: int) -> None:
    shop = generate(customers=customers, orders=orders, notes=notes)
    assert [t.num_rows for t in shop.tables.values()] == [customers, orders, notes]


def test_every_order_and_note_belongs_to_a_customer(full: Shop) -> None:
    for table in (full.orders, full.support_notes):
        assert pc.all(pc.is_in(table["customer_id"], full.customers["id"])).as_py()


def test_e_mail_addresses_lie_under_the_example_domains_and_are_distinct(full: Shop) -> None:
    addresses = texts(full.customers["email"])
    assert len(set(addresses)) == len(addresses)
    assert all(re.fullmatch(r"[a-z+.0-9]+@example\.(com|org|net)", a) for a in addresses)


def test_phones_are_fictional_lines(full: Shop) -> None:
    assert all(re.search(r"555-01\d\d$", phone) for phone in texts(full.customers["phone"]))


def test_cards_are_of_the_test_range_and_pass_luhn(full: Shop) -> None:
    cards = [card.replace(" ", "") for card in texts(full.customers["card_number"])]
    assert all(card.startswith("400000") and len(card) == 16 for card in cards)
    assert all(luhn.is_valid(card) for card in cards)
    assert len(set(cards)) == len(cards)


def test_ibans_have_right_check_digits_and_a_bank_that_does_not_exist(full: Shop) -> None:
    ibans = texts(full.customers["iban"])
    assert all(iban.is_valid(number, check_country=False) for number in ibans)
    assert all(number[4:12] in {"00000000", "TEST0000"} for number in ibans)


def test_social_security_numbers_are_of_areas_that_are_never_issued(full: Shop) -> None:
    areas = {number[:3] for number in texts(full.customers["ssn"])}
    assert all(area in {"000", "666"} or area.startswith("9") for area in areas)


def test_addresses_are_of_the_documentation_ranges(full: Shop) -> None:
    addresses = planted(full).values["ip"]
    nets = ("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:")
    assert all(address.startswith(nets) for address in addresses)


def test_gaps_empty_texts_and_other_scripts_occur(full: Shop) -> None:
    for column in ("email", "phone", "birth_date", "notes", "ssn", "lifetime_value"):
        assert full.customers[column].null_count > 0
    assert "" in full.customers["notes"].to_pylist()
    assert "" in full.support_notes["body"].to_pylist()
    assert any(not name.isascii() for name in texts(full.customers["full_name"]))


def test_tokens_stand_in_about_forty_orders_and_in_some_notes(full: Shop) -> None:
    references = texts(full.orders["gateway_ref"])
    odd = {reference for reference in references if not re.fullmatch(r"PAY-\d{8}", reference)}
    bodies = "\n".join(texts(full.support_notes["body"]))
    in_notes = {token for token in full.tokens if token in bodies}
    assert len(odd) == 40
    assert odd | in_notes == set(full.tokens)
    assert len(in_notes) == 7


def test_planted_lists_every_value_that_stands_in_free_text(full: Shop) -> None:
    patterns = {
        "email": r"[\w+.]+@example\.(?:com|org|net)",
        "phone": r"(?:\(\d{3}\) |\+1 \d{3}-|\b\d{3}-)555-01\d\d",
        "card": r"\b4000(?: ?\d{4}){3}\b",
        "iban": r"\b(?:DE\d{20}|GB\d\dTEST\d{14})\b",
        "us_ssn": r"\b\d{3}-\d{2}-\d{4}\b",
        "ip": r"\b(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+|2001:db8:[0-9a-f]+::1",
    }
    free = "\n".join(
        text
        for column in (
            full.customers["notes"],
            full.support_notes["body"],
            full.orders["shipping_note"],
        )
        for text in texts(column)
    )
    for data_class, pattern in patterns.items():
        found = set(re.findall(pattern, free))
        assert len(found) > 100
        assert found <= planted(full).values[data_class], data_class


def test_planted_finds_values_in_bytes_and_says_only_their_class(shop: Shop) -> None:
    everything = planted(shop)
    assert everything.found_in(b"nothing to see") == {}
    leak = f"x {shop.tokens[0]} y {texts(shop.customers['email'])[0]}".encode()
    assert everything.found_in(leak) == {"email": 1, "secret": 1}


@given(
    content=st.binary(max_size=60),
    pieces=st.lists(st.text("abc", max_size=12), max_size=6),
    others=st.lists(st.text("abc", min_size=1, max_size=12), max_size=6),
)
def test_the_search_finds_what_a_plain_search_finds(
    content: bytes, pieces: list[str], others: list[str]
) -> None:
    whole = content + "".join(pieces).encode() + content
    values = {*others, *filter(None, pieces)}
    assert Content(whole).present(values) == sum(value.encode() in whole for value in values)


def test_all_planted_values_are_searched_in_a_large_content_in_seconds(full: Shop) -> None:
    mails = texts(full.customers["email"])[:10]
    content = b"0123456789abcdef" * 250_000 + "\n".join(mails).encode()
    start = time.perf_counter()
    assert planted(full).found_in(content)["email"] == len(mails)
    assert time.perf_counter() - start < 20


def test_what_is_printed_of_the_shop_holds_no_value(shop: Shop) -> None:
    assert planted(shop).found_in(f"{shop!r} {planted(shop)!r}".encode()) == {}


def test_no_token_stands_in_the_source_text(full: Shop) -> None:
    source = b"".join(file.read_bytes() for file in FOLDER.rglob("*.py"))
    assert not [None for token in full.tokens if token.encode() in source]
    assert not re.search(rb"AKIA[A-Z2-7]{16}|ghp_\w{36}|xox[bp]-\d|sk_live_\w|glpat-\w", source)


@pytest.mark.postgres
def test_postgresql_holds_what_was_generated(shop: Shop, postgres) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - the fixture's class lives in conftest
    uri = load(postgres.database(), shop)
    with psycopg.connect(uri) as connection:
        for name, table in shop.tables.items():
            assert table.column_names[0] == "id"
            rows = connection.execute(f"SELECT * FROM {name} ORDER BY id").fetchall()
            assert rows == [tuple(row.values()) for row in table.to_pylist()]
        total = connection.execute("SELECT sum(amount) FROM orders").fetchone()
        assert total == (sum(shop.orders["amount"].to_pylist(), Decimal(0)),)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM customers",
        "UPDATE orders SET status = 'x'",
        "DROP TABLE support_notes",
        "CREATE TABLE copies (id int)",
        "SET SESSION AUTHORIZATION postgres",
        "COPY customers TO PROGRAM 'cat'",
    ],
)
def test_the_reader_may_only_read(shop: Shop, postgres, statement: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - the fixture's class lives in conftest
    uri = load(postgres.database(), generate(customers=5, orders=5, notes=5))
    with psycopg.connect(uri) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (READER,)
        connection.execute("SET default_transaction_read_only = off")
        connection.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


@pytest.mark.postgres
def test_a_password_with_special_characters_survives_in_the_uri(postgres) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - the fixture's class lives in conftest
    small = generate(customers=2, orders=2, notes=2)
    uri = load(postgres.database(), small, password="p@:/ss?#%'\\word")
    with psycopg.connect(uri) as connection:
        assert connection.info.password == "p@:/ss?#%'\\word"


@pytest.mark.postgres
@pytest.mark.slow
def test_the_full_shop_loads_within_ten_seconds(full: Shop, postgres) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - the fixture's class lives in conftest
    start = time.perf_counter()
    load(postgres.database(), full)
    assert time.perf_counter() - start < 10
