"""Holds events against the schema of OCSF 1.8.0; ``make_ocsf_schema.py`` tells where it is from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMA: dict[str, Any] = json.loads(Path(__file__).with_name("ocsf_1_8.json").read_text("utf-8"))


def violations(event: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with an event: attributes, types, numbers, constraints, profiles."""
    key = _key(event)
    if key not in SCHEMA["classes"]:
        return [f"there is no class {key}"]
    found = [f"{error.json_path}: {error.message}" for error in _of(key).iter_errors(event)]
    if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
        found.append("type_uid is not that of class and activity")
    if event["metadata"]["version"] != SCHEMA["version"]:
        found.append("another version of the schema")
    return found


def not_given(event: Mapping[str, Any]) -> set[str]:
    """Name the recommended attributes that an event has not."""
    return set(SCHEMA["recommended"][_key(event)]) - set(event)


def _key(event: Mapping[str, Any]) -> str:
    profiles = ",".join(sorted(event["metadata"].get("profiles", ())))
    return f"{event['class_uid']} {profiles}".strip()


@cache
def _of(key: str) -> Draft202012Validator:
    return Draft202012Validator({**SCHEMA["classes"][key], "$defs": SCHEMA["$defs"]})
