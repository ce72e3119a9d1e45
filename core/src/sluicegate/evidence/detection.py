"""What an attestation says of its detectors: which looked, and how good they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """The detectors of a scan."""

    catalogue: str
    """Digest of the files of detectors, ``sha256:…``."""
    recognizers: tuple[str, ...] = ()
    """Versions of the models and libraries that read free text before it was redacted."""
    scorecard: Mapping[str, Any] = field(default_factory=dict)
    """By corpus, as ``detect.measured`` gives it."""

    def document(self, detectors: str) -> dict[str, Any]:
        """Give the part of a predicate's ``scan`` that tells of them.

        Args:
            detectors: Version of those that looked. An installation may have added some of its own;
                then the measures are of others, and that is said.
        """
        of_these = {corpus["detectors"] == detectors for corpus in self.scorecard.values()}
        return {
            "catalogue": self.catalogue,
            "recognizers": list(self.recognizers),
            "scorecard": {
                "of_these_detectors": of_these == {True},
                "corpora": {name: dict(corpus) for name, corpus in self.scorecard.items()},
            },
        }
