"""What crashed runs left of their scoped roles, and its removal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import SluicegateError
from sluicegate.sources.postgres_scope_sql import LEFTOVERS, ending, removal

if TYPE_CHECKING:
    from sluicegate.sources.postgres_runner import Runner


LOGIN: Final = "brokered login"
"""What the comment on a login says that others use, unlike that of a run's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A role or schema with the name of a scope."""

    name: str
    parts: tuple[str, ...]
    """``role``, ``schema`` or both."""
    run: str
    """Key of the run that made it; empty if nothing says."""
    account: str
    """Who made it; empty if nothing says."""
    database: str
    """Where its schema is; empty if nothing says."""
    expired: bool
    """The run that made it is over by its time limit."""
    in_use: bool
    """Somebody is logged in as it."""
    open: bool
    """Somebody could still log in as it with its password."""
    own: bool
    """This account made it in this database, so it can remove it."""
    lent: bool = False
    """Somebody else was given it, for a while that is told; nobody waits for its end."""

    @property
    def removable(self) -> bool:
        """Whether it may be dropped: our own, over, and with nobody in it that may stay."""
        return self.own and self.expired and (self.lent or not self.in_use)


def leftovers(rows: Iterable[dict[str, Any]]) -> tuple[Leftover, ...]:
    """Read the rows of ``LEFTOVERS``."""
    return tuple(_leftover(row) for row in rows)


def find_leftovers(query: Callable[[str], list[dict[str, Any]]]) -> tuple[Leftover, ...]:
    """Look for scopes in the database; those of runs under way are among them, not expired."""
    return leftovers(query(LEFTOVERS))


def remove(runner: Runner, found: Leftover) -> None:
    """Drop a leftover, its schema and its role at once; a session of a lent login is ended.

    Raises:
        SluicegateError: the server did not.
    """
    if found.lent and "role" in found.parts:
        with runner.transaction():
            runner.run(ending(found.name))
    with runner.transaction():
        runner.run(removal(found.name, role="role" in found.parts, schema="schema" in found.parts))


def sweep(runner: Runner) -> None:
    """Drop what can be dropped; what cannot is left for the next one and for ``doctor``."""
    for found in find_leftovers(runner.rows):
        if found.removable:
            with suppress(SluicegateError):
                remove(runner, found)


def _leftover(row: dict[str, Any]) -> Leftover:
    said = _said(row["comment"])
    expires = said.get("expires")
    account, database = str(said.get("account", "")), str(said.get("database", ""))
    ours = row["account"] == account and row["database"] == database
    return Leftover(
        name=row["name"],
        parts=tuple(part for part in ("role", "schema") if row[part]),
        run=str(said.get("run", "")),
        account=account,
        database=database,
        expired=isinstance(expires, int) and expires < row["now"],
        in_use=row["in_use"],
        open=row["role"] and row["login"] and row["valid"],
        own=ours and row["owner"] in (None, row["account"]),
        lent=said.get("sluicegate") == LOGIN,
    )


def _said(comment: str | None) -> dict[str, Any]:
    try:
        said = json.loads(comment or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
