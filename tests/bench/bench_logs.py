"""What the redaction of logs costs: lines a second with and without, and microseconds a line.

    python tests/bench/bench_logs.py [LINES]

Lines are those that Airflow's tasks write, with other numbers, times and identifiers in each. The
pipeline is that of the supervisor: a JSON line from the task's process is decoded, goes through
Airflow's processors and is written to a file.
"""

from __future__ import annotations

import io
import json
import random
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from airflow_provider_sluicegate import logs
from airflow_provider_sluicegate.values import text_redactor

_STEPS = (
    "Marking task as SUCCESS. dag_id=shop, task_id=customers, duration={d:.3f}",
    "Running statement: SELECT id, plan FROM customers WHERE created_at >= %s, parameters: None",
    "Rows affected: {n}",
    "Uploaded part-{i:05d}.parquet to s3://lake/train/customers/ in {d:.2f} s",
    "Task instance is in running state, previous state of the task instance: queued",
    "Done. Returned value was: None",
    "batch {i} of 9000 read, {n} rows, {m} MiB in memory",
    "GET /api/v2/dags/shop/dagRuns 200 in {m} ms, request {u}",
    "Retrying in {m} seconds, try 2 of 5",
    "epoch {m}/90 loss={d:.4f} accuracy=0.{i:04d}",
)
_DIRTY = "customer jane.roe{i}@shop.example.com updated"


def lines(count: int, *, dirty: float = 0.0) -> list[str]:
    """Write ``count`` lines, of which a share holds an address."""
    draw = random.Random(1)
    return [_line(draw, number, dirty) for number in range(count)]


def _line(draw: random.Random, number: int, dirty: float) -> str:
    form = _DIRTY if draw.random() < dirty else draw.choice(_STEPS)
    return form.format(
        i=number % 10_000,
        n=draw.randrange(1, 99_999),
        m=draw.randrange(1, 999),
        d=draw.random() * 100,
        u=uuid.UUID(int=draw.getrandbits(128), version=4),
    )


def _events(texts: list[str]) -> Iterator[bytes]:
    """Write the lines as a task's process sends them."""
    for number, text in enumerate(texts):
        event = {
            "timestamp": f"2026-11-28T07:{number // 60_000 % 60:02d}:{number // 1000 % 60:02d}"
            f".{number % 1000:03d}000Z",
            "level": "info",
            "event": text,
            "logger": "airflow.task.operators.shop",
            "dag_id": "shop",
            "task_id": "customers",
            "run_id": "manual__2026-11-28T07:00:00+00:00",
            "try_number": 1,
            "map_index": -1,
            "ti_id": "01a22123-30bb-7959-97b5-3563389dccb0",
            "filename": "shop.py",
            "lineno": 88,
        }
        yield json.dumps(event).encode() + b"\n"


def _pipeline(extra: tuple[Any, ...]) -> Callable[[list[bytes]], float]:
    """Build the supervisor's way from a line to a file; return what times it."""
    import structlog
    from airflow.sdk._shared.logging.structlog import structlog_processors
    from airflow.sdk.execution_time.supervisor import process_log_messages_from_subprocess
    from airflow.sdk.log import mask_logs

    shared, _, writer = structlog_processors(json_output=True)
    processors = (*shared, mask_logs, *extra, writer)

    def run(events: list[bytes]) -> float:
        logger: Any = structlog.wrap_logger(
            structlog.BytesLogger(io.BytesIO()),
            processors=processors,
            logger_name="task",
        ).bind()
        sink = process_log_messages_from_subprocess((logger,))
        next(sink)
        begin = time.process_time()
        for event in events:
            sink.send(event)
        return time.process_time() - begin

    return run


def _median(measure: Callable[[], float]) -> float:
    return sorted(measure() for _ in range(5))[2]


def main(count: int) -> None:
    """Print the tables."""
    redact = text_redactor()
    print("the redactor alone")
    for name, share in (("clean", 0.0), ("1 in 1000 dirty", 0.001), ("1 in 100 dirty", 0.01)):
        texts = lines(count, dirty=share)
        for text in texts:
            redact(text)
        seconds = _median(lambda texts=texts: _timed(redact, texts))  # type: ignore[misc]
        print(
            f"  {name:16} {seconds / count * 1e6:8.2f} us a line {count / seconds:12,.0f} lines/s"
        )
    events = list(_events(lines(count)))
    without, with_it = _pipeline(()), _pipeline((logs.redact_event,))
    with_it(events)
    turns = [(without(events), with_it(events)) for _ in range(9)]
    plain, guarded = (min(side) for side in zip(*turns, strict=True))  # the rest is the machine's
    print("the supervisor's pipeline")
    for name, seconds in (("without", plain), ("with", guarded)):
        print(
            f"  {name:16} {seconds / count * 1e6:8.2f} us a line {count / seconds:12,.0f} lines/s"
        )
    _events_alone(events)


def _events_alone(events: list[bytes]) -> None:
    """Time the processor itself: the difference of two pipelines is mostly the noise of both."""
    import structlog

    to_file = structlog.BytesLogger(io.BytesIO())

    def run() -> float:
        decoded = [json.loads(event) for event in events]
        begin = time.process_time()
        for event in decoded:
            logs.redact_event(to_file, "info", event)
        return time.process_time() - begin

    each = _median(run) / len(events)
    print(f"the processor, 12 fields a line\n  {each * 1e6:.2f} us a line:", end=" ")
    print(f"{each * 1e4:.1%} of a core at 10,000 lines/s")


def _timed(redact: Callable[[str], str], texts: list[str]) -> float:
    begin = time.process_time()
    for text in texts:
        redact(text)
    return time.process_time() - begin


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
