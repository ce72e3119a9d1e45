"""The SQL of a scoped role: what it needs, what it makes, what is left of it.

Every name in it is made here of a prefix and random hex digits; nothing of a user's stands in it
but the queries of the views, which the guard generated and proved.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, Final

PREFIX: Final = "sluicegate_"
NAME: Final = re.compile(r"sluicegate_[0-9a-f]{24}")
LOGIN_SECONDS: Final = 60
"""How long anybody can log in as the role, at most; the guard does at once, then locks it."""

RIGHTS: Final = """
SELECT r.rolname::text AS account, r.rolsuper OR r.rolcreaterole AS roles,
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS schemas,
       pg_catalog.pg_is_in_recovery() AS standby, r.rolsuper OR r.rolbypassrls AS bypasses,
       pg_catalog.current_database()::text AS database,
       pg_catalog.current_setting('server_version_num')::int >= 140000 AS notices_lost_peers,
       pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())::bigint AS now,
       (pg_catalog.clock_timestamp() + interval '60 seconds')::text AS until
FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user
"""

OPENED: Final = """
SELECT pg_catalog.has_database_privilege($1, pg_catalog.current_database(), 'CONNECT') AS connects,
    (SELECT pg_catalog.count(*) FROM pg_catalog.pg_namespace AS n,
        pg_catalog.aclexplode(n.nspacl) AS a
        WHERE n.nspname = $1 AND a.grantee NOT IN (n.nspowner, $1::regrole::oid)) AS others,
    (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace,
        pg_catalog.aclexplode(c.relacl) AS a
        WHERE n.nspname = $1 AND a.grantee NOT IN (c.relowner, $1::regrole::oid)) AS readers,
    (SELECT pg_catalog.min(pg_catalog.format_type(t.oid, NULL)) FROM pg_catalog.pg_attribute AS a
        JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_type AS o ON o.oid = a.atttypid
        JOIN pg_catalog.pg_type AS t ON t.oid = CASE WHEN o.typcategory = 'A' AND o.typelem <> 0
            THEN o.typelem WHEN o.typtype = 'd' THEN o.typbasetype ELSE o.oid END
        WHERE n.nspname = $1 AND a.attnum > 0 AND t.typtype = 'b'
          AND t.typnamespace <> 'pg_catalog'::regnamespace) AS foreign_type,
    (WITH RECURSIVE used AS (
        SELECT c.oid FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = $1
        UNION
        SELECT d.refobjid FROM used AS u
        JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = u.oid
        JOIN pg_catalog.pg_depend AS d ON d.objid = r.oid
            AND d.classid = 'pg_catalog.pg_rewrite'::regclass
            AND d.refclassid = 'pg_catalog.pg_class'::regclass)
        SELECT pg_catalog.count(*) FROM used AS u
        JOIN pg_catalog.pg_class AS c ON c.oid = u.oid WHERE c.relrowsecurity) AS row_security
"""
"""What may stand in the way of a scope that is made: ``$1`` is the name of role and schema."""

PUBLIC_READS: Final = """
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', $1)
  AND pg_catalog.has_schema_privilege($1, n.oid, 'USAGE')
  AND CASE WHEN c.relkind = 'S' THEN pg_catalog.has_sequence_privilege($1, c.oid, 'SELECT, USAGE')
      ELSE pg_catalog.has_any_column_privilege($1, c.oid, 'SELECT') END
ORDER BY 1
"""
"""Relations that PUBLIC may read, and so the scoped login too."""

LEFTOVERS: Final = """
SELECT COALESCE(r.rolname, n.nspname)::text AS name, r.oid IS NOT NULL AS role,
       n.oid IS NOT NULL AS schema, r.rolcanlogin IS TRUE AS login,
       r.rolvaliduntil IS NULL OR r.rolvaliduntil > pg_catalog.now() AS valid,
       pg_catalog.pg_get_userbyid(n.nspowner)::text AS owner, current_user::text AS account,
       COALESCE(pg_catalog.shobj_description(r.oid, 'pg_authid'),
                pg_catalog.obj_description(n.oid, 'pg_namespace')) AS comment,
       pg_catalog.date_part('epoch', pg_catalog.now())::bigint AS now,
       EXISTS (SELECT FROM pg_catalog.pg_stat_activity AS a
               WHERE a.usename = COALESCE(r.rolname, n.nspname)) AS in_use,
       pg_catalog.current_database()::text AS database
FROM (SELECT * FROM pg_catalog.pg_roles WHERE rolname ~ '^sluicegate_[0-9a-f]{24}$') AS r
FULL JOIN (SELECT * FROM pg_catalog.pg_namespace WHERE nspname ~ '^sluicegate_[0-9a-f]{24}$') AS n
  ON n.nspname = r.rolname
ORDER BY 1
"""


def new_name() -> str:
    """Return a name for a role and its schema that nobody can guess."""
    return PREFIX + secrets.token_hex(12)


def comment_of(kind: str, rights: Mapping[str, Any], *, seconds: int, run: str) -> dict[str, Any]:
    """Return what the comment of a role and its schema tells: by it leftovers are found.

    Args:
        kind: What the role is for.
        rights: A row of ``RIGHTS``.
        seconds: How long it lives.
        run: Key of the run.
    """
    return {
        "sluicegate": kind,
        "account": rights["account"],
        "database": rights["database"],
        "created": rights["now"],
        "expires": rights["now"] + seconds,
        "run": run,
    }


def creation(
    name: str,
    verifier: str,
    until: str,
    comment: Mapping[str, str | int],
    views: Mapping[str, str],
    *,
    connections: int = 2,
) -> Iterator[str]:
    """Give the statements that make role, schema, views and rights; they belong in one transaction.

    Args:
        name: From ``new_name``.
        verifier: Of the password; see ``scram_verifier``.
        until: When the login ends, as the server writes a time.
        comment: For ``doctor``: since when, until when, for which run.
        views: Name → query.
        connections: Most sessions at once. Two, since the server may still count a login that ended
            for want of a password's check.
    """
    if not NAME.fullmatch(name):  # pragma: no cover - a fault of ours must not become SQL
        raise ValueError("not the name of a scope")
    yield (
        f"CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION"
        f" NOBYPASSRLS CONNECTION LIMIT {connections} PASSWORD {_text(verifier)}"
        f" VALID UNTIL {_text(until)}"
    )
    yield f"ALTER ROLE {name} SET default_transaction_read_only = on"
    yield f"ALTER ROLE {name} SET search_path = {name}, pg_temp"
    note = _text(json.dumps(dict(comment), sort_keys=True))
    yield f"COMMENT ON ROLE {name} IS {note}"
    yield f"CREATE SCHEMA {name}"
    yield f"COMMENT ON SCHEMA {name} IS {note}"
    for view, query in views.items():
        yield f"CREATE VIEW {name}.{_name(view)} WITH (security_barrier = true) AS {query}"
    yield f"GRANT USAGE ON SCHEMA {name} TO {name}"
    if views:
        names = ", ".join(f"{name}.{_name(view)}" for view in views)
        yield f"GRANT SELECT ON {names} TO {name}"


def locking(name: str) -> str:
    """Return the statement after which nobody can log in any more, whatever ``pg_hba`` says."""
    return f"ALTER ROLE {name} NOLOGIN PASSWORD NULL"


def removal(name: str, *, role: bool = True, schema: bool = True) -> Iterator[str]:
    """Give the statements that remove a scope."""
    if not NAME.fullmatch(name):
        raise ValueError("not the name of a scope")
    if schema:
        yield f"DROP SCHEMA IF EXISTS {name} CASCADE"
    if role:
        yield f"DROP ROLE IF EXISTS {name}"


def ending(name: str) -> Iterator[str]:
    """Give the statements after which nobody is logged in as a role any more, and nobody can be."""
    if not NAME.fullmatch(name):
        raise ValueError("not the name of a scope")
    yield locking(name)
    yield f"GRANT {name} TO CURRENT_USER"  # who has a role's rights may end its sessions
    yield (
        "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity"  # noqa: S608  # checked above
        f" WHERE usename = '{name}'"
    )


def _name(view: str) -> str:
    return '"' + view.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
