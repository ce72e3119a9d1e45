"""Reads dbt's ``manifest.json``: relations, their columns, and the SQL of models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sluicegate.dbt.declared import Declared, declared
from sluicegate.errors import ConfigurationError
from sluicegate.model.data import RelationName
from sluicegate.policy.characters import hidden_in
from sluicegate.sql.names import DIALECTS

_LARGEST: Final = 256 * 1024 * 1024
"""Bytes. A manifest holds the macros of every package: half a megabyte where nothing is."""
_VERSION: Final = re.compile(r"/manifest/v(?P<number>[0-9]{1,3})\.json$")
_OLDEST: Final = 7
"""Of dbt 1.3. From then on columns and compiled SQL stand where they are read here."""
_KINDS: Final = frozenset({"model", "seed", "snapshot"})
_DIALECTS: Final = {"sqlserver": "tsql", "postgresql": "postgres", "mariadb": "mysql"}
"""Adapter → dialect, where they are not called alike."""
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtColumn:
    """A column that the project documents."""

    name: str
    declared: Declared


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtRelation:
    """A source, seed, snapshot or model that stands in the database."""

    id: str
    """``model.shop.customers``."""
    kind: str
    database: str
    name: RelationName
    columns: Mapping[str, DbtColumn]
    sql: str = field(default="", repr=False)
    """Compiled; empty for what is no model, and where dbt only parsed."""
    file: str = ""
    """Of the model, relative to the project."""
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What dbt knows of a project."""

    dbt_version: str
    dialect: str
    """Of its adapter; empty if the guard does not model it."""
    relations: tuple[DbtRelation, ...]
    """Ordered by id."""


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        ConfigurationError: it is missing, too large, no manifest of dbt, or of a version that is
            not known.
    """
    document = _read(path)
    metadata = _mapping(document.get("metadata"))
    found = _VERSION.search(str(metadata.get("dbt_schema_version")))
    if found is None or not (_is(document.get("nodes")) and _is(document.get("sources"))):
        raise ConfigurationError(f"{path} is no manifest of dbt", hint="name target/manifest.json")
    if int(found["number"]) < _OLDEST:
        hint = "write it anew with dbt 1.3 or later"
        raise ConfigurationError(f"{path} is a manifest of version {found['number']}", hint=hint)
    adapter = str(metadata.get("adapter_type") or "")
    dialect = _DIALECTS.get(adapter, adapter)
    nodes = {**document["nodes"], **document["sources"]}
    return Manifest(
        dbt_version=str(metadata.get("dbt_version") or ""),
        dialect=dialect if dialect in DIALECTS else "",
        relations=tuple(sorted(_relations(nodes), key=lambda relation: relation.id)),
    )


def may_stand(name: str) -> bool:
    """Tell whether a policy can hold a name."""
    visible = name.isprintable() and name == name.strip() and not hidden_in(name)
    return bool(name) and len(name) <= _LONGEST and visible


def _read(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file():
            raise ConfigurationError(f"{path}: there is no such file", hint="run `dbt compile`")
        if path.stat().st_size > _LARGEST:
            raise ConfigurationError(f"{path} is larger than {_LARGEST // 1024**2} MiB")
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise ConfigurationError(f"{path} is not a JSON object")
    return document


def _relations(nodes: Mapping[str, Any]) -> Iterator[DbtRelation]:
    for id_, node in nodes.items():
        kind = str(node.get("resource_type")) if _is(node) else ""
        if kind not in _KINDS | {"source"} or _is_ephemeral(node):
            continue
        name = str(node.get("identifier") or node.get("alias") or node.get("name") or "")
        schema = str(node.get("schema") or "")
        if not (may_stand(name) and may_stand(schema)):
            continue
        yield DbtRelation(
            id=str(id_),
            kind=kind,
            database=str(node.get("database") or ""),
            name=RelationName(schema=schema, name=name),
            columns={c.name: c for c in _columns(node.get("columns"))},
            sql=str(node.get("compiled_code") or "")
            if node.get("language", "sql") == "sql"
            else "",
            file=str(node.get("original_file_path") or ""),
            parents=_parents(node.get("depends_on")),
        )


def _columns(columns: Any) -> Iterator[DbtColumn]:
    for entry in columns.values() if _is(columns) else ():
        name = str(entry.get("name") or "") if _is(entry) else ""
        if may_stand(name):
            # from dbt 1.10 on both stand in `config` too
            config = entry.get("config") if _is(entry.get("config")) else {}
            meta = {**_mapping(config.get("meta")), **_mapping(entry.get("meta"))}
            tags = [*_texts(entry.get("tags")), *_texts(config.get("tags"))]
            yield DbtColumn(name=name, declared=declared(meta, tags))


def _is_ephemeral(node: Mapping[str, Any]) -> bool:
    """Tell whether a model is no relation; its SQL stands in that of the models above it."""
    return bool(_mapping(node.get("config")).get("materialized") == "ephemeral")


def _parents(value: Any) -> tuple[str, ...]:
    return tuple(_texts(_mapping(value).get("nodes")))


def _is(value: Any) -> bool:
    return isinstance(value, dict)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    listed = [value] if isinstance(value, str) else value
    return [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
