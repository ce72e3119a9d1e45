"""Secrets in many languages and files are found; what only looks like one is not."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from pathlib import Path

from sluicegate.detect import Scanner

sys.path.insert(0, str(Path(__file__).parent))
samples = importlib.import_module("secret_samples")  # stands beside this test

KNOWN_MISSES = 3
"""Several words in prose, an access code, a string of Perl: see the report of the detectors."""


def secrets_in(scanner: Scanner, text: str) -> list[tuple[int, int]]:
    return [(s.start, s.end) for s in scanner.scan_text(text) if str(s.data_class) == "secret"]


def test_there_are_enough_samples_of_every_kind() -> None:
    kinds = Counter(sample.kind for sample in samples.positives())
    assert sum(kinds.values()) >= 150
    assert min(kinds.values()) >= 15
    assert len(samples.negatives()) >= 300


def test_nothing_is_found_in_what_only_looks_like_a_secret(scanner: Scanner) -> None:
    wrong = [s.text for s in samples.negatives() if secrets_in(scanner, s.text)]
    assert wrong == []


def test_secrets_are_found_where_they_stand(scanner: Scanner) -> None:
    missed = [
        sample.text
        for sample in samples.positives()
        for secret in sample.secrets
        if not any(
            samples.overlap(secret, found) >= 0.5 for found in secrets_in(scanner, sample.text)
        )
    ]
    assert len(missed) <= KNOWN_MISSES, missed


def test_nothing_else_is_found_beside_them(scanner: Scanner) -> None:
    beside = [
        sample.text
        for sample in samples.positives()
        for found in secrets_in(scanner, sample.text)
        if all(samples.overlap(secret, found) < 0.5 for secret in sample.secrets)
    ]
    assert beside == []
