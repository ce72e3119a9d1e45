"""The card of a data set as Croissant, which tools for machine learning read.

Source of the form: MLCommons Croissant 1.0. What Croissant has no word for stands in the passport;
the card names the digest of the manifest as its ``identifier``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sluicegate.evidence.reporting.passport import Passport

_CROISSANT: Final = "http://mlcommons.org/croissant/"
_PARQUET: Final = "application/x-parquet"
_FORMATS: Final[Mapping[str, str]] = {
    "parquet": _PARQUET,
    "csv": "text/csv",
    "jsonl": "application/jsonlines",
}
_TERMS: Final = (
    "citeAs", "column", "containedIn", "data", "dataType", "equivalentProperty", "examples",
    "extract", "field", "fileProperty", "fileObject", "fileSet", "format", "includes",
    "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references",
    "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
)  # fmt: skip
_TYPED: Final[Mapping[str, dict[str, str]]] = {
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
}
_TYPES: Final = (
    (re.compile(r"u?int\d+"), "sc:Integer"),
    (re.compile(r"double|float|halffloat|decimal.*"), "sc:Float"),
    (re.compile(r"bool"), "sc:Boolean"),
    (re.compile(r"date32.*|date64.*|timestamp.*"), "sc:Date"),
)


def croissant_card(passport: Passport) -> dict[str, Any]:
    """Write the card: file objects with their digests, and a field for each column.

    Returns:
        JSON-LD.
    """
    told = passport.predicate
    plan = told["plan"]
    return {
        "@context": _context(),
        "@type": "sc:Dataset",
        "conformsTo": f"{_CROISSANT}1.0",
        "name": passport.name,
        "description": (
            f"Released for the purpose {plan['purpose']} from {plan['source']}"
            f" ({', '.join(plan['relations'])}), masked and scanned before its release."
        ),
        "identifier": passport.digest,
        "datePublished": told["released_at"],
        "version": "1.0.0",
        "distribution": _distribution(told),
        "recordSet": [_record_set(told)],
    }


def _context() -> dict[str, Any]:
    # tools compare with the standard context, so it has terms that are not used here
    terms: dict[str, Any] = {term: f"cr:{term}" for term in _TERMS}
    return {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "cr": _CROISSANT,
        "rai": f"{_CROISSANT}RAI/",
        "dct": "http://purl.org/dc/terms/",
        "sc": "https://schema.org/",
        "conformsTo": "dct:conformsTo",
        **terms,
        **_TYPED,
    }


def _distribution(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    form = _format(told)
    files = [
        {
            "@type": "cr:FileObject",
            "@id": file["name"],
            "name": file["name"],
            "contentUrl": file["name"],
            "contentSize": f"{file['bytes']} B",
            "encodingFormat": form,
            "sha256": file["sha256"],
        }
        for file in told["files"]
    ]
    return files if len(files) == 1 else [*files, _file_set(files, form)]


def _file_set(files: list[dict[str, Any]], form: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": "all-files",
        "name": "all-files",
        "encodingFormat": form,
        "includes": [file["contentUrl"] for file in files],
    }


def _record_set(told: Mapping[str, Any]) -> dict[str, Any]:
    files, parted = told["files"], told["plan"]["options"].get("partition_by", [])
    origin = {"fileObject": {"@id": files[0]["name"]}} if len(files) == 1 else _SET
    return {
        "@type": "cr:RecordSet",
        "@id": "records",
        "name": "records",
        "description": _parted(parted),
        "field": [_field(c, origin) for c in told["columns"] if c["name"] not in parted],
    }


def _parted(columns: Sequence[str]) -> str:
    """Tell of columns that are in the paths of files and not in the files: no reader finds them."""
    if not columns:
        return "All rows of the release."
    return f"All rows of the release; {', '.join(columns)} is in the path of each file."


_SET: Final[dict[str, dict[str, str]]] = {"fileSet": {"@id": "all-files"}}


def _field(column: Mapping[str, Any], origin: Mapping[str, Any]) -> dict[str, Any]:
    methods = sorted({mask["method"] for mask in column["masks"]})
    classes = ", ".join(column["data_classes"])
    return {
        "@type": "cr:Field",
        "@id": f"records/{column['name']}",
        "name": f"records/{column['name']}",
        "description": f"{classes or 'no data class'}; {', '.join(methods) or 'computed'}",
        "dataType": _type(column["type"]),
        "source": {**origin, "extract": {"column": column["name"]}},
    }


def _type(arrow: str) -> str:
    return next((name for pattern, name in _TYPES if pattern.fullmatch(arrow)), "sc:Text")


def _format(told: Mapping[str, Any]) -> str:
    return _FORMATS.get(told["plan"]["options"].get("format", ""), _PARQUET)
