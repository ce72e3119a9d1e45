from __future__ import annotations

import inspect

import pytest

from sluicegate import errors
from sluicegate.cli.exit_codes import exit_code_of
from sluicegate.errors import SluicegateError

EXPECTED = {
    "AllowListError": 1,
    "ApprovalError": 1, "BudgetExceeded": 1, "ChainBroken": 1, "CombinationsExceeded": 1,
    "ConfigurationError": 2,
    "DetectionError": 1, "IntegrityError": 1, "KeyDestroyed": 1, "KeyProviderUnavailable": 3,
    "KeyUnavailable": 2, "KeysDisagree": 1, "LedgerError": 2,
    "LedgerUnavailable": 3, "MaskingError": 1, "MissingDependencyError": 2, "OutcomeUnknown": 1,
    "KeylessSigningFailed": 3, "OutputDiffers": 1, "OutputExists": 2,
    "PolicyError": 2, "PolicyInvalid": 2, "QualityError": 2, "ScannerBlind": 1, "SignatureInvalid": 1, "SinkError": 2,
    "SinkUnavailable": 3, "SluicegateError": 2, "SourceError": 2, "SourceUnavailable": 3,
    "SqlError": 1, "SqlParseError": 1, "SqlUnsupported": 1, "UnknownNameError": 2,
}  # fmt: skip


def test_every_error_has_a_pinned_exit_code() -> None:
    classes = [
        value
        for value in vars(errors).values()
        if inspect.isclass(value) and issubclass(value, SluicegateError)
    ]
    assert {c.__name__: int(exit_code_of(c("x"))) for c in classes} == EXPECTED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_only_what_may_pass_is_three(name: str) -> None:
    error: SluicegateError = getattr(errors, name)("x")
    assert (exit_code_of(error) == 3) == error.retryable
