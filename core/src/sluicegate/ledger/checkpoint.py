"""A checkpoint: the signed root of the tree, as a note that other tools can read too.

The form is that of C2SP tlog-checkpoint in a C2SP signed-note: origin, size and root each on a
line, here with the time as an extension line, a blank line, and a signature line that holds four
bytes which name the key and an Ed25519 signature over the text before the blank line.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import SignatureInvalid
from sluicegate.ledger.kinds import CHECKPOINT
from sluicegate.ledger.row import read_time, write_time
from sluicegate.ledger.signing import Signer, verify
from sluicegate.model.events import Event

if TYPE_CHECKING:
    from sluicegate.model.events import Record

NOTE_BYTES: Final = 4096
"""Longest note that is read."""
NOTE: Final = re.compile(
    r"(?P<text>(?P<origin>sluicegate/ledger/[0-9a-f]{64})\n"
    r"(?P<size>[1-9][0-9]{0,15})\n"
    r"(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<time>[0-9T:.Z-]{27})\n)\n"
    r"— (?P<key_id>[!-*,-~]{1,100}) (?P<signature>[A-Za-z0-9+/=]{92})\n",
    re.ASCII,
)
"""One signed note."""
_ED25519: Final = b"\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state of a ledger at one size, signed."""

    origin: str
    """Names the ledger: ``sluicegate/ledger/`` and the hash of its first record in hex."""
    size: int
    """Records that it covers, from the first on."""
    root: bytes
    time: datetime
    """When it was signed, as the signer's clock told."""
    key_id: str
    signature: bytes
    key_name: bytes
    """Four bytes that name the key in a signed note."""
    seen: datetime | None = field(default=None, compare=False)
    """When a time stamp authority saw it; no part of the note."""

    @classmethod
    def sign(
        cls, *, origin: str, size: int, root: bytes, time: datetime, signer: Signer
    ) -> Checkpoint:
        """Sign a state."""
        return cls(
            origin=origin,
            size=size,
            root=root,
            time=read_time(write_time(time)),
            key_id=signer.key_id,
            signature=signer.sign(_text(origin, size, root, time)),
            key_name=key_name(signer.key_id, signer.public_key),
        )

    @classmethod
    def read(cls, note: str) -> Checkpoint:
        """Read a note. Whether its signature holds is not looked at.

        Raises:
            SignatureInvalid: it is no note of ours, or written in another way than the one.
        """
        found = NOTE.fullmatch(note) if len(note) <= NOTE_BYTES else None
        if found is None:
            raise SignatureInvalid("this is no checkpoint of a ledger")
        try:
            signed = base64.b64decode(found["signature"], validate=True)
            checkpoint = cls(
                origin=found["origin"],
                size=int(found["size"]),
                root=base64.b64decode(found["root"], validate=True),
                time=read_time(found["time"]),
                key_id=found["key_id"],
                signature=signed[4:],
                key_name=signed[:4],
            )
        except (ValueError, binascii.Error):
            raise SignatureInvalid("this is no checkpoint of a ledger") from None
        if checkpoint.note != note:  # spare bits of base64
            raise SignatureInvalid("the checkpoint is written in another way than ours")
        return checkpoint

    @property
    def note(self) -> str:
        """The signed note."""
        signed = base64.b64encode(self.key_name + self.signature).decode()
        return f"{self.signed_text.decode()}\n— {self.key_id} {signed}\n"

    @property
    def signed_text(self) -> bytes:
        """What the signature is over."""
        return _text(self.origin, self.size, self.root, self.time)

    def holds(self, trusted: Mapping[str, bytes]) -> bool:
        """Tell whether a trusted key signed it."""
        return verify(trusted, self.key_id, self.signature, self.signed_text)

    def require(self, trusted: Mapping[str, bytes]) -> None:
        """Refuse one that no trusted key signed.

        Raises:
            SignatureInvalid: it is by nobody we trust, or was changed.
        """
        if not self.holds(trusted):
            raise SignatureInvalid(
                f"the checkpoint of {self.size:,} records is not signed by a trusted key",
                hint="add its writer's public key to the trusted ones, if it should be",
            )

    def event(self, public_key: bytes, before: Record | None) -> Event:
        """Return the event that puts it on record.

        Args:
            public_key: Of who signed it.
            before: Record of the checkpoint before, if there is one.
        """
        body: dict[str, Any] = {
            "note": self.note,
            "size": self.size,
            "root": self.root.hex(),
            "key_id": self.key_id,
            "public_key": base64.b64encode(public_key).decode(),
        }
        if before is not None and not before.dropped:
            body["before"] = {"sequence": before.sequence, "size": before.body["size"]}
            if before.body["key_id"] != self.key_id:
                body["rotated_from"] = before.body["key_id"]
        return Event(kind=CHECKPOINT, subject=self.origin, body=body)


def key_name(key_id: str, public_key: bytes) -> bytes:
    """Return the four bytes that name an Ed25519 key in a signed note."""
    return hashlib.sha256(key_id.encode() + b"\n" + _ED25519 + public_key).digest()[:4]


def _text(origin: str, size: int, root: bytes, time: datetime) -> bytes:
    told = base64.b64encode(root).decode()
    return f"{origin}\n{size}\n{told}\ntime {write_time(time)}\n".encode()
