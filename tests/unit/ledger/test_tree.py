from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.ledger import Ed25519Signer, open_ledger
from sluicegate.ledger.growing import GrowingTree
from sluicegate.ledger.tree import (
    EMPTY_ROOT,
    consistency_path,
    fold,
    inclusion_path,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from sluicegate.model.events import Event

INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Inputs and roots that implementations of Certificate Transparency compare themselves by."""
LEAVES = [leaf_hash(b"%d" % n) for n in range(600)]


def subtrees(leaves: list[bytes]) -> Callable[[int, int], bytes]:
    return lambda level, position: fold(leaves[position << level : (position + 1) << level])


def recursive(leaves: list[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1, word by word."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + recursive(leaves[:k]) + recursive(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in INPUTS[:size]]
    assert root(size, subtrees(leaves)).hex() == ROOTS[size - 1]


def test_the_root_of_nothing() -> None:
    assert root(0, subtrees([])) == EMPTY_ROOT == GrowingTree().root()


@given(st.integers(1, 600))
def test_a_tree_that_grows_has_the_root_of_the_definition(size: int) -> None:
    tree = GrowingTree()
    for leaf in LEAVES[:size]:
        tree.append(leaf)
    assert tree.root() == recursive(LEAVES[:size]) == root(size, subtrees(LEAVES))


@given(st.data())
def test_inclusion_holds_for_its_leaf_only(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, subtrees(LEAVES))
    whole = recursive(LEAVES[:size])
    assert verify_inclusion(LEAVES[index], index, size, path) == whole
    other = data.draw(st.integers(0, size - 1).filter(lambda i: i != index)) if size > 1 else -1
    assert verify_inclusion(LEAVES[index], other, size, path) != whole
    assert verify_inclusion(leaf_hash(b"x"), index, size, path) != whole
    assert verify_inclusion(LEAVES[index], index, size, [*path, LEAVES[0]]) != whole
    assert verify_inclusion(LEAVES[index], index, size + size, path) != whole
    if path:
        assert verify_inclusion(LEAVES[index], index, size, path[:-1]) != whole


@given(st.data())
def test_consistency_holds_for_a_beginning_only(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 600))
    old = data.draw(st.integers(1, new))
    path = consistency_path(old, new, subtrees(LEAVES))
    first, second = recursive(LEAVES[:old]), recursive(LEAVES[:new])
    assert verify_consistency(old, new, first, second, path)
    assert not verify_consistency(old, new, LEAVES[-1], second, path)
    assert not verify_consistency(old, new, first, LEAVES[-1], path)
    assert not verify_consistency(old, new, first, second, [*path, LEAVES[0]])
    assert not verify_consistency(0, new, EMPTY_ROOT, second, path)
    if path:
        assert not verify_consistency(old, new, first, second, path[:-1])
        assert not verify_consistency(old - 1, new, first, second, path)


def test_no_leaf_is_a_node() -> None:
    """Without the domain bytes a node could be passed off as a record."""
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != fold([left, right])


def test_a_ledger_keeps_the_nodes_that_its_records_make(path: Path, signer: Ed25519Signer) -> None:
    with closing(open_ledger(str(path), signer)) as ledger:
        for size in (200, 55, 1, 300, 700):
            ledger.append_all([Event(kind="k", subject="s", body={"n": n}) for n in range(size)])
        leaves = [leaf_hash(bytes.fromhex(r.hash[7:])) for r in ledger.records()]
        for size in (1, 2, 255, 256, 257, 512, 1000, 1256):
            assert ledger.tree.root(size) == recursive(leaves[:size])
            path_ = ledger.tree.inclusion(size, size)
            assert verify_inclusion(leaves[size - 1], size - 1, size, path_) == recursive(
                leaves[:size]
            )
        report = ledger.verify({signer.key_id: signer.public_key})
        assert report.ok, report.fault
        assert report.root == recursive(leaves).hex()
        assert len(ledger._reader.nodes(1)) == 4
