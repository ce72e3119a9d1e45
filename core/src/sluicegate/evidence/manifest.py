"""The manifest: the complete list of an output's files, so that a missing one is noticed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import IntegrityError
from sluicegate.model.outcome import OutputFile

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER: Final = "_SLUICEGATE"
"""Ours alone: no released file lies in it."""
MANIFEST: Final = "manifest"
"""Name of the statement's subject that is the manifest; no released file has it."""
_EXACT: Final = (1 << 53) - 1
"""Largest whole number that every reader of JSON reads alike (RFC 8785)."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def manifest_digest(files: Sequence[OutputFile]) -> str:
    """Digest names, digests, sizes and row counts of all files, in the order of their names.

    One signed subject a file would let a verifier miss a file that was taken away; one signed
    digest of the whole list does not.

    Raises:
        IntegrityError: a name leaves the folder or is taken twice, a digest is none, or a number is
            not the same for every reader of JSON.
    """
    check_files(files)
    if any(max(file.bytes, file.rows) > _EXACT for file in files):
        raise IntegrityError("the file list holds a size that not every reader of JSON reads alike")
    entries = [
        {"bytes": file.bytes, "name": file.name, "rows": file.rows, "sha256": file.sha256}
        for file in sorted(files, key=lambda f: f.name)
    ]
    # names are printable and numbers small and whole, so this is the form of RFC 8785 already, and
    # a thousand files are written in a tenth of the time
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def read_files(predicate: Mapping[str, Any]) -> tuple[OutputFile, ...]:
    """Read the file list of a predicate.

    Raises:
        IntegrityError: it is not such a list, or one that could not have been released.
    """
    try:
        files = tuple(OutputFile(**entry) for entry in predicate["files"])
    except (KeyError, TypeError):
        raise IntegrityError("the signed statement lacks its file list") from None
    for file in files:
        if not all(type(number) is int and number >= 0 for number in (file.bytes, file.rows)):
            raise IntegrityError("the signed file list holds a size that is none")
    check_files(files)
    return files


def check_files(files: Iterable[OutputFile]) -> None:
    """Refuse names that would be looked for elsewhere, or that two file systems read differently.

    Raises:
        IntegrityError: as above.
    """
    seen: set[str] = set()
    for file in files:
        if type(file.name) is not str or not _inside(file.name):
            raise IntegrityError("the file list holds a name that leaves the output")
        folded = file.name.casefold()
        if folded in seen:
            raise IntegrityError("the file list holds a name twice, or in two cases")
        seen.add(folded)
        if type(file.sha256) is not str or not _SHA256.fullmatch(file.sha256):
            raise IntegrityError("the file list holds a digest that is no SHA-256")


def _inside(name: str) -> bool:
    parts = name.split("/")
    ours = parts[0].casefold() == FOLDER.casefold() or name.casefold() == MANIFEST
    plain = name.isprintable() and "\\" not in name and ":" not in name
    return plain and not ours and all(part not in {"", ".", ".."} for part in parts)
