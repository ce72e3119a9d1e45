"""What MySQL and MariaDB do differently: types, collations, rights, addresses."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from sluicegate.errors import ConfigurationError, SourceError, SourceUnavailable
from sluicegate.model.data import TypeFamily
from sluicegate.model.plan import Statement
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources import MySQLSource, open_source
from sluicegate.sources.mysql import Address, Tls
from sluicegate.sources.mysql_url import address_of
from sluicegate.testing.sources import read

HIDDEN = "hidden-" + "word"


@pytest.fixture
def database(mariadb: Any) -> str:
    return str(mariadb.database())


@pytest.fixture
def owner(mariadb: Any, database: str) -> Iterator[Any]:
    with mariadb.connect(database) as connection:
        yield connection.cursor()


@pytest.fixture
def source(mariadb: Any, database: str) -> MySQLSource:
    found = open_source("shop", mariadb.url_of(database))
    assert isinstance(found, MySQLSource)
    return found


def test_types_that_other_sources_do_not_have(source: MySQLSource, owner: Any) -> None:
    owner.execute(
        "CREATE TABLE odd (big BIGINT UNSIGNED, tiny TINYINT UNSIGNED, yes BOOLEAN, y YEAR,"
        " d DECIMAL(50, 10), small DECIMAL(5, 2) UNSIGNED, f FLOAT, t TIME, bits BIT(9), e ENUM('a', 'b'),"
        " s SET('x', 'y'), b BLOB, j JSON, ts TIMESTAMP(3) NULL, latin VARCHAR(10) CHARACTER SET latin1)"
    )
    owner.execute(
        "INSERT INTO odd VALUES (18446744073709551615, 255, 7, 2155, 1.5, 9.25, 0.5, '-100:30:00',"
        " b'101', 'b', 'x,y', x'00ff', '[1]', '2024-02-29 01:02:03.004', 'zoë')"
    )
    table = read(source, "SELECT * FROM odd")
    assert table.to_pylist() == [
        {
            "big": 18446744073709551615, "tiny": 255, "yes": 7, "y": 2155, "d": Decimal("1.5"),
            "small": Decimal("9.25"), "f": 0.5, "t": "-100:30:00", "bits": b"\x00\x05", "e": "b",
            "s": "x,y", "b": b"\x00\xff", "j": "[1]",
            "ts": dt.datetime(2024, 2, 29, 1, 2, 3, 4000), "latin": "zoë",  # noqa: DTZ001  # without a zone
        }
    ]  # fmt: skip
    assert table.schema.field("d").type == pa.decimal256(50, 10)
    with source.connect() as session:
        found = session.relation(None, "odd")
        assert found is not None
        kinds = {c.name: (c.family, c.native_type) for c in found.columns}
        list(session.stream(Statement(sql="SELECT t FROM odd"), {}))
        assert any("'t'" in note for note in session.notes)
    assert kinds["e"] == (TypeFamily.TEXT, "enum"), "the full name lists values"
    assert kinds["big"][0] is TypeFamily.INTEGER
    assert kinds["bits"][0] is TypeFamily.BINARY


def test_a_date_of_zeros_is_an_error_that_names_the_column(source: MySQLSource, owner: Any) -> None:
    owner.execute("SET sql_mode = ''")
    owner.execute("CREATE TABLE d (id INT, born DATE)")
    owner.execute("INSERT INTO d VALUES (1, '0000-00-00')")
    with pytest.raises(SourceError, match="'born'") as caught:
        read(source, "SELECT born FROM d")
    assert "0000" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_names_of_tables_have_case_and_columns_do_not(source: MySQLSource, owner: Any) -> None:
    owner.execute("CREATE TABLE People (Id INT)")
    owner.execute("CREATE TABLE `odd ``name` (id INT)")
    owner.execute("CREATE VIEW seen AS SELECT Id FROM People")
    with source.connect() as session:
        assert session.relation(None, "people") is None
        found = session.relation(None, "People")
        assert found is not None
        assert [c.name for c in found.columns] == ["Id"]
        assert session.relation(None, "odd `name") is not None
        view = session.relation(None, "seen")
        assert view is not None
        assert view.kind == "view"
        assert session.relation("mysql", "nope") is None


def test_the_transaction_sees_one_state(source: MySQLSource, owner: Any) -> None:
    owner.execute("CREATE TABLE n (id INT)")
    owner.execute("INSERT INTO n VALUES (1)")
    with source.connect() as session:
        count = Statement(sql="SELECT count(*) AS c FROM n")
        first = pa.Table.from_batches(list(session.stream(count, {})))
        owner.execute("INSERT INTO n VALUES (2)")
        second = pa.Table.from_batches(list(session.stream(count, {})))
    assert first.to_pylist() == second.to_pylist() == [{"c": 1}]


def test_a_parameter_compares_with_texts_of_every_collation(
    source: MySQLSource, owner: Any
) -> None:
    for collation in (
        "utf8mb4_bin",
        "utf8mb4_general_ci",
        "utf8mb4_unicode_ci",
        "latin1_swedish_ci",
    ):
        owner.execute("DROP TABLE IF EXISTS c")
        charset = collation.partition("_")[0]
        owner.execute(f"CREATE TABLE c (v VARCHAR(20) CHARACTER SET {charset} COLLATE {collation})")
        owner.execute("INSERT INTO c VALUES ('zoë'), ('x')")
        with source.connect() as session:
            statement = Statement(sql="SELECT v FROM c WHERE v = ?", parameters=("who",))
            found = pa.Table.from_batches(list(session.stream(statement, {"who": "zoë"})))
        assert found.to_pylist() == [{"v": "zoë"}], collation


def test_rights_are_told_and_kept(mariadb: Any, database: str, owner: Any) -> None:
    owner.execute("CREATE TABLE open (id INT, token TEXT)")
    owner.execute("CREATE TABLE closed (id INT)")
    login = f"sg_reader_{os.getpid()}"
    owner.execute(f"CREATE OR REPLACE USER {login} IDENTIFIED BY '{HIDDEN}'")
    try:
        owner.execute(f"GRANT SELECT (id) ON {database}.open TO {login}")
        at = address_of("shop", mariadb.url_of(database).removeprefix("mysql://"))
        address = Address(
            host=at.host, port=at.port, user=login, password=Sensitive(HIDDEN), database=database
        )
        reader = MySQLSource("shop", address)
        with reader.connect() as session:
            assert session.login.startswith(login)
            found = session.relation(None, "open")
            assert found is not None
            assert [c.name for c in found.columns] == ["id"]
            assert session.relation(None, "closed") is None
            assert not [note for note in session.notes if "may write" in note]
            with pytest.raises(SourceError, match="114"):
                list(session.stream(Statement(sql="SELECT token FROM open"), {}))
        wrong = Address(host=at.host, port=at.port, user=login, password=Sensitive(HIDDEN + "x"))
        with (
            pytest.raises(SourceError, match="password") as caught,
            MySQLSource("s", wrong).connect(),
        ):
            pass
        assert not isinstance(caught.value, SourceUnavailable)
        assert HIDDEN not in f"{caught.value!r} {reader!r} {wrong!r}"
    finally:
        owner.execute(f"DROP USER {login}")


def test_the_owner_is_told_that_it_may_write(source: MySQLSource, owner: Any) -> None:
    owner.execute("CREATE TABLE n (id INT)")
    with source.connect() as session:
        session.relation(None, "n")
        assert any("may write" in note for note in session.notes)


def test_a_server_that_is_not_there_is_retryable() -> None:
    nowhere = open_source("shop", f"mysql://u:{HIDDEN}@127.0.0.1:1/d?connect_timeout=2")
    with pytest.raises(SourceUnavailable) as caught, nowhere.connect():
        pass
    assert caught.value.retryable
    assert HIDDEN not in f"{caught.value} {nowhere!r}"


def test_an_address() -> None:
    found = address_of(
        "s", "a%40b:p%2Fw@db.example:3307/sh%20op?ssl_ca=/ca.pem&ssl_verify_name=false"
    )
    assert (found.host, found.port, found.user, found.database) == (
        "db.example", 3307, "a@b", "sh op",
    )  # fmt: skip
    assert found.password.reveal() == "p/w"
    assert found.tls == Tls(ca="/ca.pem", verify_name=False)
    assert not found.local
    assert address_of("s", "u@/d?unix_socket=/run/s.sock").local


@pytest.mark.parametrize(
    "rest",
    [
        f"u:{HIDDEN}@h:port/d",
        f"u:{HIDDEN}@h/d?charset=latin1",
        f"u:{HIDDEN}@h/d?ssl_cert=x",
        f"u:{HIDDEN}@h/d?connect_timeout=-1",
        f"u:{HIDDEN}@h/d?ssl_ca=a&ssl_ca=b",
        f"u:{HIDDEN}@h/d#x",
        f"u:{HIDDEN}@h/d?local_infile=1",
        f"u:{HIDDEN}@h/d?ssl_ca=a&ssl_verify_name=maybe",
    ],
)
def test_an_address_that_cannot_be_read_shows_nothing(rest: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_source("shop", f"mysql://{rest}")
    assert HIDDEN not in f"{caught.value} {caught.value.hint}"
    assert caught.value.__cause__ is None
