"""The live catalogue as a plan sees it: asked at once for all names, and once more before the run.

Nothing is kept from one plan to the next. A cache would save one round trip (25 ms for 50 relations
of 40 columns) and bring the question which of its entries still hold; so every plan is made from
what the catalogue says in the transaction that reads the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sluicegate.errors import SourceUnavailable
from sluicegate.sql import named_relations

if TYPE_CHECKING:
    from sluicegate.model.data import Relation
    from sluicegate.sources.port import Session, Wanted
    from sluicegate.sql import Lookup, Parsed


def catalogue(session: Session, parsed: Parsed) -> Lookup:
    """Return the lookup of a plan, filled with all that the statement names.

    Raises:
        SourceUnavailable: the catalogue cannot be read now.
    """
    wanted = named_relations(parsed)
    known = dict(zip(wanted, session.relations(wanted), strict=True))

    def lookup(schema: str | None, name: str, exact: bool) -> Relation | None:  # noqa: FBT001 - the port's order
        if (schema, name, exact) in known:
            return known[schema, name, exact]
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
