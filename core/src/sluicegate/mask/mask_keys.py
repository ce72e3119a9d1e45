"""The keys of one purpose: one for each use, so that no mask tells anything about another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from sluicegate.errors import ConfigurationError
from sluicegate.mask.preserve import FormatPreserver
from sluicegate.mask.pseudonym import Pseudonymizer
from sluicegate.mask.token import SivTokenizer
from sluicegate.mask.vault import Vault
from sluicegate.model.masks import (
    Fake,
    Mask,
    Noise,
    PreserveFormat,
    Pseudonymize,
    Reversible,
    ShiftDate,
    Tokenize,
    parts_of,
)
from sluicegate.model.sensitive import NeverPickled

if TYPE_CHECKING:
    from sluicegate.mask.keys import Keyring
    from sluicegate.model.data import DataClass
    from sluicegate.model.sensitive import Sensitive

_USES: Final[dict[type[Mask], str]] = {
    Pseudonymize: "pseudonym",
    Fake: "fake",
    PreserveFormat: "preserve_format",
    ShiftDate: "shift_date",
    Noise: "noise",
}
_SIV_BYTES: Final = 64
"""AES-SIV takes two keys of AES-256."""


def use_of(mask: Mask) -> str:
    """Name the use whose key a mask is computed with; empty if it needs none."""
    if isinstance(mask, Tokenize):
        return "tokenize" if mask.store == "siv" else "tokenize_vault"
    return _USES.get(type(mask), "")


def uses_of(mask: Mask) -> tuple[str, ...]:
    """Name the uses of a mask and of all masks within it."""
    return tuple(sorted({use for use in map(use_of, parts_of(mask)) if use}))


@dataclass(frozen=True, slots=True, kw_only=True)
class BothWays:
    """A mask that its key can undo, over whole arrays."""

    apply: Callable[[pa.Array], pa.Array]
    reveal: Callable[[pa.Array], pa.Array]


class MaskKeys(NeverPickled):
    """Derives the keys of a purpose and opens what works with them.

    Args:
        keyring: Of the root key.
        purpose: What the values leave for.
        vault: URL of the token vault, if there is one.
    """

    __slots__ = ("_keyring", "_purpose", "_vault")

    def __init__(
        self, keyring: Keyring, purpose: str, *, vault: Sensitive[str] | None = None
    ) -> None:
        self._keyring = keyring
        self._purpose = purpose
        self._vault = vault

    def key(self, use: str, *, length: int = 32) -> Sensitive[bytes]:
        """Derive the key of a use."""
        return self._keyring.derive(use, self._purpose, length=length)

    @property
    def key_id(self) -> str:
        """Name the purpose's key without giving it away."""
        return self._keyring.purpose_key(self._purpose).key_id

    def pseudonymizer(self, use: str = "pseudonym") -> Pseudonymizer:
        """Return the keyed step over digests, under the key of a use."""
        return Pseudonymizer(self.key(use))

    def both_ways(self, mask: Reversible, data_class: DataClass) -> BothWays:
        """Return what applies and undoes a mask for values of a class.

        Raises:
            ConfigurationError: the mask needs a vault and the settings name none.
            MaskingError: the vault cannot be used.
        """
        use = use_of(mask)
        if isinstance(mask, PreserveFormat):
            preserver = FormatPreserver(self.key(use), mask.alphabet, data_class.encode())
            return BothWays(apply=preserver.apply, reveal=preserver.reveal)
        tokens = (
            SivTokenizer(self.key(use, length=_SIV_BYTES), purpose=self._purpose)
            if mask.store == "siv"
            else self._open_vault(use)
        )
        return BothWays(
            apply=lambda array: tokens.apply(array, data_class),
            reveal=lambda array: tokens.reveal(array, data_class),
        )

    def _open_vault(self, use: str) -> Vault:
        if self._vault is None:
            raise ConfigurationError(
                "a mask keeps its tokens in a vault, and the settings name none",
                hint="set `vault` to the URL of its database, or use `store: siv`",
            )
        return Vault(self._vault.reveal(), self.key(use))

    def __repr__(self) -> str:
        return f"MaskKeys({self._purpose!r})"
