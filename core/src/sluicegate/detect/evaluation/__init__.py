"""Measures how good detectors are on labelled texts: what is found, missed and found wrongly.

A finding is right if its class is that of a label and the intersection over union of their spans is
at least one half; each label and each finding counts once.
"""

from sluicegate.detect.evaluation.corpus import corpus_files, read_corpus
from sluicegate.detect.evaluation.evaluate import evaluate
from sluicegate.detect.evaluation.finding import Finder, scanner_finder
from sluicegate.detect.evaluation.judging import Judged, Kind
from sluicegate.detect.evaluation.labels import IGNORE, Labels, standard_labels
from sluicegate.detect.evaluation.markdown import scorecard_markdown
from sluicegate.detect.evaluation.measures import Measures, Rate
from sluicegate.detect.evaluation.result import CORE, OVERALL, ClassScore, CorpusScore
from sluicegate.detect.evaluation.sample import EVERYTHING, Found, Gold, Sample
from sluicegate.detect.evaluation.scorecard import (
    Comparison,
    Drop,
    compare,
    read_scorecard,
    scorecard_document,
)

__all__ = [
    "CORE",
    "EVERYTHING",
    "IGNORE",
    "OVERALL",
    "ClassScore",
    "Comparison",
    "CorpusScore",
    "Drop",
    "Finder",
    "Found",
    "Gold",
    "Judged",
    "Kind",
    "Labels",
    "Measures",
    "Rate",
    "Sample",
    "compare",
    "corpus_files",
    "evaluate",
    "read_corpus",
    "read_scorecard",
    "scanner_finder",
    "scorecard_document",
    "scorecard_markdown",
    "standard_labels",
]
