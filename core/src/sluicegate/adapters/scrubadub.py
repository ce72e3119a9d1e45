"""Our catalogue as a detector of scrubadub: ``scrubber.add_detector(SluicegateDetector)``.

The other way, scrubadub's detectors as a second opinion, is a setting of ours:
``second_opinions = ["scrubadub"]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sluicegate.detect import Scanner
from sluicegate.errors import MissingDependencyError

try:
    from scrubadub.detectors import Detector
    from scrubadub.detectors.catalogue import register_detector
    from scrubadub.filth import Filth
except ImportError:
    raise MissingDependencyError.of("the detector for scrubadub", "scrubadub") from None

_TYPES = {
    "card": "credit_card",
    "us_ssn": "social_security_number",
    "driving_licence": "drivers_licence",
    "secret": "credential",
}
"""Data classes for which scrubadub has another word."""


class SluicegateFilth(Filth):  # type: ignore[misc]  # scrubadub ships no types
    """What one of our detectors found. Its ``repr`` shows the place, not the text."""

    type = "sluicegate"

    def __init__(self, *, kind: str, score: float, detector: str, **rest: Any) -> None:
        self.type = kind
        self.score = score
        self.detector = detector
        """Id in our catalogue; ``detector_name`` is the name under which scrubadub knows us."""
        super().__init__(**rest)

    def _to_string(self, attributes: Sequence[str] | None = None) -> str:
        shown = attributes or ("document_name", "beg", "end", "detector_name", "locale")
        return str(super()._to_string([name for name in shown if name != "text"]))


@register_detector
class SluicegateDetector(Detector):  # type: ignore[misc]  # scrubadub ships no types
    """All detectors of our catalogue as one of scrubadub's.

    It loads the catalogue once a process. Any locale is served: ours are not bound to one.
    """

    name = "sluicegate"
    filth_cls = SluicegateFilth
    autoload = False

    @classmethod
    def supported_locale(cls, locale: str) -> bool:  # noqa: ARG003  # scrubadub's signature
        """Every locale."""
        return True

    def iter_filth(self, text: str, document_name: str | None = None) -> Iterator[SluicegateFilth]:
        """Yield what is found in a text, in order, without overlaps."""
        for span in _scanner().scan_text(text):
            yield SluicegateFilth(
                kind=_TYPES.get(span.data_class, span.data_class),
                score=span.score,
                detector=span.detector,
                beg=span.start,
                end=span.end,
                text=text[span.start : span.end],
                detector_name=self.name,
                document_name=document_name,
                locale=self.locale,
            )

    def iter_filth_documents(
        self, document_list: Sequence[str], document_names: Sequence[str | None]
    ) -> Iterator[SluicegateFilth]:
        """Yield what is found in documents, one after the other."""
        for text, name in zip(document_list, document_names, strict=True):
            yield from self.iter_filth(text, name)


@cache
def _scanner() -> Scanner:
    return Scanner.load()
