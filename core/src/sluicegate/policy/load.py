"""Reads a policy file: all its faults at once, or a policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sluicegate.errors import PolicyInvalid
from sluicegate.policy.characters import check_characters
from sluicegate.policy.check import check_document
from sluicegate.policy.document import Document
from sluicegate.policy.faults import Fault, Faults, Place
from sluicegate.policy.resolve import resolve
from sluicegate.policy.shape import note_shape
from sluicegate.policy.tree import Tree, read_tree
from sluicegate.policy.values import Policy

LARGEST = 512 * 1024
"""Bytes of a policy file: some thousands of tables, read in a few seconds at worst."""


def load_policy(path: Path) -> Policy:
    """Read the policy file at ``path``.

    Raises:
        PolicyInvalid: it cannot be read, is larger than 512 KiB, is not UTF-8, or is wrong; each
            fault stands on a line of its own as ``file:line:column: what, remedy``.
    """
    name = str(path)
    try:
        # A pipe or device would block or never end.
        if not path.is_file():
            raise PolicyInvalid(f"{name}: there is no such file", hint="check the path")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise PolicyInvalid(f"{name}: cannot be read: {error.strerror}") from None
    except ValueError:  # a NUL in the path
        raise PolicyInvalid("the path of the policy is not a path") from None
    return parse_policy(_decode(content, name), name=name)


def parse_policy(text: str, *, name: str = "policy") -> Policy:
    """Read a policy from text; ``name`` stands for the file in messages.

    Raises:
        PolicyInvalid: as for ``load_policy``.
    """
    document, faults = _read(text)
    if faults or document is None:
        raise faults.error(name)
    return resolve(document)


def check_policy(text: str) -> tuple[Fault, ...]:
    """Return the faults of a policy as values, in the order of the file; none if it is right."""
    return _read(text)[1].sorted()


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        faults = Faults()
        column = error.start - (before.rfind(b"\n") + 1) + 1
        faults.add(Place(before.count(b"\n") + 1, column), "not UTF-8", "save the file as UTF-8")
        # The cause would carry the whole content.
        raise faults.error(name) from None


def _read(text: str) -> tuple[Document | None, Faults]:
    faults = Faults()
    text = text.removeprefix("\ufeff")
    if len(text) > LARGEST or len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        faults.add(Place(1, 1), f"larger than {LARGEST // 1024} KiB", "split it by source")
        return None, faults
    check_characters(text, faults)
    if faults:  # lines could not be counted as a reader counts them
        return None, faults
    tree = read_tree(text, faults)
    if not faults and tree.value is None:
        faults.add(Place(1, 1), "the file is empty", "begin with `version: 1` and a `name`")
    if faults:
        return None, faults
    return _check_shape(tree, faults), faults


def _check_shape(tree: Tree, faults: Faults) -> Document | None:
    try:
        document = Document.model_validate(tree.value)
    except ValidationError as error:
        wrong = note_shape(error, tree, faults)
        if -1 not in wrong:
            _check_others(tree.value, wrong, tree, faults)
        return None
    check_document(document, tree, faults)
    return document


def _check_others(value: dict[str, Any], wrong: set[int], tree: Tree, faults: Faults) -> None:
    """Check the references of the rules that are right in shape, to tell all faults at once."""
    kept = [index for index in range(len(value["rules"])) if index not in wrong]
    rest = Document.model_validate({**value, "rules": [value["rules"][index] for index in kept]})
    check_document(rest, tree, faults, kept)
