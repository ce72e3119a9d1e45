"""Whether an attestation stands at an output: for those who wait for one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from sluicegate.evidence.files import UnreadableFile
from sluicegate.evidence.place import open_place
from sluicegate.sinks import SourceUrl


def attestation_digest(output: str | Path, *, source_url: SourceUrl | None = None) -> str:
    """Digest what stands at the places of the attestation and of a keyless signature of it.

    It is empty if there is no attestation. Nothing is judged: no key is needed, no file of the
    output is read. Whoever waits looks again when the digest is another one, and verifies then.

    Args:
        output: As for ``verify_output``.
        source_url: Name of a source → its URL; tables need it.

    Raises:
        SluicegateError: the place cannot be asked; ``retryable`` tells whether it may be later.
    """
    place = open_place(output, source_url)
    attestation = _standing(place.attestation)
    if attestation is None:
        return ""
    bundle = _standing(place.bundle)  # it comes after the release, and somebody may wait for it
    parts = [attestation] if bundle is None else [attestation, bundle]
    digests = b"".join(hashlib.sha256(part).digest() for part in parts)
    return f"sha256:{hashlib.sha256(digests).hexdigest()}"


def _standing(read: Callable[[], bytes]) -> bytes | None:
    try:
        return read()
    except FileNotFoundError:
        return None
    except UnreadableFile as error:
        return error.code.encode()  # something is there, and is for the verifier to judge
