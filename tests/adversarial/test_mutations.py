"""White space, case, comments and quoting never turn a refusal into a permit."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

GAPS = [
    "",
    " ",
    "\n",
    "\t",
    "\r\n",
    " /* x */ ",
    " -- y\n",
    "/**/",
    " /* ' */ ",
    ' /* " */\n',
    "  ",
]
NAMES = frozenset(
    [
        "customers",
        "orders",
        "vault",
        "staff",
        "regions",
        "email",
        "full_name",
        "badge",
        "combination",
        "id",
        "notes",
        "national_id",
        "contact_email",
        "ship_note",
        "plan",
        "upper",
        "lower",
        "peek",
        "pg_read_file",
        "query_to_xml",
        "load_file",
    ]
)


def spelled(sql: str, dialect: str, rng: random.Random) -> str:
    """Write the same statement another way; as it is, if it has no tokens."""
    try:
        tokens = sqlglot.tokenize(sql, read=dialect)
    except (SqlglotError, ValueError, IndexError):
        return rng.choice(GAPS) + sql
    parts, at = [rng.choice(GAPS)], 0
    for token in tokens:
        gap = sql[at : token.start]
        # Where two tokens touch, they may be one to the database: `::`, `?1`, `$1`, `E'`.
        parts += [rng.choice(GAPS) if gap else "", gap, _token(sql, token, dialect, rng)]
        at = token.end + 1
    return "".join([*parts, sql[at:]])


def _token(sql: str, token: Token, dialect: str, rng: random.Random) -> str:
    text = sql[token.start : token.end + 1]
    if not text.isascii() or not text.replace("_", "a").replace(" ", "a").isalnum():
        return text
    if token.token_type is TokenType.VAR and text.lower() in NAMES and rng.random() < 0.3:
        mark = "`" if dialect == "mysql" else '"'
        return mark + text.lower() + mark
    if token.token_type in {TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER}:
        return text
    if dialect == "mysql" and token.token_type is TokenType.VAR:
        return text  # names of tables are compared as the server's file system does
    return "".join(rng.choice((c.upper(), c.lower())) for c in text)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(number=st.integers(0, 10**6), seed=st.integers(0, 2**32))
def test_another_spelling_of_an_attack_is_refused_too(
    targets: Callable[[str], Any], suite: Callable[[str], list[Any]], number: int, seed: int
) -> None:
    attacks = [case for case in suite("attacks") if case.expected == "refused"]
    attack = attacks[number % len(attacks)]
    changed = replace(attack, sql=spelled(attack.sql, attack.dialect, random.Random(seed)))
    outcome = targets(attack.dialect).plan(changed)
    assert outcome is None or str(outcome.status) == "refused", changed.sql


@pytest.mark.slow
def test_another_spelling_of_a_benign_query_gives_the_same_statement(
    targets: Callable[[str], Any], suite: Callable[[str], list[Any]]
) -> None:
    """The changes above change nothing that counts, or the test above would prove nothing."""
    rng = random.Random(7)
    for case in [c for c in suite("benign") if not c.parameters][::12]:
        target = targets(case.dialect)
        changed = replace(case, sql=spelled(case.sql, case.dialect, rng))
        one, two = target.plan(case), target.plan(changed)
        assert two is not None, changed.sql
        assert two.plan is not None, changed.sql
        assert one.plan.statement.sql.lower() == two.plan.statement.sql.lower()
