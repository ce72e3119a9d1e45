"""Compute logs without sensitive values: a wrapper around any compute log manager."""

import contextlib
import sys
from collections.abc import Generator, Iterator, Sequence
from typing import IO, Any

from dagster._core.storage.compute_log_manager import (
    CapturedLogContext,
    CapturedLogData,
    CapturedLogMetadata,
    CapturedLogSubscription,
    ComputeIOType,
    ComputeLogManager,
)
from dagster._serdes import ConfigurableClassData

from dagster_sluicegate.redactor import Redact, text_redactor
from dagster_sluicegate.stream_redaction import redirected
from dagster_sluicegate.wrapped import Wrapper
from sluicegate.gate.line_redactor import LineRedactor


class RedactingComputeLogManager(ComputeLogManager[Any], Wrapper):
    """Redacts what steps print before the wrapped manager stores or uploads any of it.

    In ``dagster.yaml``, around the manager that stood there before::

        compute_logs:
          module: dagster_sluicegate.compute_logs
          class: RedactingComputeLogManager
          config:
            inner:
              module: dagster._core.storage.local_compute_log_manager
              class: LocalComputeLogManager
              config: {base_dir: /var/dagster/logs}

    Lines that cannot be looked through are withheld.

    Args:
        inner: Captures and keeps.
        settings_file: A ``sluicegate.toml``.
        inst_data: How Dagster builds it again in another process.
    """

    wraps = ComputeLogManager

    def __init__(
        self,
        inner: ComputeLogManager[Any],
        settings_file: str | None = None,
        inst_data: ConfigurableClassData | None = None,
    ) -> None:
        self._inner = inner
        self._redact: Redact = text_redactor(settings_file)
        self._inst_data = inst_data

    def __getattr__(self, name: str) -> Any:
        """Give what only the wrapped manager has, such as the paths of its files."""
        if name == "_inner":
            raise AttributeError(name)
        return getattr(self._inner, name)

    def register_instance(self, instance: Any) -> None:
        """Tell the wrapped manager, too, whose it is."""
        super().register_instance(instance)
        self._inner.register_instance(instance)

    @contextlib.contextmanager
    def capture_logs(self, log_key: Sequence[str]) -> Generator[CapturedLogContext, None, None]:
        """Capture, with a redactor before the wrapped manager."""
        with (
            self._inner.capture_logs(log_key) as captured,
            redirected(sys.stdout, self._redact),
            redirected(sys.stderr, self._redact),
        ):
            yield captured

    @contextlib.contextmanager
    def open_log_stream(
        self, log_key: Sequence[str], io_type: ComputeIOType
    ) -> Iterator[IO[Any] | None]:
        """Open a stream that is redacted."""
        with self._inner.open_log_stream(log_key, io_type) as stream:
            if stream is None:
                yield None
                return
            written = _Stream(stream, LineRedactor(self._redact))
            try:
                yield written  # type: ignore[misc] # callers only write
            finally:
                written.close()

    def is_capture_complete(self, log_key: Sequence[str]) -> bool:
        """Ask the wrapped manager."""
        return self._inner.is_capture_complete(log_key)

    def get_log_data_for_type(
        self, log_key: Sequence[str], io_type: ComputeIOType, offset: int, max_bytes: int | None
    ) -> tuple[bytes | None, int]:
        """Ask the wrapped manager."""
        return self._inner.get_log_data_for_type(log_key, io_type, offset, max_bytes)

    def get_log_data(
        self, log_key: Sequence[str], cursor: str | None = None, max_bytes: int | None = None
    ) -> CapturedLogData:
        """Ask the wrapped manager."""
        return self._inner.get_log_data(log_key, cursor, max_bytes)

    def get_log_metadata(self, log_key: Sequence[str]) -> CapturedLogMetadata:
        """Ask the wrapped manager."""
        return self._inner.get_log_metadata(log_key)

    def delete_logs(
        self, log_key: Sequence[str] | None = None, prefix: Sequence[str] | None = None
    ) -> None:
        """Have the wrapped manager delete."""
        self._inner.delete_logs(log_key, prefix)

    def subscribe(
        self, log_key: Sequence[str], cursor: str | None = None
    ) -> CapturedLogSubscription:
        """Subscribe at the wrapped manager."""
        return self._inner.subscribe(log_key, cursor)

    def unsubscribe(self, subscription: CapturedLogSubscription) -> None:
        """Unsubscribe at the wrapped manager."""
        self._inner.unsubscribe(subscription)

    def get_log_keys_for_log_key_prefix(
        self, log_key_prefix: Sequence[str], io_type: ComputeIOType
    ) -> Sequence[list[str]]:
        """Ask the wrapped manager."""
        return self._inner.get_log_keys_for_log_key_prefix(log_key_prefix, io_type)

    def dispose(self) -> None:
        """Dispose of the wrapped manager."""
        self._inner.dispose()  # type: ignore[no-untyped-call]


class _Stream:
    """Takes text or bytes, and writes the same kind on."""

    def __init__(self, stream: IO[Any], redactor: LineRedactor) -> None:
        self._stream = stream
        self._redactor = redactor
        self._text = True

    def write(self, data: str | bytes) -> int:
        self._text = isinstance(data, str)
        raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else bytes(data)
        self._pass(self._redactor.feed(raw))
        return len(data)

    def flush(self) -> None:
        self._stream.flush()

    def close(self) -> None:
        self._pass(self._redactor.flush())
        self._stream.flush()

    def _pass(self, data: bytes) -> None:
        if data:
            self._stream.write(data.decode("utf-8", "replace") if self._text else data)
