"""Named parameters in, positional ones out."""

from __future__ import annotations

import itertools

import sqlglot
from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from sluicegate.sql.profiles import profile


def marker(name: str, use: str) -> exp.Placeholder:
    """Return the stand-in of a named parameter until positions are given.

    Args:
        name: As the user wrote it, without the colon.
        use: What it is compared as. Each use gets a position of its own, since a source gives a
            position one type.
    """
    return exp.Placeholder(this=name, kind=use)


def number(query: exp.Query, dialect: str) -> tuple[str, ...]:
    """Give each stand-in in ``query`` its position; return the names in the order of positions.

    Only parameters that the statement still holds are counted: PostgreSQL refuses a gap.
    """
    style = profile(dialect).placeholder
    sign = style[0]
    positions: dict[tuple[str, str, int], int] = {}
    for count, node in enumerate(list(query.find_all(exp.Placeholder))):
        # Where the text cannot say which one is meant, each place is a parameter of its own.
        place = count if style == "?" else 0
        use = (str(node.this), str(node.args.get("kind")), place)
        position = positions.setdefault(use, len(positions) + 1)
        node.replace(exp.Var(this=f"{sign}{position}"))
    return tuple(name for name, _, _ in positions)


def in_order(sql: str, names: tuple[str, ...], dialect: str) -> tuple[str, tuple[str, ...]]:
    """Return the text as the source takes it, and the name of each parameter in its order.

    Where parameters are bare question marks, the numbers are taken out of the text, and the names
    follow the text: a generator may write clauses in another order than the tree holds them.
    """
    if profile(dialect).placeholder != "?" or not names:
        return sql, names
    parts, found, at = [], [], 0
    for mark, digits in itertools.pairwise(sqlglot.tokenize(sql, read=dialect)):
        if mark.token_type is TokenType.PLACEHOLDER and digits.start == mark.end + 1:
            parts.append(sql[at : digits.start])
            found.append(names[int(digits.text) - 1])
            at = digits.end + 1
    return "".join([*parts, sql[at:]]), tuple(found)
