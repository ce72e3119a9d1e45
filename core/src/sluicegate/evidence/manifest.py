"""The manifest: the complete list of an output's files, so that a missing one is noticed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sluicegate.model.canonical import digest

if TYPE_CHECKING:
    from sluicegate.model.outcome import OutputFile


def manifest_digest(files: Sequence[OutputFile]) -> str:
    """Digest names, digests, sizes and row counts of all files, in the order of their names.

    One signed subject a file would let a verifier miss a file that was taken away; one signed
    digest of the whole list does not.
    """
    return digest(sorted(files, key=lambda f: f.name))
