"""The errors of PEP 249. Each tells code and hint, and holds no value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.errors import (
    BudgetExceeded,
    ConfigurationError,
    LedgerError,
    MaskingError,
    OutcomeUnknown,
    SluicegateError,
    SourceError,
    SourceUnavailable,
    SqlError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.model.findings import Reason


class Warning(Exception):  # noqa: A001 - PEP 249 names it
    """Never raised: what a person should know stands in the outcome."""


class Error(Exception):
    """The root of PEP 249's errors.

    Args:
        message: What failed; never a value from the data.
        code: A stable code, as of a reason or a ``SluicegateError``.
        retryable: Whether another try may help.
        reasons: All reasons of a refusal.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        retryable: bool = False,
        reasons: Sequence[Reason] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.retryable = retryable
        self.reasons = tuple(reasons)

    def __reduce__(self) -> Any:
        state = {"code": self.code, "retryable": self.retryable, "reasons": self.reasons}
        return _again, (type(self), str(self), state)


class InterfaceError(Error):
    """The connection or cursor is used wrongly: it is closed, or has no rows."""


class DatabaseError(Error):
    """Something about the database."""


class DataError(DatabaseError):
    """A value is not what it should be; also: a leak was found, so no row is handed out."""


class OperationalError(DatabaseError):
    """The database, ledger or a key cannot be reached now, or a budget ran out."""


class IntegrityError(DatabaseError):
    """A record or key is not what it was."""


class InternalError(DatabaseError):
    """Something that is a fault of Sluicegate."""


class ProgrammingError(DatabaseError):
    """The statement is refused: by policy, guardrail or its text."""


class NotSupportedError(DatabaseError):
    """PEP 249 knows it, and a guarded connection does not do it."""


def of_sluicegate(error: SluicegateError) -> Error:
    """Return the error of PEP 249 that says the same."""
    kind: type[Error] = DatabaseError
    for ours, theirs in _KINDS:
        if isinstance(error, ours):
            kind = theirs
            break
    return kind(str(error), code=error.code, retryable=error.retryable)


def of_reasons(reasons: Sequence[Reason], approval: str = "") -> ProgrammingError:
    """Return the error for a refusal."""
    text = "; ".join(str(reason) for reason in reasons) or "refused"
    asked = f" (approve with: sluicegate approvals approve {approval})" if approval else ""
    code = reasons[0].code if reasons else ""
    return ProgrammingError(f"{text}{asked}", code=code, reasons=reasons)


def of_leak(reasons: Sequence[Reason]) -> DataError:
    """Return the error for a result that must not be handed out."""
    text = "; ".join(str(reason) for reason in reasons)
    code = reasons[0].code if reasons else ""
    return DataError(f"no row is handed out: {text}", code=code, reasons=reasons)


_KINDS: tuple[tuple[type[SluicegateError], type[Error]], ...] = (
    (SourceUnavailable, OperationalError),
    (BudgetExceeded, OperationalError),
    (OutcomeUnknown, OperationalError),
    (SqlError, ProgrammingError),
    (ConfigurationError, ProgrammingError),
    (SourceError, DatabaseError),
    (MaskingError, DataError),
    (LedgerError, OperationalError),
)


def _again(kind: type[Error], message: str, state: dict[str, Any]) -> Error:
    error = kind(message)
    error.__dict__.update(state)
    return error
