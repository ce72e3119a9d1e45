"""Reads an allow-list: all its faults at once, or its entries.

It is a reviewed file like the policy, so it is read by the same reader: no anchors, aliases, tags,
hidden characters or keys that stand twice, and bounded in size and depth.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from sluicegate.errors import AllowListError
from sluicegate.model.allow import AllowEntry
from sluicegate.model.canonical import digest
from sluicegate.policy.allow_document import AllowDocument, EntryDocument
from sluicegate.policy.characters import check_characters
from sluicegate.policy.faults import Faults, Place
from sluicegate.policy.shape import note_shape
from sluicegate.policy.tree import Tree, read_tree

LARGEST: Final = 2 * 1024 * 1024
"""Bytes of an allow-list: some thousands of entries, read in about two seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowFile:
    """The entries of an allow-list, in the order of the file."""

    entries: tuple[AllowEntry, ...] = ()
    digest: str = ""
    """``sha256:<hex>`` of what the entries mean: comments, layout and order do not change it."""


def load_allow_list(path: Path) -> AllowFile:
    """Read the allow-list at ``path``.

    Raises:
        AllowListError: it cannot be read, is larger than 2 MiB, is not UTF-8, or is wrong; each
            fault stands on a line of its own as ``file:line:column: what, remedy``.
    """
    try:
        # A pipe or device would block or never end.
        if not path.is_file():
            raise AllowListError(
                f"there is no allow-list {path}", hint="check `allow` in the settings"
            )
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise AllowListError(f"the allow-list {path} cannot be read: {error.strerror}") from None
    except ValueError:  # a NUL in the path
        raise AllowListError("the path of the allow-list is not a path") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # The cause would carry the whole content.
        raise AllowListError(f"the allow-list {path} is not UTF-8") from None
    return parse_allow_list(text, name=str(path))


def parse_allow_list(text: str, *, name: str = "allow.yaml") -> AllowFile:
    """Read an allow-list from text; ``name`` stands for the file in messages.

    Raises:
        AllowListError: as for ``load_allow_list``.
    """
    faults = Faults()
    entries = _read(text, faults)
    if faults:
        raise AllowListError(faults.text("the allow-list is not valid", name))
    meant = sorted([e.path, *map(str, _meaning(e))] for e in entries)
    return AllowFile(entries=entries, digest=digest(meant))


def _meaning(entry: AllowEntry) -> tuple[object, ...]:
    return (
        entry.detector, entry.fingerprint, entry.key_id, entry.owner, entry.reason, entry.expires,
        entry.added,
    )  # fmt: skip


def _read(text: str, faults: Faults) -> tuple[AllowEntry, ...]:
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        faults.add(Place(1, 1), f"larger than {LARGEST >> 20} MiB", "remove what has expired")
        return ()
    check_characters(text, faults)
    if faults:
        return ()
    tree = read_tree(text, faults, quick=True)
    if not faults and tree.value is None:
        faults.add(Place(1, 1), "the file is empty", "begin with `version: 1` and `entries: []`")
    if faults:
        return ()
    try:
        document = AllowDocument.model_validate(tree.value)
    except ValidationError as error:
        note_shape(error, tree, faults)
        return ()
    return _entries(document, tree, faults)


def _entries(document: AllowDocument, tree: Tree, faults: Faults) -> tuple[AllowEntry, ...]:
    found: dict[tuple[str, str, str], AllowEntry] = {}
    for index, one in enumerate(document.entries):
        place = tree.place(("entries", index))
        entry = _entry(one, place.line)
        key = (entry.path, entry.detector, entry.fingerprint)
        if key in found:
            line = found[key].line
            faults.add(place, "the same entry stands twice", f"keep one; the other: line {line}")
        found[key] = entry
    return tuple(found.values())


def _entry(document: EntryDocument, line: int) -> AllowEntry:
    where, _, place = document.path.rpartition("#")
    return AllowEntry(
        where=where,
        place=place,
        detector=document.detector,
        fingerprint=document.fingerprint,
        key_id=document.key_id,
        owner=document.owner,
        reason=document.reason,
        expires=dt.date.fromisoformat(document.expires),
        added=dt.date.fromisoformat(document.added) if document.added else None,
        line=line,
    )
