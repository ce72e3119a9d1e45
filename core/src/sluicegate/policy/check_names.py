"""Checks what the names of a file refer to: sources and classes, and the words of rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sluicegate.model.data import DataClass, RelationName
from sluicegate.model.masks import Mask, Noise, ShiftDate
from sluicegate.policy.builtin import BUILT_IN, ORCHESTRATORS, mask_fault
from sluicegate.policy.document import Document
from sluicegate.policy.document_rules import ForbiddenPrincipal
from sluicegate.policy.faults import Faults, quote
from sluicegate.policy.names import fold, is_system, parse_table, write_table
from sluicegate.policy.patterns import matches, select_tables
from sluicegate.policy.tree import Path, Tree

Listing = Mapping[str, Mapping[RelationName, Mapping[str, DataClass]]]
"""Source to table to column to data class."""


class Names:
    """What the file declares, and the ways to ask whether a name is among it."""

    def __init__(self, document: Document, tree: Tree, faults: Faults) -> None:
        self.tree = tree
        self.faults = faults
        self.listing = listing_of(document)
        self.defaults = defaults_of(document)

    def add(self, path: Path, what: str, remedy: str) -> None:
        """Note a fault of the value at ``path``."""
        self.faults.add(self.tree.place(path), what, remedy)

    def check_word(self, path: Path, kind: str, name: str, known: Iterable[str]) -> bool:
        """Note a fault unless ``name`` is known."""
        names = set(known)
        if name not in names:
            self.faults.add_unknown(self.tree.place(path), kind, name, names)
        return name in names

    def check_key(self, path: Path, kind: str, known: Iterable[str]) -> bool:
        """Note a fault unless the key at the end of ``path`` is known."""
        name, names = str(path[-1]), set(known)
        if name not in names:
            self.faults.add_unknown(self.tree.key_place(path), kind, name, names)
        return name in names

    def check_twice(self, path: Path, kind: str, names: Iterable[str]) -> None:
        """Note a fault for every name of a list that is an earlier one in another spelling."""
        seen: set[str] = set()
        for index, name in enumerate(names):
            if fold(name) in seen:
                self.add((*path, index), f"the {kind} {quote(name)} stands twice", "keep one")
            seen.add(fold(name))

    def check_tables(
        self, path: Path, patterns: Iterable[str], sources: Mapping[str, Path | None]
    ) -> dict[str, frozenset[RelationName]]:
        """Expand patterns over the listed tables; a pattern that names none is a fault.

        So is a source that no pattern names a table of, if it stands in the rule.

        Args:
            path: Where the patterns stand.
            patterns: The patterns.
            sources: Known sources, each with its place in the rule if it has one.
        """
        listed = {source: frozenset(self.listing.get(source, {})) for source in sources}
        found: dict[str, frozenset[RelationName]] = dict.fromkeys(listed, frozenset())
        missed = False
        for index, pattern in enumerate(patterns):
            hits = {source: select_tables(pattern, tables) for source, tables in listed.items()}
            found = {source: found[source] | hits[source] for source in listed}
            if listed and not any(hits.values()):
                missed = True
                known = {str(table) for tables in listed.values() for table in tables}
                place = self.tree.place((*path, index))
                self.faults.add_unknown(place, "table", pattern, known)
        for source, where in sources.items():
            # Where a pattern names nothing, it may have been meant for this source.
            if where and not found[source] and not missed:
                what = f"the rule names no table of {quote(source)}"
                self.add(where, what, "remove the source or name a table of it")
        return found

    def check_principals(self, path: Path, principals: Iterable[ForbiddenPrincipal]) -> None:
        """Refuse orchestrators that no run has."""
        for index, principal in enumerate(principals):
            pattern = principal.orchestrator
            if pattern and not any(matches(pattern, known) for known in ORCHESTRATORS):
                place = self.tree.place((*path, index, "orchestrator"))
                self.faults.add_unknown(place, "orchestrator", pattern, ORCHESTRATORS)


def listing_of(document: Document) -> Listing:
    """Return the tables of every source."""
    return {
        source: {
            relation: {column: DataClass(c) for column, c in table.columns.items()}
            for text, table in entry.tables.items()
            if (relation := parse_table(text)) is not None
        }
        for source, entry in document.sources.items()
    }


def defaults_of(document: Document) -> dict[DataClass, Mask]:
    """Return the default mask of every class, the built-in ones included."""
    own = {DataClass(name): entry.value() for name, entry in document.classes.items()}
    return {**BUILT_IN, **own}


def check_sources(names: Names) -> None:
    """Check that every column has a known class, and that no table is the database's own."""
    for source, tables in names.listing.items():
        for relation, columns in tables.items():
            path: Path = ("sources", source, "tables", write_table(relation))
            if is_system(relation):
                what = f"{quote(str(relation))} belongs to the database itself"
                remedy = "remove it: no policy opens system tables"
                names.faults.add(names.tree.key_place(path), what, remedy)
            for column, data_class in columns.items():
                names.check_word((*path, "columns", column), "class", data_class, names.defaults)


def check_classes(names: Names, document: Document) -> None:
    """Check that every default mask fits its class, and finds its subject in every table."""
    for name, entry in document.classes.items():
        data_class, mask = DataClass(name), entry.value()
        fault = mask_fault(data_class, mask, None)
        if fault:
            names.add(("classes", name), *fault)
        for tables in names.listing.values():
            check_subject(names, ("classes", name), data_class, mask, tables)


def check_subject(
    names: Names,
    path: Path,
    data_class: DataClass,
    mask: Mask,
    tables: Mapping[RelationName, Mapping[str, DataClass]],
) -> None:
    """Note a fault where a table has columns of a class and not the subject that its mask names."""
    if not isinstance(mask, (ShiftDate, Noise)):
        return
    for relation, columns in sorted(tables.items()):
        masked = {column for column, found in columns.items() if found == data_class}
        if not masked:
            continue
        place = names.tree.place((*path, "subject"))
        if mask.subject not in columns:
            what = f"{quote(str(relation))} has no column {quote(mask.subject)} to go by"
            names.faults.add(place, what, "list the subject's column, or use another mask")
        elif mask.subject in masked:
            what = f"{quote(mask.subject)} would be masked by itself"
            names.faults.add(place, what, "name the column of the person's key")
