"""Data classes that every policy knows, and what no policy may do with them."""

from __future__ import annotations

from collections.abc import Mapping

from sluicegate.model.data import FREE_TEXT, PUBLIC, SECRET, DataClass
from sluicegate.model.masks import (
    Constant,
    Keep,
    Mask,
    Pseudonymize,
    Redact,
    Suppress,
    SuppressRow,
    keeps_parts,
)

CARD = DataClass("card")
"""Payment card numbers (PAN), for which PCI DSS has rules of its own."""

_NOTHING = (Suppress, SuppressRow, Constant)
"""Masks that leave nothing of a value."""

BUILT_IN: Mapping[DataClass, Mask] = {PUBLIC: Keep(), FREE_TEXT: Redact(), SECRET: Suppress()}
"""Default masks that need not stand in the file."""

ORCHESTRATORS = ("airflow", "dagster", "cli")
"""What a run identity can name as its orchestrator."""


def mask_fault(data_class: DataClass, mask: Mask, default: Mask | None) -> tuple[str, str] | None:
    """Say what is wrong with masking a class like this, and the remedy.

    Args:
        data_class: The class that is masked.
        mask: Its mask, as a default or in a rule.
        default: Its default mask when ``mask`` stands in a rule; ``None`` if it is the default.
    """
    fault = _class_fault(data_class, mask)
    if fault is None:
        fault = _default_fault(data_class, mask) if default is None else _rule_fault(mask, default)
    return fault


def _class_fault(data_class: DataClass, mask: Mask) -> tuple[str, str] | None:
    if data_class == SECRET and not isinstance(mask, _NOTHING):
        return "a secret may only be suppressed", "remove this mask"
    if data_class == FREE_TEXT and not isinstance(mask, (Redact, *_NOTHING)):
        return "free text may only be redacted or suppressed", "use redact or suppress"
    return None


def _default_fault(data_class: DataClass, mask: Mask) -> tuple[str, str] | None:
    if isinstance(mask, Keep) and data_class != PUBLIC:
        remedy = "classify the columns as `public`, or grant `unmask` in a rule"
        return "only `public` is kept by default", remedy
    if isinstance(mask, Redact) and data_class == PUBLIC:
        return "`public` is not text to redact", "classify such columns as `free_text`"
    return None


def _rule_fault(mask: Mask, default: Mask) -> tuple[str, str] | None:
    if isinstance(default, Redact) and not isinstance(mask, (Redact, Pseudonymize, *_NOTHING)):
        return "text that is redacted by default leaves no other way", "use redact or suppress"
    if keeps_parts(mask) and mask != default:
        remedy = "make this the default of a class, and classify the columns so"
        return "a rule may not keep parts of a document that the default masks", remedy
    if isinstance(mask, Redact) and not isinstance(default, Redact):
        remedy = "make redact the default of a class of text, and classify the columns so"
        return "redaction misses what no detector knows, so no rule may choose it", remedy
    return None
