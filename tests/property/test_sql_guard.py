"""Properties of the guard that hold whatever the statement looks like."""

from __future__ import annotations

import itertools
import random
import re

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from sluicegate.errors import SqlError
from sluicegate.model.data import (
    CatalogColumn,
    ColumnRef,
    DataClass,
    Relation,
    RelationName,
    TypeFamily,
)
from sluicegate.model.decision import ColumnRule, Obligations
from sluicegate.model.masks import Keep, Mask, Pseudonymize, Redact
from sluicegate.model.plan import Carries
from sluicegate.sql import Rewritten, gather, parse, rewrite
from sluicegate.sql.profiles import PROFILES

DIALECTS = tuple(PROFILES)
MASKS: dict[str, Mask | None] = {
    "id": Keep(), "plan": Keep(), "email": Pseudonymize(), "notes": Redact(), "token": None,
}  # fmt: skip
TABLES = ("people", "visits")


def relation(name: str, dialect: str) -> Relation | None:
    if name.lower() not in TABLES:
        return None
    spell = str.upper if dialect == "snowflake" else str.lower
    columns = tuple(
        CatalogColumn(name=spell(c), native_type="TEXT", family=TypeFamily.TEXT) for c in MASKS
    )
    own = RelationName(schema="main", name=spell(name))
    return Relation(name=own, kind="table", columns=columns)


def rules() -> dict[ColumnRef, ColumnRule]:
    found = {}
    for table, spell in itertools.product(TABLES, (str.upper, str.lower)):
        for name, mask in MASKS.items():
            own = RelationName(schema="main", name=spell(table))
            ref = ColumnRef(relation=own, column=spell(name))
            data_class = DataClass(name)
            found[ref] = ColumnRule(column=ref, data_class=data_class, mask=mask, rule="r")
    return found


OBLIGATIONS = Obligations(columns=rules())


def guard(sql: str, dialect: str) -> Rewritten | None:
    """Return the rewrite, or ``None`` for a refusal. Anything but these two is a fault."""
    try:
        parsed = parse(sql, dialect)
        return rewrite(parsed, gather(parsed, lambda _s, n, _q: relation(n, dialect)), OBLIGATIONS)
    except SqlError:
        return None


REFUSED = [
    "SELECT token FROM people",
    "SELECT * FROM people",
    "SELECT upper ( email ) FROM people",
    "SELECT id FROM people WHERE notes LIKE 'x'",
    "SELECT p FROM people p",
    "DELETE FROM people",
    "WITH q AS ( SELECT * FROM people ) SELECT id FROM q",
    "SELECT id FROM people WHERE email = 'x'",
    "SELECT pg_sleep ( 1 )",
    "SELECT id FROM people ; SELECT id FROM visits",
    "SELECT email FROM people UNION ALL SELECT plan FROM people",
    "DROP TABLE people",
]
GAPS = [" ", "\n", "\t", "\r\n", "  \n ", " /* x */ ", " -- y\n", "/**/", " /* ' */ ", ' /* " */\n']


@settings(max_examples=150, deadline=None)
@given(sql=st.sampled_from(REFUSED), dialect=st.sampled_from(DIALECTS), seed=st.integers(0, 2**32))
def test_white_space_case_and_comments_never_turn_a_refusal_into_a_pass(
    sql: str, dialect: str, seed: int
) -> None:
    rng = random.Random(seed)
    words = [
        w if "'" in w else "".join(rng.choice((c.upper(), c.lower())) for c in w)
        for w in sql.split(" ")
    ]
    spelled = "".join(word + rng.choice(GAPS) for word in words)
    assert guard(rng.choice(GAPS) + spelled, dialect) is None


# ---------------------------------------------------------------- generated queries

columns = st.sampled_from(["id", "plan", "email", "notes", "token", "nope"])
tables = st.sampled_from(["people", "visits", "q", "main.people"])
aliases = st.sampled_from(["", " a", " AS b", " people", " q"])


def _values(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        inner,
        pairs.map(lambda p: f"({p[0]} = {p[1]})"),
        pairs.map(lambda p: f"coalesce({p[0]}, {p[1]})"),
        pairs.map(lambda p: f"({p[0]} || {p[1]})"),
        inner.map(lambda v: f"max({v})"),
        inner.map(lambda v: f"count({v})"),
        inner.map(lambda v: f"({v} IS NULL)"),
        inner.map(lambda v: f"(SELECT {v} FROM people LIMIT 1)"),
        inner.map(lambda v: f"CASE WHEN {v} IS NULL THEN {v} END"),
    )


values = st.recursive(
    st.one_of(columns, columns.map(lambda c: f"a.{c}"), st.just("NULL"), st.just(":p")),
    _values,
    max_leaves=4,
)


@st.composite
def selects(draw: st.DrawFn, depth: int = 2) -> str:
    items = ", ".join(f"{draw(values)} AS c{n}" for n in range(draw(st.integers(1, 3))))
    sources = [st.tuples(tables, aliases).map("".join)]
    if depth:
        sources.append(selects(depth=depth - 1).map(lambda s: f"({s}) a"))
    text = (
        f"SELECT {draw(st.sampled_from(['', 'DISTINCT ']))}{items} FROM {draw(st.one_of(*sources))}"
    )
    if draw(st.booleans()):
        text += f" JOIN {draw(tables)} j ON j.email = {draw(values)}"
    if draw(st.booleans()):
        text += f" WHERE {draw(values)} = {draw(values)}"
    if draw(st.booleans()):
        text += draw(
            st.sampled_from([" GROUP BY 1", " ORDER BY c0", " ORDER BY email", " LIMIT 3"])
        )
    if depth and draw(st.booleans()):
        text = f"WITH q AS ({draw(selects(depth=0))}) {text}"
    if depth and draw(st.booleans()):
        text = f"{text.removesuffix(' ORDER BY c0')} UNION ALL {draw(selects(depth=0))}"
    return text


@settings(max_examples=300, deadline=None)
@given(sql=selects(), dialect=st.sampled_from(DIALECTS))
def test_no_base_table_is_read_but_through_its_masks(sql: str, dialect: str) -> None:
    found = guard(sql, dialect)
    if found is None:
        return
    text = re.sub(r"\?\d+", "?", found.statement.sql)
    tree = sqlglot.parse_one(text, read=dialect)
    names = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if not table.db:
            assert table.name in names
            continue
        scan = table.parent_select
        assert isinstance(scan, exp.Select)
        assert isinstance(scan.parent, exp.Subquery)
        assert not scan.args.get("joins")
        for item in scan.expressions:
            raw = {c.name.lower() for c in item.find_all(exp.Column)}
            bare = isinstance(item.this, exp.Column)
            assert "token" not in raw
            assert not (bare and "email" in raw)
    for column in found.columns:
        origins = {ref.column.lower() for ref in column.origins}
        assert "token" not in origins
        if column.carries is Carries.FINISHED and column.bare:
            assert not origins & {"email", "notes"}


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60), dialect=st.sampled_from(DIALECTS))
def test_any_text_is_either_rewritten_or_refused(text: str, dialect: str) -> None:
    guard(text, dialect)


WORDS = ["SELECT", "FROM", "people", "email", "token", "(", ")", ",", "*", ".", "'", '"', "`", "[", "]", "$$", "/*", "*/", "--", "\n", ";", "WITH", "AS", "UNION", "x", ":p", "::", "=", "1", "{", "}", "E'", "U&", "@", "#", "?", "VALUES", "LATERAL"]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), max_size=25), dialect=st.sampled_from(DIALECTS))
def test_any_heap_of_tokens_is_either_rewritten_or_refused(words: list[str], dialect: str) -> None:
    found = guard(" ".join(words), dialect)
    if found:
        assert "token" not in {ref.column.lower() for c in found.columns for ref in c.origins}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_generated_queries_are_not_all_refused(dialect: str) -> None:
    good = "SELECT email AS c0, count(id) AS c1 FROM people a GROUP BY email LIMIT 3"
    assert guard(good, dialect) is not None


CALLS = [
    "coalesce({0}, plan)", "to_char(plan, {0})", "strftime('%Y', {0})", "replace(plan, {0}, 'b')",
    "plan LIKE {0}", "trim({0})", "split_part(plan, {0}, 1)", "regexp_replace(plan, {0}, '')",
    "CAST({0} AS TEXT)", "concat({0}, plan)", "plan -> {0}", "date_trunc({0}, plan)",
    "CASE plan WHEN {0} THEN 1 END", "plan IN ({0}, 'x')", "interval {0}", "strpos(plan, {0})",
    "extract(year FROM {0})", "plan ~ {0}", "plan GLOB {0}", "strptime(plan, {0})",
    "lpad(plan, 9, {0})",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    call=st.sampled_from(CALLS),
    text=st.text(alphabet="'\"\\%$.{}ab |-/*;\n", max_size=12),
    dialect=st.sampled_from(DIALECTS),
)
def test_a_literal_never_becomes_more_than_a_literal(call: str, text: str, dialect: str) -> None:
    literal = "'" + text.replace("'", "''") + "'"
    found = guard(f"SELECT {call.format(literal)} AS x FROM people", dialect)
    plain = guard(f"SELECT {call.format(chr(39) + 'a' + chr(39))} AS x FROM people", dialect)
    if found is None or plain is None:
        return
    assert found.columns == plain.columns
    kinds = [t.token_type for t in sqlglot.tokenize(found.statement.sql, read=dialect)]
    assert kinds == [t.token_type for t in sqlglot.tokenize(plain.statement.sql, read=dialect)]
