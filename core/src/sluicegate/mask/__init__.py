"""Transforms of columns, and the keys that some of them need.

The names are imported when they are first used: who needs a key only needs no Arrow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sluicegate.mask.canonical import inner_digest
    from sluicegate.mask.hexadecimal import is_hex
    from sluicegate.mask.keys import KeyProvider, Keyring, PurposeKeys, open_key, open_store
    from sluicegate.mask.mask_keys import MaskKeys, uses_of
    from sluicegate.mask.masker import Masked, Masker, TextFinder
    from sluicegate.mask.pseudonym import PRF, Pseudonymizer
    from sluicegate.mask.transforms import transform

__all__ = [
    "PRF",
    "KeyProvider",
    "Keyring",
    "MaskKeys",
    "Masked",
    "Masker",
    "Pseudonymizer",
    "PurposeKeys",
    "TextFinder",
    "inner_digest",
    "is_hex",
    "open_key",
    "open_store",
    "transform",
    "uses_of",
]

_HOMES: Final = {
    "PRF": "pseudonym",
    "KeyProvider": "keys",
    "Keyring": "keys",
    "MaskKeys": "mask_keys",
    "Masked": "masker",
    "Masker": "masker",
    "Pseudonymizer": "pseudonym",
    "PurposeKeys": "keys",
    "TextFinder": "masker",
    "inner_digest": "canonical",
    "is_hex": "hexadecimal",
    "open_key": "keys",
    "open_store": "keys",
    "transform": "transforms",
    "uses_of": "mask_keys",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'sluicegate.mask' has no attribute {name!r}")
    return getattr(import_module(f"sluicegate.mask.{home}"), name)
