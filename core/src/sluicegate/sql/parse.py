"""From text to one query tree, or a refusal. The text itself is never run."""

from __future__ import annotations

import itertools
import logging
import re
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from sluicegate.model.findings import Reason
from sluicegate.model.sensitive import Sensitive
from sluicegate.sql.collecting import paused
from sluicegate.sql.lexical import STRINGS, positions, tokenize
from sluicegate.sql.pivots import written_out
from sluicegate.sql.profiles import profile
from sluicegate.sql.refusal import SqlRefused, SqlSyntaxRefused
from sluicegate.sql.rowvalues import with_row_words, without_values
from sluicegate.sql.verbs import by_word, effects, not_modelled

# sqlglot logs the first 100 characters of what it does not model, literals included (promise P1).
logging.getLogger("sqlglot").addHandler(logging.NullHandler())
logging.getLogger("sqlglot").propagate = False
logging.getLogger("sqlglot").setLevel(logging.CRITICAL + 1)

_PLAIN_ESCAPES = re.compile(r"""[eE]'(?:[^'\\]|''|\\[bfnrt\\'])*'""")
_LITERALS = STRINGS | {TokenType.NUMBER, TokenType.IDENTIFIER}


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralText:
    """A literal or quoted name as written: it would land in the source's logs."""

    text: Sensitive[str]
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """One statement that only reads. Its tree may hold literals, so it is not shown by ``repr``."""

    dialect: str
    tree: exp.Query = field(repr=False)
    literals: tuple[LiteralText, ...] = field(repr=False, default=())
    sql: str = field(repr=False, default="")
    tokens: list[Token] = field(repr=False, default_factory=list)

    def fresh(self) -> exp.Query:
        """Read the tree anew, to be changed: that takes a quarter of the time of a copy."""
        return _query(self.sql, self.tokens, self.dialect)


@paused()
def parse(sql: str, dialect: str) -> Parsed:
    """Read one query.

    Args:
        sql: One SELECT, set operation, or WITH on them; parameters as ``:name``.
        dialect: One of ``profiles.PROFILES``.

    Raises:
        SqlSyntaxRefused: the text does not parse; names line and column, never the text.
        SqlRefused: it parses, but is not one statement that only reads. Its ``reasons`` carry the
            guardrails (``G01``–``G06``, ``G08``, ``G14``).
        ConfigurationError: the dialect is not modelled.
    """
    profile(dialect)
    tokens = tokenize(sql, dialect)
    _check_first_word(sql, tokens)
    check_escapes(sql, tokens)
    read = with_row_words(tokens) if dialect == "mysql" else tokens
    tree = one(trees_of(sql, read, dialect))
    if reasons := effects(tree):
        raise SqlRefused(tuple(reasons))
    query = _written_out(tree, dialect)
    literals = literals_of(sql, tokens)
    return Parsed(dialect=dialect, tree=query, literals=literals, sql=sql, tokens=read)


def _query(sql: str, tokens: list[Token], dialect: str) -> exp.Query:
    return _written_out(one(trees_of(sql, tokens, dialect)), dialect)


def _written_out(tree: exp.Expr, dialect: str) -> exp.Query:
    """Return the one query that a tree is, without the forms that are short for another."""
    if dialect == "duckdb":
        tree = written_out(tree)
    if dialect == "mysql":
        tree = without_values(tree)
    if not isinstance(tree, (exp.Select, exp.SetOperation, exp.Subquery)):
        raise SqlRefused((not_modelled(tree),))
    return tree


def _check_first_word(sql: str, tokens: list[Token]) -> None:
    # A second statement is named as such by the parser; here only the first one speaks.
    first = next((t for t in tokens if t.token_type is not TokenType.L_PAREN), None)
    word = first.text.split(" ")[0] if first else ""
    if first and (reason := by_word(word, positions(sql)(first.start))):
        raise SqlRefused((reason,))


def check_escapes(sql: str, tokens: list[Token]) -> None:
    r"""Refuse an ``E'…'`` with an escape that parser and source might read in two ways.

    ``\xe9`` is a byte to PostgreSQL and a letter to the parser; and a string on the next line goes
    on with the escapes of this one. (PostgreSQL, "String Constants with C-Style Escapes".)
    """
    for token, after in itertools.pairwise([*tokens, None]):
        if token is None or token.token_type is not TokenType.BYTE_STRING:
            continue
        goes_on = after is not None and after.token_type in STRINGS
        if goes_on or not _PLAIN_ESCAPES.fullmatch(sql, token.start, token.end + 1):
            message = "an escape the guard does not read"
            hint = r"write '…', with no escapes but \n, \r, \t, \b, \f, \\ and \'"
            where = positions(sql)(token.start)
            raise SqlRefused((Reason(code="G09", message=message, hint=hint, place=where),))


def trees_of(sql: str, tokens: list[Token], dialect: str) -> list[exp.Expr]:
    """Return what the parser makes of a text, a tree for each statement.

    Raises:
        SqlSyntaxRefused: it does not parse.
    """
    try:
        found = sqlglot.Dialect.get_or_raise(dialect).parser().parse(tokens, sql)
    except ParseError as error:
        raise SqlSyntaxRefused(_syntax(error, dialect)) from None
    except (SqlglotError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        raise SqlSyntaxRefused(_reason(dialect, "")) from None
    except RecursionError:
        raise too_deep() from None
    return [t for t in found if t is not None and not isinstance(t, exp.Semicolon)]


def one(trees: list[exp.Expr]) -> exp.Expr:
    """Return the only statement.

    Raises:
        SqlRefused: there are several, or none.
    """
    if not trees:
        raise SqlSyntaxRefused(Reason(code="G09", message="the statement is empty"))
    if len(trees) > 1:
        message = f"{len(trees)} statements where one is allowed"
        hint = "send one statement; run the others by themselves"
        raise SqlRefused((Reason(code="G01", message=message, hint=hint),))
    return trees[0]


def _syntax(error: ParseError, dialect: str) -> Reason:
    # The parser's own message quotes the statement, so only the place is taken from it.
    first = error.errors[0] if error.errors else {}
    line, column = first.get("line"), first.get("col")
    return _reason(dialect, f"line {line}, column {column}" if line and column else "")


def _reason(dialect: str, place: str) -> Reason:
    return Reason(
        code="G09",
        message=f"the statement does not parse as {dialect} SQL",
        hint="check the place for a typo, an unclosed bracket or another dialect's syntax",
        place=place,
    )


def too_deep() -> SqlRefused:
    """Build the refusal of a statement that is nested deeper than the guard follows."""
    hint = "split it into CTEs, or use IN (…) for long lists of OR"
    return SqlRefused((Reason(code="G09", message="the statement is nested too deep", hint=hint),))


def literals_of(sql: str, tokens: list[Token]) -> tuple[LiteralText, ...]:
    """Return the literals and quoted names of a text."""
    place = positions(sql)
    return tuple(
        LiteralText(text=Sensitive(t.text), place=place(t.start))
        for t in tokens
        if t.token_type in _LITERALS
    )
