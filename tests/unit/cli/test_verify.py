from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from sluicegate.evidence import attestation_schema

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

SQL = "SELECT id, email, plan, notes FROM customers"


@pytest.fixture
def released(project: Project) -> Project:
    assert project.ask("extract", SQL, "-o", "out").exit_code == 0
    return project


def test_what_was_released_is_as_attested(released: Project) -> None:
    result = released.run("verify", "out")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("as attested: out\n")
    assert "1, 20 rows" in result.stdout


def test_only_the_public_key_is_needed(released: Project) -> None:
    keys = released.folder / ".sluicegate" / "public_keys"
    keys.rename(released.folder / "trusted")
    for name in ("root.key", "ledger.db"):
        (released.folder / ".sluicegate" / name).unlink()
    (released.folder / "policy.yaml").unlink()
    (released.folder / "sluicegate.toml").unlink()
    result = released.run("verify", "out", "--public-keys", "trusted")
    assert result.exit_code == 0
    assert "proven to be among the" in result.stdout
    assert released.run("verify", "out").exit_code == 2, "nobody to trust"


def test_the_proof_of_the_ledger_is_told_and_stands_alone(released: Project) -> None:
    document = released.json("verify", "out")
    verified = document["attested"]["ledger"]["verified"]["sequence"]
    assert (document["in_ledger"], document["checkpoint"]["size"]) == (True, verified)
    envelope = json.loads((released.folder / "out/_SLUICEGATE/attestation.json").read_text())
    statement = json.loads(base64.b64decode(envelope["payload"]))
    jsonschema.Draft202012Validator(attestation_schema()).validate(statement)
    proof = released.folder / "proof.json"
    proof.write_text(json.dumps(document["attested"]["inclusion"]))
    result = released.run("ledger", "check", "proof.json")
    assert result.exit_code == 0, result.output
    assert f"record {verified}" in result.stdout
    (released.folder / "demands.yaml").write_text("in_ledger: true\n")
    assert released.run("verify", "out", "--policy", "demands.yaml").exit_code == 0


def test_the_source_and_the_detectors_are_attested(released: Project) -> None:
    attested = released.json("verify", "out")["attested"]
    assert attested["plan"]["source_schema"].startswith("sha256:")
    scan = attested["scan"]
    assert scan["catalogue"].startswith("sha256:" + scan["detectors"].rpartition("/")[2])
    assert scan["scorecard"]["corpora"]["generated"]["all"]["recall"]["value"] > 0.9


def test_changed_added_and_removed_files_are_named(released: Project) -> None:
    out = released.folder / "out"
    part = out / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    (out / ".hidden").write_text("new")
    result = released.run("verify", "out")
    assert result.exit_code == 1
    assert "part-00000.parquet" in result.stdout
    assert ".hidden" in result.stdout
    part.unlink()
    document = released.json("verify", "out", code=1)
    found = {(p["code"], p["place"]) for p in document["problems"]}
    assert found == {("removed", "part-00000.parquet"), ("added", ".hidden")}
    assert not document["ok"]


def test_another_key_is_not_trusted(released: Project) -> None:
    other = released.folder / "other"
    released.run("init", str(other))
    keys = str(other / ".sluicegate" / "public_keys")
    result = released.run("verify", "out", "--public-keys", keys)
    assert result.exit_code == 1
    assert "signature" in result.stdout


def test_a_missing_attestation_is_not_good(released: Project) -> None:
    (released.folder / "out" / "_SLUICEGATE" / "attestation.json").unlink()
    assert released.run("verify", "out").exit_code == 1


@pytest.mark.parametrize("text", ["", "# nobody\n"])
def test_a_file_of_keys_that_names_none_trusts_nobody(released: Project, text: str) -> None:
    (released.folder / "keys").write_text(text)
    result = released.run("verify", "out", "--public-keys", "keys")
    assert result.exit_code == 2
    assert "names no key" in result.stderr


def test_a_missing_folder_is_a_usage_error(released: Project) -> None:
    assert released.run("verify", "nowhere").exit_code == 2


def test_a_changed_attestation_tells_nothing_of_what_it_claims(released: Project) -> None:
    file = released.folder / "out" / "_SLUICEGATE" / "attestation.json"
    envelope = json.loads(file.read_text())
    envelope["payload"] = envelope["payload"][:-8] + "AAAAAAA="
    file.write_text(json.dumps(envelope))
    document = released.json("verify", "out", code=1)
    assert document["attested"] == {}


def test_what_is_demanded_beyond_is_told(released: Project) -> None:
    demands = released.folder / "demands.yaml"
    demands.write_text("not_older_than: 1h\npurposes: [test]\n")
    wrong = released.run("verify", "out", "--policy", "demands.yaml")
    assert wrong.exit_code == 1
    assert wrong.stdout.startswith("not as demanded: out\n  demand-purpose ")
    purpose = released.json("verify", "out")["attested"]["plan"]["purpose"]
    demands.write_text(f"not_older_than: 1h\npurposes: [{purpose}]\nmax_blind_spots: 99\n")
    right = released.run("verify", "out", "--policy", "demands.yaml")
    assert right.exit_code == 0, right.output
    demands.write_text("not_older: 1h\n")
    assert released.run("verify", "out", "--policy", "demands.yaml").exit_code == 2
