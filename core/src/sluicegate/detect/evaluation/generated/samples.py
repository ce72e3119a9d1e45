"""Samples of the generated corpus, in an order and number that never change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from random import Random
from typing import Any, Final

import yaml

from sluicegate.detect.evaluation.generated.harmless import HARMLESS
from sluicegate.detect.evaluation.generated.records import RECORDS, Fields
from sluicegate.detect.evaluation.generated.writing import Written, label_of, write
from sluicegate.detect.evaluation.sample import EVERYTHING, Sample

GENERATED: Final = "generated"
"""Name of the corpus."""
_CORE: Final = ("EMAIL", "PHONE", "CREDIT_CARD", "IBAN", "SSN", "IP", "MAC", "URL", "SECRET")
_PROSE: Final = ("sentence", "log", "code", "chat")
_EACH: Final = 60
"""Samples of each form and class."""
_EACH_HARMLESS: Final = 40


def generated_corpus(seed: str = "") -> Iterator[Sample]:
    """Write the corpus.

    Args:
        seed: Another one gives other values in the same texts.

    Returns:
        Samples whose scope is the core classes, then samples in which nothing is to be found.
    """
    number = 0
    for form in (*_PROSE, *RECORDS):
        for label in _CORE:
            rng = Random(f"{seed}/{form}/{label}")  # noqa: S311  # a fixed text, no secret
            for turn in range(_EACH):
                number += 1
                yield _sample(number, _written(form, label, turn, rng), _CORE)
    for kind, make in enumerate(HARMLESS):
        rng = Random(f"{seed}/harmless/{kind}")  # noqa: S311  # as above
        for _ in range(_EACH_HARMLESS):
            number += 1
            yield _sample(number, Written(make(rng), ()), (EVERYTHING,))


def _written(form: str, label: str, turn: int, rng: Random) -> Written:
    if form in RECORDS:
        fields: Fields = _frames()["fields"]
        slot = rng.choice([name for name in fields if label_of(name) == label])
        return write(RECORDS[form](slot, fields, rng), rng)
    templates: Sequence[str] = _frames()[form][label]
    return write(templates[turn % len(templates)], rng)


def _sample(number: int, written: Written, scope: tuple[str, ...]) -> Sample:
    return Sample(number=number, text=written.text, spans=written.spans, scope=scope)


@cache
def _frames() -> Mapping[str, Any]:
    folder = resources.files("sluicegate.detect.evaluation.generated")
    frames: Mapping[str, Any] = yaml.safe_load((folder / "frames.yaml").read_text("utf-8"))
    return frames
