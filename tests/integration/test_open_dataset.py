"""Readers open what is attested, and nothing else; also when it changes under their hands."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.sigstore_stand_in import IDENTITY, ISSUER, running

from sluicegate import OutputOptions, Settings, open_dataset
from sluicegate.errors import ConfigurationError, IntegrityError
from sluicegate.evidence import ATTESTATION, Demands
from sluicegate.evidence.keyless_signing import sign_output
from sluicegate.evidence.place import BUNDLE
from sluicegate.ledger import Ed25519Signer
from sluicegate.model.sensitive import Sensitive

POLICY = """
version: 1
name: outputs
sources:
  shop:
    tables:
      main.items: {columns: {id: public, day: public}}
rules:
  - id: permit-training
    effect: permit
    principals: [{pipeline: tests}]
    purposes: [training]
    sources: [shop]
    tables: ["main.*"]
"""


@dataclass
class Release:
    """A release somewhere, and what an attacker with the right to write there can do."""

    output: str
    trusted: dict[str, bytes]
    store: Any
    names: list[str]

    def open(self) -> Any:
        return open_dataset(self.output, trusted_keys=self.trusted)

    def put(self, name: str, content: bytes) -> None:
        if "://" in self.output:
            bucket, key = self._at(name)
            self.store.client.put_object(Bucket=bucket, Key=key, Body=content)
        else:
            path = Path(self.output, name)
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_bytes(content)

    def get(self, name: str) -> bytes:
        if "://" in self.output:
            content: bytes = self.store.content(*self._at(name))
            return content
        return Path(self.output, name).read_bytes()

    def remove(self, name: str) -> None:
        if "://" in self.output:
            bucket, key = self._at(name)
            self.store.client.delete_object(Bucket=bucket, Key=key)
        else:
            Path(self.output, name).unlink()

    def _at(self, name: str) -> tuple[str, str]:
        bucket, _, prefix = self.output.removeprefix("s3://").partition("/")
        return bucket, prefix + name


@pytest.fixture
def bench(make_bench: Callable[..., Any], tmp_path: Path) -> Any:
    (tmp_path / "state").mkdir()
    file = tmp_path / "state" / "shop.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE items (id INTEGER, day DATE)")
        connection.executemany(
            "INSERT INTO items VALUES (?, ?)", [(n, f"2026-01-0{n % 3 + 1}") for n in range(30)]
        )
    connection.close()
    return make_bench({"shop": f"sqlite:///{file}"}, POLICY)


@pytest.fixture(params=["local", "s3"])
def release(request: pytest.FixtureRequest, bench: Any, object_store: Any) -> Release:
    output = str(bench.folder / "out")
    if request.param == "s3":
        output = f"s3://{object_store.bucket()}/lake/items/"
    asked = bench.request(
        source="shop", sql="SELECT id, day FROM items ORDER BY id", purpose="training",
        output=output, output_options=OutputOptions(rows_per_file=10),
    )  # fmt: skip
    with bench.gate() as gate:
        outcome = gate.extract(asked, bench.identity())
        assert outcome.released, outcome.reasons
        return Release(output, dict(gate.trusted), object_store, [f.name for f in outcome.files])


def test_a_release_is_a_dataset(release: Release) -> None:
    dataset = release.open()
    assert dataset.count_rows() == 30
    assert dataset.to_table(columns=["id"])["id"].to_pylist() == list(range(30))
    assert dataset.schema.names == ["id", "day"]


@pytest.mark.parametrize(
    "name", ["more.parquet", ".hidden", "_SLUICEGATE/more", "part-00000.parquet.bak"]
)
def test_an_added_file_is_refused(release: Release, name: str) -> None:
    release.put(name, release.get(release.names[0]))
    with pytest.raises(IntegrityError, match="not attested"):
        release.open()


def test_a_removed_file_is_refused(release: Release) -> None:
    release.remove(release.names[1])
    with pytest.raises(IntegrityError, match="gone"):
        release.open()


@pytest.mark.parametrize("at", [0, 100, -1])
def test_a_changed_byte_is_refused(release: Release, at: int) -> None:
    content = bytearray(release.get(release.names[2]))
    content[at] ^= 1
    release.put(release.names[2], bytes(content))
    with pytest.raises(IntegrityError, match="changed"):
        release.open()


def test_files_that_changed_places_are_refused(release: Release) -> None:
    first, second = (release.get(name) for name in release.names[:2])
    release.put(release.names[0], second)
    release.put(release.names[1], first)
    with pytest.raises(IntegrityError, match="changed"):
        release.open()


def test_without_an_attestation_it_is_no_release(release: Release) -> None:
    release.remove(ATTESTATION)
    with pytest.raises(IntegrityError, match="no attestation"):
        release.open()


@pytest.mark.parametrize("content", [b"", b"{}", b"x" * 100, b"\xff\xfe"])
def test_an_attestation_that_is_none_is_refused(release: Release, content: bytes) -> None:
    release.put(ATTESTATION, content)
    with pytest.raises(IntegrityError):
        release.open()


def test_another_signer_is_refused(release: Release) -> None:
    envelope = json.loads(release.get(ATTESTATION))
    stranger = Ed25519Signer(bytes(range(1, 33)))
    envelope["signatures"][0]["keyid"] = stranger.key_id
    release.put(ATTESTATION, json.dumps(envelope).encode())
    with pytest.raises(IntegrityError, match="no trusted key"):
        release.open()
    with pytest.raises(IntegrityError, match="no trusted key"):
        open_dataset(release.output, trusted_keys={stranger.key_id: stranger.public_key})
    with pytest.raises(IntegrityError, match="no trusted key"):
        open_dataset(release.output, trusted_keys={})


def test_what_changes_after_it_was_verified_is_not_read(release: Release) -> None:
    """The bytes are even valid: those of another attested file of the same length or not."""
    dataset = release.open()
    release.put(release.names[1], release.get(release.names[0]))
    with pytest.raises(IntegrityError, match="since it was verified"):
        dataset.to_table()


def test_what_is_removed_after_it_was_verified_is_not_read(release: Release) -> None:
    dataset = release.open()
    release.remove(release.names[2])
    with pytest.raises(IntegrityError, match="since it was verified"):
        dataset.to_table()


def test_what_is_added_after_it_was_verified_is_not_seen(release: Release) -> None:
    dataset = release.open()
    release.put("part-00009.parquet", release.get(release.names[0]))
    assert dataset.count_rows() == 30


def test_a_dataset_is_for_reading(release: Release) -> None:
    dataset = release.open()
    with pytest.raises(ConfigurationError, match="reading"):
        dataset.filesystem.delete_file(release.names[0])
    with pytest.raises(ConfigurationError, match="reading"):
        dataset.filesystem.open_output_stream("x")
    with pytest.raises(FileNotFoundError):
        dataset.filesystem.open_input_file("../../etc/passwd")


@pytest.mark.parametrize("release", ["local"], indirect=True)
def test_a_link_is_refused(release: Release) -> None:
    path = Path(release.output, release.names[0])
    away = path.rename(path.parent.parent / "away.parquet")
    path.symlink_to(away)
    with pytest.raises(IntegrityError, match="link"):
        release.open()


@pytest.mark.parametrize("release", ["local"], indirect=True)
def test_a_file_put_back_with_its_old_times_is_noticed(release: Release) -> None:
    dataset = release.open()
    path = Path(release.output, release.names[0])
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[10] ^= 1
    with path.open("r+b") as file:
        file.write(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    with pytest.raises(IntegrityError, match="since it was verified"):
        dataset.to_table()


def test_keys_by_settings_or_file(
    release: Release, bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sluicegate.gate.trust import write_public_keys

    file = tmp_path / "keys"
    write_public_keys(file, release.trusted)
    assert open_dataset(release.output, trusted_keys=file).count_rows() == 30
    monkeypatch.setattr(Settings, "load", lambda *_, **__: bench.settings)
    assert open_dataset(release.output).count_rows() == 30


@pytest.mark.parametrize("release", ["local"], indirect=True)
def test_a_release_that_was_moved_whole_is_the_same_release(
    release: Release, tmp_path: Path
) -> None:
    shutil.move(release.output, tmp_path / "moved")
    moved = open_dataset(tmp_path / "moved", trusted_keys=release.trusted)
    assert moved.to_table().num_rows == 30
    assert isinstance(moved.schema.field("id").type, pa.DataType)


def test_a_keyless_signature_can_be_demanded(release: Release, tmp_path: Path) -> None:
    pytest.importorskip("sigstore", reason='needs pip install "sluicegate[sigstore]"')
    trust = tmp_path / "trust.json"
    asked = {"identity": IDENTITY, "issuer": ISSUER, "trust_config": str(trust)}
    demands = Demands.of({"keyless": asked})

    def opened() -> Any:
        return open_dataset(release.output, trusted_keys=release.trusted, demands=demands)

    with running() as sigstore:
        sigstore.trust_file(trust)

        def sign(identity: str = IDENTITY) -> bool:
            token = Sensitive(sigstore.token(identity))
            return sign_output(release.output, release.trusted, token=token, trust_config=trust)

        with pytest.raises(IntegrityError, match="no keyless signature"):
            opened()
        assert sign()
        assert not sign(), "once is enough"
        with pytest.raises(IntegrityError, match="another signature stands"):
            sign("https://ci.example/other")
    assert opened().count_rows() == release.open().count_rows() == 30
    release.put(BUNDLE, release.get(BUNDLE)[:-1])
    assert release.open().count_rows() == 30, "nobody asked for it"
    with pytest.raises(IntegrityError, match="no sigstore bundle"):
        opened()
