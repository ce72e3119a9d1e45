"""Files on their way to S3."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Final, TypeVar

import pyarrow as pa
from botocore.exceptions import BotoCoreError, ClientError

from sluicegate.errors import OutputExists, SinkError, SinkUnavailable
from sluicegate.model.outcome import OutputFile
from sluicegate.sinks import s3_sweep
from sluicegate.sinks.durable import write_private
from sluicegate.sinks.failure import attempt as attempt_locally
from sluicegate.sinks.local import LocalSink
from sluicegate.sinks.location import local_path
from sluicegate.sinks.part_files import PartFiles
from sluicegate.sinks.s3_client import attempt, code_of, exists, is_missing, status_of
from sluicegate.sinks.s3_listing import list_objects
from sluicegate.sinks.s3_location import S3Location, run_of
from sluicegate.sinks.s3_object import open_object
from sluicegate.sinks.s3_upload import S3Uploads
from sluicegate.sinks.stored import Open, StoredFile, StoredFiles

T = TypeVar("T")

_FOLDER: Final = "_SLUICEGATE/"
_OCCUPIED: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_SERVER_FAILED: Final = 500
_CONFLICT_PAUSES: Final = (0.1, 0.5, 2.0)
"""Seconds; S3 says 409 when two conditional puts meet, and wants the later one again."""


class S3Staging:
    """Parts of uploads that become objects, and a release by the attestation that is put last.

    Failure mode: closed. After any error but ``OutputExists`` what was staged is removed, unless
    S3 did not answer to the last put: then nobody knows whether the release stands, and its
    objects stay. A retry of the run finds it, or a later sweep removes them.
    """

    def __init__(
        self,
        location: S3Location,
        folder: str,
        uploads: S3Uploads,
        files: PartFiles,
        check: Callable[[], None],
    ) -> None:
        self._location = location
        self._folder = folder
        self._uploads = uploads
        self._files = files
        self._check = check
        self._finished: tuple[OutputFile, ...] | None = None
        self._over = False
        self._living = location.key(folder)
        s3_sweep.LIVING.add(self._living)

    def write(self, batch: pa.RecordBatch) -> None:
        """Append masked rows. All batches have one schema.

        Raises:
            SinkUnavailable: S3 failed.
            SinkError: the batch does not fit, S3 refused, or staging has ended.
        """
        self._check_open()
        if self._finished is not None:
            raise SinkError("the staged files are finished already")
        self._attempt(lambda: self._files.write(batch))

    def finish(self) -> tuple[OutputFile, ...]:
        """Send all parts and return the files with their digests, in order; no object exists yet.

        Raises:
            SinkUnavailable: S3 failed.
        """
        self._check_open()
        if self._finished is None:
            self._finished = self._attempt(self._files.finish)
        return self._finished

    def stored(self) -> StoredFiles:
        """Make the objects, which no attestation names yet, and return them to be read.

        Raises:
            OutputExists: something stands there; what was staged stays, for the caller to discard.
            SinkUnavailable: S3 failed.
            SinkError: S3 refused.
        """
        files = self.finish()
        self._attempt(self._complete)
        return StoredFiles(files=self._readable(files), trial=self._trial)

    def publish(self, extra: Mapping[str, bytes]) -> None:
        """Put the extra ones beside the objects, the last only if none stands there.

        Raises:
            OutputExists: something stands there; what was staged stays, for the caller to discard.
            SinkUnavailable: S3 failed.
            SinkError: a name does not lie within ``_SLUICEGATE/``, or S3 refused.
        """
        self.finish()
        self._attempt(lambda: self._publish(extra))

    def quarantine(self, folder: str, extra: Mapping[str, bytes]) -> None:
        """Take back what was staged, and write the extra files to the local ``folder``.

        Rows that leaked are never made an object: a bucket that keeps versions would keep them.

        Raises:
            OutputExists: something stands at the folder.
            SinkUnavailable: no space is left.
        """
        self._check_open()
        path = local_path(folder)
        LocalSink().check(folder)
        self.discard()
        attempt_locally(path, lambda: write_private(path, extra))

    def discard(self) -> None:
        """Take back what was staged; safe to call more than once, and after ``publish``."""
        self._files.abandon()
        self._uploads.close()
        if not self._over:
            self._end()
            for upload in self._uploads.made:
                upload.remove()

    def _publish(self, extra: Mapping[str, bytes]) -> None:
        for name in extra:
            if not name.startswith(_FOLDER) or ".." in name.split("/"):
                raise SinkError(f"the name {name!r} does not lie within {_FOLDER}")
        self._complete()
        self._check_vacant()
        # A put may arrive although we are stopped in the middle of it: from here on nothing that
        # the attestation names is removed, unless S3 says that it does not stand.
        self._end()
        for name, content in extra.items():
            self._put(name, content)
        if extra:
            self._clear()

    def _complete(self) -> None:
        """Make the objects of what was sent, once."""
        self._check()
        self._check_vacant()
        for upload in self._uploads.made:
            if not upload.etag:
                upload.complete()

    def _readable(self, files: Iterable[OutputFile]) -> list[StoredFile]:
        def opener(name: str) -> Open:
            return lambda: open_object(self._uploads.client, self._location, name)

        return [StoredFile.of(file, opener(file.name)) for file in files]

    @contextmanager
    def _trial(self, batch: pa.RecordBatch) -> Iterator[Sequence[StoredFile]]:
        before = list(self._uploads.made)
        files = self._attempt(lambda: self._files.trial(batch))
        tried = [upload for upload in self._uploads.made if upload not in before]
        try:
            for upload in tried:
                self._attempt(upload.complete)
            yield self._readable(files)
        finally:
            self._uploads.made = before
            for upload in tried:
                upload.remove()

    def _check_vacant(self) -> None:
        """Raise if anything stands below the output but what runs stage, or ours has changed."""
        expected = {u.key: (u.bytes, u.etag) for u in self._uploads.made if u.etag}
        for item in list_objects(self._uploads.client, self._location):
            key = self._location.key(item.name)
            ours = expected.pop(key, None)
            if ours is None and run_of(item.name) in {"", self._folder}:
                raise exists(self._location)
            if ours is not None and ours != (item.bytes, item.etag):
                raise exists(self._location)
        if expected:
            raise SinkUnavailable("somebody removed what was staged", hint="try again")

    def _put(self, name: str, content: bytes) -> None:
        """Put an object where none stands; find out whether a put without an answer arrived."""
        for pause in (*_CONFLICT_PAUSES, None):
            try:
                self._uploads.client.put_object(
                    **self._at(name), Body=content, IfNoneMatch="*", ChecksumAlgorithm="SHA256",
                    **self._uploads.settings,
                )  # fmt: skip
            except ClientError as error:
                if pause is not None and code_of(error) == "ConditionalRequestConflict":
                    time.sleep(pause)
                    continue
                if status_of(error) >= _SERVER_FAILED:
                    self._settle(name, content)
                else:
                    self._refused(name, content, error)
            except BotoCoreError:
                self._settle(name, content)
            return

    def _refused(self, name: str, content: bytes, error: ClientError) -> None:
        """Raise, unless what stands there is ours: the answer to an earlier attempt was lost."""
        occupied = code_of(error) in _OCCUPIED
        if occupied and self._standing(name) == content:
            return
        self._over = False
        if occupied:
            raise exists(self._location)
        raise error

    def _settle(self, name: str, content: bytes) -> None:
        """Find out whether a put arrived that S3 did not answer to."""
        standing = None
        with suppress(ClientError, BotoCoreError):
            standing = self._standing(name)
        if standing == content:
            return
        raise SinkUnavailable(
            f"whether the output {self._location} is released is not known: S3 does not answer",
            hint="try the run again: it finds the release, or makes it",
        )

    def _standing(self, name: str) -> bytes | None:
        try:
            content: bytes = self._uploads.client.get_object(**self._at(name))["Body"].read()
        except ClientError as error:
            if not is_missing(error):
                raise
            return None
        return content

    def _clear(self) -> None:
        """Remove objects of other runs: none of them can publish here any more."""
        with suppress(ClientError, BotoCoreError):
            for item in list(list_objects(self._uploads.client, self._location)):
                if run_of(item.name) not in {"", self._folder}:
                    s3_sweep.remove(self._uploads.client, self._location, item.name)

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self._location.bucket, "Key": self._location.key(name)}

    def _end(self) -> None:
        self._over = True
        s3_sweep.LIVING.discard(self._living)

    def _check_open(self) -> None:
        if self._over:
            raise SinkError("the staged files are published or discarded already")

    def _attempt(self, action: Callable[[], T]) -> T:
        """Translate errors; whatever failed but an occupied output ends with nothing staged."""
        try:
            return attempt(self._location, action)
        except OutputExists:
            raise
        except BaseException:
            self.discard()
            raise
