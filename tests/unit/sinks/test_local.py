"""The local sink: rights, sizes, full disks, crashes and what stands in the way."""

from __future__ import annotations

import gc
import os
import pickle
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sluicegate.errors import (
    ConfigurationError,
    OutputExists,
    SinkError,
    SinkUnavailable,
    UnknownNameError,
)
from sluicegate.model.output_options import OutputOptions
from sluicegate.sinks import ATTESTATION, LocalSink, Staging
from sluicegate.testing.sinks import batch, stage

_NOBODY = 65534


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "customers"


def _hidden(folder: Path) -> list[Path]:
    return [p for p in folder.iterdir() if p.name.startswith(".")]


def test_staging_is_private_and_the_output_follows_the_umask(output: Path) -> None:
    old = os.umask(0o027)
    try:
        staging = stage(LocalSink(), str(output))
        (hidden,) = _hidden(output.parent)
        assert re.fullmatch(r"\.customers\.sluicegate-[0-9a-f]{12}-[0-9a-f]{16}", hidden.name)
        assert stat.S_IMODE(hidden.stat().st_mode) == 0o700
        staging.write(batch(1))
        staging.publish({ATTESTATION: b"{}"})
    finally:
        os.umask(old)
    assert stat.S_IMODE(output.stat().st_mode) == 0o750
    assert stat.S_IMODE((output / "part-00000.parquet").stat().st_mode) == 0o640
    assert _hidden(output.parent) == []
    assert sorted(p.name for p in output.iterdir()) == ["_SLUICEGATE", "part-00000.parquet"]


def test_quarantine_is_for_its_owner_only(output: Path, tmp_path: Path) -> None:
    staging = stage(LocalSink(), str(output))
    staging.write(batch(1))
    staging.quarantine(str(tmp_path / "q" / "run"), {})
    assert stat.S_IMODE((tmp_path / "q" / "run").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "q").stat().st_mode) == 0o700


def test_files_hold_as_many_rows_as_asked_for(output: Path) -> None:
    staging = LocalSink(OutputOptions(rows_per_file=250)).stage(str(output), "run", lambda _: {})
    for size in (100, 1, 649):
        staging.write(batch(size))
    files = staging.finish()
    staging.publish({})
    assert [f.rows for f in files] == [250, 250, 250]
    assert [f.name for f in files] == [f"part-0000{n}.parquet" for n in range(3)]
    assert pq.read_table(output)["id"].to_pylist() == [*range(100), 0, *range(649)]


def test_tiny_batches_make_one_row_group(output: Path) -> None:
    staging = stage(LocalSink(), str(output))
    for _ in range(500):
        staging.write(batch(3))
    staging.publish({})
    assert pq.ParquetFile(output / "part-00000.parquet").metadata.num_row_groups == 1


def test_big_batches_make_bounded_row_groups(output: Path) -> None:
    staging = stage(LocalSink(), str(output))
    staging.write(batch(300_000))
    staging.publish({})
    metadata = pq.ParquetFile(output / "part-00000.parquet").metadata
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [
        131_072,
        131_072,
        37_856,
    ]


def test_big_cells_do_not_pile_up(output: Path) -> None:
    wide = pa.record_batch({"id": pa.array([1]), "text": pa.array(["x" * 10_000_000])})
    staging = stage(LocalSink(), str(output))
    most = 0
    for _ in range(30):
        staging.write(wide)
        most = max(most, pa.total_allocated_bytes())
    staging.publish({})
    assert pq.ParquetFile(output / "part-00000.parquet").metadata.num_row_groups > 3
    assert most < 250_000_000


def test_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    digests = []
    for name, sizes in (("a", (1000,)), ("b", (1, 999)), ("c", (500, 0, 500))):
        staging = stage(LocalSink(), str(tmp_path / name))
        rows, start = batch(1000), 0
        for size in sizes:
            staging.write(rows.slice(start, size))
            start += size
        digests.append(staging.finish()[0].sha256)
        staging.discard()
    assert len(set(digests)) == 1


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd", "gzip", "lz4", "brotli"])
def test_compressions(output: Path, compression: str) -> None:
    staging = stage(LocalSink(OutputOptions(compression=compression)), str(output))
    staging.write(batch(3))
    staging.publish({})
    assert pq.read_table(output).num_rows == 3


def test_arguments_are_checked() -> None:
    with pytest.raises(UnknownNameError, match="zstd"):
        OutputOptions(compression="zstdd")
    with pytest.raises(ConfigurationError):
        OutputOptions(rows_per_file=0)


def test_what_stands_in_the_way(output: Path, tmp_path: Path) -> None:
    sink = LocalSink()
    file, link, dangling, loop = (tmp_path / n for n in ("file", "link", "dangling", "loop"))
    file.touch()
    (tmp_path / "empty").mkdir()
    link.symlink_to(tmp_path / "empty")
    dangling.symlink_to(tmp_path / "nowhere")
    loop.symlink_to(loop)
    for bad in (
        file,
        file / "below",
        link,
        dangling,
        loop,
        loop / "below",
        Path("/"),
        tmp_path / ("n" * 300),
    ):
        for act in (lambda o=str(bad): sink.check(o), lambda o=str(bad): stage(sink, o)):
            with pytest.raises(SinkError) as caught:
                act()
            assert not isinstance(caught.value, OutputExists)
            assert caught.value.__context__ is None
    output.mkdir()
    sink.check(str(output))
    (output / ".hidden").touch()
    with pytest.raises(OutputExists):
        sink.check(str(output))
    assert _hidden(tmp_path) == []


def test_a_link_that_appears_in_between_is_not_followed(output: Path, tmp_path: Path) -> None:
    staging = stage(LocalSink(), str(output))
    staging.write(batch(1))
    victim = tmp_path / "victim"
    victim.mkdir()
    output.symlink_to(victim)
    with pytest.raises(OutputExists):
        staging.publish({})
    staging.discard()
    assert list(victim.iterdir()) == []


def test_parents_are_made_and_links_among_them_are_fine(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "alias").symlink_to(tmp_path / "real")
    output = tmp_path / "alias" / "a" / "b"
    staging = stage(LocalSink(), str(output))
    staging.write(batch(1))
    staging.publish({})
    assert pq.read_table(tmp_path / "real" / "a" / "b").num_rows == 1


def test_long_names_still_have_a_staging_folder(tmp_path: Path) -> None:
    for name in ("é" * 127, "n" * 255):
        staging = stage(LocalSink(), str(tmp_path / name))
        staging.write(batch(1))
        staging.publish({})
        assert pq.read_table(tmp_path / name).num_rows == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(
            "only root can mount a small disk; the limit of a file's size is tested instead"
        )
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_folder_that_may_not_be_written(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    _refused(small_disk / "a" / "out")


@pytest.mark.skipif(
    os.geteuid() == 0, reason="root may write everywhere; it mounts a read-only disk"
)
def test_a_folder_that_is_anothers(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o555)
    _refused(tmp_path / "closed" / "out")


def _refused(output: Path) -> None:
    for act in (LocalSink().check, lambda o: stage(LocalSink(), o)):
        with pytest.raises(SinkError, match="may not be written") as caught:
            act(str(output))
        assert not caught.value.retryable
        assert caught.value.hint


def _fill(staging: Staging) -> None:
    for _ in range(20):
        staging.write(_noise(1000))


def _noise(rows: int) -> pa.RecordBatch:
    return pa.record_batch(
        {
            "id": pa.array(range(rows)),
            "text": pa.array([os.urandom(500).hex() for _ in range(rows)]),
        }
    )


def test_a_full_disk_can_be_tried_again_and_nothing_stays(small_disk: Path) -> None:
    staging = stage(LocalSink(OutputOptions(rows_per_file=1000)), str(small_disk / "out"))
    with pytest.raises(SinkUnavailable, match="no space") as caught:
        _fill(staging)
    assert caught.value.retryable
    assert caught.value.__context__ is None
    assert list(small_disk.iterdir()) == []
    assert pickle.loads(pickle.dumps(caught.value)).retryable


def test_a_disk_that_fills_up_while_publishing(small_disk: Path) -> None:
    staging = stage(LocalSink(), str(small_disk / "out"))
    staging.write(_noise(100))
    staging.finish()
    with pytest.raises(SinkUnavailable):
        staging.publish({"big.bin": os.urandom(2_000_000)})
    assert list(small_disk.iterdir()) == []


def test_the_limit_of_a_files_size(tmp_path: Path) -> None:
    script = (
        "import os, resource, sys\n"
        "import pyarrow as pa\n"
        "from sluicegate.errors import SinkUnavailable\n"
        "from sluicegate.model.output_options import OutputOptions\n"
        "from sluicegate.sinks import LocalSink\n"
        "staging = LocalSink(OutputOptions(rows_per_file=1000)).stage(sys.argv[1], 'run', lambda s: {})\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    for _ in range(9): staging.write(pa.record_batch({'t': pa.array([os.urandom(500).hex() for _ in range(1000)])}))\n"
        "except SinkUnavailable: sys.exit(7)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


_CRASH = (
    "import sys, time\n"
    "from sluicegate.model.output_options import OutputOptions\n"
    "from sluicegate.sinks import LocalSink\n"
    "from sluicegate.testing.sinks import batch\n"
    "staging = LocalSink(OutputOptions(rows_per_file=10)).stage(sys.argv[1], 'run', lambda s: {})\n"
    "staging.write(batch(25))\n"
    "if sys.argv[2] == 'finished': staging.finish()\n"
    "print('ready', flush=True)\n"
    "time.sleep(60)\n"
)


@pytest.mark.parametrize("moment", ["writing", "finished"])
def test_a_killed_run_leaves_nothing_at_the_output_and_is_swept(output: Path, moment: str) -> None:
    sink = LocalSink()
    process = subprocess.Popen(
        [sys.executable, "-c", _CRASH, str(output), moment], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    assert sink.sweep(str(output), older_than_seconds=0) == 0, "a living run was swept"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not output.exists()
    sink.check(str(output))
    assert sink.sweep(str(output)) == 0, "it is too young for the default"
    assert sink.sweep(str(output), older_than_seconds=0) == 1
    assert list(output.parent.iterdir()) == []
    staging = stage(sink, str(output))
    staging.write(batch(2))
    staging.publish({})
    assert pq.read_table(output).num_rows == 2


def test_sweeping_takes_only_what_is_stale_and_ours(output: Path, tmp_path: Path) -> None:
    tail = f"{'a' * 12}-{'0' * 16}"
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "data").touch()
    stale, young, inside = (tmp_path / f".customers.sluicegate-{c}{tail[1:]}" for c in "123")
    others = [
        ".customers.sluicegate-x",
        f".orders.sluicegate-{tail}",
        f".customers.sluicegate-{tail}.old",
        f"customers.sluicegate-{tail}",
    ]
    for folder in (stale, young, inside, *(tmp_path / n for n in others)):
        folder.mkdir()
    (tmp_path / f".customers.sluicegate-4{tail[1:]}").symlink_to(victim)
    (stale / "link").symlink_to(victim)
    (inside / "part-00000.parquet").touch()
    past = time.time() - 1000
    for path in (stale, inside, *(tmp_path / n for n in others)):
        os.utime(path, (past, past))
    os.utime(stale / "link", (past, past), follow_symlinks=False)
    assert LocalSink().sweep(str(output), older_than_seconds=500) == 1
    assert not stale.exists()
    assert young.exists()
    assert inside.exists(), "a file in it is young"
    assert all((tmp_path / n).exists() for n in others)
    assert (victim / "data").exists()


def test_sweeping_where_nothing_is(tmp_path: Path) -> None:
    assert LocalSink().sweep(str(tmp_path / "no" / "such" / "out")) == 0


def test_types_that_parquet_does_not_know(output: Path) -> None:
    staging = stage(LocalSink(), str(output))
    odd = pa.record_batch({"v": pa.array([None], type=pa.month_day_nano_interval())})
    staging.write(odd)
    with pytest.raises(SinkError, match="format"):
        staging.finish()
    assert list(output.parent.iterdir()) == []


def test_an_attestation_is_a_plain_file(output: Path, tmp_path: Path) -> None:
    sink = LocalSink()
    (output / "_SLUICEGATE").mkdir(parents=True)
    assert sink.attestation(str(output)) is None
    (tmp_path / "elsewhere").write_bytes(b"{}")
    (output / ATTESTATION).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SinkError):
        sink.attestation(str(output))
    (output / ATTESTATION).unlink()
    os.mkfifo(output / ATTESTATION)
    with pytest.raises(SinkError):
        sink.attestation(str(output))


def test_quarantine_on_another_file_system(output: Path, small_disk: Path) -> None:
    staging = stage(LocalSink(), str(output))
    staging.write(batch(5))
    staging.quarantine(str(small_disk / "q" / "run"), {"sub/findings.json": b"[]"})
    # Read as bytes: what reads a file in threads may close it after the disk is to be unmounted.
    part = (small_disk / "q" / "run" / "part-00000.parquet").read_bytes()
    assert pq.read_table(pa.BufferReader(part)).num_rows == 5
    assert (small_disk / "q" / "run" / "sub" / "findings.json").read_bytes() == b"[]"
    assert stat.S_IMODE((small_disk / "q" / "run").stat().st_mode) == 0o700
    assert [p.name for p in (small_disk / "q").iterdir()] == ["run"]
    assert _hidden(output.parent) == []


def test_quarantine_does_not_replace(output: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "evidence").touch()
    staging = stage(LocalSink(), str(output))
    staging.write(batch(5))
    with pytest.raises(OutputExists):
        staging.quarantine(str(taken), {})
    staging.discard()
    assert [p.name for p in taken.iterdir()] == ["evidence"]
    assert _hidden(tmp_path) == []


def test_no_handle_stays_open(output: Path) -> None:
    gc.collect()  # what other tests left open may close at any time: fewer is no fault
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(5):
        staging = stage(LocalSink(), f"{output}{number}")
        staging.write(batch(5))
        (staging.publish({}) if number % 2 else staging.discard())
    assert len(list(Path("/proc/self/fd").iterdir())) <= before
