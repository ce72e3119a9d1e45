"""``open_dataset``: how a reader opens a release, and nothing but a release."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.dataset as ds
import pyarrow.fs as pafs

from sluicegate.errors import ConfigurationError, IntegrityError
from sluicegate.evidence.manifest import read_files
from sluicegate.evidence.place import open_place
from sluicegate.evidence.verification import verify_place
from sluicegate.gate.attested_files import AttestedFiles
from sluicegate.gate.trust import read_public_keys, trusted_keys
from sluicegate.settings import Settings
from sluicegate.sinks.s3_location import run_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.evidence.demands import Demands
    from sluicegate.model.outcome import OutputFile

_MOST_TOLD: Final = 5
_FORMATS: Final = {"parquet": "parquet", "arrow": "ipc", "csv": "csv", "jsonl": "json"}


def open_dataset(
    path: str | Path,
    *,
    trusted_keys: Mapping[str, bytes] | str | Path | None = None,
    purpose: str | None = None,
    demands: Demands | None = None,
) -> ds.Dataset:
    """Open a released output for reading, after all of it was verified.

    The signature, the file list and every byte are checked first; each later read is of the very
    files that were checked, or fails. CSV and JSON lines hold no types: CSV is read with those of
    the attestation, JSON lines as pyarrow infers them.

    Failure mode: closed.

    Args:
        path: A folder, or ``s3://bucket/prefix/``.
        trusted_keys: Key id → raw public key, or a file of ``key-id base64`` lines. Default: those
            that the settings name, and our own.
        purpose: What the data must have been released for; any, if not given.
        demands: What else must be true of the release, such as its age.

    Raises:
        IntegrityError: there is no attestation that holds, a file was changed, added or removed,
            it was released for another purpose, or a demand is not met.
        ConfigurationError: there is no key to trust.
        SinkError: S3 refused or failed.
    """
    if str(path).lower().startswith("table://"):
        raise ConfigurationError("a table is read by SQL", hint="`sluicegate verify` checks it")
    place = open_place(path)
    verification = verify_place(str(path), place, _keys(trusted_keys), demands)
    if not verification.ok:
        problems = [str(problem) for problem in verification.problems[:_MOST_TOLD]]
        raise IntegrityError(
            f"the output {path} is not as attested, or not as demanded: {'; '.join(problems)}",
            hint="nothing of it is read; find out who changed it",
        )
    predicate = verification.predicate
    if purpose is not None and predicate["plan"]["purpose"] != purpose:
        raise IntegrityError(f"the output {path} was not released for the purpose {purpose!r}")
    files = read_files(predicate)
    return _dataset(AttestedFiles(place, files), files, predicate)


def _keys(given: Mapping[str, bytes] | str | Path | None) -> Mapping[str, bytes]:
    if given is None:
        return trusted_keys(Settings.load())
    return given if isinstance(given, Mapping) else read_public_keys(Path(given))


def _dataset(
    handler: AttestedFiles, files: Sequence[OutputFile], predicate: Mapping[str, Any]
) -> ds.Dataset:
    types = {c["name"]: _type(c["type"]) for c in predicate["columns"]}
    kind = _kind(files[0].name) if files else "parquet"
    # Arrow has no JSON without a value
    read = [f for f in files if f.rows or kind != "jsonl"]
    if not read:
        fields = [(name, kind or pa.string()) for name, kind in types.items()]
        return ds.dataset(pa.schema(fields).empty_table())
    columns = predicate["plan"].get("options", {}).get("partition_by", ())
    partitioning = None
    if columns:
        fields = [(name, _spread(types[name]) or pa.string()) for name in columns]
        partitioning = ds.partitioning(pa.schema(fields), flavor="hive")
    return ds.dataset(
        [file.name for file in read],
        filesystem=pafs.PyFileSystem(handler),
        format=_csv(types) if kind == "csv" else _FORMATS[kind],
        partitioning=partitioning,
        partition_base_dir=run_of(read[0].name).rstrip("/"),
    )


def _kind(name: str) -> str:
    found = re.search(r"\.(parquet|arrow|csv|jsonl)(\.gz|\.zst)?$", name)
    if found is None:
        raise IntegrityError("the release holds files of a format that this version cannot read")
    return found[1]


def _csv(types: Mapping[str, pa.DataType | None]) -> ds.CsvFileFormat:
    """Read CSV as it was written: NULL is empty without quotes, an empty text has them."""
    return ds.CsvFileFormat(
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            column_types={name: kind for name, kind in types.items() if kind is not None},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _type(text: str) -> pa.DataType | None:
    """Read back the name of an Arrow type; ``None`` for those that text cannot hold anyway."""
    if found := re.fullmatch(r"decimal(128|256)\((\d+), (-?\d+)\)", text):
        build = pa.decimal128 if found[1] == "128" else pa.decimal256
        return build(int(found[2]), int(found[3]))
    if found := re.fullmatch(r"timestamp\[(s|ms|us|ns), tz=([^\]]+)\]", text):
        return pa.timestamp(found[1], found[2])
    try:
        return pa.type_for_alias(text)
    except ValueError:
        return None


def _spread(kind: pa.DataType | None) -> pa.DataType | None:
    """Return the type of a partition column: folders tell timestamps in UTC."""
    if kind is not None and pa.types.is_timestamp(kind) and kind.tz:
        return pa.timestamp(kind.unit, "UTC")
    return kind
