"""How many digits stand side by side in every match of a pattern, told from it alone.

A chain such as ``203.45.67.89`` has many digits, but no four side by side: what holds eight in a
row need not look there. Texts are full of such chains: dates, versions, addresses, amounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice, product
from typing import Any

from sluicegate.detect.holds import DIGITS, longest_run, parsed
from sluicegate.detect.lead import REPEATS, bytes_of
from sluicegate.detect.timestamps import SEPARATORS

_CHAINED = DIGITS | frozenset(SEPARATORS)
_MOST = 256
"""Ways through the alternatives of a pattern that are followed."""
_LONGEST_GAP = 3
"""Separators before the first digit of a match, at most, that count as part of its chain."""

_Item = tuple[str, Any]


def run_in_chain(expression: bytes, digits: int, before: int, after: int) -> int:
    """Return how long an unbroken run of digits the chain has, at least, that every match is in.

    Args:
        expression: The pattern.
        digits: How many digits a chain holds at least, for somebody to look around it.
        before: Bytes that are looked at before a chain.
        after: The same, after it.

    Returns:
        1 where nothing is sure, so that every chain counts.
    """
    tree = parsed(expression)
    ways = list(islice(_ways(tree, {}), _MOST + 1)) if tree is not None else []
    if not 0 < len(ways) <= _MOST:
        return 1
    return min(
        _run_of_way(way, digits, before - _LONGEST_GAP, after - _LONGEST_GAP) for way in ways
    )


def _run_of_way(way: list[_Item], digits: int, before: int, after: int) -> int:
    kinds = [bytes_of(*item) for item in way]
    sure = [n for n, kind in enumerate(kinds) if kind & DIGITS and kind <= _CHAINED]
    if not sure:
        return 1
    first, last = sure[0], sure[-1] + 1
    core = way[first:last]
    # Its digits are in one chain, which has enough of them and lies near both ends of the match.
    together = all(kind <= _CHAINED for kind in kinds[first:last])
    near = _longest(way[:first]) <= before and _longest(way[last:]) <= after
    if not together or not near or _fewest(core) < digits:
        return 1
    return max(longest_run(core, DIGITS), 1)


def _ways(items: Iterable[tuple[Any, Any]], groups: dict[int, _Item]) -> Iterator[list[_Item]]:
    """Yield every way through the alternatives that stand in no repetition.

    Args:
        items: Parts of a pattern.
        groups: Those that were met before, by number; what refers to one may be all that it may be.
    """
    parts: list[list[list[_Item]]] = []
    for code, argument in items:
        match str(code):
            case "SUBPATTERN":
                groups[argument[0]] = "SUBPATTERN", argument
                parts.append(list(islice(_ways(argument[3], groups), _MOST + 1)))
            case "BRANCH":
                branches = (way for branch in argument[1] for way in _ways(branch, groups))
                parts.append(list(islice(branches, _MOST + 1)))
            case name if name in REPEATS:
                least, most, inner = argument
                known = [
                    groups.get(v, (c, v)) if str(c) == "GROUPREF" else (c, v) for c, v in inner
                ]
                parts.append([[(name, (least, most, known))]])
            case "GROUPREF":
                parts.append([[groups.get(argument, ("GROUPREF", argument))]])
            case name:
                parts.append([[(name, argument)]])
    return (list(chain.from_iterable(some)) for some in product(*parts))


def _fewest(items: Iterable[tuple[Any, Any]]) -> int:
    """Return how many digits every match of some items holds at least."""
    return sum(_fewest_of(str(code), argument) for code, argument in items)


def _fewest_of(code: str, argument: Any) -> int:
    match code:
        case "SUBPATTERN":
            return _fewest(argument[3])
        case "BRANCH":
            return min(map(_fewest, argument[1]))
        case _ if code in REPEATS:
            return int(argument[0]) * _fewest(argument[2])
        case "LITERAL" | "IN":
            return int(bytes_of(code, argument) <= DIGITS)
    return 0


def _longest(items: Iterable[tuple[Any, Any]]) -> int:
    """Return how many bytes a match of some items has at most."""
    return sum(_longest_of(str(code), argument) for code, argument in items)


def _longest_of(code: str, argument: Any) -> int:
    match code:
        case "SUBPATTERN":
            return _longest(argument[3])
        case "BRANCH":
            return max(map(_longest, argument[1]))
        case _ if code in REPEATS:
            return int(argument[1]) * _longest(argument[2])
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return 0
        case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
            return 1
    return 1 << 30  # what is not known here may be long
