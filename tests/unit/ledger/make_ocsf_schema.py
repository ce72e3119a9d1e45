"""Writes ``ocsf_1_8.json``, the JSON schemas that exported events are held against.

The input is the schema of OCSF 1.8.0 as its own server exports it, which the package
``ocsf-json-schema`` carries; that package also turns it into JSON Schema. Neither is needed to run
the tests. To write the file anew::

    python -m pip install --no-deps --target /tmp/ocsf "ocsf-json-schema==1.2.0"
    PYTHONPATH=/tmp/ocsf python tests/unit/ledger/make_ocsf_schema.py

Attributes that OCSF calls deprecated are left out, so an event that has one is not valid.
"""

from __future__ import annotations

import hashlib
import json
from importlib import import_module, resources
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

_PACKAGE: Final = "ocsf_json_schema"
_VERSION: Final = "1.8.0"
_CLASSES: Final = (0, 1006, 2003, 2006, 3003, 3004, 3005, 6005, 6007)
_HOSTED: Final = frozenset({0, 2003, 6007})
"""Classes that have an actor in the profile ``host`` only."""


def main() -> None:
    """Write the file beside this one."""
    data = (resources.files(_PACKAGE) / "ocsf" / f"{_VERSION}.json").read_bytes()
    source = json.loads(data)
    if source["version"] != _VERSION:
        raise SystemExit(f"the schema is of {source['version']}, not {_VERSION}")
    made = {
        "about": f"Written by {Path(__file__).name} from ocsf/{_VERSION}.json of the package"
        f" ocsf-json-schema {version('ocsf-json-schema')}: the schema of OCSF {_VERSION}, as"
        " schema.ocsf.io exports it (Apache-2.0). Captions and descriptions are left out.",
        "version": _VERSION,
        "input_sha256": hashlib.sha256(data).hexdigest(),
        **_schemas(source),
    }
    Path(__file__).with_name("ocsf_1_8.json").write_text(_lines(made), "utf-8")


def _schemas(source: dict[str, Any]) -> dict[str, Any]:
    embedded = import_module(_PACKAGE).OcsfJsonSchemaEmbedded(source)
    classes: dict[str, Any] = {}
    recommended: dict[str, Any] = {}
    objects: dict[str, Any] = {}
    for uid in _CLASSES:
        name = embedded.lookup_class_name_from_uid(uid)
        own = ["host"] if uid in _HOSTED else []
        for profiles in (own, [*own, "security_control"]):
            schema = _bare(embedded.get_class_schema(name, profiles))
            objects |= schema.pop("$defs")
            key = f"{uid} {','.join(profiles)}".strip()
            classes[key] = schema
            attributes = source["classes"][name]["attributes"]
            recommended[key] = sorted(
                one
                for one in schema["properties"]
                if attributes[one].get("requirement") == "recommended"
            )
    return {"classes": classes, "recommended": recommended, "$defs": objects}


def _bare(schema: Any) -> Any:
    """Leave out what is for people, and attributes that are deprecated."""
    if isinstance(schema, list):
        return [_bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        name: _bare(item)
        for name, item in schema.items()
        if not (isinstance(item, dict) and item.get("deprecated") is True)
    }
    for name in ("title", "$schema", "$id"):
        if not isinstance(kept.get(name), dict):  # an attribute may be called so
            kept.pop(name, None)
    return kept


def _lines(made: dict[str, Any]) -> str:
    """Write each class and object on a line of its own: a change of one is a change of one line."""
    parts = []
    for name, value in made.items():
        if isinstance(value, dict):
            inner = (f"  {json.dumps(k)}: {_one(v)}" for k, v in sorted(value.items()))
            parts.append(f"{json.dumps(name)}: {{\n" + ",\n".join(inner) + "\n}")
        else:
            parts.append(f"{json.dumps(name)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _one(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


if __name__ == "__main__":
    main()
