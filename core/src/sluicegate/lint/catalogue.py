"""The tables that a policy classifies, in the place of a catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from sluicegate.model.data import CatalogColumn, Relation, RelationName, TypeFamily
from sluicegate.policy.values import Policy, SourcePolicy, Unclassified
from sluicegate.sql.names import catalogue_key, key


class PolicyCatalogue:
    """Answers lookups from a policy, and remembers what it does not list.

    Types are not known, and a source that suppresses what is not classified may have any column:
    such relations are listed, but not known.
    """

    def __init__(self, source: SourcePolicy, dialect: str) -> None:
        self._tables: Mapping[RelationName, Mapping[str, str]] = source.tables
        self._whole = source.unclassified is Unclassified.REFUSE
        self._dialect = dialect
        self.outside: set[str] = set()
        """Names, as they stand in the statement, of relations that the policy does not list."""

    def lookup(self, schema: str | None, name: str, exact: bool) -> Relation | None:  # noqa: FBT001 - the port's order
        """Find a relation; without a schema only if one table alone has the name."""
        name_key = self._key(name, exact)
        schema_key = self._key(schema, exact) if schema is not None else None
        found = [
            table
            for table in self._tables
            if catalogue_key(table.name, self._dialect) == name_key
            and schema_key in {None, catalogue_key(table.schema, self._dialect)}
        ]
        if not found:
            self.outside.add(f"{schema}.{name}" if schema else name)
        if len(found) != 1 or not self._whole:
            return None
        columns = tuple(
            CatalogColumn(name=column, native_type="", family=TypeFamily.OTHER)
            for column in self._tables[found[0]]
        )
        return Relation(name=found[0], kind="table", columns=columns)

    def _key(self, written: str, exact: bool) -> str:  # noqa: FBT001 - the port's order
        return key(exp.to_identifier(written, quoted=exact), self._dialect)


def catalogue_of(policy: Policy | None, source: str | None, dialect: str) -> PolicyCatalogue | None:
    """Return the catalogue of a source; of the only one where none is named."""
    if policy is None:
        return None
    if source is None and len(policy.sources) == 1:
        source = next(iter(policy.sources))
    found = policy.sources.get(source) if source else None
    return PolicyCatalogue(found, dialect) if found else None
