"""The statement that reads a whole relation, column by column, as the catalogue has it now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.sources.inventory import inventory

if TYPE_CHECKING:
    from sluicegate.model.data import Relation
    from sluicegate.sources.port import Session, Source


def whole_relation(source: Source, relation: str = "", columns: Sequence[str] = ()) -> str:
    """Write the statement that reads every row of a relation.

    Each column is named, so that the plan tells what is read, and the policy decides about each.

    Args:
        source: Where it is.
        relation: Its name, with its schema or without, spelled as the source does; of a folder, the
            stem of a file. Empty for the only relation that the source holds.
        columns: Those that are wanted, in this order; all, if none is named.

    Raises:
        UnknownNameError: there is no such relation, or no such column of it.
        ConfigurationError: no relation is named, and the source does not hold exactly one.
        SourceError: the source refused, or cannot be reached now.
    """
    with source.connect() as session:
        found = _found(session, source, relation)
    known = [column.name for column in found.columns]
    for name in columns:
        if name not in known:
            raise UnknownNameError.of(f"column of {found.name}", name, known)
    named = [exp.column(name, quoted=True) for name in columns or known]
    table = exp.table_(found.name.name, db=found.name.schema, quoted=True)
    return exp.select(*named).from_(table).sql(dialect=source.dialect)


def _found(session: Session, source: Source, relation: str) -> Relation:
    schema, _, name = (relation or _only(session, source)).rpartition(".")
    found = session.relation(schema or None, name, quoted=True)
    if found is None:
        held = [one.name for one in inventory(session, source.dialect).relations]
        known = [text for one in held for text in (one.name, str(one))]
        raise UnknownNameError.of(f"relation of {source.name!r}", relation, known)
    return found


def _only(session: Session, source: Source) -> str:
    held = [str(one.name) for one in inventory(session, source.dialect).relations]
    if len(held) != 1:
        raise ConfigurationError(
            f"{source.name!r} holds {len(held)} relations; say which one is meant",
            hint=f"for example {', '.join(held[:3])}" if held else "",
        )
    return held[0]
