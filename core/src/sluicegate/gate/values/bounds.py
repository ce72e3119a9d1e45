"""How far a look goes. Beyond a bound a value counts as unread: the failure mode is closed."""

from __future__ import annotations

from typing import Final

DEPTH: Final = 48
"""Containers in containers, encodings counted in."""
NODES: Final = 2_000_000
"""Values, keys and attributes of one look: some seconds of work."""
BYTES: Final = 64 << 20
"""Bytes of text of one look, what was unpacked counted in; one to some seconds of work."""
UNPACKED: Final = 16 << 20
"""Bytes that one compressed value may unpack to."""
BITS: Final = 4096
"""Bits of the longest integer that is written as text."""
OPAQUE: Final = 64
"""Bytes that need not be understood: a digest or a signature is no longer."""
