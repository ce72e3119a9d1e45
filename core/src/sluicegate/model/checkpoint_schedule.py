"""How often the ledger is signed without being asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sluicegate.errors import ConfigurationError

DEFAULT_SCHEDULE: Final = "1000 records, 60 minutes"
_PART: Final = re.compile(r"(?P<number>[1-9][0-9]{0,8}) (?P<what>records|minutes)")
_HINT: Final = f"write '{DEFAULT_SCHEDULE}', one of both, or 'off'"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointSchedule:
    """After how many records, or how much time, the root of the ledger is signed again.

    Whatever comes first counts; 0 never comes. With both 0 nothing is signed by itself.
    """

    records: int
    minutes: int

    @classmethod
    def parse(cls, text: str) -> CheckpointSchedule:
        """Read ``1000 records, 60 minutes``, one of both, or ``off``.

        Raises:
            ConfigurationError: it is written in another way.
        """
        if text.strip().lower() == "off":
            return cls(records=0, minutes=0)
        found: dict[str, int] = {}
        for part in text.split(","):
            match = _PART.fullmatch(" ".join(part.split()))
            if match is None or match["what"] in found:
                raise ConfigurationError("the setting 'checkpoint' cannot be read", hint=_HINT)
            found[match["what"]] = int(match["number"])
        return cls(records=found.get("records", 0), minutes=found.get("minutes", 0))

    @property
    def off(self) -> bool:
        """Whether nothing is signed by itself."""
        return not (self.records or self.minutes)

    def due(self, *, records: int, age: timedelta) -> bool:
        """Tell whether it is time.

        Args:
            records: How many came since the last time.
            age: How long ago that was; negative where a clock went back, which is no reason.
        """
        if records <= 0:
            return False
        enough = 0 < self.records <= records
        return enough or (self.minutes > 0 and age >= timedelta(minutes=self.minutes))
