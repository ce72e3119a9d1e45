"""Transforms of columns, and the keys that some of them need."""

from sluicegate.mask.canonical import inner_digest
from sluicegate.mask.hexadecimal import is_hex
from sluicegate.mask.keys import KeyProvider, Keyring, PurposeKeys, open_key, open_store
from sluicegate.mask.masker import Masker, TextFinder, pseudonym_of
from sluicegate.mask.pseudonym import PRF, Pseudonymizer
from sluicegate.mask.redact import redact
from sluicegate.mask.transforms import transform

__all__ = [
    "PRF",
    "KeyProvider",
    "Keyring",
    "Masker",
    "Pseudonymizer",
    "PurposeKeys",
    "TextFinder",
    "inner_digest",
    "is_hex",
    "open_key",
    "open_store",
    "pseudonym_of",
    "redact",
    "transform",
]
