"""Transforms of columns, and the keys that some of them need."""

from sluicegate.mask.canonical import inner_digest
from sluicegate.mask.hexadecimal import is_hex
from sluicegate.mask.keys import KeyProvider, Keyring, PurposeKeys, open_key, open_store
from sluicegate.mask.mask_keys import MaskKeys, uses_of
from sluicegate.mask.masker import Masked, Masker, TextFinder
from sluicegate.mask.pseudonym import PRF, Pseudonymizer
from sluicegate.mask.redact import redact
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
    "redact",
    "transform",
    "uses_of",
]
