"""Names of people: when two of them mean one person.

Two questions with opposite safe answers. *Is this one of the named approvers?* is answered
strictly: only the same name, whatever its case, width or composition. *Is this the requester, or
somebody who answered already?* is answered widely: also without accents, without a mail domain, and
without a domain prefix, since one person often has several such names.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from sluicegate.errors import ApprovalError

_LONGEST: Final = 200
_LOOK_ALIKE: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
"""Scripts whose letters are easily taken for each other's."""
_FOLDS: Final = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d"})
"""Letters that Unicode does not decompose into a base and a mark."""


def checked_name(person: str) -> str:
    """Return the name without surrounding space.

    Raises:
        ApprovalError: it is empty or too long, holds invisible characters, or mixes scripts whose
            letters look alike: it could pass for another person's.
    """
    name = unicodedata.normalize("NFKC", person).strip()
    if not name or len(name) > _LONGEST:
        raise ApprovalError(
            "an answer needs the name of the person who gives it",
            hint=f"1 to {_LONGEST} characters",
        )
    if not name.isprintable():
        raise ApprovalError("the person's name holds invisible characters")
    scripts = {unicodedata.name(c, "").split(" ")[0] for c in name if c.isalpha()}
    if len(scripts & _LOOK_ALIKE) > 1:
        raise ApprovalError("the person's name mixes scripts whose letters look alike")
    return name


def name_key(person: str) -> str:
    """Return what two spellings of one name have in common: NFKC, case-folded, single spaces."""
    folded = unicodedata.normalize("NFKC", person).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def same_person(one: str, other: str) -> bool:
    """Tell whether two names may mean one person; in doubt they do."""
    a, b = _login(one), _login(other)
    if a == b:
        return True
    (local_a, at_a, _), (local_b, at_b, _) = a.partition("@"), b.partition("@")
    return local_a == local_b and not (at_a and at_b)


def people_in(*fields: str | None) -> tuple[str, ...]:
    """Split fields that may name several people: an owner is often ``alice, bob``."""
    text = ",".join(field for field in fields if field).replace(";", ",")
    return tuple(name.strip() for name in text.split(",") if name.strip())


def distinct(people: Iterable[str]) -> tuple[str, ...]:
    """Leave out who was named before, under whatever name."""
    kept: list[str] = []
    for person in people:
        if not any(same_person(person, other) for other in kept):
            kept.append(person)
    return tuple(kept)


def _login(person: str) -> str:
    bare = unicodedata.normalize("NFKD", name_key(person))
    visible = "".join(c for c in bare if not unicodedata.category(c).startswith(("M", "C")))
    return visible.translate(_FOLDS).rpartition("\\")[2].strip()
