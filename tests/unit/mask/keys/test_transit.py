"""Root keys at Vault: hvac's real client against a server that keeps to the documented API.

No real Vault was ever asked: see ``transit_server``.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from tests.unit.mask.keys.transit_server import TOKEN, Transit, uri

from sluicegate.errors import KeyProviderUnavailable, KeyUnavailable
from sluicegate.mask import open_key


def test_a_key_that_transit_wrapped_comes_back(transit: Transit, tmp_path: Path) -> None:
    key, ciphertext = transit.datakey()
    assert open_key(uri(tmp_path, ciphertext)).root().reveal() == key
    (request,) = transit.asked
    assert request["headers"]["X-Vault-Token"] == TOKEN
    assert request["headers"]["X-Vault-Request"] == "true"
    assert json.loads(request["body"])["ciphertext"] == ciphertext


def test_another_mount_is_another_path(transit: Transit, tmp_path: Path) -> None:
    _, ciphertext = transit.datakey()
    with pytest.raises(KeyUnavailable, match="InvalidPath"):
        open_key(uri(tmp_path, ciphertext) + "&mount=team/transit").root()
    assert transit.asked[0]["path"] == "/v1/team/transit/decrypt/sluicegate"


def test_a_changed_blob_does_not_open(transit: Transit, tmp_path: Path) -> None:
    _, ciphertext = transit.datakey()
    with pytest.raises(KeyUnavailable, match="InvalidRequest") as caught:
        open_key(uri(tmp_path, ciphertext[:-8] + "AAAAAAA=")).root()
    assert not caught.value.retryable


@pytest.mark.parametrize("text", ["", "vault", base64.b64encode(bytes(32)).decode(), "\u00e9"])
def test_a_file_that_is_not_vaults_is_refused_unasked(
    transit: Transit, tmp_path: Path, text: str
) -> None:
    with pytest.raises(KeyUnavailable, match="missing or not Vault's"):
        open_key(uri(tmp_path, text)).root()
    assert not transit.asked


@pytest.mark.parametrize(
    ("status", "retryable"),
    [(400, False), (403, False), (404, False), (429, True), (500, True), (502, True), (503, True)],
)
def test_an_error_says_whether_to_retry_and_nothing_of_the_body(
    transit: Transit, tmp_path: Path, status: int, *, retryable: bool
) -> None:
    _, ciphertext = transit.datakey()
    transit.status = status
    with pytest.raises(KeyUnavailable) as caught:
        open_key(uri(tmp_path, ciphertext)).root()
    assert caught.value.retryable is retryable
    assert isinstance(caught.value, KeyProviderUnavailable) is retryable
    assert TOKEN not in str(caught.value)
    assert caught.value.__context__ is None
    assert len(transit.asked) == (3 if retryable else 1)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b"[]", b'{"data": {"plaintext": 5}}', b'{"data": null}']
)
def test_an_answer_without_sense_is_refused(transit: Transit, tmp_path: Path, body: bytes) -> None:
    transit.body = body
    with pytest.raises(KeyUnavailable):
        open_key(uri(tmp_path, transit.datakey()[1])).root()


def test_a_redirect_is_not_followed_with_the_token(transit: Transit, tmp_path: Path) -> None:
    transit.status = 307
    with pytest.raises(KeyUnavailable):
        open_key(uri(tmp_path, transit.datakey()[1])).root()
    assert [r["path"] for r in transit.asked] == ["/v1/transit/decrypt/sluicegate"]


def test_a_vault_that_is_not_there_may_come_back(
    transit: Transit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_ADDR", "http://127.0.0.1:9")
    with pytest.raises(KeyProviderUnavailable, match="ConnectionError"):
        open_key(uri(tmp_path, transit.datakey()[1])).root()


@pytest.mark.parametrize(
    "address",
    ["", "http://vault.example.com:8200", "vault.example.com", "http://127.0.0.1.example.com"],
)
def test_a_token_never_travels_in_the_clear(
    transit: Transit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("VAULT_ADDR", address)
    with pytest.raises(KeyUnavailable, match="VAULT_ADDR"):
        open_key(uri(tmp_path, transit.datakey()[1])).root()
