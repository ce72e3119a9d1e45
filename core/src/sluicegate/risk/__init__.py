"""Disclosure risk: what a result tells of the people in it, although every cell is masked."""

from sluicegate.risk.bound import MOST_COMBINATIONS, CombinationsExceeded
from sluicegate.risk.meter import Measured, RiskMeter, Sensitive
from sluicegate.risk.sieve import Sieve
from sluicegate.risk.sketch import Sketch

__all__ = [
    "MOST_COMBINATIONS",
    "CombinationsExceeded",
    "Measured",
    "RiskMeter",
    "Sensitive",
    "Sieve",
    "Sketch",
]
