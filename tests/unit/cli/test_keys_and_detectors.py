from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from sluicegate.detect import Scanner

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project


def test_keys_are_named_and_no_secret_is_shown(project: Project) -> None:
    key = (project.folder / ".sluicegate" / "root.key").read_text().strip()
    result = project.run("keys", "show")
    assert result.exit_code == 0
    assert "fingerprint" in result.stdout
    assert key not in result.output
    raw = base64.b64decode(key)
    assert raw.hex() not in result.output


def test_keys_of_others_that_are_trusted_are_listed(project: Project) -> None:
    project.run("init", "other")
    theirs = (project.folder / "other" / ".sluicegate" / "public_keys").read_text()
    with (project.folder / ".sluicegate" / "public_keys").open("a") as file:
        file.write(theirs)
    assert len(project.json("keys", "show")["trusted"]) == 1
    assert "also trusted here" in project.run("keys", "show").stdout


def test_a_missing_key_is_a_configuration_error(project: Project) -> None:
    (project.folder / ".sluicegate" / "root.key").unlink()
    assert project.run("keys", "show").exit_code == 2


def test_detectors_are_listed_without_any_settings(empty: Project) -> None:
    document = empty.json("detectors", "list")
    ids = {d["id"] for d in document["detectors"]}
    assert {"email", "card", "iban"} <= ids
    text = empty.run("detectors", "list").stdout
    assert all(name in text for name in ids)


def test_a_detector_tells_the_source_of_its_rule(empty: Project) -> None:
    document = empty.json("detectors", "show", "email")
    assert document["data_class"] == "email"
    assert document["source"]
    assert "source" in empty.run("detectors", "show", "email").stdout


def test_examples_stay_out(empty: Project) -> None:
    """They look like real tokens, and would trip every scanner that reads the output."""
    shown = json.dumps(empty.json("detectors", "list"))
    examples = [e for d in Scanner.load().detectors for e in d.examples.match]
    assert examples
    assert not [e for e in examples if json.dumps(e)[1:-1] in shown]


def test_an_unknown_detector_brings_near_names(empty: Project) -> None:
    result = empty.run("detectors", "show", "emial")
    assert result.exit_code == 2
    assert "did you mean email?" in result.stderr
