"""How each dialect folds, compares and writes names."""

from __future__ import annotations

import string

from sqlglot import exp

from sluicegate.sql.refusal import place_of, refuse

DIALECTS = ("duckdb", "postgres", "sqlite")
"""Dialects that the guard models."""

_FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_LONGEST = {"postgres": 63, "duckdb": 255, "sqlite": 255}
_FIRST_PRINTABLE = 0x20


def fold(name: str) -> str:
    """Lower ASCII letters only, as all three engines do; other letters have no case to them."""
    return name.translate(_FOLD)


def key(identifier: exp.Identifier, dialect: str) -> str:
    """Return what two spellings of one name have in common.

    PostgreSQL folds unquoted names and compares exactly; the others ignore case even in quotes.
    """
    name = str(identifier.this)
    exact = dialect == "postgres" and bool(identifier.args.get("quoted"))
    return name if exact else fold(name)


def catalogue_key(name: str, dialect: str) -> str:
    """Return the key of a name as the catalogue spells it."""
    return name if dialect == "postgres" else fold(name)


def written(identifier: exp.Identifier, dialect: str) -> str:
    """Return the name as the source would store it if it were created with this spelling."""
    name = str(identifier.this)
    folds = dialect == "postgres" and not identifier.args.get("quoted")
    return fold(name) if folds else name


def check_identifier(identifier: exp.Identifier, dialect: str) -> None:
    """Refuse names that the source would cut short or read otherwise.

    PostgreSQL cuts a name at 63 bytes, so two names that differ later would become one.
    """
    name = str(identifier.this)
    limit = _LONGEST[dialect]
    if not name or any(ord(c) < _FIRST_PRINTABLE for c in name):
        raise refuse("G09", "an empty name or one with control characters", "rename it")
    if len(name.encode()) > limit:
        raise refuse(
            "G09",
            f"a name of more than {limit} bytes, which the source would cut short",
            "use a shorter alias",
            place_of(identifier),
        )


def quoted(name: str) -> exp.Identifier:
    """Return the identifier that is always written in quotes, so nothing folds it."""
    return exp.to_identifier(name, quoted=True)


def column(source: str, name: str) -> exp.Column:
    """Return ``"source"."name"``."""
    return exp.Column(this=quoted(name), table=quoted(source))
