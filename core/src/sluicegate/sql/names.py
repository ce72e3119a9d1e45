"""How each dialect folds, compares and writes names."""

from __future__ import annotations

import string

from sqlglot import exp

from sluicegate.sql.profiles import PROFILES, profile
from sluicegate.sql.refusal import place_of, refuse

DIALECTS = tuple(sorted(PROFILES))
"""Dialects that the guard models."""

_FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_RAISE = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
_FIRST_PRINTABLE = " "
_BASIC_PLANE = 0xFFFF


def fold(name: str) -> str:
    """Lower ASCII letters only, as most engines do; other letters have no case to them."""
    return name.translate(_FOLD)


def key(identifier: exp.Identifier, dialect: str) -> str:
    """Return what two spellings of one name have in common.

    Where unquoted names fold, quoted ones are compared exactly; elsewhere case never counts.
    """
    name = str(identifier.this)
    folding = PROFILES[dialect].folding
    if folding == "insensitive":
        return fold(name)
    if identifier.args.get("quoted"):
        return name
    return fold(name) if folding == "lower" else name.translate(_RAISE)


def catalogue_key(name: str, dialect: str) -> str:
    """Return the key of a name as the catalogue spells it."""
    return fold(name) if PROFILES[dialect].folding == "insensitive" else name


def written(identifier: exp.Identifier, dialect: str) -> str:
    """Return the name as the source would store it if it were created with this spelling."""
    name = str(identifier.this)
    return name if PROFILES[dialect].folding == "insensitive" else key(identifier, dialect)


def check_identifier(identifier: exp.Identifier, dialect: str) -> None:
    """Refuse names that the source would cut short or read otherwise.

    PostgreSQL cuts a name at 63 bytes, so two names that differ later would become one.
    """
    name = str(identifier.this)
    own = profile(dialect)
    if not name or min(name) < _FIRST_PRINTABLE:
        raise refuse("G09", "an empty name or one with control characters", "rename it")
    if own.basic_plane_only and (name != name.strip() or max(map(ord, name)) > _BASIC_PLANE):
        message = "a name with blanks at its ends or characters the source does not keep"
        raise refuse("G09", message, "use a plain alias", place_of(identifier))
    if len(name.encode() if own.counts_bytes else name) > own.longest:
        raise refuse(
            "G09",
            f"a name of more than {own.longest} {'bytes' if own.counts_bytes else 'characters'}, "
            "which the source would cut short or refuse",
            "use a shorter alias",
            place_of(identifier),
        )


def quoted(name: str) -> exp.Identifier:
    """Return the identifier that is always written in quotes, so nothing folds it."""
    return exp.to_identifier(name, quoted=True)


def column(source: str, name: str) -> exp.Column:
    """Return ``"source"."name"``."""
    return exp.Column(this=quoted(name), table=quoted(source))
