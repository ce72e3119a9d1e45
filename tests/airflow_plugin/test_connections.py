"""Connections become URLs without losing or adding anything."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from sluicegate import open_source
from sluicegate.errors import ConfigurationError, UnknownNameError

pytestmark = pytest.mark.airflow


def url_of(**fields: Any) -> str:
    from airflow.sdk import Connection

    from airflow_provider_sluicegate.connections import connection_url

    extra = fields.pop("extra", None)
    return connection_url(
        Connection(
            conn_id="c",
            **{"conn_type": "postgres"} | fields,
            extra=json.dumps(extra) if extra else None,
        )
    )


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@settings(deadline=None)  # the first example imports Airflow
@given(login=TEXT, password=TEXT, database=TEXT)
def test_the_client_library_reads_back_what_the_connection_says(
    login: str, password: str, database: str
) -> None:
    url = url_of(host="db.example.com", port=5433, login=login, password=password, schema=database)
    read = conninfo_to_dict(url)
    assert (read["user"], read["password"], read["dbname"]) == (login, password, database)
    assert (read["host"], read["port"]) == ("db.example.com", "5433")


@pytest.mark.parametrize(
    ("value", "scoped"), [(True, True), ("true", True), (1, True), (False, False), ("off", False)]
)
def test_the_extra_switches_scoped_roles_on(value: object, scoped: bool) -> None:
    url = url_of(host="db", login="u", schema="d", extra={"sluicegate_scoped_role": value})
    source: Any = open_source("shop", url)
    assert source.scoped_role is scoped
    assert "sluicegate" not in source.uri.reveal()


def test_a_file_has_no_scoped_roles() -> None:
    with pytest.raises(ConfigurationError, match="scoped"):
        url_of(conn_type="sqlite", host="/x.db", extra={"sluicegate_scoped_role": True})


def test_a_folder_is_a_source_of_files() -> None:
    url = url_of(conn_type="fs", extra={"path": "/data/a b?c", "delimiter": ";"})
    source: Any = open_source("lake", url)
    assert (source.place, source.options.delimiter) == ("/data/a b?c", ";")
    with pytest.raises(ConfigurationError, match="no folder"):
        url_of(conn_type="fs")


@pytest.mark.parametrize("folder", ["/run/postgresql", "/tmp/a b&c=d?e/é", "@abstract"])
def test_a_socket_folder_is_a_host_too(folder: str) -> None:
    read = conninfo_to_dict(url_of(host=folder, port=5433, login="u", schema="d"))
    assert (read["host"], read["port"], read["dbname"]) == (folder, "5433", "d")


@pytest.mark.parametrize(
    ("host", "read"),
    [
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("a.example.com,b.example.com", "a.example.com,b.example.com"),
    ],
)
def test_addresses_and_lists_of_hosts(host: str, read: str) -> None:
    assert conninfo_to_dict(url_of(host=host))["host"] == read


def test_a_host_cannot_smuggle_in_credentials_or_options() -> None:
    url = url_of(host="a.example.com/other?sslmode=disable#", login="u", password="p", schema="d")
    read = conninfo_to_dict(url)
    assert (read["dbname"], read["user"]) == ("d", "u")
    assert "sslmode" not in read


def test_extras_for_the_database_are_kept_and_those_for_hooks_are_not() -> None:
    url = url_of(
        host="h",
        extra={
            "sslmode": "verify-full",
            "sslrootcert": "/etc/ca b.pem",
            "keepalives": True,
            "cursor": "dictcursor",
            "iam": False,
            "sluicegate_source": "x",
        },
    )
    read = conninfo_to_dict(url)
    assert {k: read[k] for k in read if k != "host"} == {
        "sslmode": "verify-full", "sslrootcert": "/etc/ca b.pem", "keepalives": "1",
    }  # fmt: skip


def test_a_mistyped_extra_is_refused_by_the_client_library_not_dropped() -> None:
    with pytest.raises(psycopg.ProgrammingError):
        conninfo_to_dict(url_of(host="h", extra={"ssl_mode": "verify-full"}))


@pytest.mark.parametrize(
    "extra", [{"iam": True}, {"azure_conn_id": "a"}, {"options": {"a": 1}}, {"sslmode": ["a"]}]
)
def test_what_cannot_be_carried_over_is_refused(extra: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        url_of(host="h", extra=extra)


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize("path", ["/data/a b?c#d%20.db", "data/shop.db"])
def test_the_gate_finds_the_file_that_the_connection_names(kind: str, path: str) -> None:
    source: Any = open_source("shop", url_of(conn_type=kind, host=path))
    assert path in {
        str(getattr(source, name)) for name in ("path", "_path") if hasattr(source, name)
    }
    with pytest.raises(ConfigurationError):
        url_of(conn_type=kind)


def read_mysql(**fields: Any) -> Any:
    from sluicegate.sources.mysql_url import parse_url

    url = url_of(**{"conn_type": "mysql"} | fields)
    assert open_source("shop", url).dialect == "mysql"
    return parse_url("shop", url)


@settings(deadline=None)  # the first example imports Airflow
@given(login=TEXT, password=TEXT, database=TEXT)
def test_a_mysql_source_reads_back_what_the_connection_says(
    login: str, password: str, database: str
) -> None:
    for kind in ("mysql", "mariadb"):
        read = read_mysql(
            conn_type=kind, host="db.example.com", port=3307, login=login, password=password, schema=database
        )  # fmt: skip
        assert (read.user, read.password.reveal(), read.database) == (login, password, database)
        assert (read.host, read.port) == ("db.example.com", 3307)


def test_extras_of_mysql_become_options_and_those_for_the_hook_do_not() -> None:
    tls = {"ca": "/etc/ca b.pem", "cert": "/c.pem", "key": "/k.pem"}
    for given_tls in (tls, json.dumps(tls)):
        read = read_mysql(
            host="h",
            extra={"ssl": given_tls, "charset": "latin1", "cursor": "sscursor", "local_infile": True,
                   "client": "mysqlclient", "sluicegate_source": "x", "unix_socket": "/run/m.sock"},
        )  # fmt: skip
        assert (read.ssl_ca, read.ssl_cert, read.ssl_key) == tuple(tls.values())
        assert (read.ssl_mode, read.unix_socket) == ("verify_identity", "/run/m.sock")
    assert read_mysql(host="h", extra={"ssl_mode": "REQUIRED"}).ssl_mode == "required"


@pytest.mark.parametrize(
    "extra",
    [
        {"ssl": {"ca": "/ca.pem", "check_hostname": False}},
        {"ssl": "{"},
        {"ssl": ["ca"]},
        {"iam": True},
        {"init_command": "SET sql_mode=''"},
        {"sslmode": "verify-full"},
        {"ssl_mode": "maybe"},
    ],
)
def test_what_a_mysql_source_cannot_carry_over_is_refused(extra: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        read_mysql(host="h", extra=extra)


def test_a_host_of_mysql_cannot_smuggle_in_options() -> None:
    read = read_mysql(host="a.example.com/other?ssl_mode=disabled#", login="u", schema="d")
    assert (read.database, read.user, read.ssl_mode) == ("d", "u", "preferred")


def test_other_types_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="'oracle' cannot be a source"):
        url_of(conn_type="oracle", host="h")


def test_an_unknown_connection_is_named(airflow: object) -> None:
    from airflow_provider_sluicegate.connections import source_of

    with pytest.raises(UnknownNameError, match="'nowhere'"):
        source_of("nowhere", None)


def test_the_connection_decides_which_source_it_is(
    airflow: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_provider_sluicegate.connections import source_of

    plain = {"conn_type": "postgres", "host": "h"}
    monkeypatch.setenv("AIRFLOW_CONN_ONE", json.dumps(plain))
    monkeypatch.setenv(
        "AIRFLOW_CONN_TWO", json.dumps(plain | {"extra": {"sluicegate_source": "shop"}})
    )
    assert source_of("one", None)[0] == source_of("one", "one")[0] == "one"
    assert source_of("two", None)[0] == source_of("two", "shop")[0] == "shop"
    for conn_id, claimed in (("one", "shop"), ("two", "two"), ("two", "")):
        with pytest.raises(ConfigurationError, match="is the source"):
            source_of(conn_id, claimed)


def test_the_password_is_masked_in_logs_also_as_the_url_spells_it(airflow: object) -> None:
    from airflow.sdk._shared.secrets_masker import redact

    password = "pa/ss" + "@word:é"
    url = url_of(host="h", login="u", password=password)
    assert parse_qs(urlsplit(url).query) == {}
    assert "***" in str(redact(f"connecting to {url}"))
    assert "pa%2Fss" not in str(redact(f"connecting to {url}"))
