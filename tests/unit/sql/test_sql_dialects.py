"""The profiles of the dialects, and the page that is written from them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import sqlglot

from sluicegate.errors import ConfigurationError
from sluicegate.sql.context import Context, Treatment
from sluicegate.sql.dialects import Feature
from sluicegate.sql.names import DIALECTS, catalogue_key, key, quoted
from sluicegate.sql.parameters import in_order
from sluicegate.sql.profiles import PROFILES, profile
from sluicegate.sql.reference import page
from sluicegate.sql.vocabulary import NAMED_FUNCTIONS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "dialects.md"


def test_the_page_is_that_of_the_profiles() -> None:
    """Write it anew with ``python tests/unit/sql/test_sql_dialects.py``."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_dialect_says_whether_it_runs() -> None:
    text = page()
    for own in PROFILES.values():
        section = text.split(f"## {own.name}:")[1].split("\n## ")[0]
        assert ("generated, not run here" in section) is (own.support == "generated")
    assert {own.name for own in PROFILES.values() if own.support == "runs"} == {
        "postgres", "duckdb", "sqlite", "mysql",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_a_profile_is_whole(name: str) -> None:
    own = profile(name)
    assert sqlglot.Dialect.get(name)
    assert name in NAMED_FUNCTIONS
    assert own.features <= set(get_args(Feature))
    assert own.has("values-names") <= own.has("values")
    assert "information_schema" in own.catalogue_schemas
    assert all(s == s.lower() for s in (*own.catalogue_schemas, *own.catalogue_prefixes))


def test_each_feature_is_told() -> None:
    text = page()
    assert text.count("`QUALIFY`") == len(PROFILES)
    assert text.count("`LATERAL`") == len(PROFILES)
    assert all(own.title in text for own in PROFILES.values())


def test_unknown_dialects_are_named_in_an_error() -> None:
    with pytest.raises(ConfigurationError, match="mssql"):
        profile("mssql")
    assert tuple(sorted(PROFILES)) == DIALECTS


@pytest.mark.parametrize(
    ("dialect", "unquoted", "in_quotes", "catalogue"),
    [
        ("postgres", "abc", "AbC", "AbC"), ("redshift", "abc", "abc", "abc"), ("snowflake", "ABC", "AbC", "AbC"),
        ("mysql", "abc", "abc", "abc"), ("bigquery", "abc", "abc", "abc"), ("trino", "abc", "abc", "abc"),
        ("tsql", "abc", "abc", "abc"), ("duckdb", "abc", "abc", "abc"), ("sqlite", "abc", "abc", "abc"),
    ],
)  # fmt: skip
def test_names_fold(dialect: str, unquoted: str, in_quotes: str, catalogue: str) -> None:
    assert key(sqlglot.to_identifier("AbC"), dialect) == unquoted
    assert key(quoted("AbC"), dialect) == in_quotes
    assert catalogue_key("AbC", dialect) == catalogue


def test_parameters_follow_the_text_where_they_have_no_numbers() -> None:
    text = "SELECT '?1' AS a, ?2 AS b, `?1`.x, ?1, ?12 FROM t -- ?3"
    names = tuple("abcdefghijkl")
    assert in_order(text, names, "mysql") == (
        "SELECT '?1' AS a, ? AS b, `?1`.x, ?, ? FROM t -- ?3", ("b", "a", "l"),
    )  # fmt: skip
    assert in_order(text, names, "sqlite") == (text, names)


def test_aliases_of_sources_are_plain_letters() -> None:
    context = Context(
        dialect="mysql",
        lookup=lambda *_: None,
        treat=lambda *_: Treatment(label=None),
        filters=lambda _: [],
    )
    assert [context.unique(n) for n in ("a", "A", "É", "é", "x" * 60, "x" * 60)] == [
        "a", "A_2", "_source", "_source_2", "x" * 60, "x" * 48 + "_2",
    ]  # fmt: skip


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
