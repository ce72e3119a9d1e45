"""What every provider's answer must be: 32 random bytes, and errors that hold none of them.

A traceback keeps the local variables of its frames, and orchestrators store them. So what looks at
a key returns its error rather than raising it, and it is raised where only ``Sensitive`` is at
hand, outside of any handler whose exception might have seen the key.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final, Protocol, TypeAlias

from sluicegate.errors import KeyUnavailable
from sluicegate.model.sensitive import Sensitive

ROOT_BYTES: Final = 32
HINT: Final = "make one with `sluicegate init`, or `openssl rand -base64 32`"

Answer: TypeAlias = Sensitive[bytes] | KeyUnavailable
"""A key, or why there is none, not raised yet."""


class KeyProvider(Protocol):
    """Where the root key comes from.

    Failure mode: closed, ``KeyUnavailable``. Local ones neither block nor retry; those that ask a
    service block for some seconds at most, and ``KeyProviderUnavailable`` says that another try may
    help.
    """

    def root(self) -> Sensitive[bytes]:
        """Return the 32 bytes of the root key."""


def settled(answer: Answer) -> Sensitive[bytes]:
    """Return the key, or raise the error."""
    if isinstance(answer, KeyUnavailable):
        raise answer
    return answer


def from_text(text: Sensitive[str], where: str) -> Answer:
    """Read base64 of a key, with or without white space around it."""
    try:
        key = base64.b64decode(text.reveal().strip(), validate=True)
    except (binascii.Error, ValueError):
        return KeyUnavailable(f"{where} does not hold base64", hint=HINT)
    return checked(Sensitive(key), where)


def checked(key: Sensitive[bytes], where: str) -> Answer:
    """Refuse what cannot be a random key of the right length."""
    length = len(key.reveal())
    if length != ROOT_BYTES:
        return KeyUnavailable(f"{where} holds {length} bytes, not {ROOT_BYTES}", hint=HINT)
    if len(set(key.reveal())) == 1:
        return KeyUnavailable(f"{where} holds one byte repeated, not a random key", hint=HINT)
    return key
