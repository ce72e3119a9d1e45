"""Quality checks of other libraries as a gate: Great Expectations and pandera.

A check is read when the plan is made, so that its digest is part of what is approved, and is judged
on masked, verified rows before they are released. The libraries are extras and are imported only
when a check of theirs is opened.
"""

from sluicegate.quality.opening import QualityCheck, read_check
from sluicegate.quality.port import Inspector, Whole

__all__ = ["Inspector", "QualityCheck", "Whole", "read_check"]
