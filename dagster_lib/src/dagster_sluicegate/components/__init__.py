"""Components for ``defs.yaml``."""

from dagster_sluicegate.components.guarded_extract import GuardedExtractComponent
from dagster_sluicegate.components.verify import VerifyComponent

__all__ = ["GuardedExtractComponent", "VerifyComponent"]
