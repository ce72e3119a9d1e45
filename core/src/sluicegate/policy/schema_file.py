"""The published JSON Schema of the policy file, for editors and other tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sluicegate.policy.document import Document

PUBLISHED = Path(__file__).with_name("schema") / "policy-v1.json"
"""The copy that is packaged; a test holds it equal to ``json_schema()``."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the file's shape.

    It tells names, types and ranges; what names refer to is checked by ``parse_policy`` only.
    """
    shape = Document.model_json_schema(by_alias=True, mode="validation")
    _close(shape)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:sluicegate:policy:v1",
        **shape,
        "title": "Sluicegate policy, version 1",
    }


def _close(node: Any) -> None:
    """Refuse keys that no pattern of a mapping matches: pydantic leaves that open."""
    if isinstance(node, dict):
        if "patternProperties" in node:
            node.setdefault("additionalProperties", False)
        for item in node.values():
            _close(item)
    elif isinstance(node, list):
        for item in node:
            _close(item)


def schema_text() -> str:
    """Return the schema as it is published."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
