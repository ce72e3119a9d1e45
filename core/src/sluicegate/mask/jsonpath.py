"""Masks at paths of JSON documents.

The documents are read and written one by one, since the library does so; each mask runs once over
the values that all documents have at its path.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, NoReturn

import pyarrow as pa

from sluicegate.errors import ConfigurationError, MaskingError
from sluicegate.mask.distinct import text_only
from sluicegate.mask.paths import Node, read_paths

Apply = Callable[[pa.Array], pa.Array]


def mask_json(array: pa.Array, paths: Mapping[str, Apply], others: str) -> pa.Array:
    """Mask the values at paths of each document.

    A mask gets the values of its path from all documents as a ``string`` array without NULL: texts
    as they are, numbers and booleans as JSON writes them. What it gives back becomes a text, a
    number or null; a value that it leaves as it was keeps its JSON type. A JSON null stays null. Of
    two members of one name the last counts, and the other is gone. Numbers that are not whole are
    read as 64-bit floats.

    Args:
        array: Documents: ``string``, ``large_string`` or ``arrow.json``; dictionary-encoded too.
        paths: Path to its mask: ``$`` and steps ``.name``, ``[0]`` and ``[*]``. No path may lie
            within another, and no place stand beside ``[*]``.
        others: ``suppress`` leaves out all that no path names, members with their names; what is
            left out of an array becomes null there. ``keep`` leaves it as it is, so that whatever a
            document holds that nobody thought of leaves with it.

    Returns:
        An array of the same type, written without blanks; NULL stays NULL.

    Raises:
        MaskingError: a document is no JSON, or holds an array or object where a path ends; or, with
            ``keep``, something else than the array or object that a path goes through, for that
            might be the value itself. Rows are named by their place in the batch, no value is.
        ConfigurationError: the paths contradict each other, or ``others`` is neither.
    """
    if others not in {"keep", "suppress"}:
        raise ConfigurationError("what no path names is to `keep` or to `suppress`")
    root = read_paths(paths)
    if isinstance(array.type, pa.BaseExtensionType):
        storage = mask_json(array.storage, paths, others)
        return pa.ExtensionArray.from_storage(array.type, storage)
    texts = text_only(array, "JSON documents")
    documents = _Documents(root, keep=others == "keep")
    for row, text in enumerate(texts.cast(pa.large_string()).to_pylist()):
        documents.read(row, text)
    for path, apply in paths.items():
        documents.mask(path, apply)
    return pa.array(documents.written(), texts.type)


class _Slot(NamedTuple):
    """A value that is to be masked, and where it goes."""

    row: int
    holder: Any
    key: Any
    value: Any


class _Documents:
    """The documents of a batch, without what is not to leave and with slots for what is masked."""

    def __init__(self, root: Node, *, keep: bool) -> None:
        self._root = root
        self._keep = keep
        self._held: list[list[Any] | None] = []  # each document is the one item of a list
        self._slots: defaultdict[str, list[_Slot]] = defaultdict(list)

    def read(self, row: int, text: str | None) -> None:
        """Take a document apart."""
        holder: list[Any] = [None]
        self._held.append(None if text is None else holder)
        if text is None:
            return
        try:
            self._put(row, holder, 0, _decode(text), self._root)
        except (ValueError, RecursionError):
            raise _unreadable(row) from None

    def mask(self, path: str, apply: Apply) -> None:
        """Fill the slots of a path."""
        slots = self._slots[path]
        if not slots:
            return
        texts = [_text(slot) for slot in slots]
        try:
            results = apply(pa.array(texts, pa.string())).to_pylist()
        except MaskingError as error:
            raise MaskingError(
                f"at {path}, among the values there: {error.message}", hint=error.hint
            ) from None
        for slot, text, result in zip(slots, texts, results, strict=True):
            if not isinstance(result, str | int | None):
                raise MaskingError(f"at {path}: the mask gives neither texts nor whole numbers")
            slot.holder[slot.key] = slot.value if result == text else result

    def written(self) -> list[str | None]:
        """Put the documents together."""
        return [None if h is None else _written(h[0], row) for row, h in enumerate(self._held)]

    def _put(self, row: int, holder: Any, key: Any, value: Any, node: Node) -> None:
        if value is None:
            holder[key] = None
        elif node.path:
            self._put_slot(row, holder, key, value, node)
        elif isinstance(value, dict) and node.members:
            holder[key] = target = value.copy() if self._keep else {}
            for name, child in node.members.items():
                if name in value:
                    self._put(row, target, name, value[name], child)
        elif isinstance(value, list) and (node.items or node.every):
            self._put_items(row, holder, key, value, node)
        elif self._keep:  # what is not the array or object that paths go through
            raise MaskingError(
                f"row {row} of the batch is of another form than its paths",
                hint="suppress what no path names",
            )
        else:
            holder[key] = None

    def _put_items(self, row: int, holder: Any, key: Any, value: list[Any], node: Node) -> None:
        target = value.copy() if self._keep else [None] * len(value)
        holder[key] = target
        for place, item in enumerate(value):
            child = node.every or node.items.get(place)
            if child is not None:
                self._put(row, target, place, item, child)

    def _put_slot(self, row: int, holder: Any, key: Any, value: Any, node: Node) -> None:
        if isinstance(value, dict | list):
            raise MaskingError(
                f"row {row} of the batch holds an array or object at {node.path}",
                hint="name the values in it by paths of their own",
            )
        holder[key] = None
        self._slots[node.path].append(_Slot(row, holder, key, value))


def _text(slot: _Slot) -> str:
    return slot.value if isinstance(slot.value, str) and slot.value.isascii() else _odd_text(slot)


def _odd_text(slot: _Slot) -> str:
    text = _written(slot.value, slot.row)
    return slot.value if isinstance(slot.value, str) else text


def _written(value: Any, row: int) -> str:
    """Write JSON; infinity and half of a surrogate pair cannot be."""
    try:
        text = _encode(value)
        if not text.isascii():
            text.encode()
    except (ValueError, RecursionError):
        raise _unreadable(row) from None
    return text


def _unreadable(row: int) -> MaskingError:
    return MaskingError(
        f"row {row} of the batch is no JSON that can be read and written",
        hint="suppress the column, or cast it to JSON in the query",
    )


def _no_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which are not JSON."""
    raise ValueError(name)


_decode = json.JSONDecoder(parse_constant=_no_constant).decode
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
