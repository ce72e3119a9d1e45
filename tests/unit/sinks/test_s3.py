"""The sink on S3: failing stores, crashes, rivals and attackers, and buckets that may not be used."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fault_proxy import Fault
from sluicegate.errors import ConfigurationError, OutputExists, SinkError, SinkUnavailable
from sluicegate.model.decision import StoreTerms
from sluicegate.model.output_options import OutputOptions
from sluicegate.sinks import ATTESTATION, open_sink
from sluicegate.sinks.s3_location import s3_location
from sluicegate.testing.sinks import batch, stage

EXTRA = {ATTESTATION: b'{"ours": true}'}
OTHERS = b'{"theirs": true}'


@pytest.fixture
def bucket(object_store: Any) -> str:
    name: str = object_store.bucket()
    return name


@pytest.fixture
def output(bucket: str) -> str:
    return f"s3://{bucket}/lake/customers/"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait as long as S3 would have us, only faster."""
    monkeypatch.setattr(
        "botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.01
    )


def rows(store: Any, bucket: str) -> int:
    keys = [k for k in store.keys(bucket) if k.endswith(".parquet")]
    return sum(pq.read_table(io.BytesIO(store.content(bucket, k))).num_rows for k in keys)


def assert_nothing_is_left(store: Any, bucket: str) -> None:
    assert store.keys(bucket) == []
    assert store.uploads(bucket) == []


STEPS = {
    "list": r"GET /[^/]+\?list-type",
    "create": r"POST .*\?uploads",
    "part": r"PUT .*partNumber",
    "complete": r"POST .*uploadId",
    "attestation": r"PUT .*attestation\.json",
}


@pytest.mark.parametrize("step", STEPS)
def test_a_store_that_fails_twice_is_asked_again(
    object_store: Any, bucket: str, output: str, step: str, quick: None
) -> None:
    fault = object_store.proxy.fail(Fault(pattern=STEPS[step], times=2))
    staging = stage(open_sink(output), output)
    staging.write(batch(5))
    staging.publish(EXTRA)
    assert fault.seen == 2
    assert rows(object_store, bucket) == 5
    assert object_store.uploads(bucket) == []


@pytest.mark.parametrize("step", ["create", "part", "complete"])
def test_a_store_that_keeps_failing_leaves_nothing(
    object_store: Any, bucket: str, output: str, step: str, quick: None
) -> None:
    sink = open_sink(output)
    staging = stage(sink, output)
    object_store.proxy.fail(Fault(pattern=STEPS[step]))
    staging.write(batch(5))
    with pytest.raises(SinkUnavailable) as caught:
        staging.publish(EXTRA)
    assert caught.value.retryable
    assert "canary" not in f"{caught.value!s}{caught.value!r}{caught.value.__context__!r}"
    assert caught.value.__cause__ is None
    staging.discard()
    object_store.proxy.clear()
    assert_nothing_is_left(object_store, bucket)


@pytest.mark.parametrize("step", ["create", "part", "complete", "attestation"])
def test_an_answer_that_is_lost_does_no_harm(
    object_store: Any, bucket: str, output: str, step: str, quick: None
) -> None:
    fault = object_store.proxy.fail(Fault(pattern=STEPS[step], times=1, after=True))
    staging = stage(open_sink(output), output)
    staging.write(batch(5))
    staging.publish(EXTRA)
    assert fault.seen == 1
    assert rows(object_store, bucket) == 5
    assert object_store.content(bucket, f"lake/customers/{ATTESTATION}") == EXTRA[ATTESTATION]


@pytest.mark.parametrize("arrived", [True, False])
def test_a_release_that_may_stand_is_not_torn_down(
    object_store: Any, bucket: str, output: str, arrived: bool, quick: None
) -> None:
    """S3 answers nothing at the last step: what the attestation may name must stay."""
    sink = open_sink(output)
    staging = stage(sink, output)
    staging.write(batch(5))
    staging.finish()
    object_store.proxy.fail(Fault(pattern=STEPS["attestation"], after=arrived))
    object_store.proxy.fail(Fault(pattern=r"GET .*attestation\.json"))
    with pytest.raises(SinkUnavailable, match="not known"):
        staging.publish(EXTRA)
    staging.discard()
    object_store.proxy.clear()
    assert rows(object_store, bucket) == 5
    assert (sink.attestation(output) is not None) == arrived
    if arrived:
        with pytest.raises(OutputExists):
            sink.check(output)
    else:
        again = stage(sink, output)
        again.write(batch(5))
        again.publish(EXTRA)
        assert rows(object_store, bucket) == 5, "what the first try left is removed"


@pytest.mark.parametrize("moment", ["put", "answered"])
def test_being_stopped_at_the_last_step_tears_nothing_down(
    object_store: Any, bucket: str, output: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An orchestrator kills the task while the attestation is put: it stands, so must its data."""
    sink: Any = open_sink(output)
    staging = stage(sink, output)
    staging.write(batch(5))
    staging.finish()
    real = sink.client.put_object

    def put(**given: Any) -> Any:
        real(**given)
        raise SystemExit(143)

    if moment == "put":
        monkeypatch.setattr(sink.client, "put_object", put)
    else:
        monkeypatch.setattr(type(staging), "_clear", lambda _: sys.exit(143))
    with pytest.raises(SystemExit):
        staging.publish(EXTRA)
    staging.discard()
    assert sink.attestation(output) == EXTRA[ATTESTATION]
    assert rows(object_store, bucket) == 5


def test_being_stopped_before_the_last_step_leaves_nothing(
    object_store: Any, bucket: str, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink: Any = open_sink(output)
    staging = stage(sink, output)
    staging.write(batch(5))
    looked: list[int] = []

    def look(_: Any) -> None:
        looked.append(1)
        if len(looked) == 2:
            sys.exit(143)

    monkeypatch.setattr(type(staging), "_check_vacant", look)
    with pytest.raises(SystemExit):
        staging.publish(EXTRA)
    assert_nothing_is_left(object_store, bucket)


def test_an_attestation_that_is_refused_leaves_nothing(
    object_store: Any, bucket: str, output: str
) -> None:
    staging = stage(open_sink(output), output)
    staging.write(batch(5))
    object_store.proxy.fail(Fault(pattern=STEPS["attestation"], status=403))
    with pytest.raises(SinkError):
        staging.publish(EXTRA)
    assert_nothing_is_left(object_store, bucket)


def test_a_slow_store_is_waited_for(
    object_store: Any, bucket: str, output: str, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sluicegate.sinks.s3_client._READ_SECONDS", 1)
    sink = open_sink(output)
    object_store.proxy.fail(Fault(pattern=STEPS["part"], times=1, seconds=2.5, after=True))
    staging = stage(sink, output)
    staging.write(batch(5))
    staging.publish(EXTRA)
    assert rows(object_store, bucket) == 5


def test_a_store_that_never_answers_is_unavailable(
    object_store: Any, output: str, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sluicegate.sinks.s3_client._READ_SECONDS", 0.3)
    sink = open_sink(output)
    staging = stage(sink, output)
    object_store.proxy.fail(Fault(pattern=STEPS["part"], seconds=1.5))
    staging.write(batch(5))
    with pytest.raises(SinkUnavailable, match="ReadTimeoutError"):
        staging.finish()


def test_without_credentials_it_says_what_is_missing(
    object_store: Any, output: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with pytest.raises(ConfigurationError, match="credentials"):
        open_sink(output).check(output)


def test_nobody_there(output: str, monkeypatch: pytest.MonkeyPatch, quick: None) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(SinkUnavailable):
        open_sink(output).check(output)


def test_parts_are_sent_while_rows_come(object_store: Any, output: str) -> None:
    staging = stage(open_sink(output, OutputOptions(compression="none")), output)
    for _ in range(6):
        noise = pa.array([os.urandom(1_000_000) for _ in range(16)])
        staging.write(pa.record_batch({"noise": noise}))
    sent = [r for r in object_store.proxy.requests if re.search(STEPS["part"], r)]
    assert len(sent) >= 7
    (file,) = staging.finish()
    staging.publish(EXTRA)
    assert file.bytes > 96_000_000


def test_the_same_rows_make_the_same_bytes(object_store: Any, bucket: str) -> None:
    digests = []
    for number in range(2):
        output = f"s3://{bucket}/lake/{number}/"
        staging = stage(open_sink(output), output)
        staging.write(batch(1000))
        digests.append([f.sha256 for f in staging.finish()])
        staging.publish(EXTRA)
    assert digests[0] == digests[1]


# ------------------------------------------------------------------------- rivals and attackers


def test_of_two_runs_one_publishes(object_store: Any, bucket: str, output: str) -> None:
    """The rival's attestation comes at the last moment: after our look, before our put."""
    sink = open_sink(output)
    staging = stage(sink, output)
    staging.write(batch(5))

    def rival() -> None:
        object_store.client.put_object(
            Bucket=bucket, Key=f"lake/customers/{ATTESTATION}", Body=OTHERS
        )

    object_store.proxy.fail(Fault(pattern=STEPS["attestation"], times=1, then=rival))
    with pytest.raises(OutputExists):
        staging.publish(EXTRA)
    staging.discard()
    assert object_store.keys(bucket) == [f"lake/customers/{ATTESTATION}"]
    assert sink.attestation(output) == OTHERS


@pytest.mark.parametrize(
    "name", ["x.parquet", "_SLUICEGATE/other.json", "run-1/part-00000.parquet"]
)
@pytest.mark.parametrize("moment", ["before", "staged", "completed"])
def test_what_others_put_there_stops_the_release(
    object_store: Any, bucket: str, output: str, name: str, moment: str
) -> None:
    def put() -> None:
        object_store.client.put_object(Bucket=bucket, Key=f"lake/customers/{name}", Body=b"x")

    sink = open_sink(output)
    if moment == "before":
        put()
        with pytest.raises(OutputExists):
            sink.check(output)
    else:
        staging = stage(sink, output)
        staging.write(batch(1))
        staging.finish()
        if moment == "staged":
            put()
        else:
            object_store.proxy.fail(Fault(pattern=STEPS["complete"], times=1, then=put))
        with pytest.raises(OutputExists):
            staging.publish(EXTRA)
        staging.discard()
    assert object_store.keys(bucket) == [f"lake/customers/{name}"]
    assert object_store.uploads(bucket) == []


@pytest.mark.parametrize("harm", ["overwrite", "delete", "add"])
def test_what_is_done_to_the_objects_before_the_attestation_stops_the_release(
    object_store: Any, bucket: str, output: str, harm: str
) -> None:
    staging = stage(open_sink(output), output)
    staging.write(batch(1))
    (file,) = staging.finish()
    key = f"lake/customers/{file.name}"
    looks = 0

    def do() -> None:
        nonlocal looks
        looks += 1
        if looks != 2:  # the first look is before the objects are made
            return
        if harm == "delete":
            object_store.client.delete_object(Bucket=bucket, Key=key)
        else:
            changed = key if harm == "overwrite" else f"{key}.more"
            object_store.client.put_object(Bucket=bucket, Key=changed, Body=b"x")

    object_store.proxy.fail(Fault(pattern=STEPS["list"], then=do))
    with pytest.raises(SinkUnavailable if harm == "delete" else OutputExists):
        staging.publish(EXTRA)
    staging.discard()
    object_store.proxy.clear()
    assert f"lake/customers/{ATTESTATION}" not in object_store.keys(bucket)


def test_an_upload_that_somebody_aborts(
    object_store: Any, bucket: str, output: str, quick: None
) -> None:
    staging = stage(open_sink(output), output)
    staging.write(batch(1))
    staging.finish()
    for upload in object_store.client.list_multipart_uploads(Bucket=bucket)["Uploads"]:
        object_store.client.abort_multipart_upload(
            Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"]
        )
    with pytest.raises(SinkUnavailable):
        staging.publish(EXTRA)
    assert_nothing_is_left(object_store, bucket)


def test_folders_that_consoles_make_are_no_data(
    object_store: Any, bucket: str, output: str
) -> None:
    object_store.client.put_object(Bucket=bucket, Key="lake/customers/", Body=b"")
    open_sink(output).check(output)


def test_a_neighbour_with_a_longer_name_is_another_output(
    object_store: Any, bucket: str, output: str
) -> None:
    object_store.client.put_object(Bucket=bucket, Key="lake/customers2/x", Body=b"x")
    open_sink(output).check(output)


# ------------------------------------------------------------------------- crashes and sweeping

_CRASH = """
import sys, time
from sluicegate.sinks import open_sink
from sluicegate.testing.sinks import batch, stage
staging = stage(open_sink(sys.argv[1]), sys.argv[1])
staging.write(batch(25))
staging.finish()
if sys.argv[2] == "completed":
    for upload in staging._uploads.made: upload.complete()
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture(params=["staged", "completed"])
def crashed(request: pytest.FixtureRequest, object_store: Any, output: str) -> str:
    child = subprocess.Popen(
        [sys.executable, "-c", _CRASH, output, request.param], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    return str(request.param)


def test_a_crash_leaves_nothing_that_is_a_release(
    object_store: Any, bucket: str, output: str, crashed: str
) -> None:
    sink = open_sink(output)
    assert sink.attestation(output) is None
    assert bool(object_store.keys(bucket)) == (crashed == "completed")
    assert sink.sweep(output) == 0, "it may be a slow run"
    staging = stage(sink, output)
    staging.write(batch(7))
    staging.publish(EXTRA)
    assert rows(object_store, bucket) == 7
    assert sink.sweep(output, older_than_seconds=0) == 0, "nothing is swept at a release"


def test_what_crashed_is_swept(object_store: Any, bucket: str, output: str, crashed: str) -> None:
    sink = open_sink(output)
    living = stage(sink, output)
    living.write(batch(3))
    living.finish()
    assert sink.sweep(output, older_than_seconds=0) == 1
    assert object_store.keys(bucket) == []
    living.publish(EXTRA)
    assert rows(object_store, bucket) == 3


_WHOLE_RUN = """
import json, sys
from sluicegate.model.output_options import OutputOptions
from sluicegate.sinks import ATTESTATION, open_sink
from sluicegate.testing.sinks import batch, stage
output = sys.argv[1]
staging = stage(open_sink(output, OutputOptions(rows_per_file=2000)), output)
print("begun", flush=True)
for _ in range(6): staging.write(batch(1000))
files = [[f.name, f.sha256] for f in staging.finish()]
staging.publish({ATTESTATION: json.dumps(files).encode()})
print("done", flush=True)
"""


@pytest.mark.slow
def test_killed_at_any_moment_there_is_a_whole_release_or_none(
    object_store: Any, bucket: str, output: str
) -> None:
    chance, longest = random.Random(20260301), 0.0
    ends: set[str] = set()
    for number in range(13):
        mine = f"{output}{number}/"
        child = subprocess.Popen(
            [sys.executable, "-c", _WHOLE_RUN, mine], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout
        assert child.stdout.readline() == "begun\n"
        began = time.monotonic()
        if number:
            time.sleep(chance.uniform(0, longest))
            child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        longest = longest or time.monotonic() - began
        attestation = open_sink(mine).attestation(mine)
        ends.add("none" if attestation is None else "whole")
        for name, sha256 in json.loads(attestation or b"[]"):
            content = object_store.content(bucket, f"lake/customers/{number}/{name}")
            assert hashlib.sha256(content).hexdigest() == sha256
    assert ends == {"none", "whole"}, "the first run is not killed"


def test_sweeping_knows_only_its_own_names(object_store: Any, bucket: str, output: str) -> None:
    folder = "run-20200101T000000Z-000000000000-0000000000000000"
    kept = [
        "lake/customers/run-20200101T000000Z-x/a",
        f"lake/other/{folder}/part-00000.parquet",
    ]
    for key in kept:
        object_store.client.put_object(Bucket=bucket, Key=key, Body=b"x")
        object_store.client.create_multipart_upload(Bucket=bucket, Key=key)
    assert open_sink(output).sweep(output, older_than_seconds=0) == 0
    assert object_store.keys(bucket) == sorted(kept)
    assert object_store.uploads(bucket) == sorted(kept)


def test_a_wrong_clock_here_sweeps_nothing(
    object_store: Any, bucket: str, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ages are told by S3's clock alone, at both ends."""
    key = "lake/customers/run-{}-000000000000-0000000000000000/part-00000.parquet"
    now = object_store.client.list_buckets()["ResponseMetadata"]["HTTPHeaders"]["date"]
    from email.utils import parsedate_to_datetime

    fresh = key.format(parsedate_to_datetime(now).strftime("%Y%m%dT%H%M%SZ"))
    stale = key.format("20200101T000000Z")
    for each in (fresh, stale):
        object_store.client.create_multipart_upload(Bucket=bucket, Key=each)

    import sluicegate.sinks.s3 as module

    class Ahead(module.datetime):  # type: ignore[misc, name-defined]
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return super().now(tz).replace(year=2099)

    monkeypatch.setattr(module, "datetime", Ahead)
    assert open_sink(output).sweep(output) == 1
    assert object_store.uploads(bucket) == [fresh]


# ------------------------------------------------------------------------- buckets


ANYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"


def make_public(store: Any, bucket: str, how: str) -> None:
    if how == "acl":
        store.client.put_bucket_acl(Bucket=bucket, GrantRead=f'uri="{ANYBODY}"')
        return
    statement = {
        "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }  # fmt: skip
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    store.client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def block(store: Any, bucket: str, **blocks: bool) -> None:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    store.client.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={n: blocks.get(n, False) for n in names}
    )


def test_a_bucket_that_anybody_reads_by_its_acl_is_refused(
    object_store: Any, bucket: str, output: str
) -> None:
    make_public(object_store, bucket, "acl")
    with pytest.raises(SinkError, match="read by others"):
        open_sink(output).check(output)
    open_sink(output, None, StoreTerms(public=True)).check(output)
    block(object_store, bucket, IgnorePublicAcls=True)
    open_sink(output).check(output)


def test_a_bucket_that_anybody_reads_by_its_policy_is_refused(
    object_store: Any, bucket: str, output: str
) -> None:
    make_public(object_store, bucket, "policy")
    with pytest.raises(SinkError, match="read by others"):
        open_sink(output).check(output)
    block(object_store, bucket, RestrictPublicBuckets=True)
    open_sink(output).check(output)


def test_a_bucket_that_becomes_public_meanwhile_is_refused(
    object_store: Any, bucket: str, output: str
) -> None:
    staging = stage(open_sink(output), output)
    staging.write(batch(1))
    make_public(object_store, bucket, "acl")
    with pytest.raises(SinkError, match="read by others"):
        staging.publish(EXTRA)
    assert_nothing_is_left(object_store, bucket)


def test_a_bucket_without_encryption_is_refused(object_store: Any) -> None:
    output = f"s3://{object_store.bucket(encrypted=False)}/lake/"
    with pytest.raises(SinkError, match="encryption"):
        open_sink(output).check(output)
    open_sink(output, None, StoreTerms(unencrypted=True)).check(output)
    open_sink(output, OutputOptions(kms_key="alias/lake")).check(output)


@pytest.mark.parametrize("question", ["publicAccessBlock", "policyStatus", "acl", "encryption"])
def test_what_may_not_be_looked_at_is_not_trusted(
    object_store: Any, output: str, question: str
) -> None:
    object_store.proxy.fail(Fault(pattern=rf"\?{question}", status=403))
    with pytest.raises(SinkError) as caught:
        open_sink(output).check(output)
    assert not caught.value.retryable


def test_objects_bear_key_and_tags(object_store: Any, bucket: str, output: str) -> None:
    sink = open_sink(output, OutputOptions(kms_key="alias/lake"))
    purpose = "churn & <training>" + "é" * 300
    labels = {"sluicegate-run": "sha256:ab", "sluicegate-purpose": purpose}
    staging = sink.stage(output, "run", lambda _: {}, labels)
    staging.write(batch(1))
    staging.publish(EXTRA)
    for key in object_store.keys(bucket):
        head = object_store.client.head_object(Bucket=bucket, Key=key)
        assert head["ServerSideEncryption"] == "aws:kms"
        assert head["SSEKMSKeyId"] == "alias/lake"
        tags = object_store.client.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        found = {tag["Key"]: tag["Value"] for tag in tags}
        assert found["sluicegate-run"] == "sha256:ab"
        assert found["sluicegate-purpose"].startswith("churn _ _training_")
        assert len(found["sluicegate-purpose"]) == 256


@pytest.mark.parametrize(
    "output",
    [
        "s3://", "s3://lake", "s3://lake/", "s3://LAKE/a", "s3://la..ke/a", "s3://lake//a",
        "s3://lake/a//b", "s3://lake/../a", "s3://lake/a/..", "s3://lake/a/./b", "s3://lake/a\\b",
        "s3://lake/a?b", "s3://lake/a#b", "s3://lake/a\nb", "s3://user@lake/a", "s3://lake:9000/a",
        "s3://lake/_SLUICEGATE", "s3://lake/a/_sluicegate/b", "s3://lake/" + "a" * 600,
        "s3://lake/a\u202eb",
    ],
)  # fmt: skip
def test_odd_outputs_are_refused(output: str) -> None:
    with pytest.raises(ConfigurationError):
        open_sink(output)


def test_a_prefix_is_taken_as_it_is() -> None:
    location = s3_location("S3A://lake-1/a%2F..%2Fb/dt=2026-01-01/é")
    assert (location.bucket, location.prefix) == ("lake-1", "a%2F..%2Fb/dt=2026-01-01/é/")


def test_missing_buckets_and_rights(object_store: Any, output: str) -> None:
    with pytest.raises(SinkError, match="NoSuchBucket"):
        open_sink("s3://lake-nobody-made/a").check("s3://lake-nobody-made/a")
    object_store.proxy.fail(Fault(pattern=STEPS["create"], status=403))
    with pytest.raises(SinkError) as caught:
        open_sink(output).check(output)
    assert not caught.value.retryable


def test_what_leaked_is_no_object(
    object_store: Any, bucket: str, output: str, tmp_path: Any
) -> None:
    staging = stage(open_sink(output), output)
    staging.write(batch(5))
    staging.quarantine(str(tmp_path / "q" / "run"), {"_SLUICEGATE/findings.json": b"[]"})
    assert_nothing_is_left(object_store, bucket)
    assert (tmp_path / "q" / "run" / "_SLUICEGATE" / "findings.json").read_bytes() == b"[]"
    assert (tmp_path / "q" / "run").stat().st_mode & 0o777 == 0o700
    assert not any(" 200" in r and "uploadId" in r for r in object_store.proxy.requests)
    assert not [r for r in object_store.proxy.requests if re.match(STEPS["complete"], r)]


def test_digests_are_of_what_stands_there(object_store: Any, bucket: str, output: str) -> None:
    sink = open_sink(output, OutputOptions(partition_by=("text",), format="csv"))
    staging = stage(sink, output)
    staging.write(batch(3))
    files = staging.finish()
    staging.publish(EXTRA)
    for file in files:
        content = object_store.content(bucket, f"lake/customers/{file.name}")
        assert hashlib.sha256(content).hexdigest() == file.sha256
        assert re.match(r"run-[^/]+/text=text%20\d/part-0000\d\.csv$", file.name)
