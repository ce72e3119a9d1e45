"""The guard of values as an Airflow deployment configures it, opened once a process."""

from __future__ import annotations

from functools import cache

from airflow.configuration import conf

from airflow_provider_sluicegate.config import unmasked_settings
from sluicegate.gate.values import TextRedactor, ValueGuard


@cache
def value_guard() -> ValueGuard:
    """Open the guard with the detectors of the settings.

    ``[sluicegate] value_types`` names classes that are passed over without a look.

    Raises:
        ConfigurationError: the settings are wrong.
        DetectionError: a file of detectors is wrong.
    """
    named = conf.get("sluicegate", "value_types", fallback=None) or ""
    types = [name.strip() for name in named.split(",") if name.strip()]
    return ValueGuard.open(unmasked_settings()).allowing(types)


@cache
def text_redactor() -> TextRedactor:
    """Open the redactor of texts with the same detectors.

    Raises:
        ConfigurationError: the settings are wrong.
        DetectionError: a file of detectors is wrong.
    """
    return TextRedactor(value_guard().sight)
