"""Disclosure risk: what a result tells of the people in it, although every cell is masked."""

from sluicegate.risk.meter import MOST_COMBINATIONS, Measured, RiskMeter, Sensitive
from sluicegate.risk.sieve import Sieve
from sluicegate.risk.sketch import Sketch

__all__ = [
    "MOST_COMBINATIONS",
    "Measured",
    "RiskMeter",
    "Sensitive",
    "Sieve",
    "Sketch",
]
