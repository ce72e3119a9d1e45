"""Settings that name keys and stores, and libraries that are not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sluicegate import Settings
from sluicegate.errors import KeyUnavailable, MissingDependencyError
from sluicegate.mask import open_key, open_store


def settings(folder: Path, text: str, **environ: str) -> Settings:
    file = folder / "sluicegate.toml"
    file.write_text(text)
    return Settings.load(file, environ=environ)


def test_the_store_lies_in_the_home_unless_told_otherwise(tmp_path: Path) -> None:
    assert settings(tmp_path, 'home = "h"').key_store == str(tmp_path / "h" / "keys")
    assert settings(tmp_path, 'key_store = "k"').key_store == str(tmp_path / "k")
    named = settings(tmp_path, 'key_store = "aws-secretsmanager:team/keys"').key_store
    assert named == "aws-secretsmanager:team/keys"
    assert settings(tmp_path, "", SLUICEGATE_KEY_STORE="/k").key_store == "/k"


@pytest.mark.parametrize(
    ("key", "anchored"),
    [
        ("file:root.key", "file:{}/root.key"),
        ("aws-kms:k/root.kms?key=alias/a", "aws-kms:{}/k/root.kms?key=alias/a"),
        ("vault-transit:/etc/root.vault?key=a", "vault-transit:/etc/root.vault?key=a"),
        ("aws-secretsmanager:team/root", "aws-secretsmanager:team/root"),
        ("env:K", "env:K"),
    ],
)
def test_a_relative_path_is_relative_to_the_file(tmp_path: Path, key: str, anchored: str) -> None:
    assert settings(tmp_path, f'key = "{key}"').key == anchored.format(tmp_path)


def test_a_key_that_was_set_in_place_of_its_address_is_not_shown(tmp_path: Path) -> None:
    mistaken = "Q2FuYXJ5" * 5
    made = settings(tmp_path, f'key = "{mistaken}"\nledger = "postgresql://u:{mistaken}@h/d"')
    assert mistaken not in repr(made)
    with pytest.raises(KeyUnavailable) as caught:
        open_key(made.key)
    assert mistaken not in str(caught.value)


@pytest.mark.parametrize(("module", "extra"), [("boto3", "aws"), ("hvac", "vault")])
def test_a_missing_library_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setenv("VAULT_ADDR", "https://vault.example.com")
    (tmp_path / "blob").write_text("vault:v1:AAAA" if extra == "vault" else "AAAA")
    uris = {
        "aws": ["aws-secretsmanager:x", f"aws-kms:{tmp_path}/blob?key=k"],
        "vault": [f"vault-transit:{tmp_path}/blob?key=k"],
    }
    for uri in uris[extra]:
        with pytest.raises(MissingDependencyError) as caught:
            open_key(uri).root()
        assert f'pip install "sluicegate[{extra}]"' in caught.value.hint
    if extra == "aws":
        with pytest.raises(MissingDependencyError):
            open_store("aws-secretsmanager:x").read("a")


def test_nothing_of_a_cloud_is_loaded_before_it_is_asked() -> None:
    code = (
        "import sys, sluicegate.gate, sluicegate.mask;"
        "print([m for m in ('boto3', 'botocore', 'hvac', 'requests') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
