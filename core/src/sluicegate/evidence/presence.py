"""Whether an attestation stands at an output: for those who wait for one."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sluicegate.evidence.files import UnreadableFile
from sluicegate.evidence.place import open_place
from sluicegate.sinks import SourceUrl


def attestation_digest(output: str | Path, *, source_url: SourceUrl | None = None) -> str:
    """Digest what stands at the place of the attestation; empty if nothing does.

    Nothing is judged: no key is needed, no file of the output is read. Whoever waits looks again
    when the digest is another one, and verifies then.

    Args:
        output: As for ``verify_output``.
        source_url: Name of a source → its URL; tables need it.

    Raises:
        SluicegateError: the place cannot be asked; ``retryable`` tells whether it may be later.
    """
    try:
        content = open_place(output, source_url).attestation()
    except FileNotFoundError:
        return ""
    except UnreadableFile as error:
        content = error.code.encode()  # something is there, and is for the verifier to judge
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
