"""Runs extracts in processes that may be killed; a program of its own for ``test_gate_faults.py``.

It loads everything once and then forks for every line of JSON on its input, so that a kill meets
the extract and not Python's start. Answers with the process number, and its status once it ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sluicegate import ExtractRequest, Gate, RunIdentity, Settings, SluicegateError
from sluicegate.detect import open_scanner
from sluicegate.ledger import Ledger
from sluicegate.sinks import local_staging
from sluicegate.sinks.local_staging import LocalStaging

PLACES: dict[str, tuple[Any, str]] = {
    "ledger": (Ledger, "append"),
    "write": (LocalStaging, "write"),
    "finish": (LocalStaging, "finish"),
    "attest": (local_staging, "write_extra"),
    "tree": (local_staging, "sync_tree"),
    "rename": (local_staging, "_rename"),
    "sync": (local_staging, "sync_folder"),
}


def die_at(place: str, count: int, *, after: bool) -> None:
    """Kill this process before or after the call number ``count`` of a place."""
    owner, name = PLACES[place]
    inner: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def wrapped(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = inner(*arguments, **named)
        if calls == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, wrapped)


def run(task: dict[str, Any]) -> str:
    if "place" in task:
        die_at(task["place"], task["count"], after=task["after"])
    settings = Settings.load(home=Path(task["home"]), policy=Path(task["policy"]))
    settings = settings.with_sources({"shop": task["url"]})
    request = ExtractRequest(
        source="shop", sql=task["sql"], purpose="training", output=task["output"]
    )
    identity = RunIdentity(orchestrator="cli", pipeline="faults", task="t", run=task["run"])
    try:
        with Gate.open(settings) as gate:
            outcome = gate.extract(request, identity)
    except SluicegateError as error:
        return f"{type(error).__name__} {error}"
    replayed = " replayed" if outcome.replayed else ""
    return f"{outcome.status}{replayed} {' '.join(map(str, outcome.reasons))}"


def main() -> None:
    open_scanner()
    for line in sys.stdin:
        task = json.loads(line)
        child = os.fork()
        if child == 0:
            Path(task["answer"]).write_text(run(task))
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
