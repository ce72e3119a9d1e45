"""A labelled corpus that is written by rules: the same samples on every machine, from no data.

It knows nothing of the catalogue. Values follow the public form of each kind; they are drawn, or
from ranges that are reserved for examples and fiction. So a detector is measured by what the format
is, not by its own examples.
"""

from sluicegate.detect.evaluation.generated.samples import GENERATED, generated_corpus

__all__ = ["GENERATED", "generated_corpus"]
