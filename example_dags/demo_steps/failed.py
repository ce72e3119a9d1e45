"""The one error of the demo."""

from __future__ import annotations


class DemoFailed(Exception):
    """Something did not happen as told; the message says what, and holds no value."""
