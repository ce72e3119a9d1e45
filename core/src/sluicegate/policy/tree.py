"""A YAML text as plain values, with the place of every key and value.

Much less than YAML is read, on purpose: no tags, anchors, aliases, merge keys, directives or second
document, no key twice, bounded depth. Plain scalars become numbers, ``true``, ``false`` or ``null``
only where YAML 1.2 and every reader agree; ``no``, ``on``, ``22:30``, ``0755`` and dates stay text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import yaml

from sluicegate.policy.characters import hidden_in
from sluicegate.policy.faults import Faults, Place, quote

DEEPEST = 20
"""Levels of nesting; a policy needs eight."""

Path = tuple[str | int, ...]

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,9}", re.ASCII)
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(slots=True)
class Tree:
    """The values of the file, and where they stand."""

    value: Any = None
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """Return where the value at ``path`` stands, or the nearest thing around it that exists."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(1, 1))

    def key_place(self, path: Path) -> Place:
        """Return where the key that leads to ``path`` stands."""
        return self.keys.get(path) or self.place(path)


class _Stop(Exception):
    """The rest of the text cannot be understood."""


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being filled."""

    into: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None
    again: bool = False


_QUICK: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C, where PyYAML was built with it. Its events are the same."""


def read_tree(text: str, faults: Faults, *, quick: bool = False) -> Tree:
    """Read ``text``; what is wrong goes to ``faults``.

    Args:
        text: YAML.
        faults: Collects.
        quick: Use the parser in C, for long files. The other one tells better what is wrong with
            the syntax, and takes about 4 s per MB.
    """
    builder = _Builder(faults)
    try:
        # Events, not nodes: composing recurses, and would follow aliases.
        for event in yaml.parse(text, Loader=_QUICK if quick else yaml.SafeLoader):
            builder.feed(event)
    except _Stop:
        pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        faults.add(place, f"not YAML: {error.problem or error.context}", _syntax_remedy(error))
    except yaml.YAMLError:
        faults.add(Place(1, 1), "not YAML", "check that this is the policy file")
    return builder.tree


def _syntax_remedy(error: yaml.MarkedYAMLError) -> str:
    if "\\t" in str(error.problem):
        return "indent by spaces, never by tabs"
    return "check quotes, colons and indentation here and in the line before"


class _Builder:
    def __init__(self, faults: Faults) -> None:
        self.tree = Tree()
        self._faults = faults
        self._stack: list[_Frame] = []
        self._documents = 0

    def feed(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._start_document(event)
        elif isinstance(event, yaml.AliasEvent):
            self._stop(event, "an alias", "write the value out")
        elif isinstance(event, yaml.NodeEvent):
            self._start_node(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._stack.pop()

    def _start_document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self._stop(event, "a second document", "one file holds one policy")
        if event.version or event.tags:
            self._stop(event, "a YAML directive", "remove the line that begins with %")

    def _start_node(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._stop(event, "an anchor", "write the value out where it is needed")
        if getattr(event, "tag", None) is not None:
            self._stop(event, "a YAML tag", "remove the word that begins with !")
        if isinstance(event, yaml.ScalarEvent) and (hidden := hidden_in(event.value)):
            self._stop(event, f"the escaped character U+{ord(hidden):04X}", "remove it")
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.into, dict) and frame.key is None:
            self._take_key(frame, event)
            return
        value: Any = _scalar(event) if isinstance(event, yaml.ScalarEvent) else None
        if isinstance(event, yaml.MappingStartEvent):
            value = {}
        elif isinstance(event, yaml.SequenceStartEvent):
            value = []
        path = self._attach(frame, value)
        self.tree.values[path] = _place(event)
        if isinstance(value, (dict, list)):
            if len(self._stack) >= DEEPEST:
                self._stop(event, f"nested deeper than {DEEPEST} levels", "flatten it")
            self._stack.append(_Frame(value, path))

    def _take_key(self, frame: _Frame, event: yaml.NodeEvent) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            self._stop(event, "a key that is not a single word", "write `key: value`")
        key = event.value
        if key == "<<" and not event.style:
            self._stop(event, "a merge key", "write the entries out")
        assert isinstance(frame.into, dict)
        frame.again = key in frame.into
        frame.key = key
        if frame.again:
            first = self.tree.keys[(*frame.path, key)]
            self._faults.add(
                _place(event),
                f"{quote(key)} stands twice",
                f"keep one; the other is in line {first.line}",
            )
        else:
            self.tree.keys[(*frame.path, key)] = _place(event)

    def _attach(self, frame: _Frame | None, value: Any) -> Path:
        """Hang ``value`` into its parent and return its path."""
        if frame is None:
            self.tree.value = value
            return ()
        if isinstance(frame.into, list):
            frame.into.append(value)
            return (*frame.path, len(frame.into) - 1)
        assert frame.key is not None
        key, frame.key = frame.key, None
        if frame.again:  # read for its own faults, under a path that nothing else has
            return (*frame.path, key, -1)
        frame.into[key] = value
        return (*frame.path, key)

    def _stop(self, event: yaml.Event, what: str, remedy: str) -> NoReturn:
        self._faults.add(_place(event), f"{what} is not allowed here", remedy)
        raise _Stop


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    assert mark is not None, "the parser marks every event"
    return Place(mark.line + 1, mark.column + 1)


def _scalar(event: yaml.ScalarEvent) -> str | int | float | bool | None:
    text: str = event.value
    if event.style:  # the parser in C says "" for plain ones
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
