"""Tells the faults that pydantic finds in words of the policy file, at their places."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sluicegate.policy.faults import Faults, near, quote
from sluicegate.policy.schema_file import json_schema
from sluicegate.policy.tree import Path, Tree

_WORDS = {
    "string_type": ("must be text", "quote it if it is a number, true, false or null"),
    "int_type": ("must be a whole number", "write digits only, without quotes"),
    "int_from_float": ("must be a whole number", "write digits only"),
    "float_type": ("must be a number", "write digits, without quotes"),
    "dict_type": ("must hold `key: value` entries", "write them indented below"),
    "model_type": ("must hold `key: value` entries", "write them indented below"),
    "model_attributes_type": ("must hold `key: value` entries", "write them indented below"),
    "list_type": ("must be a list", "write [a, b] or lines that begin with -"),
    "too_short": ("must not be empty", "name at least one, or remove the key"),
    "string_too_short": ("must not be empty", "write something or remove the key"),
    "string_too_long": ("is too long", "shorten it"),
    "string_pattern_mismatch": (
        "not an allowed name",
        "use ASCII letters, digits and _",
    ),
    "greater_than_equal": ("too small", "at least {ge}"),
    "greater_than": ("too small", "more than {gt}"),
    "less_than_equal": ("too large", "at most {le}"),
    "literal_error": ("not one of the words that are allowed here", "write {expected}"),
    "union_tag_invalid": ("unknown {discriminator} {tag}", "write one of {expected_tags}"),
    "union_tag_not_found": ("{discriminator} is missing", "say which one it is"),
    "missing": ("{name} is missing", "add it"),
    "extra_forbidden": ("unknown key {name}", "{near}"),
}


def note_shape(error: ValidationError, tree: Tree, faults: Faults) -> set[int]:
    """Note what pydantic found; return the indexes of the rules that are wrong, −1 for the rest."""
    wrong: set[int] = set()
    for detail in error.errors(include_url=False, include_input=False):
        path, inside = _path(detail["loc"], tree)
        if detail["type"] == "extra_forbidden":
            inside = False
        place = tree.place(path) if inside else tree.key_place(path)
        faults.add(place, *_say(detail))
        rule = path[1] if len(path) > 1 and path[0] == "rules" else -1
        wrong.add(rule if isinstance(rule, int) else -1)
    return wrong


def _path(loc: tuple[int | str, ...], tree: Tree) -> tuple[Path, bool]:
    """Keep the parts of a location that stand in the file; the rest names branches of unions.

    Also tells whether the fault is in the value there, and not in its key.
    """
    path: Path = ()
    node = tree.value
    for part in loc:
        children = dict(enumerate(node)) if isinstance(node, list) else node
        if isinstance(children, dict) and part in children:
            node = children[part]
            path = (*path, part)
    return path, loc[-1:] != ("[key]",)


def _say(detail: ErrorDetails) -> tuple[str, str]:
    kind, context = detail["type"], dict(detail.get("ctx", {}))
    name = str(detail["loc"][-1]) if detail["loc"] else "the file"
    if kind in _WORDS:
        shown = {key: _show(key, value) for key, value in context.items()}
        known = _known_keys(detail["loc"][:-1]) if kind == "extra_forbidden" else ()
        shown |= {"name": quote(name), "near": near(name, known) if known else "remove it"}
        what, remedy = (text.format_map(shown) for text in _WORDS[kind])
        return what, remedy
    what, _, remedy = detail["msg"].partition("|")
    return what[:200], remedy or "correct it"


def _show(key: str, value: object) -> str:
    if key == "tag":
        return quote(str(value))
    if key == "discriminator":
        return quote(str(value).strip("'"))
    return f"{value:g}" if isinstance(value, float) else str(value)


@cache
def _schema() -> Mapping[str, Any]:
    return json_schema()


def _known_keys(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """Return the keys that may stand in the mapping at ``loc``, by walking the schema."""
    node = _schema()
    for part in loc:
        node = _step(_deref(node), part)
    return tuple(_deref(node).get("properties", {}))


def _step(node: Mapping[str, Any], part: int | str) -> Mapping[str, Any]:
    """Go one part of a location down; a part that names a branch of a union selects it."""
    tags = node.get("discriminator", {}).get("mapping", {})
    if part in tags:
        return {"$ref": tags[part]}
    inner = node.get("properties", {}).get(part) or node.get("items")
    named: Mapping[str, Any] = next(iter(node.get("patternProperties", {}).values()), {})
    return inner or named or node.get("additionalProperties") or {}


def _deref(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references, and from what may be left out to what it is when given."""
    for option in node.get("anyOf", ()):
        if option.get("type") != "null":
            return _deref(option)
    while "$ref" in node:
        node = _schema()["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return node
