"""The bound on what is remembered of a stream."""

from __future__ import annotations

from typing import Final

from sluicegate.errors import BudgetExceeded

MOST_COMBINATIONS: Final = 2_000_000
"""Distinct combinations that one table of counts may hold: some hundred MB at worst."""


class CombinationsExceeded(BudgetExceeded):
    """More distinct combinations than are counted. Nothing is released: nothing was measured."""

    code = "SG-COMBINATIONS"

    @classmethod
    def of(cls, columns: str, most: int) -> CombinationsExceeded:
        """Name the columns whose values have too many combinations."""
        return cls(
            f"the disclosure risk cannot be measured: more than {most:,} distinct combinations of"
            f" {columns}",
            hint="generalize these columns in the policy, or leave one of them out",
        )
