"""The port of a source: where rows come from, as Arrow record batches.

An implementer's checklist:

* ``connect`` opens a connection that cannot write: a read-only transaction or a read-only file,
  with the time limit set in the server. It raises ``SourceUnavailable`` if nobody answers,
  ``SourceError`` if the login is refused. It never retries: the orchestrator does.
* ``relation`` reads the live catalogue (what is remembered, the gate remembers), and answers
  ``None`` for what does not exist or may not be seen. It resolves names as the source itself would
  (case, search path).
* ``estimate`` of a statement that cannot be planned leaves the session fit for another plan.
* ``stream`` runs a ``Statement`` in the same transaction, binds parameters, and yields batches as
  they come: memory is bounded by a batch, never by the table.
* Errors hold the source's error code (SQLSTATE) and never its text, which may quote values (P1).
* Failure mode: closed. A stream that breaks raises; it never ends early.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from sluicegate.model.data import Estimate, Relation, RelationName
    from sluicegate.model.decision import Limits
    from sluicegate.model.health import Check
    from sluicegate.model.plan import Statement
    from sluicegate.model.request import Scalar


Wanted = tuple[str | None, str, bool]
"""A name to look up: schema as written or ``None``, name as written, whether in quotes."""


class Session(Protocol):
    """One read-only transaction."""

    @property
    def login(self) -> str:
        """The login that the source itself reports."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader should know: types not kept, a login that may write. No values."""

    def relation(self, schema: str | None, name: str, *, quoted: bool = False) -> Relation | None:
        """Look a relation up.

        Args:
            schema: Schema as written in the statement; ``None`` if it was not, then the source's
            own
                search path decides.
            name: Name as written.
            quoted: Whether the name (and schema) stood in quotes, for sources that fold case.
        """

    def relations(self, wanted: Sequence[Wanted]) -> tuple[Relation | None, ...]:
        """Look many relations up, in as few round trips as the source allows."""

    def limit(self, limits: Limits) -> None:
        """Set the time limit of the statements that follow, in the server where it can."""

    def stream(
        self, statement: Statement, parameters: Mapping[str, Scalar], *, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Run ``statement`` and yield its rows; at least one batch, which tells the schema."""

    def estimate(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Estimate | None:
        """Ask the source's planner; ``None`` if it has none. Runs nothing, reads no row.

        A source that locks what it plans (PostgreSQL) holds the relations from here to the end of
        the transaction, so that nobody alters them between the plan and the run.
        """

    def cancel(self) -> None:
        """Stop a running stream; safe to call more than once and from another thread."""


@runtime_checkable
class Scoped(Protocol):
    """What a session has besides, if it reads through masking views as a login of its own.

    Its ``stream`` runs the scoped form of a statement, and refuses one that has none.
    """

    scoped_login: str
    """The login that will read; ``login`` is the account that plans and makes it."""

    def label(self, run_key: str) -> None:
        """Tell which run this is, for the comment on what it makes."""


@runtime_checkable
class ReadsFiles(Protocol):
    """What a session has besides, if its relations are files: paths below its root, with ``/``."""

    attested: bool
    """Whether only files of a release are to be read whose attestation holds."""

    def listed(self) -> frozenset[str]:
        """Return all files below the root, also those that are no data."""

    def files_of(self, relations: Sequence[RelationName]) -> tuple[str, ...]:
        """Return the files that these relations are."""

    def content(self, path: str) -> Iterator[bytes]:
        """Yield a file as it was when the session began, in parts.

        Raises:
            SourceUnavailable: it was changed since.
        """


@runtime_checkable
class Examined(Protocol):
    """What a source has besides, if ``doctor`` can ask it more than whether it opens."""

    def examine(self, *, fix: bool) -> Iterator[Check]:
        """Look at rights and leftovers; with ``fix``, drop leftovers that can be dropped."""


class Source(Protocol):
    """Something that can be read from."""

    @property
    def name(self) -> str:
        """Name in policy and settings."""

    @property
    def dialect(self) -> str:
        """sqlglot's name of the dialect: ``postgres``, ``mysql``, ``duckdb``, ``sqlite``."""

    def connect(self) -> AbstractContextManager[Session]:
        """Open a read-only transaction."""
