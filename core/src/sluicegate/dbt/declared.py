"""What the ``meta`` and ``tags`` of a column say: its data class, and how it shall leave."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sluicegate.model.data import DataClass
from sluicegate.model.masks import Mask
from sluicegate.policy.document_masks import read_mask

_KEY: Final = "sluicegate"
_CLASS: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_TAG: Final = re.compile(r"(?:pii|sluicegate)[:_](?P<name>[a-z][a-z0-9_]{0,63})", re.ASCII)
_PERSONAL: Final = frozenset({"pii", "personal", "sensitive", "gdpr"})
"""Tags that say that a column is personal, but not what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a project says of one column."""

    data_class: DataClass | None = None
    mask: Mask | None = None
    personal: bool = False
    """A tag says that it is personal, and nothing says of which class."""
    fault: str = ""
    """What is wrong with what it says; then it counts as personal."""

    @property
    def silent(self) -> bool:
        """Whether it says nothing."""
        return self.data_class is None and not self.personal


def declared(meta: Mapping[str, Any], tags: Sequence[str]) -> Declared:
    """Read ``meta.sluicegate`` (a class, or ``{class: …, mask: …}``), else the tags.

    Args:
        meta: Of the column.
        tags: Of the column: ``pii:email``, ``pii_email``, or only ``pii``.
    """
    if _KEY in meta:
        return _of_meta(meta[_KEY])
    names = [found["name"] for tag in tags if (found := _TAG.fullmatch(tag.lower()))]
    if names:
        return Declared(data_class=DataClass(names[0]))
    return Declared(personal=bool(_PERSONAL & {tag.lower() for tag in tags}))


def _of_meta(value: Any) -> Declared:
    entry = {"class": value} if isinstance(value, str) else value
    if not isinstance(entry, Mapping) or set(entry) - {"class", "mask"}:
        return Declared(personal=True, fault="write a class, or {class: …, mask: …}")
    name = entry.get("class")
    if not isinstance(name, str) or not _CLASS.fullmatch(name):
        return Declared(personal=True, fault="`class` is not the name of a data class")
    if "mask" not in entry:
        return Declared(data_class=DataClass(name))
    mask = read_mask(entry["mask"])
    if mask is None:
        return Declared(data_class=DataClass(name), fault="`mask` is not one that a policy knows")
    return Declared(data_class=DataClass(name), mask=mask)
