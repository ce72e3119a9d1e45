"""The Merkle tree of RFC 9162, section 2.1 (the same as RFC 6962): hashes, paths, and their proofs.

Nothing here reads a store. A tree of *n* leaves is seen through ``Subtree``, a function that gives
the hash of a complete subtree: ``subtree(level, position)`` covers the leaves from
``position << level`` on, ``1 << level`` of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

Subtree: TypeAlias = Callable[[int, int], bytes]

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""Root of the tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """Hash a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes whose number is a power of two."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def levels(hashes: Sequence[bytes], height: int) -> list[list[bytes]]:
    """Return hashes and what they make, level by level; a hash without its pair makes nothing.

    Args:
        hashes: Of one level, the first of them a left child at each of the levels above.
        height: How many levels above.
    """
    found = [list(hashes)]
    for _ in range(height):
        below = found[-1]
        found.append([node_hash(*pair) for pair in zip(below[::2], below[1::2], strict=False)])
    return found


def root(size: int, subtree: Subtree) -> bytes:
    """Return the root of the first ``size`` leaves."""
    return _range(0, size, subtree) if size else EMPTY_ROOT


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the hashes that lead from leaf ``index`` (from 0) to the root, lowest first."""
    return _inclusion(index, 0, size, subtree)


def consistency_path(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Return the hashes that prove the tree of ``old`` leaves a beginning of that of ``new``."""
    if not 0 < old < new:
        return []
    return _consistency(old, 0, new, subtree, whole=True)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that leaf and path lead to (RFC 9162, 2.1.3.2); ``None`` if they cannot."""
    if not 0 <= index < size:
        return None
    inner, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if inner & 1 or inner == last:
            found = node_hash(step, found)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            found = node_hash(found, step)
        inner, last = inner >> 1, last >> 1
    return found if last == 0 else None


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Tell whether the path proves that the old tree is a beginning of the new (2.1.4.2)."""
    if old == new:
        return old_root == new_root and not path
    if not 0 < old < new:
        return False
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    inner, last = old - 1, new - 1
    while inner & 1:
        inner, last = inner >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if inner & 1 or inner == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            second = node_hash(second, step)
        inner, last = inner >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(size: int) -> int:
    """Return the largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def _range(begin: int, size: int, subtree: Subtree) -> bytes:
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return subtree(level, begin >> level)
    k = _split(size)
    return node_hash(_range(begin, k, subtree), _range(begin + k, size - k, subtree))


def _inclusion(index: int, begin: int, size: int, subtree: Subtree) -> list[bytes]:
    if size == 1:
        return []
    k = _split(size)
    if index < k:
        path = _inclusion(index, begin, k, subtree)
        return [*path, _range(begin + k, size - k, subtree)]
    path = _inclusion(index - k, begin + k, size - k, subtree)
    return [*path, _range(begin, k, subtree)]


def _consistency(old: int, begin: int, size: int, subtree: Subtree, *, whole: bool) -> list[bytes]:
    if old == size:
        return [] if whole else [_range(begin, size, subtree)]
    k = _split(size)
    if old <= k:
        path = _consistency(old, begin, k, subtree, whole=whole)
        return [*path, _range(begin + k, size - k, subtree)]
    path = _consistency(old - k, begin + k, size - k, subtree, whole=False)
    return [*path, _range(begin, k, subtree)]
