"""The scanner: the compiled catalogue, and the ways to scan with it."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import Self, cast

import numpy as np
import pyarrow as pa

from sluicegate.detect.batch import BatchFindings, scan_batch
from sluicegate.detect.budget import UNREAD
from sluicegate.detect.canary import prove
from sluicegate.detect.context import words
from sluicegate.detect.detector import Detector
from sluicegate.detect.engine import Engine
from sluicegate.detect.loader import CATALOGUE_VERSION, Catalogue, load_catalogue
from sluicegate.detect.plugins import DetectorFile
from sluicegate.detect.recognizer import Panel, Recognizer
from sluicegate.detect.recognizer import prove as prove_recognizers
from sluicegate.detect.repeated import encoded_if_repeated
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.spans import Span, Spans, dictionary_rows, spread
from sluicegate.detect.text import of_rows, text_of
from sluicegate.errors import DetectionError


class Scanner:
    """Finds personal data and secrets in Arrow data. Build it with ``Scanner.load``.

    Deterministic, and safe to use from several threads. Failure mode: closed; an engine that
    returns an error raises ``DetectionError`` and nothing counts as scanned.
    """

    def __init__(self, catalogue: Catalogue, shelf: Shelf | None = None) -> None:
        watching = (*(d for d in catalogue.detectors if not d.advisory), UNREAD)
        telling = tuple(d for d in catalogue.detectors if d.advisory)
        self.detectors: tuple[Detector, ...] = watching + telling
        self.version = f"{CATALOGUE_VERSION}/{len(self.detectors)}/{catalogue.digest[:12]}"
        """``<catalogue version>/<number of detectors>/<digest of the files, 12 digits>``."""
        self.digest = f"sha256:{catalogue.digest}"
        """Of the files, and of the distributions that bring validators."""
        # What is only told has an engine of its own: who does not ask for it does not pay for it.
        self._engine, self._telling = Engine(watching, shelf), Engine(telling, shelf)
        self._panel = Panel(self._engine, self._telling, ())

    @classmethod
    def load(cls, extra: Sequence[DetectorFile] = ()) -> Scanner:
        """Read the catalogue and the files of ``extra``, compile all, and prove each detector.

        Every example runs through the engine on this very processor, and the result is compared
        with that of the exact patterns alone.

        Raises:
            DetectionError: a file is wrong, a pattern does not compile, a detector misses one of
                its examples or fires on what it must not, or the engine is at odds with the
                patterns.
        """
        shelf = Shelf.of_user()
        catalogue = load_catalogue(extra, shelf)
        names = {file.name for file in extra}
        try:
            scanner = cls(catalogue, shelf)
            for engine in (scanner._engine, scanner._telling):
                # What others bring is proven at each start: their code is not in the shelf's name.
                prove(engine.detectors, engine, Shelf() if extra else shelf)
        except DetectionError as error:
            guilty = _named_in(error.message, catalogue.detectors) & names
            if not guilty:
                raise
            told = f"{error.message}, in {' and in '.join(sorted(guilty))}"
            raise DetectionError(told, hint=error.hint) from None
        shelf.save()
        return scanner

    def with_recognizers(self, recognizers: Sequence[Recognizer]) -> Self:
        """Return a scanner that also asks these; it shares the compiled catalogue.

        Raises:
            ScannerBlind: a recognizer misses its own example.
        """
        if not recognizers:
            return self
        prove_recognizers(recognizers)
        extended = copy.copy(self)
        extended.detectors += tuple(d for r in recognizers for d in r.detectors)
        extended.version += "".join(f"+{r.version}" for r in recognizers)
        extended._panel = Panel(  # noqa: SLF001  # its own kind
            self._engine, self._telling, recognizers
        )
        return extended

    def spans(self, array: pa.Array, *, column: str = "", advisory: bool = False) -> Spans:
        """Find everything in one string or binary array, of any layout or dictionary-encoded.

        Args:
            array: Nulls hold nothing.
            column: Name of its column, whose words count as context.
            advisory: Whether to give what is only told too: web addresses, for one.

        Returns:
            Disjoint spans, sorted by row and start.

        Raises:
            DetectionError: the array holds no text, or the engine failed.
        """
        if isinstance(array, pa.ExtensionArray):
            array = array.storage
        array = encoded_if_repeated(array)
        if isinstance(array, pa.DictionaryArray):
            found = self.spans(array.dictionary, column=column, advisory=advisory)
            return spread(found, dictionary_rows(array))
        return self._panel.find(text_of(array), words(column.encode()), advisory=advisory)

    def scan(self, batch: pa.RecordBatch, *, first_row: int = 0) -> BatchFindings:
        """Scan every column of ``batch``, nested ones too.

        Args:
            batch: Rows of any schema.
            first_row: Number of its first row in the stream.

        Returns:
            Findings and the blind spots: what could not be read as text is named, never passed
            over in silence.
        """
        # A batch asks its engine for nothing but `find`, which the panel has.
        return scan_batch(cast("Engine", self._panel), self.detectors, batch, first_row)

    def scan_text(self, text: str, *, advisory: bool = True) -> list[Span]:
        """Find everything in one text; places are in characters.

        Args:
            text: Any text.
            advisory: Whether to give what is only told too.
        """
        if not text:
            return []
        raw = text.encode("utf-8", "surrogatepass")
        found = self._panel.find(of_rows([raw]), advisory=advisory)
        return [self._span(raw, found, index) for index in range(len(found))]

    def _span(self, raw: bytes, found: Spans, index: int) -> Span:
        detector = self.detectors[int(found.detector[index])]
        start, end = int(found.start[index]), int(found.end[index])
        first = len(raw[:start].decode("utf-8", "surrogatepass"))
        return Span(
            start=first,
            end=first + len(raw[start:end].decode("utf-8", "surrogatepass")),
            detector=detector.id,
            data_class=detector.data_class,
            score=float(np.round(found.score[index], 4)),
        )


def _named_in(message: str, detectors: Sequence[Detector]) -> set[str]:
    """Return the origins of the detectors whose ids stand in a message."""
    words = set(re.findall(r"[\w.:-]+", message))
    return {d.origin for d in detectors if d.id in words}
