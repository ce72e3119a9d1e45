"""How an error of a driver becomes one of ours without taking any of its text along."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sluicegate.errors import SluicegateError

T = TypeVar("T")


def attempt(action: Callable[[], T], translate: Callable[[Exception], SluicegateError]) -> T:
    """Run ``action``; raise what ``translate`` makes of its error.

    The new error is raised after the old one was left behind, so that neither ``__cause__`` nor
    ``__context__`` leads back to a driver's text, which may quote values (promise P1).

    Raises:
        SluicegateError: the action failed; ours pass through as they are.
    """
    try:
        return action()
    except SluicegateError:
        raise
    except Exception as error:  # noqa: BLE001  # drivers raise what they like; all is translated
        failure = translate(error)
    raise failure
