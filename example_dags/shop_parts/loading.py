"""Puts the shop into PostgreSQL: COPY through ADBC, then keys, indexes and a reader's login."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pyarrow as pa
from adbc_driver_postgresql import dbapi
from psycopg import sql

READER: Final = "sluicegate_reader"

_TABLES: Final = """
CREATE TABLE customers (
    id bigint NOT NULL, email text, full_name text, phone text, birth_date date, city text,
    plan text NOT NULL, region text NOT NULL, card_number text, iban text, ssn text, notes text,
    created_at timestamptz NOT NULL, lifetime_value numeric(12,2), referral_url text
);
CREATE TABLE orders (
    id bigint NOT NULL, customer_id bigint NOT NULL, placed_at timestamptz NOT NULL,
    amount numeric(10,2) NOT NULL, status text NOT NULL, ip_address text, gateway_ref text,
    shipping_note text
);
CREATE TABLE support_notes (
    id bigint NOT NULL, customer_id bigint NOT NULL, written_at timestamptz NOT NULL,
    agent text NOT NULL, body text
);
"""
_KEYS: Final = """
ALTER TABLE customers ADD PRIMARY KEY (id);
ALTER TABLE orders ADD PRIMARY KEY (id);
ALTER TABLE support_notes ADD PRIMARY KEY (id);
CREATE INDEX ON customers (created_at);
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON support_notes (customer_id);
ANALYZE customers, orders, support_notes;
"""


def load(uri: str, tables: Mapping[str, pa.Table], password: str | None = None) -> str:
    """Create and fill the tables, and let the reader read them and nothing else.

    Args:
        uri: URI of an empty database, for a login that may create tables and roles.
        tables: Arrow tables by their names in the database.
        password: The reader's password; a random one if not given.

    Returns:
        The URI with which the reader connects; it holds the password.

    Raises:
        psycopg.Error: the tables exist already, or the login may not do this.
    """
    password = password or secrets.token_urlsafe(24)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(_TABLES)
    with dbapi.connect(uri) as connection:
        for name, table in tables.items():
            with connection.cursor() as cursor:
                cursor.adbc_ingest(name, table, mode="append")
        connection.commit()
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(_KEYS)
        _grant(connection, password)
    return _as_reader(uri, password)


def _grant(connection: psycopg.Connection, password: str) -> None:
    role = sql.Identifier(READER)
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (READER,)).fetchone()
    if known is None:
        connection.execute(sql.SQL("CREATE ROLE {}").format(role))
    for statement in (
        "ALTER ROLE {role} LOGIN PASSWORD {password}",
        "ALTER ROLE {role} SET default_transaction_read_only = on",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT ON customers, orders, support_notes TO {role}",
    ):
        connection.execute(sql.SQL(statement).format(role=role, password=sql.Literal(password)))


def _as_reader(uri: str, password: str) -> str:
    parts = urlsplit(uri)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{READER}:{quote(password, safe='')}@{host}"))
