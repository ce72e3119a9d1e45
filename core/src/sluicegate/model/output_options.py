"""How released rows are written."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, Self, get_args

from sluicegate.errors import ConfigurationError, UnknownNameError, UnsafeOptionWarning

FileFormat = Literal["parquet", "arrow", "csv", "jsonl"]
IfExists = Literal["fail", "replace"]

COMPRESSIONS: Final = {
    "parquet": ("zstd", "snappy", "gzip", "lz4", "brotli", "none"),
    "arrow": ("zstd", "lz4", "none"),
    "csv": ("none", "gzip", "zstd"),
    "jsonl": ("none", "gzip", "zstd"),
}
"""Format → its compressions, the default first."""
_LEVELS: Final = {"zstd": (1, 22), "gzip": (1, 9), "brotli": (0, 11)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """Format and layout of an output. The plan's digest binds all of it.

    Raises:
        UnknownNameError: there is no such format or compression.
        ConfigurationError: a number is out of range, or an option does not go with the format.
    """

    format: FileFormat = "parquet"
    compression: str = ""
    """Empty: the first that ``COMPRESSIONS`` lists for the format."""
    compression_level: int | None = None
    """Of ``zstd`` (1 to 22), ``gzip`` (1 to 9) or ``brotli`` (0 to 11); Parquet and Arrow only."""
    rows_per_file: int = 1_000_000
    """Rows after which the next file begins."""
    bytes_per_file: int | None = None
    """Bytes on disk after which the next file begins, at the end of a row group."""
    rows_per_group: int = 131_072
    """Most rows of a Parquet row group or an Arrow record batch; about 64 MiB end one, too."""
    partition_by: tuple[str, ...] = ()
    """Columns whose values become folders, ``column=value``, and leave the files."""
    unsafe_csv_formulas: bool = False
    """Whether CSV cells may begin as a spreadsheet's formula does; they get a ``'`` if not."""
    kms_key: str = ""
    """S3: id, alias or ARN of the KMS key to encrypt with. Empty: as the bucket says."""
    if_exists: IfExists = "fail"
    """Tables: ``replace`` puts the new rows where an attested release of ours stands."""

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Self:
        """Build them from names and values as configurations and command lines hold them.

        Text is read as the option's type: ``"100"``, ``"true"``, ``"plan,day"``.

        Raises:
            UnknownNameError: there is no such option.
            ConfigurationError: a value is not of the option's type; it is not shown.
        """
        known = {field.name for field in fields(cls)}
        for name in options:
            if name not in known:
                raise UnknownNameError.of("output option", str(name), known)
        return cls(**{name: _read(name, value) for name, value in options.items()})

    def __post_init__(self) -> None:
        if self.format not in COMPRESSIONS:
            raise UnknownNameError.of("format", str(self.format), COMPRESSIONS)
        known = COMPRESSIONS[self.format]
        if self.compression and self.compression not in known:
            raise UnknownNameError.of(f"compression of {self.format}", self.compression, known)
        if self.if_exists not in get_args(IfExists):
            known = get_args(IfExists)
            raise UnknownNameError.of("choice of if_exists", str(self.if_exists), known)
        self._check_level()
        self._check_sizes()
        self._check_columns()

    @property
    def codec(self) -> str:
        """The compression that is meant."""
        return self.compression or COMPRESSIONS[self.format][0]

    def _check_formulas(self) -> None:
        if self.format != "csv":
            raise ConfigurationError("unsafe_csv_formulas is about CSV only")
        warnings.warn(
            "unsafe_csv_formulas: a spreadsheet may run what cells of this output hold",
            UnsafeOptionWarning,
            stacklevel=4,
        )

    def _check_level(self) -> None:
        if self.compression_level is None:
            return
        if self.codec not in _LEVELS or self.format not in {"parquet", "arrow"}:
            raise ConfigurationError(f"{self.codec} has no levels to choose in {self.format}")
        lowest, highest = _LEVELS[self.codec]
        if not lowest <= self.compression_level <= highest:
            raise ConfigurationError(f"a level of {self.codec} is {lowest} to {highest}")

    def _check_sizes(self) -> None:
        if self.rows_per_file < 1 or self.rows_per_group < 1:
            raise ConfigurationError("a file and a row group need at least one row")
        if self.bytes_per_file is not None and self.bytes_per_file < 1:
            raise ConfigurationError("a file needs at least one byte")

    def _check_columns(self) -> None:
        if len(set(self.partition_by)) != len(self.partition_by) or "" in self.partition_by:
            raise ConfigurationError("partition_by names a column twice, or none")
        if self.unsafe_csv_formulas:
            self._check_formulas()


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise TypeError
    return int(value)


def _columns(value: object) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, (list, tuple)) or not all(isinstance(item, str) for item in items):
        raise TypeError
    return tuple(item.strip() for item in items)


def _switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}[str(value).lower()]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


_READERS: Final = {
    "compression_level": _whole,
    "rows_per_file": _whole,
    "bytes_per_file": _whole,
    "rows_per_group": _whole,
    "partition_by": _columns,
    "unsafe_csv_formulas": _switch,
}


def _read(name: str, value: object) -> Any:
    if value is None and name in {"compression_level", "bytes_per_file"}:
        return None
    try:
        return _READERS.get(name, _text)(value)
    except (TypeError, ValueError, KeyError):
        raise ConfigurationError(f"the output option {name!r} has a wrong value") from None
