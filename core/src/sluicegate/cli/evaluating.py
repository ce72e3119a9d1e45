"""Evaluates corpora for the command line: what to read, what to compare with, what fails."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sluicegate.cli.options import load_settings
from sluicegate.cli.output import json_text
from sluicegate.cli.progress import Counter
from sluicegate.detect import Scanner, open_scanner
from sluicegate.detect.evaluation import (
    Comparison,
    CorpusScore,
    Labels,
    Sample,
    compare,
    corpus_files,
    evaluate,
    read_corpus,
    read_scorecard,
    scanner_finder,
    scorecard_document,
    scorecard_markdown,
    standard_labels,
)
from sluicegate.detect.evaluation.generated import GENERATED, generated_corpus
from sluicegate.errors import ConfigurationError, SinkError, UnknownNameError

_CORE: Final = "core"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one call shall evaluate."""

    paths: tuple[Path, ...] = ()
    generated: bool = False
    labels: tuple[str, ...] = ()
    """``LABEL=class``."""
    classes: tuple[str, ...] = ()
    """Measured classes; none: all."""
    errors: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """The scores of a call."""

    catalogue: str
    scores: tuple[CorpusScore, ...]
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def evaluate_each(wanted: Wanted) -> Evaluated:
    """Evaluate every corpus of a call.

    Raises:
        ConfigurationError: nothing to evaluate, a line that is no sample, an unknown class.
        SourceError: a path is missing or unreadable.
    """
    corpora = dict(_corpora(wanted))
    if not corpora:
        raise ConfigurationError("no corpus is named", hint="give files or folders, or --generated")
    scanner = open_scanner(load_settings(None).detectors)
    labels = standard_labels().extended(
        wanted.labels, (str(d.data_class) for d in scanner.detectors)
    )
    only = _only(wanted.classes, labels, scanner)
    with _counting() as progress:
        scores = [
            evaluate(
                name,
                samples,
                scanner_finder(scanner),
                labels,
                only=only,
                keep_errors=wanted.errors,
                progress=progress,
            )
            for name, samples in corpora.items()
        ]
    return Evaluated(catalogue=scanner.version, scores=tuple(scores))


def gated(evaluated: Evaluated, *, min_f1: float | None, baseline: Path | None) -> Evaluated:
    """Say what fails: a corpus below ``min_f1``, a class that was better in ``baseline``.

    Raises:
        ConfigurationError: the baseline is no scorecard.
    """
    failures = list(_too_low(evaluated.scores, min_f1)) if min_f1 is not None else []
    compared = Comparison(drops=(), notes=())
    if baseline is not None:
        compared = compare(read_scorecard(baseline), evaluated.scores)
    return Evaluated(
        catalogue=evaluated.catalogue,
        scores=evaluated.scores,
        failures=(*failures, *map(str, compared.drops)),
        notes=(*_unknown(evaluated.scores), *compared.notes),
    )


def check_saving(wanted: Wanted, path: Path) -> None:
    """Refuse, before the work, what would store half a scorecard.

    Raises:
        ConfigurationError: the name is not that of a JSON file, or only some classes are wanted.
    """
    if path.suffix != ".json":
        raise ConfigurationError("a scorecard is stored as FILE.json, with FILE.md beside it")
    if wanted.classes:
        raise ConfigurationError("a scorecard holds all classes: leave out --class")


def save_scorecard(evaluated: Evaluated, path: Path) -> None:
    """Write the scorecard and, beside it, its document for people.

    Raises:
        ConfigurationError: an older file at ``path`` is no scorecard.
        SinkError: it cannot be written.
    """
    kept = read_scorecard(path) if path.exists() else None
    document = scorecard_document(evaluated.catalogue, evaluated.scores, kept)
    try:
        path.write_text(json_text(document), "utf-8")
        path.with_suffix(".md").write_text(scorecard_markdown(document), "utf-8")
    except OSError as error:
        raise SinkError(f"{path} cannot be written: {error.strerror}") from None


def _corpora(wanted: Wanted) -> Iterator[tuple[str, Iterable[Sample]]]:
    if wanted.generated:
        yield GENERATED, generated_corpus()
    for name, path in corpus_files(wanted.paths).items():
        if wanted.generated and name == GENERATED:
            raise ConfigurationError(f"two corpora are called {name!r}", hint="rename one")
        yield name, read_corpus(path)


def _only(names: tuple[str, ...], labels: Labels, scanner: Scanner) -> frozenset[str] | None:
    if not names:
        return None
    known = labels.classes | {labels.of_data_class(str(d.data_class)) for d in scanner.detectors}
    chosen: set[str] = set()
    for name in names:
        if name != _CORE and name not in known:
            raise UnknownNameError.of("class", name, [*known, _CORE])
        chosen |= labels.core if name == _CORE else {name}
    return frozenset(chosen)


def _too_low(scores: Iterable[CorpusScore], least: float) -> Iterator[str]:
    for score in scores:
        row = score.overall
        if row is None or row.measures.f1 is None:
            yield f"{score.name}: nothing was labelled, so there is no F1"
        elif row.measures.f1.value < least:
            yield f"{score.name}: F1 of {row.name} is {row.measures.f1.value:.4f}, below {least}"


def _unknown(scores: Iterable[CorpusScore]) -> Iterator[str]:
    for score in scores:
        for label, count in score.unknown_labels.items():
            yield f"{score.name}: label {label!r} ({count:,} spans) is unknown, so not scored"


@contextmanager
def _counting() -> Iterator[Callable[[int], object]]:
    """Count samples where a person is watching."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    counter = Counter("samples")
    try:
        yield counter.add
    finally:
        counter.clear()
