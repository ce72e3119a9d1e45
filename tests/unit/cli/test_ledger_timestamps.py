"""A time stamp authority as witness, from the command line."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.timestamp_authority import Issuer, running

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

pytest.importorskip("rfc3161_client", reason='needs pip install "sluicegate[timestamp]"')
if shutil.which("openssl") is None and not os.environ.get("CI"):
    pytest.skip("the authority of these tests is the program openssl", allow_module_level=True)


def test_verify_tells_what_was_there_when_without_a_network(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert project.ask("extract", "SELECT id FROM customers", "-o", "out").exit_code == 0
    root = Issuer.root("root of the tests")
    folder: Path = tmp_path_factory.mktemp("authority")
    root.pem(folder / "ca.pem")
    with running(folder / "authority", root.issue("authority of the tests")) as authority:
        witness = f"rfc3161:{authority.url}?keep=stamps&ca={folder / 'ca.pem'}"
        made = project.json("ledger", "checkpoint", "-w", witness)
    assert len(made["witnesses"]) == 1
    told = project.json("ledger", "verify", "-w", witness)
    assert told["ok"]
    assert told["stamped"]["records"] == made["size"]
    shown = project.run("ledger", "verify", "-w", witness).stdout
    assert f"the first {made['size']} were there at 20" in shown
    assert project.json("ledger", "verify")["stamped"] is None
    root.issue("another", ca=True).pem(folder / "ca.pem")
    assert project.run("ledger", "verify", "-w", witness).exit_code == 2, "it is no root"
    Issuer.root("root of the tests").pem(folder / "ca.pem")
    assert project.run("ledger", "verify", "-w", witness).exit_code == 1
