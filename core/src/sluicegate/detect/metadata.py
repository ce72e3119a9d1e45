"""What a file says about itself: texts beside the rows, in which a value may stand as well."""

from __future__ import annotations

import pyarrow as pa

_OWN = b"ARROW:schema"
"""The schema once more, in base64; it is read from the file itself."""


def metadata_texts(schema: pa.Schema) -> list[str]:
    """Return the keys and values of the metadata of a schema and of its fields, nested ones too."""
    texts = _texts(schema.metadata)
    fields = list(schema)
    while fields:
        field = fields.pop()
        texts += _texts(field.metadata)
        fields += [field.type.field(i) for i in range(field.type.num_fields)]
    return texts


def _texts(metadata: dict[bytes, bytes] | None) -> list[str]:
    pairs = (metadata or {}).items()
    return [part.decode("utf-8", "replace") for k, v in pairs if k != _OWN for part in (k, v)]
