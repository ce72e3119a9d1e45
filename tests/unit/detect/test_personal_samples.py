"""What the catalogue finds in the labelled texts of ``personal_samples``, and what it adds."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.unit.detect.personal_samples import Sample, samples

from sluicegate.detect import Scanner
from sluicegate.detect.spans import Span

_CORE = frozenset({"email", "phone", "card", "iban", "us_ssn", "ip", "mac", "secret"})
_SAMPLES = samples()


def _overlap(sample: Sample, span: Span) -> float:
    start = sample.text.index(sample.value)
    end = start + len(sample.value)
    both = max(0, min(end, span.end) - max(start, span.start))
    return both / (max(end, span.end) - min(start, span.start))


def _is_right(sample: Sample, span: Span) -> bool:
    return span.data_class == sample.data_class and _overlap(sample, span) >= 0.5


def test_there_is_something_of_everything() -> None:
    classes = Counter(sample.data_class for sample in _SAMPLES)
    assert len(_SAMPLES) >= 300
    assert set(classes) == _CORE - {"secret"}


@pytest.mark.parametrize("setting", sorted({s.setting for s in _SAMPLES}))
def test_every_value_is_found_and_nothing_else(scanner: Scanner, setting: str) -> None:
    for sample in _SAMPLES:
        if sample.setting == setting:
            found = [s for s in scanner.scan_text(sample.text) if s.data_class in _CORE]
            assert [_is_right(sample, span) for span in found] == [True], sample.text
