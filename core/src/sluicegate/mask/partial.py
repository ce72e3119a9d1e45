"""Partial masks of texts over Arrow arrays: a part stays, the rest is filled."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.mask.ends import keep_ends
from sluicegate.model.masks import Partial

_GROUP: Final = "(?:[0-9]{2,5}|[A-Za-z]{1,2}[0-9][0-9A-Za-z]?)"
"""Digits, or the first half of a British or Canadian postcode; a word is neither."""
_AREA: Final = (
    rf"(?s)^(?P<kept> *(?:(?:\+|00)[0-9]{{1,3}}[ ./-]+)?(?:\({_GROUP}\)|{_GROUP}))"
    r"(?P<rest>[ ./-].*)$"
)
"""Country code and one group, with a separator behind it; RE2."""
_FILLED: Final = r"[\p{L}\p{M}\p{N}]|[^\x00-\x7F]"
"""What is filled of the rest: whatever could be read, so that only ASCII signs and blanks stay."""


def partial(mask: Partial, texts: pa.Array) -> pa.Array:
    """Apply ``mask``.

    Args:
        mask: What stays.
        texts: ``string`` or ``large_string``.

    Returns:
        An array of the same type; NULL stays NULL.
    """
    if mask.keep == "domain":
        return _domain(mask, texts)
    if mask.keep == "area":
        return _area(mask, texts)
    return keep_ends(texts, mask.keep_first, mask.keep_last, mask.fill)


def _domain(mask: Partial, texts: pa.Array) -> pa.Array:
    one = pc.equal(pc.count_substring(texts, "@"), 1)
    parts = pc.extract_regex(texts, r"(?s)^(?P<name>[^@]*)(?P<domain>@[^@]*)$")
    name = pc.utf8_length(pc.struct_field(parts, "name"))
    domain = pc.struct_field(parts, "domain")
    shown = _joined(texts, _fill(mask, texts, name), domain)
    return pc.if_else(one, shown, _fill(mask, texts, pc.utf8_length(texts))).cast(texts.type)


def _area(mask: Partial, texts: pa.Array) -> pa.Array:
    parts = pc.extract_regex(texts, _AREA)
    kept, rest = pc.struct_field(parts, "kept"), pc.struct_field(parts, "rest")
    shown = _joined(texts, kept, _hidden(mask, rest))
    return pc.coalesce(shown, _hidden(mask, texts)).cast(texts.type)


def _hidden(mask: Partial, texts: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(texts, _FILLED, mask.fill.replace("\\", r"\\"))


def _fill(mask: Partial, texts: pa.Array, count: pa.Array) -> pa.Array:
    return pc.binary_repeat(pa.scalar(mask.fill, texts.type), count)


def _joined(texts: pa.Array, *parts: pa.Array | pa.Scalar) -> pa.Array:
    return pc.binary_join_element_wise(*parts, _empty(texts))


def _empty(texts: pa.Array) -> pa.Scalar:
    return pa.scalar("", texts.type)
