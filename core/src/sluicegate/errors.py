"""Every error Sluicegate raises.

Outcomes are values; an exception says that something *could not be done*. The tree::

    SluicegateError                    code, hint, retryable; never holds a value from the data
    ├── ConfigurationError             a setting, key or name is missing or wrong  (also ValueError)
    │   ├── UnknownNameError           a name that nothing answers to, with near ones
    │   ├── MissingDependencyError     an extra is not installed                  (also ImportError)
    │   └── KeyUnavailable             a key is missing, too short or readable by others
    │       ├── KeyProviderUnavailable where it is kept cannot be asked now            (retryable)
    │       └── KeyDestroyed           it was destroyed on purpose, and stays so
    ├── PolicyError
    │   ├── PolicyInvalid              the policy file is wrong; names line and column
    │   └── AllowListError             the allow-list or a baseline is wrong, or an entry expired
    ├── SqlError                       the statement cannot be guarded: always a refusal
    │   ├── SqlParseError              it does not parse
    │   └── SqlUnsupported             it parses, but is not modelled, so it is refused
    ├── SourceError                    the database said no
    │   ├── SourceUnavailable          it cannot be reached now                    (retryable)
    │   ├── OutcomeUnknown             nobody can tell whether a change was kept
    │   └── BudgetExceeded             a time, row or byte budget ran out
    │       └── CombinationsExceeded   more distinct combinations than risk is measured of
    ├── SinkError                      the output cannot be written
    │   ├── OutputExists               something else already stands there
    │   ├── OutputDiffers              what was read back is not what was written
    │   └── SinkUnavailable            no space, no permission now                 (retryable)
    ├── MaskingError                   a mask does not fit its column, or left a raw value
    ├── QualityError                   a quality check cannot be read or opened
    ├── DetectionError                 the scanner could not do its work
    │   └── ScannerBlind               it did not see a planted canary
    ├── ApprovalError                  an approval cannot be given, or not by this person
    ├── LedgerError
    │   └── LedgerUnavailable          it cannot be written now                    (retryable)
    ├── KeylessSigningFailed           sigstore did not sign                       (retryable)
    └── IntegrityError                 a record, signature or file is not what it was
        ├── ChainBroken
        ├── KeysDisagree               the ledger and the key store tell of different keys
        └── SignatureInvalid

Every class has a stable ``code``. ``str(error)`` is ``[code] message``, then the hint. Errors
survive pickling, since orchestrators carry them between processes.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class UnsafeOptionWarning(UserWarning):
    """An option whose name begins with ``unsafe_`` is in use."""


class SluicegateError(Exception):
    """The root of the tree.

    Args:
        message: What failed, on which object, and what was expected. Never a value from the data.
        hint: What to do about it.
    """

    code: ClassVar[str] = "SG-000"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        text = f"[{self.code}] {self.message}"
        return f"{text} ({self.hint})" if self.hint else text

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, self.hint, self.__dict__.copy())


def _rebuild(
    kind: type[SluicegateError], message: str, hint: str, state: dict[str, Any]
) -> SluicegateError:
    error = kind.__new__(kind)
    SluicegateError.__init__(error, message, hint=hint)
    error.__dict__.update(state)
    return error


class ConfigurationError(SluicegateError, ValueError):
    """A setting is missing or wrong."""

    code = "SG-CONFIG"


class UnknownNameError(ConfigurationError):
    """A name that nothing answers to."""

    code = "SG-UNKNOWN-NAME"

    @classmethod
    def of(cls, kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
        """Build the error for ``name``, with the known names nearest to it as the hint."""
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=3)
        hint = (
            f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(names) or 'none'}"
        )
        return cls(f"no {kind} is called {name!r}", hint=hint)


class MissingDependencyError(ConfigurationError, ImportError):
    """An optional library is not installed."""

    code = "SG-DEPENDENCY"

    @classmethod
    def of(cls, feature: str, extra: str) -> MissingDependencyError:
        """Name the feature that was asked for and the exact command that brings it."""
        return cls(
            f"{feature} needs a library that is not installed",
            hint=f'pip install "sluicegate[{extra}]"',
        )


class KeyUnavailable(ConfigurationError):
    """A key is missing, malformed, or its file is open to others."""

    code = "SG-KEY"


class KeyProviderUnavailable(KeyUnavailable):
    """The place where a key is kept cannot be asked now."""

    code = "SG-KEY-UNAVAILABLE"
    retryable = True


class KeyDestroyed(KeyUnavailable):
    """The key of a purpose was destroyed; what it made can no longer be linked to anybody."""

    code = "SG-KEY-DESTROYED"


class PolicyError(SluicegateError):
    """The policy cannot decide."""

    code = "SG-POLICY"


class PolicyInvalid(PolicyError):
    """The policy file is wrong; the message names line and column of each fault."""

    code = "SG-POLICY-INVALID"


class AllowListError(PolicyError):
    """An allow-list or a baseline is wrong, or an entry of it does not hold any more."""

    code = "SG-ALLOW"


class SqlError(SluicegateError):
    """The statement cannot be guarded, so it is refused."""

    code = "SG-SQL"


class SqlParseError(SqlError):
    """The statement does not parse in the source's dialect."""

    code = "SG-SQL-PARSE"


class SqlUnsupported(SqlError):
    """The statement holds something that is not modelled or cannot be resolved."""

    code = "SG-SQL-UNSUPPORTED"


class SourceError(SluicegateError):
    """The database refused or failed; the message holds its SQLSTATE, never its text."""

    code = "SG-SOURCE"


class SourceUnavailable(SourceError):
    """The database cannot be reached now."""

    code = "SG-SOURCE-UNAVAILABLE"
    retryable = True


class BudgetExceeded(SourceError):
    """A time, row or byte budget of the policy ran out."""

    code = "SG-BUDGET"


class OutcomeUnknown(SourceError):
    """Nobody can tell whether the database kept what a statement changed."""

    code = "SG-OUTCOME-UNKNOWN"


class CombinationsExceeded(BudgetExceeded):
    """A result has more distinct combinations than its disclosure risk can be measured of."""

    code = "SG-COMBINATIONS"

    @classmethod
    def of(cls, columns: str, most: int) -> CombinationsExceeded:
        """Name the columns whose values have too many combinations."""
        return cls(
            f"the disclosure risk cannot be measured: more than {most:,} distinct combinations of"
            f" {columns}",
            hint="generalize these columns in the policy, or leave one of them out",
        )


class SinkError(SluicegateError):
    """The output cannot be written."""

    code = "SG-SINK"


class OutputExists(SinkError):
    """Something that this run did not write stands at the output."""

    code = "SG-OUTPUT-EXISTS"


class OutputDiffers(SinkError):
    """What was read back from an output is not what was written there; nothing was released."""

    code = "SG-OUTPUT-DIFFERS"


class SinkUnavailable(SinkError):
    """The output cannot be written now: no space, or no permission."""

    code = "SG-SINK-UNAVAILABLE"
    retryable = True


class MaskingError(SluicegateError):
    """A mask does not fit its column, or a value came out of it unmasked."""

    code = "SG-MASK"


class QualityError(SluicegateError):
    """A quality check cannot be read or opened, or asks nothing."""

    code = "SG-QUALITY"


class DetectionError(SluicegateError):
    """The scanner could not do its work."""

    code = "SG-DETECT"


class ScannerBlind(DetectionError):
    """The scanner or a mask did not act on a planted canary."""

    code = "SG-BLIND"


class ApprovalError(SluicegateError):
    """An approval cannot be given, or not by this person."""

    code = "SG-APPROVAL"


class LedgerError(SluicegateError):
    """The ledger cannot be read or written."""

    code = "SG-LEDGER"


class LedgerUnavailable(LedgerError):
    """The ledger cannot be written now; nothing is extracted."""

    code = "SG-LEDGER-UNAVAILABLE"
    retryable = True


class KeylessSigningFailed(SluicegateError):
    """Sigstore did not sign: it cannot be reached, is too slow, or refused the identity."""

    code = "SG-KEYLESS"
    retryable = True


class IntegrityError(SluicegateError):
    """A record, signature or file is not what it was."""

    code = "SG-INTEGRITY"


class ChainBroken(IntegrityError):
    """The ledger's chain does not hold; the message names the first bad record."""

    code = "SG-CHAIN"


class KeysDisagree(IntegrityError):
    """The ledger and the key store do not tell of the same keys: one was replaced or cut off."""

    code = "SG-KEY-STATE"


class SignatureInvalid(IntegrityError):
    """A signature does not verify under the trusted key."""

    code = "SG-SIGNATURE"
