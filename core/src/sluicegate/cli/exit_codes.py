"""What a command's exit code says; stable, for scripts and CI."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from sluicegate.errors import (
    AllowListError,
    ApprovalError,
    BudgetExceeded,
    DetectionError,
    IntegrityError,
    KeyDestroyed,
    MaskingError,
    OutcomeUnknown,
    OutputDiffers,
    SluicegateError,
    SqlError,
)


class ExitCode(IntEnum):
    """The five ends that a command can have."""

    CLEAN = 0
    """Released, clean, verified, done."""
    REFUSED = 1
    """Refused, quarantined, findings, or something is not what it was: look at it."""
    USAGE = 2
    """The call or the configuration is wrong: change it."""
    UNAVAILABLE = 3
    """Cannot be done now: unreachable, no space, locked. Trying again may help."""
    INTERRUPTED = 130
    """Ctrl-C, as shells count it."""


_REFUSALS: Final = (
    AllowListError,
    ApprovalError,
    BudgetExceeded,
    DetectionError,
    IntegrityError,
    KeyDestroyed,
    MaskingError,
    OutcomeUnknown,
    OutputDiffers,
    SqlError,
)


def exit_code_of(error: SluicegateError) -> ExitCode:
    """Tell which exit code an error ends a command with."""
    if error.retryable:
        return ExitCode.UNAVAILABLE
    return ExitCode.REFUSED if isinstance(error, _REFUSALS) else ExitCode.USAGE
