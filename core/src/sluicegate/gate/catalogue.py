"""The catalogue as a plan sees it: remembered from earlier plans, or asked at once for all names.

What is remembered may no longer hold, so a plan is compared with the live catalogue before it runs,
in the transaction that reads the rows. A plan from memory that fails, for whatever reason, is made
once more from what the source says now.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Final

from sluicegate.errors import SourceUnavailable
from sluicegate.model.canonical import digest
from sluicegate.sql import named_relations

if TYPE_CHECKING:
    from sluicegate.model.data import Relation
    from sluicegate.sources.port import Session, Source, Wanted
    from sluicegate.sql import Lookup, Parsed

_MOST: Final = 10_000


class CatalogueMemory:
    """Relations that plans of this process have found, by source, login and name as written.

    Whoever recalls must confirm: another process may have altered them since. Holds the ``most``
    that were used last, and nothing about what was not found, nor of a source that has no hash.
    Safe between threads.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._found: OrderedDict[tuple[Source, str, Wanted], Relation] = OrderedDict()
        self._lock = Lock()

    def recall(self, source: Source, login: str, names: Iterable[Wanted]) -> dict[Wanted, Relation]:
        """Return those of ``names`` that are known."""
        known: dict[Wanted, Relation] = {}
        if not isinstance(source, Hashable):
            return known
        with self._lock:
            for name in names:
                if (place := (source, login, name)) in self._found:
                    self._found.move_to_end(place)
                    known[name] = self._found[place]
        return known

    def keep(self, source: Source, login: str, resolved: Mapping[Wanted, Relation | None]) -> None:
        """Remember what was found, in place of what was known."""
        if not isinstance(source, Hashable):
            return
        with self._lock:
            for name, relation in resolved.items():
                if relation is not None:
                    self._found[source, login, name] = relation
                    self._found.move_to_end((source, login, name))
            while len(self._found) > self._most:
                self._found.popitem(last=False)

    def forget(self, source: Source, login: str, names: Iterable[Wanted]) -> None:
        """Remember these names no longer."""
        with self._lock:
            for name in names:
                self._found.pop((source, login, name), None)


MEMORY: Final = CatalogueMemory()
"""That of this process: gates are opened for a task and closed after it, sources stay."""


def catalogue(
    session: Session, parsed: Parsed, known: Mapping[Wanted, Relation] | None = None
) -> Lookup:
    """Return the lookup of a plan: what is known, and all else that the statement names, asked now.

    Raises:
        SourceUnavailable: the catalogue cannot be read now.
    """
    answers: dict[Wanted, Relation | None] = dict(known or {})
    asked = [name for name in named_relations(parsed) if name not in answers]
    if asked:
        answers |= zip(asked, session.relations(asked), strict=True)

    def lookup(schema: str | None, name: str, exact: bool) -> Relation | None:  # noqa: FBT001 - the port's order
        if (schema, name, exact) in answers:
            return answers[schema, name, exact]
        return session.relation(schema, name, quoted=exact)

    return lookup


def confirm_unaltered(session: Session, resolved: Mapping[Wanted, Relation | None]) -> None:
    """Look again, now that the source's planner has seen the statement.

    Where planning takes locks (PostgreSQL), nobody can alter the relations any more; elsewhere the
    transaction sees one state. What was altered before is noticed here.

    Raises:
        SourceUnavailable: a relation is not what the plan was made for; another try will see it.
    """
    names = list(resolved)
    for found, name in zip(session.relations(names), names, strict=True):
        if found != resolved[name]:
            shown = ".".join(part for part in name[:2] if part)
            raise SourceUnavailable(
                f"{shown!r} was altered while the extract was planned",
                hint="run it again: it will be planned for what the source has now",
            )


def schema_digest(relations: Iterable[Relation]) -> str:
    """Digest what the source itself says of relations: kinds, columns, types, keys. No row.

    Whoever has the same catalogue computes the same: SHA-256 of the canonical JSON (RFC 8785) of a
    list in the order of names, of ``{"name", "kind", "key", "columns": [{"name", "type",
    "nullable"}]}``; types by the source's own names, columns in their order.
    """
    return digest(
        [
            {
                "name": str(relation.name),
                "kind": relation.kind,
                "key": list(relation.key),
                "columns": [
                    {"name": c.name, "type": c.native_type, "nullable": c.nullable}
                    for c in relation.columns
                ],
            }
            for relation in sorted(relations, key=lambda r: r.name)
        ]
    )
