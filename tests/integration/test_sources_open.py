"""Sources by URL, and the positions of a PostgreSQL statement."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources import DuckDBSource, PostgresSource, SQLiteSource, open_source
from sluicegate.sources.placeholders import replace_placeholders
from sluicegate.sources.postgres_connection import with_defaults


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hidden@h/db?x=1",
        "postgres://u:hidden@h/db",
        "postgresql+psycopg://u:hidden@h/db",
        "POSTGRESQL://u:hidden@h/db",
    ],
)
def test_postgres(url: str) -> None:
    for given_url in (url, Sensitive(url)):
        source = open_source("shop", given_url)
        assert isinstance(source, PostgresSource)
        assert source.uri.reveal().startswith("postgresql://u:hidden@h/db")
        assert (source.name, source.dialect) == ("shop", "postgres")
        assert "hidden" not in repr(source)


@pytest.mark.parametrize(("scheme", "kind"), [("duckdb", DuckDBSource), ("sqlite", SQLiteSource)])
def test_files(scheme: str, kind: type, tmp_path: Path) -> None:
    for rest, path in (("shop.db", "shop.db"), (f"{tmp_path}/a%20b%3F.db", f"{tmp_path}/a b?.db")):
        source = open_source("shop", f"{scheme}:///{rest}")
        assert isinstance(source, kind)
        assert isinstance(source, (DuckDBSource, SQLiteSource))
        assert source.path == path
        assert source.dialect == scheme


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "duckdb://shop.db", "sqlite:///a?mode=rwc", "duckdb:///a#b"]
)
def test_urls_that_name_no_file(url: str) -> None:
    with pytest.raises(ConfigurationError):
        open_source("shop", url)


@pytest.mark.parametrize(
    "url",
    ["oracle://u:hidden@h/db", "", "host=h password=hidden", "shop.db", "://hidden", "hid den://x"],
)
def test_other_schemes_are_unknown_and_not_shown(url: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        open_source("shop", url)
    assert "hidden" not in str(caught.value)


def test_defaults_of_the_uri_do_not_replace_what_is_given() -> None:
    uri = with_defaults("postgresql://h/db?connect_timeout=3&application_name=mine")
    assert uri.count("connect_timeout") == 1
    assert "application_name=mine" in uri
    assert "keepalives_idle=" in with_defaults("postgresql://h/db")


def test_importing_the_model_stays_light() -> None:
    heavy = "{'pyarrow', 'duckdb', 'pymysql', 'adbc_driver_postgresql', 'sqlglot', 'pandas'}"
    code = f"import sys, sluicegate, sluicegate.model.plan; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
    code = "import sys, sluicegate.sources; assert not {'duckdb', 'pymysql', 'adbc_driver_postgresql', 'sqlglot'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("sql", "replaced"),
    [
        ("SELECT $1", "SELECT <1>"),
        ("SELECT $1+$2,$10", "SELECT <1>+<2>,<10>"),
        ("SELECT '$1', $1", "SELECT '$1', <1>"),
        ("SELECT 'it''s $1', $1", "SELECT 'it''s $1', <1>"),
        ("SELECT '\\', $1, '\\'", "SELECT '\\', <1>, '\\'"),
        ("SELECT E'\\'$1', $1", "SELECT E'\\'$1', <1>"),
        ("SELECT e'a'\n  'b\\'$1', $1", "SELECT e'a'\n  'b\\'$1', <1>"),
        ("SELECT date'$1', $1", "SELECT date'$1', <1>"),
        ("SELECT somee'\\', $1, '\\'", "SELECT somee'\\', <1>, '\\'"),
        ('SELECT "$1", "a""$1", $1', 'SELECT "$1", "a""$1", <1>'),
        ("SELECT a$1, $1", "SELECT a$1, <1>"),
        ("SELECT ünï$1, $1", "SELECT ünï$1, <1>"),
        ("SELECT $$ $1 $$, $t$ $1 $$ $t$, $1", "SELECT $$ $1 $$, $t$ $1 $$ $t$, <1>"),
        ("SELECT $1 -- $2\n, $3", "SELECT <1> -- $2\n, <3>"),
        ("SELECT /* $2 /* $3 */ $4 */ $1", "SELECT /* $2 /* $3 */ $4 */ <1>"),
        ("SELECT '$1", "SELECT '<1>"),
        ("SELECT $1::int", "SELECT <1>::int"),
    ],
)
def test_positions_of_a_postgres_statement(sql: str, replaced: str) -> None:
    assert replace_placeholders(sql, lambda n: f"<{n}>")[0] == replaced


@given(
    st.lists(
        st.one_of(st.integers(1, 3), st.text(alphabet="a$1'\"\\ é-/*\n", max_size=8)), max_size=8
    )
)
def test_positions_are_those_of_the_tree(parts: list[int | str]) -> None:
    def text(sign: str) -> str:
        items: list[exp.Expr] = [
            exp.Var(this=sign.format(p)) if isinstance(p, int) else exp.Literal.string(p)
            for p in parts
        ]
        return exp.select(*items).sql("postgres")

    replaced, found = replace_placeholders(text("${}"), "<{}>".format)
    assert replaced == text("<{}>")
    assert found == {p for p in parts if isinstance(p, int)}
