"""How the steps of a plan refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluicegate.model.findings import Reason


class Refused(Exception):
    """Carries reasons out of the steps of a plan. Never leaves the module that plans."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__()
        self.reasons = reasons
