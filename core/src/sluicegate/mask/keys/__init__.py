"""Keys: a root from a provider, and a key per purpose and epoch that is kept wrapped under it.

Nothing here has a default: a missing, short or openly readable key is ``KeyUnavailable``.
"""

from sluicegate.mask.keys.folder_store import FolderStore
from sluicegate.mask.keys.history import CREATED, DESTROYED, ERASED, Epoch, KeyHistory
from sluicegate.mask.keys.keyring import Keyring
from sluicegate.mask.keys.material import ROOT_BYTES, KeyProvider
from sluicegate.mask.keys.opening import open_key, open_store
from sluicegate.mask.keys.purpose_key import PurposeKey
from sluicegate.mask.keys.purposes import PurposeKeys, destroyed_text
from sluicegate.mask.keys.store import KeyStore

__all__ = [
    "CREATED",
    "DESTROYED",
    "ERASED",
    "ROOT_BYTES",
    "Epoch",
    "FolderStore",
    "KeyHistory",
    "KeyProvider",
    "KeyStore",
    "Keyring",
    "PurposeKey",
    "PurposeKeys",
    "destroyed_text",
    "open_key",
    "open_store",
]
