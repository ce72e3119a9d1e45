"""A second look at the finished text: it must read back as nothing but masked scans.

The binder already guarantees this. The proof does not trust it: it tokenizes and parses the
generated text anew, so that a fault of the generator cannot pass.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from sluicegate.sql.parse import too_deep
from sluicegate.sql.refusal import refuse
from sluicegate.sql.tokens import tokens_of
from sluicegate.sql.vocabulary import GENERATED_NAMES, NAMED_FUNCTIONS, ROW_FUNCTIONS, SYNTAX_WORDS

_SELF_FAULT = "this is a fault of Sluicegate: please report the shape of the statement"
_SCAN_PARTS = {"expressions", "from_", "where"}


def prove(sql: str, dialect: str, own: Reads) -> None:
    """Refuse ``sql`` unless it reads the columns that were bound, through masked scans only.

    Args:
        sql: The generated text.
        dialect: What to read it as.
        own: What the tree reads that it was generated from.
    """
    found = _read_back(sql, dialect, own)
    base = found.base
    if len(base) != len(own.base) or not all(_stands_alone(t) for t in base):
        raise refuse("G09", "the rewritten statement reads a table unmasked", _SELF_FAULT)


def prove_scoped(sql: str, dialect: str, query: exp.Query, views: Mapping[str, str]) -> None:
    """Refuse ``sql`` unless it reads ``views`` and, besides them, only what it defines itself.

    Args:
        sql: The generated text of the statement over the views.
        dialect: What to read it as.
        query: The tree that it was generated from.
        views: Name → query of each view.
    """
    own = Reads.of(query)
    found = _read_back(sql, dialect, own)
    read = found.named(views)
    if found.base or {t.name for t in read} != set(views):
        raise refuse("G09", "the statement over views reads another relation", _SELF_FAULT)
    if len(read) != len(own.named(views)):
        raise refuse("G09", "the statement over views reads other views", _SELF_FAULT)


@dataclass(frozen=True, slots=True)
class Reads:
    """What a tree reads, from one walk over it."""

    columns: Counter[tuple[str, str]]
    """How often each column is read: text that breaks out of a literal would add one."""
    tables: list[exp.Table]

    @classmethod
    def of(cls, tree: exp.Query) -> Reads:
        """Walk over a tree."""
        columns: Counter[tuple[str, str]] = Counter()
        tables: list[exp.Table] = []
        for node in tree.find_all(exp.Column, exp.Table):
            if isinstance(node, exp.Column):
                columns[node.table, node.name] += 1
            elif isinstance(node, exp.Table):
                tables.append(node)
        return cls(columns, tables)

    @property
    def base(self) -> list[exp.Table]:
        """The scans: only they name a schema."""
        return [table for table in self.tables if table.args.get("db")]

    def named(self, names: Container[str]) -> list[exp.Table]:
        """Return the tables that are called so."""
        return [table for table in self.tables if table.name in names]


def _read_back(sql: str, dialect: str, own: Reads) -> Reads:
    """Return what the text reads when it is parsed anew: the columns must be those of its tree."""
    tokens = tokens_of(sql, dialect)
    _check_calls(tokens, dialect)
    try:
        trees = sqlglot.Dialect.get_or_raise(dialect).parser().parse(tokens, sql)
    except SqlglotError:
        raise refuse("G09", "the rewritten statement does not read back", _SELF_FAULT) from None
    except RecursionError:
        raise too_deep() from None
    tree = trees[0] if len(trees) == 1 else None
    if not isinstance(tree, exp.Query):
        raise refuse("G09", "the rewritten statement is not one query", _SELF_FAULT)
    found = Reads.of(tree)
    if found.columns != own.columns:
        raise refuse("G09", "the rewritten statement reads other columns", _SELF_FAULT)
    return found


def _stands_alone(table: exp.Table) -> bool:
    select = table.parent_select
    if not isinstance(select, exp.Select) or not isinstance(table.parent, exp.From):
        return False
    present = {name for name, value in select.args.items() if value}
    return (
        present <= _SCAN_PARTS
        and isinstance(select.parent, exp.Subquery)
        and all(isinstance(e, exp.Alias) for e in select.expressions)
    )


def _check_calls(tokens: list[Token], dialect: str) -> None:
    """Whatever stands before a bracket must be a listed function, syntax, or a quoted alias."""
    known = _known(dialect)
    for word, bracket in itertools.pairwise(tokens):
        if bracket.token_type is not TokenType.L_PAREN or not word.text[:1].isalpha():
            continue
        if word.token_type in {TokenType.IDENTIFIER, TokenType.STRING}:
            continue
        name = word.text.lower()
        if any(part not in known for part in name.split()):
            hint = f"{dialect} may not have it: use one of its own"
            raise refuse("G07", f"function {name!r} is not on the list", hint)


@cache
def _known(dialect: str) -> frozenset[str]:
    rows = ROW_FUNCTIONS.get(dialect, {}).keys()
    return GENERATED_NAMES | SYNTAX_WORDS | NAMED_FUNCTIONS[dialect] | rows
