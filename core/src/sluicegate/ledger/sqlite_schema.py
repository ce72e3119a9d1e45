"""The objects of a ledger's SQLite file: tables, indexes, and triggers that refuse changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sluicegate.ledger.kinds import DROPPED
from sluicegate.ledger.store import NAME, NODES_NAME

APPLICATION_ID: Final = 0x534C4731  # "SLG1", in the file's header
_TABLE: Final = f"""CREATE TABLE {NAME} (
    sequence INTEGER PRIMARY KEY CHECK (sequence >= 1),
    time TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    previous TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL UNIQUE,
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    once TEXT UNIQUE
)"""
_NO_UPDATE: Final = f"CREATE TRIGGER {NAME}_no_update BEFORE UPDATE ON {NAME}"
_REFUSE: Final = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
EARLY: Final = {
    NAME: _TABLE,
    f"{NAME}_kind": f"CREATE INDEX {NAME}_kind ON {NAME} (kind, sequence)",
    f"{NAME}_subject": f"CREATE INDEX {NAME}_subject ON {NAME} (subject, sequence)",
    f"{NAME}_no_update": f"{_NO_UPDATE} {_REFUSE}",
    f"{NAME}_no_delete": f"CREATE TRIGGER {NAME}_no_delete BEFORE DELETE ON {NAME} {_REFUSE}",
    # INSERT OR REPLACE deletes without asking the trigger above: it must not get that far.
    f"{NAME}_in_order": f"""CREATE TRIGGER {NAME}_in_order BEFORE INSERT ON {NAME}
WHEN NEW.sequence <> (SELECT COALESCE(MAX(sequence), 0) + 1 FROM {NAME})
    OR EXISTS (SELECT 1 FROM {NAME} WHERE previous = NEW.previous OR hash = NEW.hash
               OR once = NEW.once)
{_REFUSE}""",  # noqa: S608 - constant names
}
"""Objects of the first version."""
_KEPT: Final = (
    "sequence", "time", "kind", "subject", "previous", "hash", "key_id", "signature", "once",
    "digest",
)  # fmt: skip
OBJECTS: Final = EARLY | {
    # as ALTER TABLE leaves it behind, so that a ledger brought forward is like a new one
    NAME: f"{_TABLE.removesuffix(')')}, salt TEXT, digest TEXT)",
    # Only a body may go, with its salt, and only after it was put on record that it will.
    f"{NAME}_no_update": f"""{_NO_UPDATE}
WHEN NOT (NEW.body = '' AND NEW.salt IS NULL AND OLD.digest IS NOT NULL
    AND {" AND ".join(f"NEW.{name} IS OLD.{name}" for name in _KEPT)}
    AND EXISTS (SELECT 1 FROM {NAME} WHERE kind = '{DROPPED}' AND sequence > OLD.sequence))
{_REFUSE}""",  # noqa: S608 - constant names
    NODES_NAME: f"""CREATE TABLE {NODES_NAME} (
    level INTEGER NOT NULL CHECK (level >= 1),
    position INTEGER NOT NULL CHECK (position >= 0),
    hash TEXT NOT NULL,
    PRIMARY KEY (level, position)
)""",
    f"{NODES_NAME}_no_update": f"""CREATE TRIGGER {NODES_NAME}_no_update
BEFORE UPDATE ON {NODES_NAME} {_REFUSE}""",
    f"{NODES_NAME}_no_delete": f"""CREATE TRIGGER {NODES_NAME}_no_delete
BEFORE DELETE ON {NODES_NAME} {_REFUSE}""",
    f"{NODES_NAME}_in_order": f"""CREATE TRIGGER {NODES_NAME}_in_order
BEFORE INSERT ON {NODES_NAME} WHEN EXISTS (SELECT 1 FROM {NODES_NAME}
    WHERE level = NEW.level AND position = NEW.position)
{_REFUSE}""",  # noqa: S608 - constant names
}


def plain(objects: Mapping[str, str]) -> dict[str, str]:
    """Take line breaks and double blanks out, to compare."""
    return {name: " ".join(sql.split()) for name, sql in objects.items()}
