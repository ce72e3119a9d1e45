"""Masks as the policy file writes them: ``{mask: partial, keep_last: 2}``."""

from __future__ import annotations

import itertools
import re
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sluicegate.model import masks
from sluicegate.policy.names import Exact

WIDEST_BOUND: Final = 10**15
"""Up to here, and back to minus this, floats and every database tell whole numbers apart."""
_STEP: Final = re.compile(r"\.[^.\[]+|\[[^\]]+\]")
_STEPS: Final = re.compile(r"\$(?:\.[A-Za-z_][A-Za-z0-9_-]{0,99}|\[(?:\*|0|[1-9][0-9]{0,2})\])+")


def check_fill(text: str) -> str:
    """Allow one visible ASCII character that cannot be taken for a kept one."""
    if len(text) != 1 or not "!" <= text <= "~" or text.isalnum():
        raise PydanticCustomError(
            "fill", "must be one ASCII sign|not a letter, digit or space, for example '*'"
        )
    return text


def check_constant(text: str) -> str:
    """Refuse what the eye does not see: two such texts could look alike."""
    if not text.isprintable():
        raise PydanticCustomError("constant", "must be printable|remove control characters")
    return text


def check_bounds(bounds: list[float]) -> list[float]:
    """Ask for ascending order: a bucket between two equal bounds would be empty."""
    if any(low >= high for low, high in itertools.pairwise(bounds)):
        raise PydanticCustomError(
            "bounds", "must be in ascending order, each once|write them like [18, 30, 65]"
        )
    return bounds


def check_path(text: str) -> str:
    """Read the paths that the mask reads: names and places, no filters or expressions."""
    if not _STEPS.fullmatch(text):
        raise PydanticCustomError(
            "path", "not a path that is read here|write $ and steps such as .name, [0] or [*]"
        )
    return text


def check_paths(paths: dict[str, object]) -> dict[str, object]:
    """Refuse two paths that would both decide over one value."""
    for one, other in itertools.combinations(paths, 2):
        if _meet(_STEP.findall(one), _STEP.findall(other)):
            raise PydanticCustomError(
                "paths",
                "two paths that would decide over one value|name each value by one path, without"
                " `[*]` where another has a place",
            )
    return paths


def _meet(one: list[str], other: list[str]) -> bool:
    for left, right in zip(one, other, strict=False):
        if left != right:
            return "[*]" in {left, right} and left[0] == right[0]
    return True


class Entry(BaseModel):
    """The ground rules of every part of the file: no unknown keys, no silent conversion."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class KeepEntry(Entry):
    """Leaves values as they are. For classes other than `public` it needs `unmask` in the rule."""

    mask: Literal["keep"]

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.Keep()


class SuppressEntry(Entry):
    """Makes every value NULL."""

    mask: Literal["suppress"]

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.Suppress()


class SuppressRowEntry(Entry):
    """Leaves out every row that has a value here, wherever its table is read."""

    mask: Literal["suppress_row"]

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.SuppressRow()


class ConstantEntry(Entry):
    """Replaces every value by one text; the column leaves as text."""

    mask: Literal["constant"]
    value_: Annotated[str, AfterValidator(check_constant)] = Field(
        alias="value", min_length=1, max_length=200, description="What stands for every value."
    )

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.Constant(value=self.value_)


class RedactEntry(Entry):
    """Replaces what detectors find in a text. As strong as the detectors are: for text only."""

    mask: Literal["redact"]
    labels: masks.Labels = Field(
        "typed", description="`{EMAIL}`, or `{EMAIL_1}` with equal values of a cell alike."
    )

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.Redact(labels=self.labels)


class PartialEntry(Entry):
    """Keeps the ends of a text, or a part by its name, and fills the rest."""

    mask: Literal["partial"]
    keep_first: int = Field(0, ge=0, le=64, description="Characters kept at the start.")
    keep_last: int = Field(4, ge=0, le=64, description="Characters kept at the end.")
    fill: Annotated[str, AfterValidator(check_fill)] = Field(
        "*", min_length=1, max_length=1, description="Sign that fills the middle."
    )
    keep: Literal["domain", "area"] | None = Field(
        None,
        description="Instead of the ends: the domain of an email address, or country code and area"
        " of a phone number or postcode.",
    )

    @model_validator(mode="after")
    def _keeps_one_thing(self) -> PartialEntry:
        if self.keep and self.model_fields_set & {"keep_first", "keep_last"}:
            raise PydanticCustomError(
                "keep", "`keep` stands beside `keep_first` or `keep_last`|remove one of the two"
            )
        if self.keep == "domain" and self.fill == "@":
            raise PydanticCustomError(
                "fill", "`fill` is what the domain is known by|use another sign"
            )
        return self

    def value(self) -> masks.Mask:
        """Return the mask."""
        if self.keep:
            return masks.Partial(keep_first=0, keep_last=0, fill=self.fill, keep=self.keep)
        return masks.Partial(keep_first=self.keep_first, keep_last=self.keep_last, fill=self.fill)


class PseudonymizeEntry(Entry):
    """Replaces values by keyed pseudonyms: equal values stay equal within a purpose."""

    mask: Literal["pseudonymize"]
    length: int = Field(
        32, ge=16, le=32, description="Hex digits that are kept; base32 holds as many bits in less."
    )
    form: masks.Form = Field(
        "hex", description="Digits, a 64-bit integer that is not negative, or the shape of a UUID."
    )

    @model_validator(mode="after")
    def _has_a_length(self) -> PseudonymizeEntry:
        if self.form in {"integer", "uuid"} and "length" in self.model_fields_set:
            raise PydanticCustomError(
                "length", "this form has one length|remove `length`, or use hex or base32"
            )
        return self

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.Pseudonymize(length=self.length, form=self.form)


class FakeEntry(Entry):
    """Replaces values by invented ones, equal values by equal ones within a purpose."""

    mask: Literal["fake"]
    kind: masks.FakeKind = Field(description="What is invented.")

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.Fake(kind=self.kind)


class PreserveFormatEntry(Entry):
    """Encrypts digits, or letters and digits, and leaves the form: FF1, NIST SP 800-38G."""

    mask: Literal["preserve_format"]
    alphabet: masks.Alphabet = Field("digits", description="What is encrypted; signs stay.")

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.PreserveFormat(alphabet=self.alphabet)


class TokenizeEntry(Entry):
    """Replaces values by tokens that `sluicegate unmask` turns back, with a grant of its own."""

    mask: Literal["tokenize"]
    store: masks.Store = Field(
        "siv", description="AES-SIV, which needs no store, or the vault of the settings."
    )

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.Tokenize(store=self.store)


class GeneralizeDateEntry(Entry):
    """Rounds a date or time down to the start of a unit."""

    mask: Literal["generalize_date"]
    unit: masks.DateUnit = Field("month", description="Weeks start on Monday.")

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.GeneralizeDate(unit=self.unit)


class ShiftDateEntry(Entry):
    """Moves the dates of a subject by one number of days, so that intervals hold."""

    mask: Literal["shift_date"]
    subject: Exact = Field(description="Column of the same table that tells whose date it is.")
    days: int = Field(365, ge=1, le=36_500, description="Most days, either way.")

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.ShiftDate(subject=self.subject, days=self.days)


class GeneralizeNumberEntry(Entry):
    """Rounds a number down to a multiple of a width."""

    mask: Literal["generalize_number"]
    width: int = Field(10, ge=2, le=10**12, description="Width of a bucket, in the column's unit.")

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.GeneralizeNumber(width=self.width)


class BucketEntry(Entry):
    """Replaces a number by the range it lies in: `<18`, `18-30`, `>=65`."""

    mask: Literal["bucket"]
    bounds: Annotated[
        list[Annotated[float, Field(ge=-WIDEST_BOUND, le=WIDEST_BOUND, allow_inf_nan=False)]],
        AfterValidator(check_bounds),
    ] = Field(min_length=1, max_length=100, description="In ascending order.")

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.Bucket(bounds=tuple(self.bounds))


class NoiseEntry(Entry):
    """Multiplies a number by a factor around 1 that follows from its subject."""

    mask: Literal["noise"]
    subject: Exact = Field(description="Column of the same table that tells whose number it is.")
    scale: Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)] = Field(
        0.1, description="Relative standard deviation."
    )
    round_to: Annotated[float, Field(gt=0, le=10**12, allow_inf_nan=False)] = Field(
        1.0, description="The result is a multiple of it."
    )

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.Noise(subject=self.subject, scale=self.scale, round_to=self.round_to)


InnerEntry = Annotated[
    KeepEntry
    | SuppressEntry
    | ConstantEntry
    | RedactEntry
    | PartialEntry
    | PseudonymizeEntry
    | FakeEntry
    | PreserveFormatEntry
    | TokenizeEntry,
    Field(discriminator="mask"),
]
"""Masks of texts within a document."""
JsonPath = Annotated[str, StringConstraints(max_length=400), AfterValidator(check_path)]


class MaskJsonEntry(Entry):
    """Masks texts at paths of JSON documents; the rest is suppressed, or kept for the scan."""

    mask: Literal["mask_json"]
    paths: Annotated[dict[JsonPath, InnerEntry], AfterValidator(check_paths)] = Field(
        min_length=1, max_length=100, description="Path such as `$.contact.email` to its mask."
    )
    others: masks.Others = Field("suppress", description="What becomes of all other values.")

    def value(self) -> masks.Mask:
        """Return the mask."""
        inner = {path: entry.value() for path, entry in self.paths.items()}
        return masks.MaskJson(paths=tuple(sorted(inner.items())), others=self.others)


MaskEntry = Annotated[
    KeepEntry
    | SuppressEntry
    | SuppressRowEntry
    | ConstantEntry
    | RedactEntry
    | PartialEntry
    | PseudonymizeEntry
    | FakeEntry
    | PreserveFormatEntry
    | TokenizeEntry
    | GeneralizeDateEntry
    | ShiftDateEntry
    | GeneralizeNumberEntry
    | BucketEntry
    | NoiseEntry
    | MaskJsonEntry,
    Field(discriminator="mask"),
]


def read_mask(value: Any) -> masks.Mask | None:
    """Read one mask that stands elsewhere than in a policy; ``None`` if it is none."""
    try:
        entry: MaskEntry = TypeAdapter(MaskEntry).validate_python(value)
    except ValidationError:
        return None
    return entry.value()
