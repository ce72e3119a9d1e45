"""A release that another one was made from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """Named by digest: a chain of releases goes by what they are, not by where they lie."""

    manifest: str
    """Digest of the release's files, as its attestation signs it."""
    output: str
    """Where it was released to."""
