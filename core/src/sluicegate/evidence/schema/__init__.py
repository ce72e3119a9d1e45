"""The published JSON Schema of attestations, for readers in any language."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def attestation_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the statement of an attestation."""
    text = files(__package__).joinpath("attestation-v1.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
