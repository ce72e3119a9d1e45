"""Prepared statements of the MySQL protocol, over a connection that PyMySQL opened.

PyMySQL writes parameters into the text of a statement. The protocol itself can do better: the
server prepares the statement, and values travel beside it (COM_STMT_PREPARE, COM_STMT_EXECUTE).
Rows come in the protocol's binary form and are handed on in whole chunks, so that columns can be
built from them without looking at each value in Python.

Source of the rules: MySQL Source Code Documentation, "Client/Server Protocol", sections "Prepared
Statements" and "Binary Protocol Resultset".
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sluicegate.errors import SourceError
from sluicegate.model.request import Scalar
from sluicegate.sources.mysql_values import encoded

_PREPARE, _EXECUTE, _CLOSE, _RESET_CONNECTION = 0x16, 0x17, 0x19, 0x1F
_LOCAL_FILE, _TWO_BYTES = 0xFB, 0xFC
_CONTINUES = 0xFFFFFF
"""Length of a packet whose content goes on in the next one."""
_MORE_RESULTS = 0x0008
_READ_BYTES = 1 << 18
_CHUNK_BYTES = 16 * 1024 * 1024
_PADDING = bytes(16)
"""So that reading eight bytes at any place of a chunk stays inside it."""
_MOST_BYTES = 1 << 30
"""The server allows no larger row."""
_SIZE = struct.Struct("<I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """How the server describes a column of a result."""

    name: str
    type_code: int
    flags: int
    charset: int
    length: int
    scale: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A statement that the server has parsed."""

    number: int
    columns: int
    parameters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Whole rows as they came: row *i* lies at ``starts[i]:ends[i]`` of ``data``."""

    data: bytes
    """Longer than the rows by a few zero bytes."""
    starts: Sequence[int]
    ends: Sequence[int]


class Wire:
    """Speaks over one connection; used by one thread at a time.

    Failure mode: closed. What does not look like the protocol raises ``SourceError``, a line that
    breaks raises the driver's error or ``OSError``. Afterwards the connection cannot be used.
    """

    def __init__(self, connection: Any, driver: Any) -> None:
        self._connection = connection
        self._driver = driver
        self.warnings = 0
        """Warnings of the last result that was read to its end."""
        self.busy = False
        """Whether a result was asked for and has not ended."""

    @property
    def open(self) -> bool:
        """Whether the connection was not closed."""
        return bool(self._connection.open)

    def patience(self, seconds: float) -> None:
        """Set how long one read or write may wait for the server."""
        connection = self._connection
        connection._sock.settimeout(seconds)  # noqa: SLF001  # no public way after connecting
        connection._read_timeout = connection._write_timeout = seconds  # noqa: SLF001  # as above
        connection._current_timeout = seconds  # noqa: SLF001  # as above

    def reset(self) -> None:
        """Drop what a pooled connection may carry: temporary tables, variables, settings."""
        self._send(_RESET_CONNECTION, b"")
        self._packet()

    def run(self, sql: str) -> None:
        """Run a statement of ours that has neither values nor rows."""
        self._connection.query(sql)

    def prepare(self, sql: str) -> Prepared:
        """Have the server parse one statement; nothing runs."""
        self._send(_PREPARE, sql.encode())
        number, columns, parameters = struct.unpack_from("<IHH", self._packet(), 1)
        for count in (parameters, columns):
            for _ in range(count + bool(count)):  # and the packet that ends them
                self._packet()
        return Prepared(number=number, columns=columns, parameters=parameters)

    def close(self, prepared: Prepared) -> None:
        """Forget a statement; the server does not answer."""
        self._send(_CLOSE, _SIZE.pack(prepared.number))

    def execute(self, prepared: Prepared, values: Sequence[Scalar]) -> tuple[Field, ...]:
        """Run a statement and read the description of its columns; rows come by ``chunks``."""
        head = struct.pack("<IBI", prepared.number, 0, 1)
        self.busy = True
        self._send(_EXECUTE, head + encoded(values))
        try:
            first = self._packet()
        except self._driver.err.MySQLError:
            self.busy = not self.open  # the server said no; else the line broke and it may work on
            raise
        if 0 < first[0] < _LOCAL_FILE:
            return self._fields(first[0])
        if first[0] == _TWO_BYTES and len(first) == 3:  # noqa: PLR2004  # 251 columns or more
            return self._fields(int.from_bytes(first[1:], "little"))
        # No result, or the server asks for a file of this machine.
        raise SourceError("the server answered with something other than rows")

    def change(self, prepared: Prepared, values: Sequence[Scalar]) -> int:
        """Run a statement that has no rows; return how many it changed."""
        self.busy = True
        head = struct.pack("<IBI", prepared.number, 0, 1)
        self._send(_EXECUTE, head + encoded(values))
        try:
            packet = self._connection._read_packet()  # noqa: SLF001  # no public way
        except self._driver.err.MySQLError:
            self.busy = not self.open  # the server said no; else the line broke and it may work on
            raise
        if not packet.is_ok_packet():
            raise SourceError("the server answered with something other than a count of rows")
        self.busy = False
        return int(self._driver.connections.OKPacketWrapper(packet).affected_rows)

    def _fields(self, count: int) -> tuple[Field, ...]:
        described = [
            self._connection._read_packet(self._driver.protocol.FieldDescriptorPacket)  # noqa: SLF001  # no public way
            for _ in range(count)
        ]
        self._packet()
        return tuple(
            Field(
                name=d.name,
                type_code=d.type_code,
                flags=d.flags,
                charset=d.charsetnr,
                length=d.length,
                scale=d.scale,
            )
            for d in described
        )

    def chunks(self, most_rows: int, wait: Callable[[], float]) -> Iterator[Chunk]:
        """Yield the rows of what was executed.

        A chunk ends at ``most_rows`` rows or about 16 MiB. ``wait`` tells before each read how
        many seconds it may take.
        """
        buffer = bytearray()
        while True:
            starts: list[int] = []
            ends: list[int] = []
            position, done = 0, False
            while True:
                position, done = _frames(buffer, position, most_rows, starts, ends)
                if done or len(starts) >= most_rows or position >= _CHUNK_BYTES:
                    break
                if _is_long(buffer, position):
                    break
                buffer += self._read(wait)
            if starts:
                data = bytes(memoryview(buffer)[:position]) + _PADDING
                del buffer[:position]
                yield Chunk(data=data, starts=starts, ends=ends)
            elif not done:
                yield self._long(buffer, wait)
            if done:
                self._end(bytes(buffer))
                return

    def _long(self, buffer: bytearray, wait: Callable[[], float]) -> Chunk:
        """Take one row of more than 16 MiB, which spans several packets, off the buffer."""
        parts: list[bytes] = []
        size = _CONTINUES
        while size == _CONTINUES:
            while len(buffer) < 4 or len(buffer) < 4 + _size(buffer, 0):  # noqa: PLR2004  # header
                buffer += self._read(wait)
            size = _size(buffer, 0)
            parts.append(bytes(buffer[4 : 4 + size]))
            del buffer[: 4 + size]
            if len(parts) > _MOST_BYTES // _CONTINUES + 1:
                raise SourceError("the server sent a row of more than 1 GiB")
        row = b"".join(parts)
        return Chunk(data=row + _PADDING, starts=[0], ends=[len(row)])

    def _end(self, packet: bytes) -> None:
        """Read the packet that ends a result: its warnings, or the error that broke it."""
        while len(packet) < 4 or len(packet) < 4 + _size(packet, 0):  # noqa: PLR2004  # header
            packet += self._read(lambda: 10.0)
        ending = self._driver.protocol.MysqlPacket(packet[4:], "utf8")
        if ending.is_error_packet():
            self.busy = False
            ending.raise_for_error()
        if not ending.is_eof_packet() or len(packet) != 4 + _size(packet, 0):
            raise SourceError("the server sent rows that do not follow the protocol")
        self.warnings, status = struct.unpack_from("<HH", packet, 5)
        if status & _MORE_RESULTS:
            raise SourceError("the server answered with more than one result")
        self.busy = False

    def _read(self, wait: Callable[[], float]) -> bytes:
        self.patience(wait())
        data: bytes = self._connection._rfile.read1(_READ_BYTES)  # noqa: SLF001  # no public way
        if not data:
            raise EOFError
        return data

    def _send(self, command: int, content: bytes) -> None:
        self._connection._execute_command(command, content)  # noqa: SLF001  # no public way

    def _packet(self) -> bytes:
        content: bytes = self._connection._read_packet().get_all_data()  # noqa: SLF001  # as above
        return content


def _frames(
    buffer: bytearray, position: int, most: int, starts: list[int], ends: list[int]
) -> tuple[int, bool]:
    """Find whole rows from ``position`` on; return where it stopped, and whether rows ended."""
    unpack, last = _SIZE.unpack_from, len(buffer) - 5
    while position <= last and len(starts) < most:
        if buffer[position + 4]:
            return position, True  # a row begins with zero; an error or the end does not
        size = unpack(buffer, position)[0] & _CONTINUES
        end = position + 4 + size
        if end > last + 5 or size == _CONTINUES:
            break
        starts.append(position + 4)
        ends.append(end)
        position = end
    return position, False


def _size(buffer: bytes | bytearray, position: int) -> int:
    return int.from_bytes(buffer[position : position + 3], "little")


def _is_long(buffer: bytearray, position: int) -> bool:
    return len(buffer) >= position + 4 and _size(buffer, position) == _CONTINUES
