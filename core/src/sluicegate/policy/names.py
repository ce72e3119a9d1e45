"""Names as a policy writes them: which are allowed, and how a table's name is read."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from sluicegate.model.data import RelationName

_QUOTED = r'"(?:[^"]|"")+"'
_PLAIN = r'[^".]+'
_TABLE = re.compile(rf"(?P<schema>{_QUOTED}|{_PLAIN})\.(?P<name>{_QUOTED}|{_PLAIN})")

_SYSTEM_SCHEMAS = frozenset({"information_schema", "mysql", "performance_schema", "sys"})
_SYSTEM_SCHEMA_PREFIX = "pg_"
_SYSTEM_NAME_PREFIXES = ("sqlite_", "duckdb_", "pragma_", "pg_stat")


def check_exact(text: str) -> str:
    """Refuse a name that is not what it looks like: empty, padded, or with hidden characters."""
    if not text or text != text.strip() or not text.isprintable():
        raise PydanticCustomError(
            "name", "must be a visible name|remove spaces around it and control characters"
        )
    return text


def check_pattern(text: str) -> str:
    """Refuse what the patterns of other tools can do and these do not: character sets."""
    check_exact(text)
    if "[" in text or "]" in text:
        raise PydanticCustomError(
            "pattern", "character sets are not patterns here|use * and ?, or list the names"
        )
    return text


def check_table(text: str) -> str:
    """Refuse a table name that is not ``schema.table`` in its one spelling."""
    check_exact(text)
    relation = parse_table(text)
    if relation is None:
        raise PydanticCustomError(
            "table", 'must be schema.table|put a part that holds a dot in double quotes: a."b.c"'
        )
    if text != write_table(relation):
        raise PydanticCustomError("table", "needless quotes in a table name|write it without them")
    return text


def parse_table(text: str) -> RelationName | None:
    """Read ``schema.table``; a part in double quotes may hold dots, as in SQL."""
    match = _TABLE.fullmatch(text)
    return (
        RelationName(schema=_unquote(match["schema"]), name=_unquote(match["name"]))
        if match
        else None
    )


def write_table(relation: RelationName) -> str:
    """Write a relation's name so that ``parse_table`` reads it back."""
    return f"{_requote(relation.schema)}.{_requote(relation.name)}"


def is_system(relation: RelationName) -> bool:
    """Tell whether a relation belongs to the database itself.

    Statistics and catalogues hold copies of values (``pg_stats.most_common_vals``), so that no rule
    of a policy opens them, whatever it lists.
    """
    schema, name = relation.schema.casefold(), relation.name.casefold()
    return (
        schema in _SYSTEM_SCHEMAS
        or schema.startswith(_SYSTEM_SCHEMA_PREFIX)
        or name.startswith(_SYSTEM_NAME_PREFIXES)
    )


def fold(name: str) -> str:
    """Return what two spellings of one name share: case and width do not count."""
    return unicodedata.normalize("NFKC", name).casefold()


def _unquote(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part


def _requote(part: str) -> str:
    return '"' + part.replace('"', '""') + '"' if set(part) & {'"', "."} else part


Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$")]
"""An id, a purpose or a source: ASCII, so that no two of them look alike."""
ClassName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Guardrail = Annotated[str, StringConstraints(pattern=r"^G[0-9]{2}$")]
"""Id of a guardrail."""
Exact = Annotated[str, StringConstraints(max_length=200), AfterValidator(check_exact)]
"""A name as somebody else spells it: a column, a person."""
Pattern = Annotated[
    str,
    StringConstraints(max_length=200),
    AfterValidator(check_pattern),
    Field(examples=["guarded_*"]),
]
TableName = Annotated[str, StringConstraints(max_length=400), AfterValidator(check_table)]
QualityName = Annotated[
    str,
    StringConstraints(pattern=r"^(gx|pandera):[^\s].*$", max_length=400),
    AfterValidator(check_exact),
]
"""A quality check: its kind, then a file or ``module:object``."""
