"""Root keys at AWS: real boto3 against moto's server, and what happens when AWS fails."""

from __future__ import annotations

import base64
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import boto3
import pytest

from sluicegate.errors import KeyProviderUnavailable, KeyUnavailable
from sluicegate.mask import open_key
from sluicegate.mask.keys.aws import CONTEXT


@pytest.fixture
def kms_key(aws: str) -> str:
    key_id: str = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
    return key_id


def wrapped(path: Path, key: str, context: dict[str, str] | None = None) -> bytes:
    """Make a root key as the how-to says; return the key."""
    made = boto3.client("kms").generate_data_key(
        KeyId=key, NumberOfBytes=32, EncryptionContext=CONTEXT if context is None else context
    )
    path.write_bytes(base64.b64encode(made["CiphertextBlob"]) + b"\n")
    plaintext: bytes = made["Plaintext"]
    return plaintext


def test_a_key_that_kms_wrapped_comes_back(tmp_path: Path, kms_key: str) -> None:
    key = wrapped(tmp_path / "root.kms", kms_key)
    provider = open_key(f"aws-kms:{tmp_path}/root.kms?key={kms_key}")
    assert provider.root().reveal() == key


def test_an_alias_names_the_key_too(tmp_path: Path, kms_key: str) -> None:
    alias = f"alias/{tmp_path.name}"
    boto3.client("kms").create_alias(AliasName=alias, TargetKeyId=kms_key)
    key = wrapped(tmp_path / "root.kms", alias)
    assert open_key(f"aws-kms:{tmp_path}/root.kms?key={alias}").root().reveal() == key


@pytest.mark.parametrize("context", [{"sluicegate": "other"}, {"a": "b"}])
def test_a_blob_that_was_made_for_something_else_does_not_open(
    tmp_path: Path, kms_key: str, context: dict[str, str]
) -> None:
    wrapped(tmp_path / "root.kms", kms_key, context)
    with pytest.raises(KeyUnavailable, match="InvalidCiphertextException"):
        open_key(f"aws-kms:{tmp_path}/root.kms?key={kms_key}").root()


def test_a_blob_of_another_kms_key_does_not_open(tmp_path: Path, kms_key: str) -> None:
    theirs: str = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
    wrapped(tmp_path / "root.kms", theirs)
    with pytest.raises(KeyUnavailable):
        open_key(f"aws-kms:{tmp_path}/root.kms?key={kms_key}").root()


def test_a_file_that_is_missing_or_no_blob_is_refused(tmp_path: Path, kms_key: str) -> None:
    path = tmp_path / "root.kms"
    provider = open_key(f"aws-kms:{path}?key={kms_key}")
    with pytest.raises(KeyUnavailable, match="cannot be read"):
        provider.root()
    path.write_text("not base64!")
    with pytest.raises(KeyUnavailable, match="does not hold base64"):
        provider.root()
    path.write_bytes(base64.b64encode(b"garbage" * 9))
    with pytest.raises(KeyUnavailable) as caught:
        provider.root()
    assert not caught.value.retryable


@pytest.mark.parametrize("binary", [True, False])
def test_a_secret_is_the_key(aws: str, tmp_path: Path, *, binary: bool) -> None:
    key = bytes(range(32))
    content = {"SecretBinary": key} if binary else {"SecretString": base64.b64encode(key).decode()}
    boto3.client("secretsmanager").create_secret(Name=tmp_path.name, **content)
    assert open_key(f"aws-secretsmanager:{tmp_path.name}").root().reveal() == key


@pytest.mark.parametrize("content", ["short", "QUJD", '{"key": "x"}', base64.b64encode(bytes(32))])
def test_a_secret_that_is_no_key_is_refused_and_not_shown(
    aws: str, tmp_path: Path, content: str | bytes
) -> None:
    text = content if isinstance(content, str) else content.decode()
    boto3.client("secretsmanager").create_secret(Name=tmp_path.name, SecretString=text)
    with pytest.raises(KeyUnavailable) as caught:
        open_key(f"aws-secretsmanager:{tmp_path.name}").root()
    assert text not in str(caught.value)


def test_a_secret_that_does_not_exist_is_refused(aws: str) -> None:
    with pytest.raises(KeyUnavailable, match="ResourceNotFoundException") as caught:
        open_key("aws-secretsmanager:none").root()
    assert not caught.value.retryable


def test_without_credentials_or_region_it_is_refused(
    aws: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(KeyUnavailable, match="NoRegionError"):
        open_key("aws-secretsmanager:x").root()


# AWS answers badly


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers every request the same way."""

    status: ClassVar[int] = 200
    body: ClassVar[bytes] = b""
    seconds: ClassVar[float] = 0
    asked: ClassVar[int] = 0

    def do_POST(self) -> None:
        type(self).asked += 1
        time.sleep(self.seconds)
        with suppress(BrokenPipeError):  # who waited too long has gone
            self.send_response(self.status)
            self.send_header("Content-Length", str(len(self.body)))
            self.end_headers()
            self.wfile.write(self.body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def answering(
    aws: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int, bytes], type[Answers]]]:
    """Start a server that answers as told, in AWS's place."""

    class Told(Answers):
        pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Told)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")

    def answer(status: int, body: bytes, seconds: float = 0) -> type[Answers]:
        Told.status, Told.body, Told.seconds = status, body, seconds
        return Told

    yield answer
    server.shutdown()
    server.server_close()


SECRET = "Q2FuYXJ5" * 4


def error(code: str) -> bytes:
    return json.dumps({"__type": code, "message": f"the body holds {SECRET}"}).encode()


@pytest.mark.parametrize(
    ("status", "code", "retryable"),
    [
        (500, "InternalServiceError", True),
        (503, "ServiceUnavailable", True),
        (400, "ThrottlingException", True),
        (400, "AccessDeniedException", False),
        (400, "DecryptionFailure", False),
        (400, f"odd {SECRET}", False),
    ],
)
def test_an_error_says_whether_to_retry_and_nothing_of_the_body(
    answering: Any, status: int, code: str, *, retryable: bool
) -> None:
    handler = answering(status, error(code))
    with pytest.raises(KeyUnavailable) as caught:
        open_key("aws-secretsmanager:x").root()
    assert caught.value.retryable is retryable
    assert isinstance(caught.value, KeyProviderUnavailable) is retryable
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None
    assert handler.asked <= 3


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"SecretString": 5}', b"{}", b"[]"])
def test_an_answer_without_sense_is_refused(answering: Any, body: bytes) -> None:
    answering(200, body)
    with pytest.raises(KeyUnavailable) as caught:
        open_key("aws-secretsmanager:x").root()
    assert not caught.value.retryable


@pytest.mark.slow
def test_a_service_that_does_not_answer_is_left_in_bounded_time(
    answering: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = answering(200, b"{}", 30)
    began = time.monotonic()
    with pytest.raises(KeyProviderUnavailable, match="ReadTimeoutError"):
        open_key("aws-secretsmanager:x").root()
    assert time.monotonic() - began < 25
    assert handler.asked == 3


def test_a_service_that_is_not_there_may_come_back(
    aws: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(KeyProviderUnavailable, match="EndpointConnectionError"):
        open_key("aws-secretsmanager:x").root()
