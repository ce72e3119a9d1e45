"""How a call of lint is to look at things, and what it then cannot see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sluicegate.lint.guarded import Guarded
from sluicegate.policy import Policy

LINTED: Final = frozenset(
    [
        "G01",
        "G02",
        "G03",
        "G04",
        "G05",
        "G06",
        "G07",
        "G08",
        "G09",
        "G10",
        "G12",
        "G14",
        "G15",
        "G17",
        "G30",
        "G31",
        "G32",
        "G36",
    ]
)
"""Guardrails that need no database; ``G10`` needs the policy, ``G09`` holds but for names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What lint is told about the SQL it finds."""

    dialect: str | None = None
    """For SQL that does not name its own."""
    default_dialect: str = "postgres"
    """Where nothing else tells the dialect."""
    source: str | None = None
    """Name of the source in the policy, for SQL that does not name its own."""
    source_dialects: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Name of a source → its dialect, from the settings."""
    policy: Policy | None = None
    exclude: tuple[str, ...] = ()
    detectors: tuple[Path, ...] = ()
    """Files of detectors of your own."""
    guarded: Guarded = field(default_factory=Guarded)
    """What the code of DAGs may read through the gate alone."""


def unchecked(options: Options) -> tuple[str, ...]:
    """Say what a call with these options does not check."""
    rules = "the decision of the policy, masks and row filters (G11, G13, G19, G20)"
    late = "what only a run knows: budgets, history, outputs (G16, G18, G33, G34, G35, G37)"
    if options.policy:
        return "names of columns that the policy does not classify, types", rules, late
    names = "names of relations and columns (G10 and parts of G09): --policy knows some"
    return names, rules, late
