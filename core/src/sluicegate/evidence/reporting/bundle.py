"""The bundle: a ZIP of records, proofs, checkpoint, keys and reports, and a program to check it.

It is stored, not compressed, with fixed times and sorted names: compressed bytes differ between
versions of the library that makes them, and the same evidence shall be the same bytes everywhere.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from sluicegate.evidence.reporting.oscal import assessment_results
from sluicegate.evidence.reporting.report import report_page

if TYPE_CHECKING:
    from sluicegate.evidence.reporting.dossier import Dossier

MANIFEST: Final = "manifest.json"
_SHIPPED: Final = ("README.txt", "check.py", "verify.sh")
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP can tell."""
_MODES: Final = {"verify.sh": 0o755}


def write_bundle(
    dossier: Dossier, keys: Mapping[str, bytes], policies: Mapping[str, str] | None = None
) -> bytes:
    """Write the bundle.

    Args:
        dossier: What it is about.
        keys: Key id → raw public key; those that signed something in it are put in.
        policies: Digest → text of policies that are kept; those in force are put in.

    Returns:
        The ZIP.
    """
    content = _content(dossier, keys, policies or {})
    content[MANIFEST] = _json(_manifest(dossier, content))
    return _zip(content)


def _content(
    dossier: Dossier, keys: Mapping[str, bytes], policies: Mapping[str, str]
) -> dict[str, bytes]:
    content = {name: _shipped(name) for name in _SHIPPED}
    content["report.html"] = report_page(dossier).encode()
    content["assessment-results.json"] = _json(assessment_results(dossier))
    content["public_keys.txt"] = _key_lines(dossier, keys)
    content["policies.json"] = _json({"in_force": dict(dossier.policies)})
    if dossier.checkpoint is not None:
        content["checkpoint.txt"] = dossier.checkpoint.note.encode()
    content |= {entry.proof_name: _line(entry.proof) for entry in dossier.entries}
    for digest, text in policies.items():
        if digest in dossier.policies:
            content[f"policies/{digest.removeprefix('sha256:')}.yaml"] = text.encode()
    return content


def _manifest(dossier: Dossier, content: Mapping[str, bytes]) -> dict[str, Any]:
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(content.items())}
    return {
        "type": "urn:sluicegate:evidence:bundle:v1",
        "framework": dossier.framework.id,
        "scope": dict(dossier.scope.told()),
        "records": len(dossier.entries),
        "files": digests,
    }


def _key_lines(dossier: Dossier, keys: Mapping[str, bytes]) -> bytes:
    signers = {entry.record.key_id for entry in dossier.entries}
    if dossier.checkpoint is not None:
        signers.add(dossier.checkpoint.key_id)
    lines = [
        f"{key_id} {base64.b64encode(keys[key_id]).decode()}\n"
        for key_id in sorted(signers & set(keys))
    ]
    return "".join(["# Compare with the keys that you have from elsewhere.\n", *lines]).encode()


def _shipped(name: str) -> bytes:
    folder = files("sluicegate.evidence.reporting").joinpath("bundle_files")
    return folder.joinpath(name).read_bytes()


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def _line(value: object) -> bytes:
    """Write JSON for programs: of ten thousand proofs each byte counts."""
    compact = (",", ":")
    return (json.dumps(value, sort_keys=True, allow_nan=False, separators=compact) + "\n").encode()


def _zip(content: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(content.items()):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = (0o100000 | _MODES.get(name, 0o644)) << 16
            archive.writestr(entry, data)
    return written.getvalue()
