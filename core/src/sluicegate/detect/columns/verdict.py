"""What the classifier says of a column. Values that hold no value of the column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from sluicegate.model.data import DataClass, TypeFamily
from sluicegate.model.risk import QUASI_IDENTIFIERS

Kind = Literal["name", "type", "values", "neighbours", "key"]
"""Where evidence comes from."""

QUASI: Final = QUASI_IDENTIFIERS
"""Quasi-identifiers, as the policy knows them."""

DIRECT: Final = frozenset(
    map(
        DataClass,
        (
            "address", "bank_account", "bank_routing", "card", "coordinates", "crypto_wallet",
            "driving_licence", "email", "health_id", "iban", "imei", "ip", "licence_plate", "mac",
            "medical_record", "national_id", "passport", "person_name", "phone", "tax_id", "us_ssn",
            "username", "vin", "diagnosis",
        ),
    )
)  # fmt: skip
"""Classes whose single value identifies a person or tells the most private about one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """What is known of a column besides its values."""

    name: str
    family: TypeFamily
    key: bool = False
    """Whether it is the whole primary key of its relation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One piece of evidence."""

    kind: Kind
    data_class: DataClass
    weight: float
    """Natural log of the odds that it adds to the class; negative if it speaks against it."""
    text: str
    """In words, with shares and counts and never a value: ``98 % of 412 values are email``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another class that the column might have."""

    data_class: DataClass
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnVerdict:
    """The class of a column, how sure that is, and why."""

    column: str
    family: TypeFamily
    data_class: DataClass
    score: float
    """Between 0 and 1: the share of the odds that the class has among all; not a probability that
    was calibrated on your data."""
    reasons: tuple[Contribution, ...] = ()
    """The evidence for and against the class, strongest first."""
    alternatives: tuple[Alternative, ...] = ()
    """Best first; only those with a score of 0.05 or more."""
    sampled: int = 0
    """Distinct values that were looked at."""
    evidence: bool = True
    """Whether anything but the type spoke."""
    content: DataClass | None = field(default=None)
    """The class of which most sampled values are, whatever the name says; ``None`` if of none."""

    found: tuple[tuple[DataClass, float], ...] = ()
    """Each class of which anything was found, and the share of values that are it or hold it."""

    @property
    def quasi(self) -> bool:
        """Whether the class is a quasi-identifier."""
        return self.data_class in QUASI

    @property
    def doubtful(self) -> bool:
        """Whether a person has to look: a low score, or nothing but the type to go by."""
        return self.score < _SURE or not self.evidence


_SURE: Final = 0.8
