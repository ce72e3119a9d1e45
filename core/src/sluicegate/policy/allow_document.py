"""The allow-list's shape: what an entry holds."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from sluicegate.model.allow import EXTRACT, WITHHELD
from sluicegate.policy.document import Version
from sluicegate.policy.document_masks import Entry
from sluicegate.policy.names import check_exact

PUBLISHED: Final = Path(__file__).with_name("schema") / "allow-v1.json"
"""The copy that is packaged; a test holds it equal to ``allow_schema()``."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_EXTRACT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}(?:/.+)?", re.ASCII)
_WITHHELD = re.compile(r"[0-9a-f]{32}", re.ASCII)
_ESCAPES = re.compile(r"~(?![012])")


def check_path(text: str) -> str:
    """Refuse a path that could match nothing, or more than it seems to."""
    check_exact(text)
    where, mark, place = text.rpartition("#")
    if not mark or not where or not place:
        raise PydanticCustomError("path", "must be place#column|copy the path of a finding")
    if _ESCAPES.search(place) or place.startswith("/") or "//" in place:
        raise PydanticCustomError(
            "path", "the part after # is no path|write ~0, ~1 and ~2 for ~, / and # in names"
        )
    if where.startswith(EXTRACT):
        good = _EXTRACT.fullmatch(where.removeprefix(EXTRACT))
        remedy = "write extract:source#column or extract:source/schema.relation#column"
    elif where.startswith(WITHHELD):
        good = _WITHHELD.fullmatch(where.removeprefix(WITHHELD))
        remedy = "write withheld: and the 32 hex digits that the scan told"
    else:
        _check_files(where)
        return text
    if not good:
        raise PydanticCustomError("path", "the part before # is wrong|{r}", {"r": remedy})
    return text


def _check_files(pattern: str) -> None:
    steps = pattern.removeprefix("/").split("/")
    if not {"", ".", ".."}.isdisjoint(steps) or "\\" in pattern:
        raise PydanticCustomError(
            "path", "a step of the path is empty, . or ..|begin at the allow-list's folder"
        )
    if "[" in pattern or "]" in pattern:
        raise PydanticCustomError(
            "path", "character sets are not patterns here|use *, ** and ?, or list the files"
        )
    if all(set(step) <= {"*", "?"} for step in steps):
        raise PydanticCustomError(
            "path", "matches every file|name a folder, or an ending such as *.csv"
        )


def check_date(text: str) -> str:
    """Refuse what is no date of the calendar."""
    try:
        if _DATE.fullmatch(text):
            dt.date.fromisoformat(text)
            return text
    except ValueError:
        pass
    raise PydanticCustomError("date", "must be a date|write year-month-day, such as 2026-05-31")


def _hex(digits: int) -> Callable[[str], str]:
    """Refuse what is not so many hex digits; above all a pattern."""
    wanted = re.compile(f"[0-9a-f]{{{digits}}}", re.ASCII)

    def check(text: str) -> str:
        if not wanted.fullmatch(text):
            raise PydanticCustomError(
                "hex", "must be {n} hex digits|copy them from a finding", {"n": digits}
            )
        return text

    return check


def _hex_schema(digits: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^[0-9a-f]{{{digits}}}$"})


_DateSchema = WithJsonSchema({"type": "string", "format": "date"})
Date = Annotated[str, AfterValidator(check_date), _DateSchema]
Fingerprint = Annotated[str, AfterValidator(_hex(32)), _hex_schema(32)]
KeyId = Annotated[str, AfterValidator(_hex(16)), _hex_schema(16)]
Spoken = Annotated[str, AfterValidator(check_exact), Field(min_length=3, max_length=500)]
DetectorId = Annotated[str, AfterValidator(check_exact), Field(max_length=200)]


class EntryDocument(Entry):
    """One value that may leave at one place: path, detector and fingerprint must all match."""

    path: Annotated[str, AfterValidator(check_path), Field(max_length=1000)] = Field(
        description="Where: `data/*.csv#column`, `extract:source#column`; as a finding tells it."
    )
    detector: DetectorId = Field(description="Id of the detector that fires.")
    fingerprint: Fingerprint = Field(
        description="Keyed digest of the value, as a finding tells it."
    )
    key_id: KeyId = Field(description="Id of the fingerprint's key, as a finding tells it.")
    owner: Spoken = Field(description="Who answers for it.")
    reason: Spoken = Field(description="Why it may leave.")
    expires: Date = Field(description="Last day in UTC on which it holds; at most a year ahead.")
    added: Date | None = Field(None, description="When it was written.")


class AllowDocument(Entry):
    """Values that may leave although a detector fires on them."""

    version: Version
    entries: list[EntryDocument]


def allow_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the allow-list's shape."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:sluicegate:allow:v1",
        **AllowDocument.model_json_schema(by_alias=True, mode="validation"),
        "title": "Sluicegate allow-list, version 1",
    }


def allow_schema_text() -> str:
    """Return the schema as it is published."""
    return json.dumps(allow_schema(), indent=2, ensure_ascii=False) + "\n"
