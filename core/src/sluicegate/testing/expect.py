"""A small stand-in for ``pytest.raises``, so that the kit does not need pytest to be imported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Caught:
    """Holds the error once the block has ended."""

    error: Exception | None = None


@contextmanager
def expect(kind: type[Exception], *, hidden: str = "") -> Iterator[Caught]:
    """Fail unless the block raises ``kind`` whose text and causes do not hold ``hidden``."""
    caught = Caught()
    try:
        yield caught
    except kind as error:
        caught.error = error
        chain: BaseException | None = error
        while hidden and chain is not None:
            assert hidden not in f"{chain}{chain!r}", "the error shows a value"
            chain = chain.__cause__ or chain.__context__
        return
    raise AssertionError(f"{kind.__name__} was expected")
