"""A DAG file and the modules of its folder that it imports: what the rules for DAGs say of them.

Nothing is imported or run, and no database is asked. Light to import: the scanner is opened when a
file has to be read that is not known yet.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sluicegate.lint.dag_connections import ConnectionReader
from sluicegate.lint.dag_facts import Facts, Place
from sluicegate.lint.dag_secrets import secrets_in
from sluicegate.lint.dag_source import Modules, read_source
from sluicegate.lint.facts_cache import FactsCache
from sluicegate.lint.guarded import Guarded
from sluicegate.lint.python_constants import Constants
from sluicegate.lint.python_origins import Origins
from sluicegate.lint.python_tree import parse_python, python_text
from sluicegate.lint.reading import Unreadable, find_files
from sluicegate.lint.remark import Level, Remark, rule

_MOST_MODULES: Final = 200
_SPREAD: Final = "is written here, and connections are opened by an id that cannot be seen"
_STANDS: Final = "is written here; what is done with it cannot be seen"


class DagFiles:
    """Looks at DAG files. Deterministic; blocks for as long as parsing takes.

    Failure mode: closed; a file that cannot be read, or imports more than can be followed, is a
    remark of the level ``error``.

    Args:
        guarded: What may be read through the gate alone.
        detectors: Files of detectors of your own.
        keep: Whether to keep on disk what is known of a file, for the next process.
    """

    def __init__(
        self, guarded: Guarded, detectors: Sequence[Path] = (), *, keep: bool = True
    ) -> None:
        self._guarded = guarded
        self._detectors = tuple(detectors)
        self._scanned = False
        states = [(str(path), *_state(path)) for path in self._detectors]
        self._cache = FactsCache((guarded.connections, guarded.hosts, states), keep=keep)
        self._modules: dict[object, Modules] = {}

    def check(self, file: Path, roots: Sequence[Path] = ()) -> tuple[Remark, ...]:
        """Return what is to say of a file and of what it imports from ``roots``, in order.

        Raises:
            DetectionError: the scanner cannot be opened.
        """
        known, over = self._reach(file, [*roots, file.parent])
        spread = any(facts.unseen for facts in known.values())
        found = [
            remark
            for path, facts in known.items()
            for remark in _remarks(path, facts, spread=spread)
        ]
        if over:
            detail = f"it imports more than {_MOST_MODULES} modules of its folder"
            found.append(_remark(file, Place(line=1, column=1, rule="A105", detail=detail)))
        return tuple(found)

    def learn(self, folder: Path, seconds: float) -> None:
        """Read the other files of a folder ahead of time, if the scanner is open anyway.

        Opening it takes most of a second, and the next file may be read in another process.

        Args:
            folder: With all folders in it.
            seconds: How long this may take.
        """
        until = time.monotonic() + seconds
        for file in find_files([folder], ()) if self._scanned else ():
            if time.monotonic() > until:
                return
            if file.suffix == ".py":
                self._of(file)

    def facts(self, data: bytes) -> Facts:
        """Return the facts of one file from its bytes; what is no Python is a fact too."""
        return self._cache.get(data, lambda: self._read(data))

    def _reach(self, file: Path, roots: Sequence[Path]) -> tuple[dict[Path, Facts], bool]:
        waiting, known, asked = [file], dict[Path, Facts](), set[str]()
        modules = self._modules_of(tuple(dict.fromkeys(roots)))
        while waiting:
            path = waiting.pop(0)
            if path in known:
                continue
            if len(known) > _MOST_MODULES:
                return known, True
            known[path] = facts = self._of(path)
            for module in facts.modules:
                waiting += modules.files(module, path, asked)
        return known, False

    def _modules_of(self, roots: tuple[Path, ...]) -> Modules:
        """List folders once, until something in them comes or goes."""
        key = (roots, tuple(map(_state, roots)))
        if key not in self._modules:
            self._modules[key] = Modules(roots)
        return self._modules[key]

    def _of(self, path: Path) -> Facts:
        try:
            return self.facts(read_source(path))
        except Unreadable as error:
            return _unreadable(error)

    def _read(self, data: bytes) -> Facts:
        try:
            text = python_text(data)
            tree = parse_python(text)
            return self._facts(text, tree)
        except Unreadable as error:
            return _unreadable(error)
        except RecursionError:
            return _unreadable(Unreadable("it is nested too deep"))

    def _facts(self, text: str, tree: ast.Module) -> Facts:
        nodes = list(ast.walk(tree))
        constants = Constants(nodes)
        origins = Origins(nodes, constants)
        uses = ConnectionReader(tree, nodes, constants, origins, self._guarded).read()
        from sluicegate.detect import open_scanner  # noqa: PLC0415 - heavy, and most files are known

        self._scanned = True
        secrets = secrets_in(text, nodes, constants, open_scanner(self._detectors))
        return Facts(
            certain=tuple(sorted({*uses.certain, *secrets})),
            loose=tuple(sorted(set(uses.loose))),
            unseen=tuple(sorted(set(uses.unseen))),
            modules=tuple(sorted(origins.modules)),
        )


def _unreadable(error: Unreadable) -> Facts:
    return Facts(certain=(Place(line=1, column=1, rule="A105", detail=str(error)),))


def _remarks(path: Path, facts: Facts, *, spread: bool) -> Iterator[Remark]:
    yield from (_remark(path, place) for place in facts.certain)
    certain = {place.line for place in facts.certain}
    for place in facts.loose:
        if place.line not in certain:
            detail = f"{place.detail} {_SPREAD if spread else _STANDS}"
            told = Place(line=place.line, column=place.column, rule=place.rule, detail=detail)
            yield _remark(path, told, level="error" if spread else "note")
    yield from (_remark(path, place) for place in facts.unseen if not place.detail)


def _remark(path: Path, place: Place, *, level: Level | None = None) -> Remark:
    known = rule(place.rule)
    assert known is not None
    return Remark(
        rule=place.rule,
        level=level or known.level,
        message=f"{known.title}: {place.detail}" if place.detail else known.title,
        remedy=known.remedy,
        file=str(path),
        line=place.line,
        column=place.column,
    )


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns
