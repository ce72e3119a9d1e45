"""What is left when an extract is killed, starved of disk, cut off from its source, or run twice.

Every sensitive cell of the table holds a canary. After each fault everything below the test's folder
is searched for it: state, outputs, what stands beside them, the quarantine and the temporary folder.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sluicegate import Gate, Settings
from sluicegate.errors import SourceError
from sluicegate.evidence import verify_output
from sluicegate.sources.postgres_session import PostgresSession

pytestmark = pytest.mark.postgres

HERE = Path(__file__).parent
ROOT_KEY = base64.b64encode(bytes(range(32))).decode()
ROWS = 20_000
SQL = "SELECT id, email, plan, notes FROM people"
CANARY = b"canary-9d1f"
SHAPES = tuple(
    {
        CANARY,
        CANARY[::-1],
        CANARY.hex().encode(),
        *(base64.b64encode(b"x" * shift + CANARY)[4:-4] for shift in range(3)),
    }
)
POLICY = """
version: 1
name: faults
sources:
  shop:
    tables:
      public.people:
        columns: {id: public, email: email, plan: public, notes: free_text}
classes:
  email: {mask: pseudonymize}
  free_text: {mask: redact}
rules:
  - id: all
    effect: permit
    principals: [{pipeline: faults}]
    purposes: [training]
    sources: [shop]
    tables: ["*"]
"""


@dataclass
class Runner:
    """Starts extracts in processes of their own, in one folder."""

    folder: Path
    url: str
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[str]:
        environment = os.environ | {
            "SLUICEGATE_ROOT_KEY": ROOT_KEY,
            "TMPDIR": str(self.folder / "tmp"),
        }
        process = subprocess.Popen(
            [sys.executable, HERE / "fault_runner.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.processes.append(process)
        return process

    def task(self, **changes: Any) -> dict[str, Any]:
        given = {
            "home": str(self.folder / "state"),
            "policy": str(self.folder / "policy.yaml"),
            "url": self.url,
            "sql": SQL,
            "run": "r1",
            "output": str(self.folder / "out"),
            "answer": str(self.folder / "answer"),
        }
        return given | changes

    def begin(self, process: subprocess.Popen[str], **changes: Any) -> int:
        """Start one extract; return the number of its process."""
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(self.task(**changes)) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    def end(self, process: subprocess.Popen[str]) -> int:
        """Wait for it; return its status, negative for a signal."""
        assert process.stdout is not None
        return int(process.stdout.readline())

    def run(self, process: subprocess.Popen[str], **changes: Any) -> str:
        self.begin(process, **changes)
        assert self.end(process) == 0
        return Path(self.task(**changes)["answer"]).read_text()

    def data(self, output: str = "out") -> list[tuple[str, bytes]]:
        folder = self.folder / output
        return [(p.name, p.read_bytes()) for p in sorted(folder.glob("*.parquet"))]

    def check(self, *outputs: str) -> None:
        """Nothing raw anywhere; each output is whole and attested, or not there."""
        for path in self.folder.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert not any(shape in content for shape in SHAPES), path
        for output in outputs:
            if (self.folder / output).exists():
                assert verify_output(self.folder / output, self.trusted()).ok

    def trusted(self) -> Any:
        settings = Settings.load(home=self.folder / "state", policy=self.folder / "policy.yaml")
        with Gate.open(settings) as gate:
            assert gate.ledger.verify(gate.trusted).ok
            return gate.trusted

    def forget(self, output: str = "out") -> None:
        """Remove a released output, so that the next run has its place."""
        shutil.rmtree(self.folder / output)


@pytest.fixture(scope="module")
def url(postgres: Any) -> str:
    made = str(postgres.database())
    with psycopg.connect(made, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE people AS SELECT g AS id, 'canary-9d1f' || g || '@example.com' AS email,"
            " (ARRAY['pro', 'free'])[g %% 2 + 1] AS plan,"
            " 'asked on day ' || g || ', write to canary-9d1f' || g || '@example.org' AS notes"
            " FROM generate_series(1, %s::int) AS g",
            [ROWS],
        )
    return made


@pytest.fixture
def runner(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    monkeypatch.setenv("SLUICEGATE_ROOT_KEY", ROOT_KEY)
    for name in ("state", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "policy.yaml").write_text(POLICY)
    made = Runner(tmp_path, url)
    yield made
    for process in made.processes:
        process.kill()
        process.communicate()


def leftovers(runner: Runner) -> list[str]:
    """Staging folders that no living run holds stay until the next run's sweep, a day later."""
    return [p.name for p in runner.folder.iterdir() if p.name.startswith(".")]


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_nothing_half_and_nothing_raw(runner: Runner) -> None:
    process = runner.start()
    assert runner.run(process, run="reference").startswith("released")
    reference = runner.data()
    runner.check("out")
    runner.forget()
    began = time.monotonic()
    assert runner.run(process, run="timed").startswith("released")
    seconds = time.monotonic() - began
    runner.forget()
    moments = random.Random(4711)
    ended = []
    for number in range(40):
        child = runner.begin(process, run=f"k{number}")
        time.sleep(moments.uniform(0, 1) * seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        ended.append(runner.end(process))
        runner.check("out")
        answer = runner.run(process, run=f"k{number}")
        assert answer.startswith("released"), answer
        assert runner.data() == reference
        runner.forget()
    runner.check()
    assert ended.count(-signal.SIGKILL) >= 15


POINTS = [
    *(("ledger", count, after) for count in (1, 2, 3) for after in (False, True)),
    *(
        (place, 1, after)
        for place in ("write", "finish", "attest", "tree", "rename", "sync")
        for after in (False, True)
    ),
]


@pytest.mark.slow
def test_a_kill_before_and_after_each_step(runner: Runner) -> None:
    process = runner.start()
    assert runner.run(process, run="reference").startswith("released")
    reference = runner.data()
    runner.forget()
    for number, (place, count, after) in enumerate(POINTS):
        point = {"place": place, "count": count, "after": after}
        runner.begin(process, run=f"p{number}", **point)
        assert runner.end(process) == -signal.SIGKILL, point
        runner.check("out")
        there = (runner.folder / "out").exists()
        published = place == "sync" or (place, after) == ("rename", True)
        assert there == (published or (place, count) == ("ledger", 3)), point
        answer = runner.run(process, run=f"p{number}")
        assert answer.startswith("released replayed" if there else "released "), (point, answer)
        assert runner.data() == reference
        runner.forget()


def test_two_runs_to_one_output_and_one_is_released(runner: Runner) -> None:
    first, second = runner.start(), runner.start()
    for number in range(6):
        answers = [str(runner.folder / f"answer{n}") for n in (1, 2)]
        runner.begin(first, run=f"a{number}", answer=answers[0])
        runner.begin(second, run=f"b{number}", answer=answers[1])
        assert [runner.end(first), runner.end(second)] == [0, 0]
        told = sorted(Path(a).read_text().split(" ")[0] for a in answers)
        assert told == ["OutputExists", "released"], told
        runner.check("out")
        runner.forget()


def test_one_run_twice_at_once_is_released_once(runner: Runner) -> None:
    first, second = runner.start(), runner.start()
    for number in range(6):
        answers = [str(runner.folder / f"answer{n}") for n in (1, 2)]
        runner.begin(first, run=f"r{number}", answer=answers[0])
        runner.begin(second, run=f"r{number}", answer=answers[1])
        assert [runner.end(first), runner.end(second)] == [0, 0]
        told = sorted(Path(a).read_text() for a in answers)
        assert any(t.startswith("released ") for t in told), told
        assert all(t.startswith(("released", "OutputExists")) for t in told), told
        runner.check("out")
        again = runner.run(first, run=f"r{number}")
        assert again.startswith("released replayed"), again
        runner.forget()


def test_a_full_disk_is_told_and_a_retry_gives_the_same_bytes(
    runner: Runner, tmp_path: Path
) -> None:
    process = runner.start()
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        output = str(disk / "out")
        answer = runner.run(process, run="full", output=output)
        assert answer.startswith("SinkUnavailable"), answer
        assert list(disk.iterdir()) == []
        runner.check()
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        assert runner.run(process, run="full", output=output).startswith("released ")
        retried = runner.data("disk/out")
        runner.check("disk/out")
        runner.forget("disk/out")
        assert runner.run(process, run="anew", output=output).startswith("released ")
        assert runner.data("disk/out") == retried
    finally:
        process.kill()
        process.wait()
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_source_that_dies_in_the_middle(
    runner: Runner, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = runner.start()
    assert runner.run(process, run="reference").startswith("released")
    reference = runner.data()
    runner.forget()
    inner = PostgresSession._batches

    def dying(session: Any, *arguments: Any) -> Iterator[Any]:
        for batch in inner(session, *arguments):
            yield batch
            with psycopg.connect(url, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )

    settings = Settings.load(home=runner.folder / "state", policy=runner.folder / "policy.yaml")
    settings = settings.with_sources({"shop": url})
    from sluicegate import ExtractRequest, RunIdentity

    sql = "SELECT a.id, a.email, a.plan, a.notes FROM people a CROSS JOIN (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) AS v (n)"
    output = str(runner.folder / "cut")
    request = ExtractRequest(source="shop", sql=sql, purpose="training", output=output)
    identity = RunIdentity(orchestrator="cli", pipeline="faults", task="t", run="cut")
    with Gate.open(settings) as gate:
        monkeypatch.setattr(PostgresSession, "_batches", dying)
        with pytest.raises(SourceError) as caught:
            gate.extract(request, identity)
        assert caught.value.retryable
        assert not Path(output).exists()
        assert leftovers(runner) == []
        runner.check()
        monkeypatch.setattr(PostgresSession, "_batches", inner)
        assert gate.extract(request, identity).released
    assert runner.run(process, run="after").startswith("released")
    assert runner.data() == reference
    runner.check("out", "cut")


def test_a_process_that_stops_for_long_does_not_lose_its_staging(runner: Runner) -> None:
    """A stopped run is not a crashed one: another run's sweep leaves its folder alone."""
    process, other = runner.start(), runner.start()
    child = runner.begin(process, run="slow")
    time.sleep(0.2)
    os.kill(child, signal.SIGSTOP)
    try:
        answer = runner.run(other, run="fast", output=str(runner.folder / "other"))
        assert answer.startswith("released"), answer
    finally:
        waker = threading.Timer(0.1, os.kill, (child, signal.SIGCONT))
        waker.start()
    assert runner.end(process) == 0
    assert Path(runner.task()["answer"]).read_text().startswith("released")
    runner.check("out", "other")
