"""How strict the policy is with a DAG, as the deployment says and as far as it lets DAGs say."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from fnmatch import fnmatchcase
from typing import Final

TAG: Final = "sluicegate:"


class Mode(IntEnum):
    """From the loosest to the strictest."""

    OFF = 0
    """Nothing is looked at."""
    OBSERVE = 1
    """What is found is logged for whoever looks for it, at the level of information."""
    WARN = 2
    """What is found is logged as a warning."""
    ENFORCE = 3
    """A DAG that breaks a rule is an import error; a task that does fails, and is not retried."""

    @classmethod
    def of(cls, text: str) -> Mode:
        """Read a mode. What is no mode is the strictest one: a slip must not open anything."""
        return cls.__members__.get(text.strip().upper(), cls.ENFORCE)


def mode_of(dag_id: str, tags: Iterable[object], default: Mode, may_loosen: Iterable[str]) -> Mode:
    """Return the mode for a DAG.

    A tag ``sluicegate:enforce`` and the like may always make it stricter, and makes it looser only
    for DAGs that the deployment names. Of several tags the strictest counts.

    Args:
        dag_id: Its id.
        tags: Its tags, as the author wrote them.
        default: What the deployment says.
        may_loosen: Patterns of ids of DAGs whose tags may loosen.
    """
    written = [str(tag).strip().lower() for tag in tags]
    asked = [tag.removeprefix(TAG) for tag in written if tag.startswith(TAG)]
    known = [Mode[word.upper()] for word in asked if word.upper() in Mode.__members__]
    if not known:
        return default
    wanted = max(known)
    loosens = any(fnmatchcase(dag_id, pattern) for pattern in may_loosen)
    return wanted if loosens else max(wanted, default)
