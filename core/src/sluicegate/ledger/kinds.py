"""Kinds of events that the ledger writes about itself."""

from __future__ import annotations

from typing import Final

CHECKPOINT: Final = "ledger.checkpoint"
"""The root of the tree was signed."""
DROPPED: Final = "ledger.dropped"
"""Bodies whose retention ended are dropped; written before they are."""
HELD: Final = "ledger.held"
"""A legal hold begins: what it matches is not dropped."""
HOLD_ENDED: Final = "ledger.hold_ended"
EXPORTED: Final = "ledger.exported"
"""Records up to one were taken by another system."""
