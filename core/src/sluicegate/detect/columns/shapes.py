"""The shapes of values: patterns over a whole cell that tell what kind of thing it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

# No pattern may have two ways to match one text: a cell may be written to make it try all of them.
SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "uuid": re.compile(r"\{?[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}?"),
    "hex": re.compile(r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})", re.IGNORECASE),
    "hash": re.compile(r"\$(?:2[abxy]|argon2id?|argon2i|5|6|scrypt|pbkdf2[a-z0-9-]*)\$\S{20,}"),
    "url": re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE),
    "document": re.compile(r"[\[{<].*[\]}>]", re.DOTALL),
    "phone": re.compile(r"(?:\+|\(|0)[0-9 ()./-]{7,19}[0-9](?:\s?x[0-9]+)?"),
    # Canada, the United Kingdom, the Netherlands, Portugal, Brazil, Poland, Japan, ZIP+4
    "postcode": re.compile(
        r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}"
        r"|[0-9]{4} ?[A-Z]{2}|[0-9]{4}-[0-9]{3}|[0-9]{5}-[0-9]{3,4}|[0-9]{2}-[0-9]{3}"
        r"|[0-9]{3}-[0-9]{4}"
    ),
    # ICD-10: a letter, two digits, and for most a dot with what follows
    "icd": re.compile(r"[A-TV-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?"),
    "five": re.compile(r"[0-9]{5}"),
    "number": re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"),
    "flag": re.compile(r"[01tTfFyYnN]|true|false|yes|no", re.IGNORECASE),
    "digits": re.compile(r"[0-9]+"),
    "code": re.compile(r"(?=.*[0-9])[A-Za-z0-9]+(?:[-_./:][A-Za-z0-9]+)*"),
    "words": re.compile(r"[^\W\d_]+(?:[ '’.,-]{1,3}[^\W\d_]+)*\.?"),
    "street": re.compile(
        r"(?=.*[0-9])(?=.*[^\W\d_]{3})"
        r"(?:[0-9]{1,5}[A-Za-z]?,? .{4,}|[^\W\d_].{3,},? [0-9]{1,5}[A-Za-z]?\b.*)",
        re.DOTALL,
    ),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}"),
    "moment": re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
        r"(?:Z|[+-][0-9:]{2,6})?"
    ),
    "position": re.compile(r"[+-]?[0-9]{1,2}\.[0-9]{3,},? ?[+-]?[0-9]{1,3}\.[0-9]{3,}"),
    "coin": re.compile(r"bc1[a-z0-9]{25,60}|0x[0-9a-fA-F]{40}|[13][1-9A-HJ-NP-Za-km-z]{25,34}"),
}
