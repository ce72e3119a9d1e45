"""The port of a source that may be written to: one statement in one transaction.

An implementer's checklist, beside that of ``port``:

* ``changing`` opens a transaction that can write and in which nothing was changed yet. It looks
  relations up as a reading session does, inside that transaction.
* ``change`` runs one statement. It counts the rows that the statement itself changed, and all that
  changed with them (triggers, cascades) where the source can tell.
* Nothing is kept unless ``commit`` returns. A session that is left without it rolls back.
* Where the source can tell later what became of a transaction, ``transaction`` names it before the
  commit, and ``ended`` of the source answers.
* Failure mode: closed, as everywhere. What ``commit`` raises leaves open whether it was committed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.model.data import Relation
    from sluicegate.model.decision import Limits
    from sluicegate.model.plan import Statement
    from sluicegate.model.request import Scalar
    from sluicegate.sources.port import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What one statement changed."""

    rows: int
    """Rows that the statement itself inserted, updated or deleted; 0 where none are counted."""
    with_others: int
    """Those, and the rows that triggers and cascades changed, where the source tells."""


class ChangingSession(Protocol):
    """One transaction that may write."""

    @property
    def login(self) -> str:
        """The login that the source itself reports."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader should know. No values."""

    @property
    def transaction(self) -> str:
        """Names the transaction for ``ended``; empty if the source cannot be asked later."""

    @property
    def undone(self) -> bool:
        """Whether a commit that failed is known to have kept nothing."""

    def relations(self, wanted: Sequence[Wanted]) -> tuple[Relation | None, ...]:
        """Look relations up."""

    def limit(self, limits: Limits) -> None:
        """Set the time limit of the statements that follow."""

    def unsafe(self, relation: Relation) -> str:
        """Say why a change of a relation could not be taken back; empty if it can."""

    def count(self, relation: Relation) -> int:
        """Count its rows; nobody else changes them from here on, where the source has locks."""

    def change(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Changed:
        """Run a statement that writes."""

    def commit(self) -> None:
        """Keep what was changed."""

    def rollback(self) -> None:
        """Take back what was changed."""


@runtime_checkable
class Changeable(Protocol):
    """What a source has besides, if statements may change it."""

    @property
    def commits_objects(self) -> bool:
        """Whether it commits by itself what changes objects (CREATE, TRUNCATE …).

        Such a statement can be neither tried nor taken back there.
        """

    def changing(self) -> AbstractContextManager[ChangingSession]:
        """Open a transaction that may write."""

    def ended(self, transaction: str) -> bool | None:
        """Tell whether a transaction was committed; ``None`` if that cannot be told.

        Raises:
            SourceUnavailable: it is under way still, or the source cannot answer now.
        """
