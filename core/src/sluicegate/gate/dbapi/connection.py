"""A connection that leads through the gate."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from sluicegate.errors import SluicegateError
from sluicegate.gate.dbapi import errors
from sluicegate.gate.dbapi.cursor import Cursor
from sluicegate.gate.dbapi.errors import InterfaceError, NotSupportedError, of_sluicegate
from sluicegate.model.request import ExtractRequest
from sluicegate.model.statement import StatementRequest

if TYPE_CHECKING:
    from sluicegate.gate.gate import Gate
    from sluicegate.gate.reading import Reading
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.statement import StatementOutcome

T = TypeVar("T")

_SEEN: Final[Counter[tuple[str, ...]]] = Counter()
_LOCK: Final = threading.Lock()
"""How often a try has run a statement: equal ones of one try are several, over all connections."""


class Connection:
    """PEP 249 over a gate: what is read leaves masked and verified, what is changed was granted.

    Every statement that changes something is committed by itself, so it takes ``autocommit``;
    ``commit`` and ``rollback`` then have nothing left to do.

    Args:
        gate: An open gate; it stays open when the connection is closed.
        source: Name of the source.
        purpose: What the data is for.
        identity: Who reads.
        autocommit: Whether statements may change something.
    """

    Warning = errors.Warning
    Error = errors.Error
    InterfaceError = errors.InterfaceError
    DatabaseError = errors.DatabaseError
    DataError = errors.DataError
    OperationalError = errors.OperationalError
    IntegrityError = errors.IntegrityError
    InternalError = errors.InternalError
    ProgrammingError = errors.ProgrammingError
    NotSupportedError = errors.NotSupportedError

    def __init__(
        self,
        gate: Gate,
        *,
        source: str,
        purpose: str,
        identity: RunIdentity,
        autocommit: bool = False,
    ) -> None:
        self._gate = gate
        self._source = source
        self._purpose = purpose
        self._identity = identity
        self._closed = False
        self.autocommit = autocommit
        self.dialect = _attempt(lambda: gate.dialect_of(source))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def cursor(self) -> Cursor:
        """Return a new cursor."""
        self.require_open()
        return Cursor(self)

    def commit(self) -> None:
        """Do nothing: each statement is committed when it was run."""
        self.require_open()

    def rollback(self) -> None:
        """Do nothing: nothing is open. What was run is committed, and stays."""
        self.require_open()

    def close(self) -> None:
        """Close the connection, not the gate; safe to call twice."""
        self._closed = True

    def require_open(self) -> None:
        """Raise ``InterfaceError`` if it was closed."""
        if self._closed:
            raise InterfaceError("the connection is closed")

    def read(self, sql: str, values: Mapping[str, Any]) -> Reading:
        """Read a query through the gate."""
        request = ExtractRequest(
            source=self._source, sql=sql, purpose=self._purpose, parameters=values
        )
        return _attempt(lambda: self._gate.read(request, self._identity))

    def change(self, sql: str, values: Mapping[str, Any]) -> StatementOutcome:
        """Run a statement that changes something through the gate."""
        if not self.autocommit:
            raise NotSupportedError(
                "this connection only reads: connect with autocommit=True, since each statement"
                " that changes something is committed by itself"
            )
        request = StatementRequest(
            source=self._source,
            sql=sql,
            purpose=self._purpose,
            parameters=values,
            occurrence=self._occurrence(sql, values),
        )
        return _attempt(lambda: self._gate.execute(request, self._identity))

    def _occurrence(self, sql: str, values: Mapping[str, Any]) -> int:
        """Number equal statements of one try, so that a retry finds each of them again."""
        told = repr((self._source, self._purpose, sql, sorted(values.items())))
        key = (
            *self._identity.work_key,
            str(self._identity.try_number),
            hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest(),
        )
        with _LOCK:
            _SEEN[key] += 1
            return _SEEN[key]


def _attempt(action: Callable[[], T]) -> T:
    """Run ``action``; ours is raised after the other error was left behind."""
    try:
        return action()
    except SluicegateError as error:
        failure = of_sluicegate(error)
    raise failure
