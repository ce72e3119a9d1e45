"""What differs from one SQL dialect to the next, as data: one frozen profile a dialect.

The binder asks a profile instead of a name, so that adding a dialect means writing a profile. The
profiles themselves stand in ``profiles``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

Folding = Literal["lower", "upper", "insensitive"]
"""Unquoted names fold to lower or upper case and quoted ones are exact; or case never counts."""

Placeholder = Literal["$n", "?n", "?"]
"""How a bound parameter is written: numbered, or a bare ``?`` for each use in the text."""

Support = Literal["runs", "generated"]
"""Whether the rewritten text runs in this project's tests, or is only written and compared."""

Feature = Literal[
    "alias-in-list",
    "collate",
    "distinct-on",
    "functional-dependency",
    "filter",
    "full-join",
    "group-by-all",
    "group-by-position",
    "computed-interval",
    "lateral",
    "nulls-order",
    "output-aliases",
    "qualify",
    "sample",
    "table-functions",
    "values",
    "values-names",
]
"""A clause that the dialect has and the guard models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strings:
    """How a dialect computes on text. NULL in, NULL out."""

    as_text: Callable[[exp.Expr], exp.Expr]
    """A value → its text, whose UTF-8 is what a digest is taken over."""
    join: Callable[[list[exp.Expr]], exp.Expr]
    length: Callable[[exp.Expr], exp.Expr]
    """Text → number of its characters, trailing blanks counted."""
    part: Callable[[exp.Expr, exp.Expr, exp.Expr], exp.Expr]
    """Text, first character from 1, count → that part."""
    repeat: Callable[[str, exp.Expr, exp.Expr], exp.Expr]
    """Character, an upper bound of the count, count → the character that often."""
    find: Callable[[exp.Expr, str], exp.Expr]
    """Text, character → place of its first one, from 1; 0 if there is none."""
    without: Callable[[exp.Expr, str], exp.Expr]
    """Text, character → the text without any of it."""
    sha256: Callable[[exp.Expr], exp.Expr]
    """Text → 64 hex digits in lower case, of SHA-256 over its UTF-8."""
    digest_shown: str
    """The digest as people read it, for the documentation."""
    last: Callable[[exp.Expr, exp.Expr], exp.Expr] | None = None
    """Text, count → that many of its last characters, where this is faster than ``part``."""
    literal: Callable[[str], exp.Expr] = exp.Literal.string
    """A text, all of Unicode → its literal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The profile of one dialect."""

    name: str
    """As sqlglot and ``Source.dialect`` call it; sqlglot reads it by this name."""
    title: str
    """Products and versions it is meant for."""
    support: Support
    folding: Folding
    longest: int
    """Longest name; longer ones are refused, since some sources cut them short."""
    counts_bytes: bool = False
    """Whether ``longest`` counts bytes of UTF-8, not characters."""
    basic_plane_only: bool = False
    """Whether names hold no characters beyond U+FFFF: the source would make them all one."""
    placeholder: Placeholder
    catalogue_schemas: frozenset[str]
    """Schemas that are never read, in lower case."""
    catalogue_prefixes: tuple[str, ...] = ()
    """First letters of relations that are never read, in lower case."""
    features: frozenset[Feature]
    strings: Strings
    lower_uuid: bool = False
    """Whether a UUID as text may hold upper-case letters."""
    ambiguous: frozenset[str] = frozenset()
    """Names of tokens whose meaning hangs on a setting of the session: refused."""
    collations: frozenset[str] = frozenset()
    """Collations to compare by: built in, no objects of a database."""
    functions: frozenset[str] = frozenset()
    """Functions that the parser knows by a class of its own, beyond those of every dialect."""
    units: frozenset[str] = frozenset()
    """Units of time beyond those of every dialect."""
    hints: frozenset[str] = frozenset()
    """Words after SELECT that only advise the planner; they are left out."""
    notes: tuple[str, ...] = field(default=())
    """What a reader should know, for the documentation."""

    def has(self, feature: Feature) -> bool:
        """Tell whether the dialect has a clause that the guard models."""
        return feature in self.features
