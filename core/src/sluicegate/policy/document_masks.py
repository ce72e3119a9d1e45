"""Masks as the policy file writes them: ``{mask: partial, keep_last: 2}``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from sluicegate.model import masks


def check_fill(text: str) -> str:
    """Allow one visible ASCII character that cannot be taken for a kept one."""
    if len(text) != 1 or not "!" <= text <= "~" or text.isalnum():
        raise PydanticCustomError(
            "fill", "must be one ASCII sign|not a letter, digit or space, for example '*'"
        )
    return text


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


class RedactEntry(Entry):
    """Replaces what detectors find in a text. As strong as the detectors are: for text only."""

    mask: Literal["redact"]

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.Redact()


class PartialEntry(Entry):
    """Keeps the ends of a text and fills its middle."""

    mask: Literal["partial"]
    keep_first: int = Field(0, ge=0, le=64, description="Characters kept at the start.")
    keep_last: int = Field(4, ge=0, le=64, description="Characters kept at the end.")
    fill: Annotated[str, AfterValidator(check_fill)] = Field(
        "*", min_length=1, max_length=1, description="Sign that fills the middle."
    )

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.Partial(keep_first=self.keep_first, keep_last=self.keep_last, fill=self.fill)


class PseudonymizeEntry(Entry):
    """Replaces values by keyed pseudonyms: equal values stay equal within a purpose."""

    mask: Literal["pseudonymize"]
    length: int = Field(32, ge=16, le=64, description="Hex digits that are kept.")

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.Pseudonymize(length=self.length)


class GeneralizeDateEntry(Entry):
    """Rounds a date or time down to the start of a unit."""

    mask: Literal["generalize_date"]
    unit: masks.DateUnit = Field("month", description="Weeks start on Monday.")

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.GeneralizeDate(unit=self.unit)


class GeneralizeNumberEntry(Entry):
    """Rounds a number down to a multiple of a width."""

    mask: Literal["generalize_number"]
    width: int = Field(10, ge=2, le=10**12, description="Width of a bucket, in the column's unit.")

    def value(self) -> masks.Mask:
        """Return the mask."""
        return masks.GeneralizeNumber(width=self.width)


MaskEntry = Annotated[
    KeepEntry
    | SuppressEntry
    | RedactEntry
    | PartialEntry
    | PseudonymizeEntry
    | GeneralizeDateEntry
    | GeneralizeNumberEntry,
    Field(discriminator="mask"),
]
