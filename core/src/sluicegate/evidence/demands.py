"""What a consumer demands of an attestation before it uses the data: more than that it holds.

An attestation that holds tells what the data is; whether that is what the consumer wants is for the
consumer to say. An old release that was put back whole still holds: a demand on its age finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from sluicegate.errors import IntegrityError, UnknownNameError
from sluicegate.evidence import demand_checks as checks
from sluicegate.evidence.demand_values import as_age, as_flag, as_number, as_texts, read_mapping
from sluicegate.evidence.keyless import KeylessDemand, not_looked_at
from sluicegate.evidence.place import ATTESTATION
from sluicegate.evidence.problem import DEMAND, Problem

_Check = Callable[[Mapping[str, Any]], str]
_READ_AS: Final[Mapping[str, Callable[[str, object], Any]]] = {
    "not_older_than": as_age,
    **dict.fromkeys(("purposes", "sources", "policy_digests", "environments"), as_texts),
    **dict.fromkeys(("producers", "relations", "datasets", "parents"), as_texts),
    **dict.fromkeys(("min_approvals", "max_blind_spots"), as_number),
    "in_ledger": as_flag,
    "keyless": KeylessDemand.of,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """What must be true of a release. What is not set is not asked; that the scan passed always is.

    Of a tuple one member must fit; ``relations`` and ``parents`` tell their own rule.
    """

    not_older_than: timedelta | None = None
    """Most time since the release, by the signed time of the ledger's record of it."""
    purposes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    policy_digests: tuple[str, ...] = ()
    """Digests of policies, ``sha256:…``, one of which must have decided."""
    environments: tuple[str, ...] = ()
    producers: tuple[str, ...] = ()
    """Who must have released it, ``orchestrator:pipeline.task``; ``*`` and ``?`` as in globs."""
    relations: tuple[str, ...] = ()
    """All relations that may have been read, ``schema.name``; no other one."""
    datasets: tuple[str, ...] = ()
    """Manifest digests: the data must be exactly one of these datasets."""
    parents: tuple[str, ...] = ()
    """Manifest digests of the datasets, all of which it must have been made from."""
    min_approvals: int = 0
    """Least number of consents that the run passed with."""
    max_blind_spots: int | None = None
    """Most things that may have gone unchecked."""
    in_ledger: bool = False
    """Whether the attestation must prove that the ledger holds the record of the release. A proof
    that is there must hold anyway.
    """
    keyless: KeylessDemand | None = None
    """Who must have signed the attestation through sigstore too; it is asked last."""

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Self:
        """Build demands from plain values, such as a YAML file or an operator's argument holds.

        Args:
            given: Fields by name. A text may stand for a tuple of one, ``24h`` (``s m h d``) for
                an age, digits for a number, ``true`` for a flag. What would demand nothing is
                refused: an empty list, a flag that is not set.

        Raises:
            UnknownNameError: no demand has such a name; a misspelt one would demand nothing.
            ConfigurationError: a value is not of its demand's kind.
        """
        values: dict[str, Any] = {}
        for name, value in given.items():
            if name not in _READ_AS:
                raise UnknownNameError.of("demand", str(name), _READ_AS)
            values[name] = _READ_AS[name](name, value)
        return cls(**values)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a YAML file of demands: ``purposes: [churn_training]``, a line a demand.

        Raises:
            ConfigurationError: it cannot be read, or a demand of it is wrong.
        """
        return cls.of(read_mapping(path))

    def unmet(
        self,
        predicate: Mapping[str, Any],
        *,
        now: datetime | None = None,
        keyless: Callable[[KeylessDemand], tuple[Problem, ...]] = not_looked_at,
    ) -> tuple[Problem, ...]:
        """Tell what a signed predicate does not meet; empty if all is met.

        Failure mode: closed. What the predicate does not tell is not met.

        Args:
            predicate: As a verification gives it, after its signature held.
            now: The consumer's time, with its zone; the clock's if not given.
            keyless: What looks at the keyless signature, which is not in the predicate. Without
                it, a demand for one is not met.
        """
        moment = now or datetime.now(UTC)
        told = ((code, _told(check, predicate)) for code, check in self._checks(moment))
        problems = tuple(
            Problem(code=DEMAND + code, place=ATTESTATION, message=message)
            for code, message in told
            if message
        )
        if self.keyless is None or problems:
            return problems
        return keyless(self.keyless)

    def _checks(self, now: datetime) -> Iterator[tuple[str, _Check]]:
        yield "scan", checks.scan_passed
        if self.not_older_than is not None:
            yield "clock", checks.not_ahead(now)
            yield "age", checks.not_older(now, self.not_older_than)
        for code, wanted, check in (
            ("purpose", self.purposes, checks.purpose_in),
            ("source", self.sources, checks.source_in),
            ("policy", self.policy_digests, checks.policy_in),
            ("environment", self.environments, checks.environment_in),
            ("producer", self.producers, checks.producer_like),
            ("relation", self.relations, checks.relations_within),
            ("dataset", self.datasets, checks.dataset_in),
            ("parent", self.parents, checks.made_from),
        ):
            if wanted:
                yield code, check(wanted)
        if self.min_approvals:
            yield "approvals", checks.approved_by(self.min_approvals)
        if self.max_blind_spots is not None:
            yield "blind-spots", checks.blind_spots_within(self.max_blind_spots)
        if self.in_ledger:
            yield "ledger", checks.proves_its_record


def _told(check: _Check, predicate: Mapping[str, Any]) -> str:
    try:
        return check(predicate)
    except (IntegrityError, AttributeError, LookupError, TypeError, ValueError):
        return "the attestation does not tell what is demanded"
