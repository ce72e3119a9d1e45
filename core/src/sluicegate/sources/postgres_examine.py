"""What ``doctor`` asks of a PostgreSQL source: its account's rights, and what runs left there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sluicegate.errors import SluicegateError
from sluicegate.model.health import Check, Health
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources.postgres_leftovers import Leftover, find_leftovers, remove
from sluicegate.sources.postgres_runner import Runner, running
from sluicegate.sources.postgres_scope_sql import RIGHTS

_CREATEROLE_IS_BOUND: Final = 160_000
"""From this version on CREATEROLE gives rights only over the roles that it made."""

_ACCOUNT: Final = """
SELECT r.rolname::text AS account, r.rolsuper AS superuser, r.rolbypassrls AS bypasses,
       r.rolcreaterole AS roles, r.rolreplication AS replicates,
       pg_catalog.current_setting('server_version_num')::int AS version,
       pg_catalog.inet_server_addr() IS NULL AS local,
       COALESCE((SELECT s.ssl FROM pg_catalog.pg_stat_ssl AS s
                 WHERE s.pid = pg_catalog.pg_backend_pid()), false) AS tls,
       (SELECT pg_catalog.string_agg(m.rolname, ', ' ORDER BY m.rolname)
        FROM pg_catalog.pg_roles AS m
        WHERE m.rolname IN ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files',
              'pg_write_server_files', 'pg_execute_server_program')
          AND pg_catalog.pg_has_role(m.oid, 'MEMBER')) AS mighty,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'f') AND c.relpersistence <> 't'
          AND n.nspname NOT IN ('pg_catalog', 'information_schema')
          AND n.nspname !~ '^(pg_toast|pg_temp|sluicegate_[0-9a-f]{24}$)'
          AND pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) AS writable
FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user
"""


def examine_postgres(
    name: str, uri: Sensitive[str], *, scoped_role: bool, fix: bool
) -> Iterator[Check]:
    """Look at the account's rights, the line's encryption and leftovers of scoped roles.

    Args:
        name: Of the source.
        uri: Its address.
        scoped_role: Whether the source is set to use scoped roles.
        fix: Drop leftovers that are our own, expired and not in use.

    Raises:
        SourceUnavailable: nobody answers.
        SourceError: the login is refused.
    """
    with running(name, uri.reveal()) as runner:
        (account,) = runner.rows(_ACCOUNT)
        yield _check(name, Health.FINE, f"connects as {account['account']}")
        yield from _rights(name, account, scoped_role=scoped_role)
        if scoped_role:
            (rights,) = runner.rows(RIGHTS)
            yield _may_scope(name, rights)
        for found in find_leftovers(runner.rows):
            yield _leftover(name, runner, found, fix=fix)


def _rights(name: str, account: Mapping[str, Any], *, scoped_role: bool) -> Iterator[Check]:
    less = "give the source an account that may only read"
    if account["superuser"]:
        yield _check(name, Health.FINDING, "the account is a superuser: nothing binds it", less)
    else:
        for right, what in (("bypasses", "bypasses row security"), ("replicates", "may replicate")):
            if account[right]:
                yield _check(name, Health.FINDING, f"the account {what}", less)
        if account["mighty"]:
            yield _check(name, Health.FINDING, f"the account is in {account['mighty']}", less)
        if account["writable"]:
            many = f"the account may write to {account['writable']} relation(s)"
            yield _check(name, Health.FINDING, many, less)
        yield from _makes_roles(name, account, scoped_role=scoped_role)
    if not account["local"] and not account["tls"]:
        hint = "add sslmode=verify-full to the URL"
        yield _check(name, Health.FINDING, "rows and password travel without TLS", hint)


def _makes_roles(name: str, account: Mapping[str, Any], *, scoped_role: bool) -> Iterator[Check]:
    if not account["roles"]:
        return
    if account["version"] < _CREATEROLE_IS_BOUND:
        yield _check(
            name,
            Health.FINDING,
            "the account has CREATEROLE, which before PostgreSQL 16 can take any role",
            "upgrade, or take CREATEROLE away and do without scoped roles",
        )
    elif not scoped_role:
        hint = "take it away, or switch scoped_role on"
        yield _check(name, Health.FINDING, "the account has CREATEROLE for nothing", hint)


def _may_scope(name: str, rights: Mapping[str, Any]) -> Check:
    missing = [
        text
        for right, text in (("roles", "CREATEROLE"), ("schemas", "CREATE on the database"))
        if not rights[right]
    ]
    if missing or rights["standby"]:
        what = f"lacks {' and '.join(missing)}" if missing else "is on a standby server"
        hint = "see docs/how-to/scoped-role.md, or switch scoped_role off"
        return _check(name, Health.WRONG, f"scoped_role is on, and the account {what}", hint)
    return _check(name, Health.FINE, "scoped roles can be made")


def _leftover(name: str, runner: Runner, found: Leftover, *, fix: bool) -> Check:
    what = f"{' and '.join(found.parts)} {found.name}"
    if found.lent and not found.expired:
        return _check(name, Health.FINE, f"{what} are a login that was lent and has not expired")
    if found.in_use and not found.expired:
        return _check(name, Health.FINE, f"{what} belong to a run under way")
    if fix and found.removable:
        try:
            remove(runner, found)
        except SluicegateError as error:
            return _check(name, Health.FINDING, f"{what} could not be dropped: {error.message}")
        return _check(name, Health.FINE, f"{what}: dropped")
    usable = "somebody could still log in" if found.open else "nobody can log in any more"
    run = f" by run {found.run}" if found.run else ""
    return _check(name, Health.FINDING, f"{what}: left behind{run}; {usable}", _cure(found))


def _cure(found: Leftover) -> str:
    if found.removable:
        return "sluicegate doctor --fix"
    if found.in_use:
        return "somebody is logged in as it: an administrator ends that session"
    if found.own:
        return "sluicegate doctor --fix, once it has expired"
    if found.account:
        place = f" in the database {found.database}" if found.database else ""
        return f"{found.account} made it{place}: run doctor for that source"
    return "nothing says who made it: an administrator drops it"


def _check(name: str, health: Health, message: str, hint: str = "") -> Check:
    return Check(area=f"source {name}", health=health, message=message, hint=hint)
