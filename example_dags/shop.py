"""A made-up shop with personal data in it, the same on every machine.

``generate`` makes it, ``load`` puts it into PostgreSQL, ``planted`` lists what must never be seen
behind the gate. Every identifier is reserved, invalid or made up: see ``shop_parts/identifiers``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from example_dags.shop_parts import identifiers, loading, texts
from example_dags.shop_parts.searching import Content

SEED: Final = 20260101
READER: Final = loading.READER

_TOKEN_SHARE: Final = 0.0004
_MINIMUM_TOKENS: Final = 7
_EPOCH: Final = np.datetime64("2024-01-01T00:00:00", "us").astype(np.int64)
_TWO_YEARS: Final = 731 * 86_400 * 1_000_000  # microseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Three Arrow tables; their ``repr`` would show rows, so this one's shows none."""

    customers: pa.Table = field(repr=False)
    orders: pa.Table = field(repr=False)
    support_notes: pa.Table = field(repr=False)
    tokens: tuple[str, ...] = field(repr=False)
    """The credentials that were planted in ``orders.gateway_ref`` and in notes."""

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """The tables by their names in the database."""
        return {
            "customers": self.customers,
            "orders": self.orders,
            "support_notes": self.support_notes,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Raw values that must appear nowhere behind the gate, by data class."""

    values: Mapping[str, frozenset[str]] = field(repr=False)

    def found_in(self, content: bytes) -> dict[str, int]:
        """Count the distinct planted values in ``content`` (UTF-8), by data class.

        The answer holds no value, so a failing test may print it.
        """
        searched = Content(content)
        counts = {name: searched.present(values) for name, values in self.values.items()}
        return {name: count for name, count in counts.items() if count}


def generate(
    customers: int = 20_000, orders: int = 100_000, notes: int = 15_000, seed: int = SEED
) -> Shop:
    """Make a shop; the same arguments give the same bytes.

    Args:
        customers: Rows of ``customers``, at least 1.
        orders: Rows of ``orders``.
        notes: Rows of ``support_notes``.
        seed: Seed of every random choice.
    """
    random = np.random.default_rng(seed)
    people = _customers(random, customers)
    count = min(orders, max(_MINIMUM_TOKENS, round(orders * _TOKEN_SHARE)))
    in_orders = identifiers.tokens(random, count)
    in_notes = identifiers.tokens(random, min(notes, _MINIMUM_TOKENS))
    return Shop(
        customers=people,
        orders=_orders(random, people, orders, in_orders),
        support_notes=_support_notes(random, people, notes, in_notes),
        tokens=(*in_orders, *in_notes),
    )


def load(uri: str, shop: Shop, *, password: str | None = None) -> str:
    """Fill an empty database and return the URI of the read-only login ``sluicegate_reader``.

    See ``loading.load`` for arguments and errors.
    """
    return loading.load(uri, shop.tables, password)


def planted(shop: Shop) -> Planted:
    """List every raw value that is planted in the shop."""
    people = shop.customers
    passwords = _parts(people["referral_url"], r"feed:(?P<part>[^@]+)@")
    noted = _parts(shop.support_notes["body"], r"IP address (?P<part>[^;]+);")
    sent = _parts(shop.support_notes["body"], r'"ip": "(?P<part>[^"]+)"')
    return Planted(
        values={
            "email": _distinct(people["email"]),
            "full_name": _distinct(people["full_name"]),
            "phone": _distinct(people["phone"]),
            "card": _distinct(people["card_number"]),
            "iban": _distinct(people["iban"]),
            "us_ssn": _distinct(people["ssn"]),
            "ip": _distinct(shop.orders["ip_address"]) | noted | sent,
            "secret": frozenset(shop.tokens) | passwords,
        }
    )


def _customers(random: np.random.Generator, count: int) -> pa.Table:
    numbers = np.arange(1, count + 1, dtype=np.int64)
    given = _pick(random, texts.GIVEN_NAMES, count)
    family = _pick(random, texts.FAMILY_NAMES, count)
    email = _gaps(random, identifiers.emails(_local_parts(given), numbers), 0.02)
    phone = _blanks(random, _gaps(random, identifiers.phones(random, count), 0.05), 0.01)
    card = _gaps(random, identifiers.cards(numbers * 7_919 % 10**9), 0.2)
    iban = _gaps(random, identifiers.ibans(numbers * 104_729 % 10**8), 0.4)
    ssn = _gaps(random, identifiers.social_security_numbers(random, count), 0.6)
    password = pa.array(["k" + format(n, "x") for n in random.integers(16**11, 16**12, count)])
    holes = {
        "email": email, "phone": phone, "card": card, "iban": iban, "ssn": ssn,
        "password": password, "number": identifiers.digits(numbers, 6),
    }  # fmt: skip
    notes = texts.compose(random, count, texts.CUSTOMER_NOTES, holes)
    referral = texts.compose(random, count, texts.REFERRALS, holes)
    return pa.table(
        {
            "id": pa.array(numbers),
            "email": email,
            "full_name": identifiers.join(given, " ", family),
            "phone": phone,
            "birth_date": _gaps(random, _birth_dates(random, count), 0.03),
            "city": _gaps(random, _pick(random, texts.CITIES, count), 0.01),
            "plan": _pick(random, ("free", "basic", "plus", "business"), count),
            "region": _pick(random, ("EU", "EU", "US", "APAC"), count),
            "card_number": card,
            "iban": iban,
            "ssn": ssn,
            "notes": _blanks(random, _gaps(random, notes, 0.3), 0.05),
            "created_at": _times(random, count),
            "lifetime_value": _gaps(random, _money(random, count, 12), 0.02),
            "referral_url": _gaps(random, referral, 0.3),
        }
    )


def _orders(
    random: np.random.Generator, people: pa.Table, count: int, tokens: list[str]
) -> pa.Table:
    numbers = np.arange(1, count + 1, dtype=np.int64)
    buyers = pa.array(random.integers(0, people.num_rows, count))
    shipping = texts.compose(random, count, texts.SHIPPING_NOTES, _contact(people, buyers))
    references = identifiers.join("PAY-", identifiers.digits(numbers, 8))
    return pa.table(
        {
            "id": pa.array(numbers),
            "customer_id": _flat(people["id"]).take(buyers),
            "placed_at": _times(random, count),
            "amount": _money(random, count, 10),
            "status": _pick(random, ("paid", "paid", "paid", "shipped", "returned"), count),
            "ip_address": _gaps(random, identifiers.addresses(random, count), 0.05),
            "gateway_ref": _planted_at(random, _gaps(random, references, 0.03), tokens),
            "shipping_note": _gaps(random, shipping, 0.7),
        }
    )


def _support_notes(
    random: np.random.Generator, people: pa.Table, count: int, tokens: list[str]
) -> pa.Table:
    writers = pa.array(random.integers(0, people.num_rows, count))
    columns = {"card": "card_number", "iban": "iban", "ssn": "ssn"}
    holes = {name: _flat(people[column]).take(writers) for name, column in columns.items()}
    holes |= _contact(people, writers) | {"ip": identifiers.addresses(random, count)}
    bodies = texts.compose(random, count, texts.SUPPORT_NOTES, holes)
    pasted = [f"They pasted this into the chat: {token} – please revoke it." for token in tokens]
    return pa.table(
        {
            "id": pa.array(np.arange(1, count + 1, dtype=np.int64)),
            "customer_id": _flat(people["id"]).take(writers),
            "written_at": _times(random, count),
            "agent": _pick(random, tuple(f"agent-{n:02}" for n in range(1, 25)), count),
            "body": _planted_at(random, _gaps(random, bodies, 0.02), pasted),
        }
    )


def _contact(people: pa.Table, rows: pa.Array) -> dict[str, pa.Array]:
    return {name: _flat(people[name]).take(rows) for name in ("email", "phone")}


def _local_parts(names: pa.Array) -> pa.Array:
    """ASCII spellings, as people choose them for addresses; other scripts become ``user``."""
    stripped = pc.ascii_lower(
        pc.replace_substring_regex(pc.utf8_normalize(names, "NFKD"), r"[^A-Za-z]", "")
    )
    return pc.if_else(pc.equal(stripped, ""), "user", stripped)


def _pick(random: np.random.Generator, choices: tuple[str, ...], count: int) -> pa.Array:
    return pa.array(choices).take(pa.array(random.integers(0, len(choices), count)))


def _gaps(random: np.random.Generator, array: pa.Array, share: float) -> pa.Array:
    missing = pa.array(random.random(len(array)) < share)
    return pc.if_else(missing, pa.scalar(None, array.type), array)


def _blanks(random: np.random.Generator, array: pa.Array, share: float) -> pa.Array:
    return pc.if_else(pa.array(random.random(len(array)) < share), "", array)


def _birth_dates(random: np.random.Generator, count: int) -> pa.Array:
    first, last = (np.datetime64(day, "D").astype(int) for day in ("1940-01-01", "2008-01-01"))
    return pa.array(random.integers(first, last, count).astype(np.int32)).cast(pa.date32())


def _times(random: np.random.Generator, count: int) -> pa.Array:
    moments = _EPOCH + random.integers(0, _TWO_YEARS, count)
    return pa.array(moments).cast(pa.timestamp("us", tz="UTC"))


def _money(random: np.random.Generator, count: int, precision: int) -> pa.Array:
    cents = pa.array(random.integers(100, 1_000_000, count)).cast(pa.decimal128(19, 0))
    hundredth = pc.multiply(cents, pa.scalar("0.01").cast(pa.decimal128(3, 2)))
    return hundredth.cast(pa.decimal128(precision, 2))


def _planted_at(random: np.random.Generator, array: pa.Array, values: list[str]) -> pa.Array:
    places = np.sort(random.choice(len(array), len(values), replace=False))
    mask = np.zeros(len(array), bool)
    mask[places] = True
    return pc.replace_with_mask(array, pa.array(mask), pa.array(values, pa.string()))


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()


def _parts(column: pa.ChunkedArray, pattern: str) -> frozenset[str]:
    return _distinct(pc.struct_field(pc.extract_regex(column, pattern), "part"))


def _distinct(column: pa.Array | pa.ChunkedArray) -> frozenset[str]:
    return frozenset(value for value in pc.unique(column).to_pylist() if value)
