"""The frame of an OpenLineage facet."""

from __future__ import annotations

from typing import Any, Final

PRODUCER: Final = "urn:sluicegate"
SPEC: Final = "https://openlineage.io/spec"


def facet(name: str, version: str, **content: Any) -> dict[str, Any]:
    """Wrap a facet's content with who made it and which version of which schema describes it."""
    url = f"{SPEC}/facets/{version}/{name}.json#/$defs/{name}"
    return {"_producer": PRODUCER, "_schemaURL": url, **content}
