"""Known words of columns: given names, family names, and the codes of small categories."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from sluicegate.detect.columns.lexicon import read_data


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The lists of ``names.yaml``, folded as ``folded`` does."""

    given: frozenset[str]
    family: frozenset[str]
    genders: frozenset[str]
    marital: frozenset[str]
    ethnicities: frozenset[str]
    religions: frozenset[str]
    nations: frozenset[str]
    degrees: frozenset[str]
    health: frozenset[str]


def folded(text: str) -> str:
    """Return ``text`` in lower case, without accents and with dashes for spaces."""
    if not text.isascii():
        marked = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in marked if not unicodedata.combining(c)).replace("ß", "ss")
    return "-".join(text.lower().split())


@cache
def known() -> Known:
    """Read the file that comes along, once a process."""
    lists = {name: frozenset(text.split()) for name, text in read_data("names.yaml").items()}
    return Known(**lists)
