"""Several checkpoints in one text, one note after the other."""

from __future__ import annotations

from sluicegate.errors import SignatureInvalid
from sluicegate.ledger.checkpoint import NOTE, Checkpoint


def read_notes(text: str, place: str) -> list[Checkpoint]:
    """Read all notes of a text. Empty lines between them count for nothing.

    Raises:
        SignatureInvalid: something else is among them.
    """
    found = [Checkpoint.read(match.group()) for match in NOTE.finditer(text)]
    rest = NOTE.sub("", text)
    if rest.strip():
        raise SignatureInvalid(
            f"the witness {place} holds something that is no checkpoint",
            hint="compare it with a copy; a crash may have cut off one note",
        )
    return found
