"""What can be done to a column: one frozen value per mask, with its parameters and their units.

``mask/`` applies them to Arrow arrays; ``sql/`` translates those that a source can do itself. NULL
stays NULL under every mask.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, ClassVar, Literal

from sluicegate.model.canonical import plain

DateUnit = Literal["year", "quarter", "month", "week", "day"]
Kept = Literal["", "domain", "area"]
Labels = Literal["typed", "numbered"]
Form = Literal["hex", "base32", "integer", "uuid"]
FakeKind = Literal[
    "first_name", "last_name", "name", "email", "street_address", "city", "phone", "company"
]
Alphabet = Literal["digits", "alphanumeric"]
Store = Literal["siv", "vault"]
Others = Literal["keep", "suppress"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Leaves the value as it is. Any type."""

    method: ClassVar[str] = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppress:
    """Makes every value NULL; the column and its type stay. Any type."""

    method: ClassVar[str] = "suppress"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressRow:
    """Leaves out every row that has a value here, wherever its relation is read. Any type.

    The column leaves as NULL, like the rows that stay. It counts whether or not a statement reads
    the column: an opt-out that only counted when it was selected would be none.
    """

    method: ClassVar[str] = "suppress_row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """Replaces every value by one text. Any type; the column leaves as text."""

    method: ClassVar[str] = "constant"
    value: str
    """1–200 printable characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redact:
    """Replaces each finding in a text by its data class in braces: ``call {PHONE}``. Guard only.

    Text and JSON. ``numbered`` counts within a cell, equal values alike: ``{EMAIL_1} … {EMAIL_2}``.
    """

    method: ClassVar[str] = "redact"
    labels: Labels = "typed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """Keeps a part of a text and fills the rest; the length stays. Text only.

    By default the first and last characters stay; a text no longer than ``keep_first + keep_last``
    is filled entirely. ``keep`` names a part instead:

    * ``domain``: the ``@`` of an email address and all behind it. A text without ``@``, or with
      more than one, is filled entirely.
    * ``area``: of a phone number or postcode the country code, if there is one, and the first
      group after it; of the rest each letter and digit is filled and separators stay. A text
      without such a group and a separator behind it is filled entirely. Guard only.
    """

    method: ClassVar[str] = "partial"
    keep_first: int = 0
    """Characters (code points) kept at the start, 0–64."""
    keep_last: int = 4
    """Characters (code points) kept at the end, 0–64."""
    fill: str = "*"
    """One ASCII character that is neither letter nor digit."""
    keep: Kept = ""
    """A part by its name; then ``keep_first`` and ``keep_last`` count for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonymize:
    """Replaces a value by ``PRF(key of the purpose, SHA-256(type tag ‖ canonical value))``.

    Text, integers and UUIDs. Equal values of one data class stay equal within a purpose, so joins
    and counts hold. ``integer`` is a 64-bit integer that is never negative (63 bits), ``uuid`` a
    text of a UUID's shape; for these two ``length`` counts for nothing.
    """

    method: ClassVar[str] = "pseudonymize"
    length: int = 32
    """Hex digits that are kept, 16–32; 32 of them are 128 bits, which base32 holds in 26."""
    form: Form = "hex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fake:
    """Replaces a value by an invented one that looks like it, chosen by its keyed digest.

    Text, integers and UUIDs; the fake is text. Equal values of one data class get equal fakes
    within a purpose, but two values may share one: joins belong before the mask, in the source.
    Emails stand at domains that RFC 2606 reserves, phone numbers in ranges reserved for fiction.
    """

    method: ClassVar[str] = "fake"
    kind: FakeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PreserveFormat:
    """Encrypts the digits, or letters and digits, of a text and leaves its form. Guard only.

    FF1 of NIST SP 800-38G under a key of the purpose, the data class as tweak: reversible by
    ``sluicegate unmask``. Text and integers; the result is text. ASCII blanks and punctuation stay
    where they are; any other character outside the alphabet is an error, and so is a text with
    fewer than 10⁶ possible values of its length (6 digits, 4 letters and digits), an empty one
    excepted. What stays to be seen: which values are equal, their length, their signs, and
    whether letters are small, capital or mixed. Errors name rows, never values.
    """

    method: ClassVar[str] = "preserve_format"
    alphabet: Alphabet = "digits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenize:
    """Replaces a value by a token that ``sluicegate unmask`` turns back. Guard only.

    Text, integers and UUIDs; the token is text. ``siv`` is AES-SIV (RFC 5297) of the canonical
    value under a key of the purpose, with the data class bound in; it needs no store, and its
    length tells the value's. ``vault`` is a random token that a table of the vault keeps.
    """

    method: ClassVar[str] = "tokenize"
    store: Store = "siv"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralizeDate:
    """Rounds a date or timestamp down to the start of a unit; weeks start on Monday."""

    method: ClassVar[str] = "generalize_date"
    unit: DateUnit = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftDate:
    """Moves the dates or timestamps of a subject by one number of days. Guard only.

    The number follows from the subject and the purpose: intervals between dates of one subject
    hold, and its dates in another table move alike. It is never 0. A date whose subject is NULL
    leaves as NULL; one that would leave the years 1 to 9999 is an error. Whoever knows one true
    date of a subject knows all of them, so a shift makes nothing anonymous.
    """

    method: ClassVar[str] = "shift_date"
    subject: str
    """Column of the same relation that tells whose date it is: text, integer or UUID."""
    days: int = 365
    """Most days, either way, 1–36,500."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralizeNumber:
    """Rounds a number down to a multiple of ``width``: 37 → 30 for width 10, −3 → −10."""

    method: ClassVar[str] = "generalize_number"
    width: int = 10
    """Width of a bucket, in units of the column, at least 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Replaces a number by the range it lies in: ``<18``, ``18-30``, ``>=65``.

    Numbers; the column leaves as text. A range holds its lower bound and not its upper one. NaN
    counts as greater than all.
    """

    method: ClassVar[str] = "bucket"
    bounds: tuple[float, ...]
    """1–100 bounds in ascending order, in units of the column, each within ±10¹⁵."""

    @property
    def labels(self) -> tuple[str, ...]:
        """One more than there are bounds, from the lowest range to the highest."""
        shown = [format(Decimal(repr(bound)), "f").removesuffix(".0") for bound in self.bounds]
        between = (f"{low}-{high}" for low, high in itertools.pairwise(shown))
        return (f"<{shown[0]}", *between, f">={shown[-1]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Multiplies a number by a random factor around 1 that follows from its subject. Guard only.

    The factor is the same each time for a subject, column and purpose, so that asking again tells
    no more. Numbers; integers stay integers, and a decimal without a declared precision becomes a
    float. A number whose subject is NULL leaves as NULL, and 0 stays 0. A number may come out as
    it was, and whoever knows one true number of a subject knows its others in the column.
    """

    method: ClassVar[str] = "noise"
    subject: str
    """Column of the same relation that tells whose number it is: text, integer or UUID."""
    scale: float = 0.1
    """Relative standard deviation, above 0 and at most 10."""
    round_to: float = 1.0
    """The result is a multiple of this, in units of the column; above 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskJson:
    """Masks the values at paths of JSON documents. Guard only.

    JSON and text. A path is ``$`` with ``.name``, ``[0]`` and ``[*]`` steps. What no path names is
    suppressed, or kept for the scan alone to look at. Text that is no JSON is an error that names
    the row.
    """

    method: ClassVar[str] = "mask_json"
    paths: tuple[tuple[str, Mask], ...]
    """Path and mask of the texts there, ordered by path: keep, suppress, constant, redact, partial,
    pseudonymize, fake, preserve_format or tokenize, as values of the column's data class."""
    others: Others = "suppress"


Mask = (
    Keep
    | Suppress
    | SuppressRow
    | Constant
    | Redact
    | Partial
    | Pseudonymize
    | Fake
    | PreserveFormat
    | Tokenize
    | GeneralizeDate
    | ShiftDate
    | GeneralizeNumber
    | Bucket
    | Noise
    | MaskJson
)
Reversible = PreserveFormat | Tokenize
"""What ``sluicegate unmask`` can undo."""


def described(mask: Mask) -> str:
    """Tell a mask to a person: its method, and the parameters that are not the usual ones."""
    usual = {f.name: f.default for f in fields(mask)}
    given = {n: v for n, v in parameters_of(mask).items() if v != usual[n]}
    if isinstance(mask, MaskJson):
        given["paths"] = ", ".join(f"{path} {described(inner)}" for path, inner in mask.paths)
    told = ", ".join(f"{name}: {value}" for name, value in given.items())
    return f"{mask.method} ({told})" if told else mask.method


def parts_of(mask: Mask) -> tuple[Mask, ...]:
    """Return the masks within a mask of documents; of any other, the mask itself."""
    return tuple(inner for _, inner in mask.paths) if isinstance(mask, MaskJson) else (mask,)


def keeps_parts(mask: Mask) -> bool:
    """Tell whether a mask of documents leaves something in them as it is."""
    return isinstance(mask, MaskJson) and (
        mask.others == "keep" or any(isinstance(inner, Keep) for inner in parts_of(mask))
    )


def parameters_of(mask: Mask) -> dict[str, Any]:
    """Return the parameters of a mask as JSON types; masks within it with their methods."""
    found: dict[str, Any] = plain(mask)
    if isinstance(mask, MaskJson):
        found["paths"] = {
            path: {"method": inner.method, "parameters": parameters_of(inner)}
            for path, inner in mask.paths
        }
    return found
