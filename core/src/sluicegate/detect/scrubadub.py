"""scrubadub's detectors as a second opinion on text columns.

Left out: ``text_blob_name`` (needs data that it fetches at run time), ``skype`` and
``date_of_birth`` (seconds and a tenth of a second for one line).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from sluicegate.detect.detector import Detector
from sluicegate.detect.recognizer import Mark, entry
from sluicegate.errors import DetectionError, MissingDependencyError

LIMIT: Final = 100_000
"""Characters of a cell that are read: it bounds the time that one cell can take."""
_SCORE: Final = 0.5
"""scrubadub gives no scores: where it and our own detectors claim the same, ours name it."""


class _Kind(NamedTuple):
    name: str
    data_class: str
    locale: str
    example: str


_KINDS: Final = (
    _Kind("credential", "secret", "en_US", "username: nobody\npassword: changeit"),
    _Kind("credit_card", "card", "en_US", "card 4111111111111111 on file"),
    _Kind("email", "email", "en_US", "write to ann@example.com today"),
    _Kind("phone", "phone", "en_US", "call 202-555-0143 today"),
    _Kind("twitter", "username", "en_US", "ask @nobody about it"),
    _Kind("url", "url", "en_US", "see https://example.com/who/nobody now"),
    _Kind("social_security_number", "us_ssn", "en_US", "her number is 078-05-1120 she said"),
    _Kind("drivers_licence", "driving_licence", "en_GB", "licence MORGA753116SM9IJ 01"),
    _Kind("national_insurance_number", "national_id", "en_GB", "nino AB 12 34 56 C on file"),
    _Kind("postalcode", "address", "en_GB", "near EC1A 1BB in town"),
    _Kind("tax_reference_number", "tax_id", "en_GB", "reference 00A00000 given"),
    _Kind("vehicle_licence_plate", "vehicle_plate", "en_GB", "plate AB12 CDE seen"),
)
_ENTRIES: Final = tuple(
    entry(
        detector=f"scrubadub:{kind.name}",
        data_class=kind.data_class,
        source="scrubadub (MIT)",
        score=_SCORE,
        examples=(kind.example,),
    )
    for kind in _KINDS
)


class ScrubadubOpinion:
    """A recognizer that asks scrubadub's own detectors, each in the locale that it is made for.

    Raises:
        MissingDependencyError: the extra ``scrubadub`` is not installed.
    """

    detectors: tuple[Detector, ...] = _ENTRIES
    blind_spots = (
        f"scrubadub reads {LIMIT:,} characters of a cell, and not for names and dates of birth",
    )

    def __init__(self) -> None:
        self._scrubbers, version = _load()
        self.version = f"scrubadub/{version}"

    def marks(self, texts: Sequence[str]) -> list[list[Mark]]:
        """Ask every detector about every text; see ``Recognizer.marks``.

        Raises:
            DetectionError: a detector of scrubadub failed. The text is not in the message.
        """
        return [list(self._marks(text[:LIMIT])) if text else [] for text in texts]

    def _marks(self, text: str) -> Iterator[Mark]:
        for number, scrubber in enumerate(self._scrubbers):
            try:
                places = [(filth.beg, filth.end) for filth in scrubber.iter_filth(text)]
            except Exception as error:  # noqa: BLE001  # whatever it is, its text may hold the value
                raise DetectionError(
                    f"the detector {_ENTRIES[number].id!r} failed: {type(error).__name__}"
                ) from None
            yield from (Mark(start, end, number, _SCORE) for start, end in places)


@cache
def scrubadub_opinion() -> ScrubadubOpinion:
    """Load scrubadub once a process."""
    return ScrubadubOpinion()


def _load() -> tuple[list[Any], str]:
    try:
        import scrubadub  # noqa: PLC0415  # optional, and slow to import
        from scrubadub.detectors.catalogue import detector_catalogue  # noqa: PLC0415  # as above
    except ImportError:
        raise MissingDependencyError.of("a second opinion of scrubadub", "scrubadub") from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded = [detector_catalogue.get(k.name)(locale=k.locale) for k in _KINDS]
    return loaded, scrubadub.__version__
