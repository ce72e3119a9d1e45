"""Reads what was released, and compares it with the shop and with another release of the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from example_dags.demo_steps.failed import DemoFailed
from example_dags.shop import Planted

from sluicegate.evidence import ATTESTATION
from sluicegate.gate.keys import open_keyring, opened_keys
from sluicegate.mask import Pseudonymizer, inner_digest
from sluicegate.model.data import DataClass
from sluicegate.settings import Settings

_SHOWN = ("email", "birth_date", "card_number", "notes")


def find_release(lake: Path, *, besides: Sequence[Path] = ()) -> Path:
    """Return the output that stands below ``lake`` besides those that are known.

    Raises:
        DemoFailed: there is none, or more than one.
    """
    attested = sorted(path.parents[1] for path in lake.glob(f"**/{ATTESTATION}"))
    found = [output for output in attested if output not in besides]
    if len(found) != 1:
        raise DemoFailed(f"{len(found)} new outputs stand below {lake}, and one was expected")
    return found[0]


def read_release(output: Path) -> pa.Table:
    """Read all Parquet files of an output."""
    return pa.concat_tables(pq.read_table(file) for file in sorted(output.glob("*.parquet")))


def same_values(first: pa.Table, second: pa.Table) -> bool:
    """Tell whether two releases hold the same rows, byte for byte; their order may differ."""
    if first.schema.names != second.schema.names:
        return False
    order = [(name, "ascending") for name in first.schema.names]
    return bool(first.sort_by(order).equals(second.sort_by(order)))


def texts_of(table: pa.Table) -> bytes:
    """Return every distinct text of a table, a line each."""
    columns = (c for c in table.columns if pa.types.is_string(c.type) or _is_large(c.type))
    distinct = (pc.unique(column).drop_null() for column in columns)
    return "\n".join(value.as_py() for array in distinct for value in array).encode()


def planted_in(release: pa.Table, planted: Planted) -> dict[str, int]:
    """Count the planted values that stand anywhere in a release, by data class."""
    return planted.found_in(texts_of(release))


def search(folder: Path, planted: Planted, password: str) -> tuple[int, list[tuple[Path, str]]]:
    """Search every file below ``folder`` for planted values and for the password.

    Parquet files are searched as they are and as the texts they hold.

    Returns:
        The number of files, and each file and data class in which something was found.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    found = []
    for path in files:
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content += texts_of(pq.read_table(path))
        found += [(path, data_class) for data_class in planted.found_in(content)]
        if password and password.encode() in content:
            found.append((path, "password"))
    return len(files), found


def pseudonyms(ids: pa.Array, *, settings: Settings, purpose: str) -> list[str]:
    """Compute what the gate makes of customer ids; only who holds root key and key store can.

    Args:
        ids: Ids as they stand in the database.
        settings: Tell where the keys are.
        purpose: Each purpose has its own pseudonyms.
    """
    with opened_keys(settings) as (keys, _):
        keyring = open_keyring(settings).holding(keys.current(purpose, by="demo"))
    pseudonymizer = Pseudonymizer(keyring.derive("pseudonym", purpose))
    digests = inner_digest(ids, DataClass("customer_id"))
    result: list[str] = pseudonymizer.apply(digests, 32).to_pylist()
    return result


def before_and_after(
    customers: pa.Table, release: pa.Table, names: Sequence[str]
) -> list[tuple[str, ...]]:
    """Pair customers with their released rows: one row before, one row after, for each.

    Args:
        customers: Raw rows, from the generator.
        release: Masked rows.
        names: The pseudonym of each customer's id.
    """
    rows = []
    for raw, name in zip(customers.to_pylist(), names, strict=True):
        masked = release.filter(pc.equal(release["id"], name)).slice(0, 1).to_pylist()
        if not masked:
            raise DemoFailed("a customer of the shop is missing in the release")
        rows.append(("before", str(raw["id"]), *(str(raw[column]) for column in _SHOWN)))
        rows.append(("after", _short(name), *(_short(str(masked[0][c])) for c in _SHOWN)))
    return rows


def _short(text: str) -> str:
    return f"{text[:12]}…" if re.fullmatch(r"[0-9a-f]{32}", text) else text


def _is_large(kind: pa.DataType) -> bool:
    return bool(pa.types.is_large_string(kind))
