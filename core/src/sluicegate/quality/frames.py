"""Arrow as pandas frames, for libraries that judge those."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def to_pandas(rows: pa.RecordBatch | pa.Table) -> Any:
    """Turn rows into a frame. Arrow numbers its rows, so one without columns has its rows too."""
    import pandas as pd  # noqa: PLC0415 - comes with the libraries that need it

    if not rows.num_columns:
        return pd.DataFrame(index=range(rows.num_rows))
    return rows.to_pandas(date_as_object=True)
