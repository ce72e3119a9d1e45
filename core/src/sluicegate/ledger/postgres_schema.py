"""The objects of a ledger in PostgreSQL: tables, and triggers that refuse changes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from sluicegate.ledger.kinds import DROPPED
from sluicegate.ledger.store import NAME, NODES_NAME

EARLY_DDL: Final = (
    f"""CREATE TABLE {NAME} (
    sequence bigint PRIMARY KEY CHECK (sequence >= 1),
    time text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    previous text NOT NULL UNIQUE,
    hash text NOT NULL UNIQUE,
    key_id text NOT NULL,
    signature text NOT NULL,
    once text UNIQUE
)""",
    f"CREATE INDEX {NAME}_kind ON {NAME} (kind, sequence)",
    f"CREATE INDEX {NAME}_subject ON {NAME} (subject, sequence)",
    f"""CREATE FUNCTION {NAME}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation'; END $$""",
    f"""CREATE TRIGGER {NAME}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {NAME}
FOR EACH STATEMENT EXECUTE FUNCTION {NAME}_refuse()""",
    # ALWAYS: also where a session plays a replica to slip past triggers
    f"ALTER TABLE {NAME} ENABLE ALWAYS TRIGGER {NAME}_append_only",
)
"""Tables of the first version."""
_KEPT: Final = "sequence, time, kind, subject, previous, hash, key_id, signature, once, digest"
_DROP_ONLY: Final = f"""
BEGIN
    IF NEW.body = '' AND NEW.salt IS NULL AND OLD.digest IS NOT NULL
        AND ROW({", ".join(f"NEW.{name}" for name in _KEPT.split(", "))})
            IS NOT DISTINCT FROM ROW({", ".join(f"OLD.{name}" for name in _KEPT.split(", "))})
        AND EXISTS (SELECT 1 FROM {NAME} WHERE kind = '{DROPPED}' AND sequence > OLD.sequence)
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
END """  # noqa: S608 - constant names
FORWARD: Final = (
    f"ALTER TABLE {NAME} ADD COLUMN salt text, ADD COLUMN digest text",
    f"DROP TRIGGER {NAME}_append_only ON {NAME}",
    f"""CREATE TRIGGER {NAME}_append_only BEFORE DELETE OR TRUNCATE ON {NAME}
FOR EACH STATEMENT EXECUTE FUNCTION {NAME}_refuse()""",
    f"ALTER TABLE {NAME} ENABLE ALWAYS TRIGGER {NAME}_append_only",
    # Only a body may go, with its salt, and only after it was put on record that it will.
    f"CREATE FUNCTION {NAME}_drop() RETURNS trigger LANGUAGE plpgsql AS $${_DROP_ONLY}$$",
    f"""CREATE TRIGGER {NAME}_drop_only BEFORE UPDATE ON {NAME}
FOR EACH ROW EXECUTE FUNCTION {NAME}_drop()""",
    f"ALTER TABLE {NAME} ENABLE ALWAYS TRIGGER {NAME}_drop_only",
    f"""CREATE TABLE {NODES_NAME} (
    level integer NOT NULL CHECK (level >= 1),
    position bigint NOT NULL CHECK (position >= 0),
    hash text NOT NULL,
    PRIMARY KEY (level, position)
)""",
    f"""CREATE TRIGGER {NODES_NAME}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {NODES_NAME}
FOR EACH STATEMENT EXECUTE FUNCTION {NAME}_refuse()""",
    f"ALTER TABLE {NODES_NAME} ENABLE ALWAYS TRIGGER {NODES_NAME}_append_only",
)
"""What has come since, run after ``EARLY_DDL`` for a new ledger too: one order of columns."""
EARLY_COLUMNS: Final = (
    "sequence bigint, time text, kind text, subject text, body text, previous text, hash text,"
    " key_id text, signature text, once text"
)
COLUMNS: Final = f"{EARLY_COLUMNS}, salt text, digest text"
SHAPE: Final = text(f"""SELECT
    (SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
     FROM pg_attribute WHERE attrelid = to_regclass('{NAME}') AND attnum > 0
       AND NOT attisdropped) AS columns,
    (SELECT string_agg(tgname || ' ' || tgenabled::text || ' ' || p.prosrc, ', ' ORDER BY tgname)
     FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid
     WHERE tgrelid IN (to_regclass('{NAME}'), to_regclass('{NODES_NAME}'))
       AND NOT tgisinternal) AS triggers,
    (SELECT count(*) FROM pg_rewrite
     WHERE ev_class IN (to_regclass('{NAME}'), to_regclass('{NODES_NAME}'))) AS rules,
    (SELECT bool_or(relrowsecurity) FROM pg_class
     WHERE oid IN (to_regclass('{NAME}'), to_regclass('{NODES_NAME}'))) AS row_security
""")  # noqa: S608 - the names are constants of ours
_REFUSE: Final = """
BEGIN RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation'; END """
EARLY_TRIGGERS: Final = f"{NAME}_append_only A {_REFUSE}"
TRIGGERS: Final = ", ".join(
    (
        f"{NAME}_append_only A {_REFUSE}",
        f"{NAME}_drop_only A {_DROP_ONLY}",
        f"{NODES_NAME}_append_only A {_REFUSE}",
    )
)
