"""What the URL of a files source may ask for besides the place."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qsl

import yaml

from sluicegate.errors import ConfigurationError

_OWN: Final = frozenset({"attested", "delimiter", "encoding", "schema"})
_ATTESTED: Final = {"": False, "recorded": False, "required": True}

Schema = Mapping[str, Mapping[str, str]]
"""Relation → column → type, as ``file_types`` knows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    """How text files are read, and what must be known of all."""

    delimiter: str = ""
    """One character between the fields of a CSV; empty: a comma, or a tab in ``.tsv``."""
    encoding: str = "utf-8"
    """Of a CSV, as Python calls it: ``utf-8``, ``cp1252``, ``utf-16``."""
    schema: Schema = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """Types of columns of CSV and JSONL; the others are text, or what JSON says."""
    attested: bool = False
    """Whether only files of a release are read whose attestation holds."""


def read_options(name: str, query: str, more: frozenset[str] = frozenset()) -> dict[str, str]:
    """Read the options behind the question mark of a URL.

    Raises:
        ConfigurationError: one of them is not known, or stands twice.
    """
    known = sorted(_OWN | more)
    pairs = parse_qsl(query, keep_blank_values=True)
    given = dict(pairs)
    if len(given) != len(pairs) or not given.keys() <= set(known):
        raise ConfigurationError(
            f"the URL of source {name!r} has an option that is not known, or one twice",
            hint=f"known: {', '.join(known)}",
        )
    return given


def file_options(name: str, given: Mapping[str, str]) -> FileOptions:
    """Build the options of text files from those of a URL.

    Raises:
        ConfigurationError: a value cannot be used, or the schema file cannot be read.
    """
    delimiter = given.get("delimiter", "")
    encoding = _encoding(given.get("encoding", "utf-8"))
    if len(delimiter) > 1 or delimiter in {'"', "\n", "\r"}:
        raise ConfigurationError(f"source {name!r}: the delimiter must be one character")
    if encoding is None:
        raise ConfigurationError(
            f"source {name!r}: no encoding of text is called so",
            hint="use a name that Python knows, such as utf-8, cp1252 or utf-16",
        )
    attested = _ATTESTED.get(given.get("attested", ""))
    if attested is None:
        raise ConfigurationError(f"source {name!r}: attested is recorded or required")
    schema = _schema(name, given["schema"]) if given.get("schema") else {}
    return FileOptions(
        delimiter=delimiter,
        encoding=encoding,
        schema=MappingProxyType(schema),
        attested=attested,
    )


def _encoding(name: str) -> str | None:
    """Return the name that Python gives an encoding of text; ``None`` if there is none."""
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return None
    return codecs.lookup(name).name


def _schema(name: str, path: str) -> dict[str, dict[str, str]]:
    problem = "is not of the form relation: {column: type}"
    try:
        found: Any = yaml.safe_load(Path(path).read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        problem = f"cannot be read ({type(error).__name__})"
        found = None
    if isinstance(found, dict) and all(_columns(entry) for entry in found.values()):
        return {str(relation): dict(columns) for relation, columns in found.items()}
    raise ConfigurationError(f"source {name!r}: its schema file {problem}")


def _columns(entry: Any) -> bool:
    return isinstance(entry, dict) and all(
        isinstance(column, str) and isinstance(kind, str) for column, kind in entry.items()
    )
