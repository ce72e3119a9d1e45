"""Dagster's own storage without sensitive values: a wrapper around any storage.

Dagster stores every log line, all metadata, and message, stack and causes of every exception, from
ops, resources, sensors and its own machinery alike. All of it passes the three storages, so it is
redacted there, whatever code it came from.
"""

from collections.abc import Mapping
from typing import Any

from dagster import DagsterEvent, DagsterRun
from dagster._core.events.log import EventLogEntry
from dagster._core.scheduler.instigation import InstigatorTick, TickData
from dagster._core.storage.base_storage import DagsterStorage
from dagster._core.storage.event_log.base import EventLogStorage
from dagster._core.storage.legacy_storage import (
    LegacyEventLogStorage,
    LegacyRunStorage,
    LegacyScheduleStorage,
)
from dagster._core.storage.runs.base import RunStorage
from dagster._core.storage.schedules.base import ScheduleStorage
from dagster._serdes import ConfigurableClassData

from dagster_sluicegate.records import redacted_record, redacted_tags, require_clean_config
from dagster_sluicegate.redactor import text_redactor
from dagster_sluicegate.wrapped import Wrapper


class RedactingStorage(DagsterStorage[Any], Wrapper):
    """Redacts events, ticks and tags before the wrapped storage sees them.

    In ``dagster.yaml``, around the storage that stood there before::

        storage:
          custom:
            module: dagster_sluicegate.storage
            class: RedactingStorage
            config:
              inner:
                module: dagster_postgres
                class: DagsterPostgresStorage
                config: {postgres_url: {env: DAGSTER_PG_URL}}

    A run whose configuration holds a finding is not created: it could not be redacted without
    running something else than was asked for.

    Failure mode: closed. What cannot be redacted is not stored, and the run fails.

    Args:
        inner: Stores.
        settings_file: A ``sluicegate.toml``.
        inst_data: How Dagster builds it again in another process.
    """

    wraps = DagsterStorage

    def __init__(
        self,
        inner: DagsterStorage[Any],
        settings_file: str | None = None,
        inst_data: ConfigurableClassData | None = None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._inst_data = inst_data
        self._events = _Events(inner)
        self._runs = _Runs(inner)
        self._schedules = _Schedules(inner)
        for storage in (self._events, self._runs, self._schedules):
            storage.redact = text_redactor(settings_file)

    @property
    def event_log_storage(self) -> EventLogStorage[Any]:
        """Where events are stored redacted."""
        return self._events

    @property
    def run_storage(self) -> RunStorage[Any]:
        """Where runs are stored, with redacted tags."""
        return self._runs

    @property
    def schedule_storage(self) -> ScheduleStorage[Any]:
        """Where ticks are stored redacted."""
        return self._schedules


class _Events(LegacyEventLogStorage):
    redact = staticmethod(text_redactor())

    def store_event(self, event: EventLogEntry) -> None:
        super().store_event(redacted_record(event, self.redact))


class _Runs(LegacyRunStorage):
    redact = staticmethod(text_redactor())

    def add_run(self, dagster_run: DagsterRun) -> DagsterRun:
        require_clean_config(dagster_run.run_config, self.redact)
        kept = dagster_run.with_tags(redacted_tags(dagster_run.tags, self.redact))
        return super().add_run(kept)

    def add_run_tags(self, run_id: str, new_tags: Mapping[str, str]) -> None:
        super().add_run_tags(run_id, redacted_tags(new_tags, self.redact))

    def handle_run_event(self, run_id: str, event: DagsterEvent, *more: Any, **named: Any) -> None:
        super().handle_run_event(run_id, redacted_record(event, self.redact), *more, **named)


class _Schedules(LegacyScheduleStorage):
    redact = staticmethod(text_redactor())

    def create_tick(self, tick_data: TickData) -> InstigatorTick:
        return super().create_tick(redacted_record(tick_data, self.redact))

    def update_tick(self, tick: InstigatorTick) -> InstigatorTick:
        data = redacted_record(tick.tick_data, self.redact)
        return super().update_tick(tick._replace(tick_data=data))
