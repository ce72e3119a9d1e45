"""Keys have no default, are never shown, and differ by use and purpose."""

from __future__ import annotations

import base64
import os
import pickle
from pathlib import Path

import pytest

from sluicegate.errors import KeyUnavailable
from sluicegate.mask import Keyring, open_key
from sluicegate.model.sensitive import Sensitive

KEY = bytes(range(32))
TEXT = base64.b64encode(KEY).decode()


def write_key(path: Path, text: str = TEXT, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_key_comes_from_the_environment() -> None:
    assert open_key("env:K", {"K": f" {TEXT}\n"}).root().reveal() == KEY


def test_a_key_comes_from_a_private_file(tmp_path: Path) -> None:
    assert open_key(f"file:{write_key(tmp_path / 'key')}").root().reveal() == KEY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o601])
def test_a_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = write_key(tmp_path / "key", mode=mode)
    with pytest.raises(KeyUnavailable, match="open to others") as caught:
        open_key(f"file:{path}").root()
    assert "chmod 600" in caught.value.hint


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({}, "not set"),
        ({"K": ""}, "not set"),
        ({"K": "not base64!"}, "base64"),
        ({"K": base64.b64encode(b"short").decode()}, "5 bytes"),
        ({"K": base64.b64encode(bytes(32)).decode()}, "one byte repeated"),
        ({"K": TEXT + TEXT}, "64 bytes|base64"),
    ],
)
def test_a_missing_or_weak_key_is_an_error_that_does_not_show_it(
    environ: dict[str, str], says: str
) -> None:
    with pytest.raises(KeyUnavailable, match=says) as caught:
        open_key("env:K", environ).root()
    value = environ.get("K")
    assert not value or value not in str(caught.value)


@pytest.mark.parametrize("uri", ["", "env:", "file:", "vault:x", TEXT])
def test_an_unknown_address_is_refused_and_not_repeated(uri: str) -> None:
    with pytest.raises(KeyUnavailable) as caught:
        open_key(uri)
    assert TEXT not in str(caught.value)


def test_a_folder_or_a_missing_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(KeyUnavailable):
            open_key(f"file:{path}").root()


@pytest.mark.skipif(os.name != "posix", reason="devices are a POSIX matter")
def test_a_device_is_not_a_key_file() -> None:
    with pytest.raises(KeyUnavailable):
        open_key("file:/dev/zero").root()


def test_uses_and_purposes_have_different_keys() -> None:
    ring = Keyring(Sensitive(KEY))
    ids = {
        ring.key_id("pseudonym", "a"),
        ring.key_id("pseudonym", "b"),
        ring.key_id("fingerprint", "a"),
        ring.key_id("pseudonym", "a:1"),
        ring.key_id("pseudonym:1", "a"),
    }
    assert len(ids) == 5
    assert ring.key_id("pseudonym", "a") == Keyring(Sensitive(KEY)).key_id("pseudonym", "a")


def test_keys_are_never_shown_or_pickled() -> None:
    ring = Keyring(Sensitive(KEY))
    for shown in (repr(ring), str(ring), repr(ring.derive("signing")), f"{ring.derive('x')}"):
        assert "***" in shown
        assert KEY.hex() not in shown
    with pytest.raises(TypeError):
        pickle.dumps(ring.derive("signing"))
