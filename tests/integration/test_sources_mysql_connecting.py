"""URLs of MySQL sources, TLS, and servers that are not what they should be."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.errors import ConfigurationError, SluicegateError, SourceError
from sluicegate.model.plan import Statement
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources import MySQLSource, open_source
from sluicegate.sources.mysql_url import parse_url

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@pytest.mark.parametrize(
    "url",
    ["mysql://u:hidden@h/db", "mariadb://u:hidden@h/db", "mysql+pymysql://u:hidden@h/db", "MySQL://u:hidden@h/db"],
)  # fmt: skip
def test_urls(url: str) -> None:
    for given_url in (url, Sensitive(url)):
        source = open_source("shop", given_url)
        assert isinstance(source, MySQLSource)
        assert source.uri.reveal() == "mysql://u:hidden@h/db"
        assert (source.name, source.dialect) == ("shop", "mysql")
        assert "hidden" not in repr(source)


@given(user=TEXT, password=TEXT, database=TEXT)
def test_what_was_percent_encoded_is_read_back(user: str, password: str, database: str) -> None:
    parts = [quote(text, safe="") for text in (user, password, database)]
    address = parse_url("shop", f"mysql://{parts[0]}:{parts[1]}@h:3307/{parts[2]}")
    assert (address.user, address.password.reveal(), address.database) == (user, password, database)
    assert (address.host, address.port) == ("h", 3307)
    assert f"password={password!r}" not in repr(address)


@pytest.mark.parametrize(
    ("rest", "mode"),
    [
        ("", "preferred"),
        ("?ssl_mode=DISABLED", "disabled"),
        ("?ssl_mode=Required", "required"),
        ("?ssl_ca=/ca.pem", "verify_identity"),
        ("?ssl_ca=%2Fca%20b.pem&ssl_mode=VERIFY_CA", "verify_ca"),
        ("?ssl_cert=/c.pem&ssl_key=/k.pem", "required"),
    ],
)
def test_tls_is_what_the_options_say_and_no_less(rest: str, mode: str) -> None:
    assert parse_url("shop", f"mysql://u@h/db{rest}").ssl_mode == mode


@pytest.mark.parametrize(
    "rest",
    [
        "h/hidden?ssl=1",
        "h/hidden?sslmode=verify-full",
        "h/hidden?ssl_mode=hidden",
        "h/hidden?ssl_mode=verify_ca",
        "h/hidden?ssl_ca=/ca.pem&ssl_mode=required",
        "h/hidden?ssl_ca=",
        "h/hidden?ssl_cert=/hidden.pem",
        "h/hidden?local_infile=1",
        "h/hidden?init_command=SET+x",
        "h/hidden?charset=latin1",
        "h/hidden?connect_timeout=0",
        "h/hidden?connect_timeout=hidden",
        "h/hidden?connect_timeout=2&connect_timeout=3",
        "h/hidden?unix_socket",
        "h/hidden#x",
        "h:hidden/db",
        "h:99999/hidden",
        "h/hidden%00",
        "h/%ffhidden",
        "[hidden/db",
    ],
)
def test_urls_that_cannot_be_meant(rest: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_source("shop", f"mysql://u:hidden@{rest}")
    shown = str(caught.value).replace("'hidden'", "" if "ssl_mode=hidden" in rest else "'hidden'")
    assert "hidden" not in shown
    assert caught.value.__cause__ is None


def test_addresses() -> None:
    address = parse_url("shop", "mysql://u@[::1]/?unix_socket=/run/m%20y.sock&connect_timeout=7")
    assert (address.host, address.database, address.unix_socket) == ("::1", "", "/run/m y.sock")
    assert address.connect_timeout == 7
    assert parse_url("shop", "mysql:///db").host == "localhost"


# ---------------------------------------------------------------- servers that lie

_CAPABILITIES = 0xFFFFF7FF & ~0x0020 & ~0x01000000  # all of 4.1, without TLS and DEPRECATE_EOF
_OK = b"\x00\x00\x00\x02\x00\x00\x00"
_EOF = b"\xfe\x00\x00\x02\x00"


def _handshake(capabilities: int, plugin: bytes = b"mysql_native_password") -> bytes:
    low, high = capabilities & 0xFFFF, capabilities >> 16
    head = b"\x0a" + b"10.11.0-MariaDB\0" + struct.pack("<I", 1) + b"12345678\0"
    rest = struct.pack("<HBHHB", low, 45, 2, high, 21) + bytes(10) + b"123456789012\0"
    return head + rest + plugin + b"\0"


@contextmanager
def liar(
    answer: Callable[[bytes], Sequence[bytes]], first: bytes
) -> Iterator[tuple[int, list[bytes]]]:
    """A server of our own that answers each packet as it likes; tells its port and what it got."""
    got: list[bytes] = []

    def serve() -> None:
        connection, _ = listener.accept()
        listener.close()
        with connection, connection.makefile("rb") as stream:
            connection.settimeout(2)
            _send(connection, 0, [first])
            while header := stream.read(4):
                got.append(stream.read(int.from_bytes(header[:3], "little")))
                _send(connection, header[3] + 1, answer(got[-1]))

    def run() -> None:
        try:
            serve()
        except OSError:
            return

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(10)
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield listener.getsockname()[1], got
    thread.join(5)


def _send(connection: socket.socket, number: int, packets: Sequence[bytes]) -> None:
    for place, packet in enumerate(packets):
        head = len(packet).to_bytes(3, "little") + bytes([(number + place) % 256])
        connection.sendall(head + packet)


def _connects(port: int, options: str = "") -> SluicegateError:
    source = MySQLSource("shop", Sensitive(f"mysql://u:{_SECRET}@127.0.0.1:{port}/db{options}"))
    with pytest.raises(SluicegateError) as caught, source.connect() as session:
        list(session.stream(Statement(sql="SELECT 1"), {}))
    assert caught.value.__context__ is None
    assert _SECRET not in str(caught.value)
    return caught.value


_SECRET = f"secret{os.getpid()}"


@pytest.mark.parametrize("plugin", [b"mysql_clear_password", b"dialog"])
def test_a_server_that_asks_for_the_password_itself_does_not_get_it(plugin: bytes) -> None:
    def answer(packet: bytes) -> Sequence[bytes]:
        return [b"\xfe" + plugin + b"\0" + b"\x04Password: "]

    with liar(answer, _handshake(_CAPABILITIES)) as (port, got):
        error = _connects(port)
    assert isinstance(error, SourceError)
    assert not error.retryable
    assert got
    assert all(_SECRET.encode() not in packet for packet in got)


@pytest.mark.parametrize("options", ["?ssl_mode=required", "?ssl_cert=/nowhere&ssl_key=/nowhere"])
def test_a_server_without_tls_hears_nothing_where_tls_was_asked_for(options: str) -> None:
    with liar(lambda _: [_OK], _handshake(_CAPABILITIES)) as (port, got):
        error = _connects(port, options)
    assert not error.retryable
    assert got == []


def _hostile(rows: bytes | Sequence[bytes]) -> Callable[[bytes], Sequence[bytes]]:
    """Answer like a server until a prepared statement is executed; then with ``rows``."""

    def answer(packet: bytes) -> Sequence[bytes]:
        if packet[0] == 0x16:
            return [b"\x00" + struct.pack("<IHH", 1, 1, 0) + b"\0\0\0", _COLUMN, _EOF]
        if packet[0] == 0x17:
            return [rows] if isinstance(rows, bytes) else rows
        return [] if packet[0] in {0x19, 0x01} else [_OK]

    return answer


_COLUMN = b"\x03def\0\0\0\x01x\0\x0c" + struct.pack("<HIBHB", 45, 10, 253, 0, 0) + b"\0\0"


@pytest.mark.parametrize(
    "rows",
    [
        b"\xfb/etc/passwd",  # LOCAL INFILE: send me that file
        b"\x00\x00\x00\x02\x00\x00\x00",  # no rows at all
        b"\xff",
        b"",
        b"\x01",
        [b"\x01", _COLUMN, _EOF, b"\x00\x00\xff", _EOF],  # a value of unknown length
        [b"\x01", _COLUMN, _EOF, b"\x00\x00\x09abc", _EOF],  # a value that ends behind its row
        [b"\x01", _COLUMN, _EOF, b"\x00\x00\x01abc", _EOF],  # a row longer than its values
        [b"\x01", _COLUMN, _EOF, b"\x00\x00\xfe" + b"\xff" * 8, _EOF],
        [b"\x01", _COLUMN, _EOF, b"\x00", _EOF],
        [b"\x01", _COLUMN, _EOF, b"\x07abc", _EOF],
        [b"\x01", _COLUMN, _EOF, b"\x00\x00\x01a", b"\xfe\x00\x00\x0a\x00"],  # more results follow
    ],
)
def test_a_server_that_does_not_follow_the_protocol_gets_and_gives_nothing(
    rows: bytes | Sequence[bytes],
) -> None:
    with liar(_hostile(rows), _handshake(_CAPABILITIES)) as (port, got):
        error = _connects(port, "?connect_timeout=3")
    assert isinstance(error, SourceError)
    assert all(b"root:" not in packet for packet in got)
