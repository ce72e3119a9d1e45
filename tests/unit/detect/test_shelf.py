"""What compiling gave is kept between processes, and believed only where nobody else could write."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sluicegate.detect import Scanner
from sluicegate.detect.anchors import Place
from sluicegate.detect.canary import prove
from sluicegate.detect.engine import Engine
from sluicegate.detect.loader import load_catalogue
from sluicegate.detect.shelf import Shelf
from sluicegate.errors import DetectionError


def fails() -> str:
    raise AssertionError


def test_what_was_computed_once_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "own" / "shelf.json"
    first = Shelf(file)
    assert first.get("a", ("x", 1), lambda: [1, "two"]) == [1, "two"]
    assert first.get_bytes("b", b"x", lambda: b"\x00\xff") == b"\x00\xff"
    first.save()
    again = Shelf(file)
    assert again.get("a", ("x", 1), fails) == [1, "two"]
    assert again.get_bytes("b", b"x", lambda: fails().encode()) == b"\x00\xff"
    assert again.get("a", ("x", 2), lambda: "other source") == "other source"
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0


def test_what_is_no_longer_used_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "shelf.json"
    tmp_path.chmod(0o700)
    for source in ("old", "new"):
        shelf = Shelf(file)
        shelf.get("a", source, lambda: source)  # noqa: B023 - called at once
        shelf.save()
    assert len(json.loads(file.read_bytes().partition(b"\n")[2])) == 1


@pytest.mark.parametrize("how", ["cut", "changed", "no JSON", "others may write", "folder", "link"])
def test_what_cannot_be_believed_is_computed_anew(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "own"
    file = folder / "shelf.json"
    shelf = Shelf(file)
    shelf.get("a", "x", lambda: "right")
    shelf.save()
    raw = file.read_bytes()
    if how == "cut":
        file.write_bytes(raw[:-3])
    elif how == "changed":
        file.write_bytes(raw.replace(b"right", b"wrong"))
    elif how == "no JSON":
        file.write_bytes(b"x")
    elif how == "others may write":
        file.chmod(0o666)
    elif how == "folder":
        folder.chmod(0o777)
    else:
        file.rename(folder / "elsewhere")
        file.symlink_to(folder / "elsewhere")
    assert Shelf(file).get("a", "x", lambda: "anew") == "anew"


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    shelf = Shelf(tmp_path / "file" / "below" / "shelf.json")
    assert shelf.get("a", "x", lambda: 1) == 1
    shelf.save()


def test_a_scanner_from_the_shelf_is_the_same_scanner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUICEGATE_CACHE", str(tmp_path / "cache"))
    cold = Scanner.load()
    (kept,) = (tmp_path / "cache").iterdir()
    before = kept.stat().st_mtime_ns
    warm = Scanner.load()
    assert warm.version == cold.version
    assert kept.stat().st_mtime_ns == before
    text = "write to jane.roe@example.com or pay with 4111 1111 1111 1111"
    assert warm.scan_text(text) == cold.scan_text(text)
    monkeypatch.setenv("SLUICEGATE_CACHE", "off")
    assert Scanner.load().version == cold.version


def test_an_engine_that_went_blind_is_noticed_though_it_was_proven_before() -> None:
    catalogue, shelf = load_catalogue(), Shelf()
    prove(catalogue.detectors, Engine(catalogue.detectors), shelf)
    kept = Shelf()
    kept._kept = dict(shelf._used)
    blind = Engine(catalogue.detectors)
    del blind._anchors._filters[Place.RUNS]
    with pytest.raises(DetectionError, match="does not see the anchors"):
        prove(catalogue.detectors, blind, kept)


def test_a_second_process_starts_without_compiling(tmp_path: Path) -> None:
    code = (
        "import time; from sluicegate.detect import Scanner; a = time.process_time();"
        "Scanner.load(); print(time.process_time() - a)"
    )
    took = [
        float(
            subprocess.run(
                [sys.executable, "-c", code],
                env={"SLUICEGATE_CACHE": str(tmp_path / "c"), "PYTHONPATH": ":".join(sys.path)},
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
        for _ in range(2)
    ]
    assert took[1] < took[0] / 4
