"""Tells what stands in the columns of a source: name, type, sampled values and neighbours."""

from sluicegate.detect.columns.classify import classify
from sluicegate.detect.columns.verdict import (
    QUASI,
    Alternative,
    ColumnFacts,
    ColumnVerdict,
    Contribution,
)

__all__ = ["QUASI", "Alternative", "ColumnFacts", "ColumnVerdict", "Contribution", "classify"]
