"""Drawing characters, words and numbers."""

from __future__ import annotations

import string
from random import Random
from typing import Final


def several(text: str) -> tuple[str, ...]:
    """Split a list that is written as words."""
    return tuple(text.split())


LOWER: Final = string.ascii_lowercase + string.digits
UPPER: Final = string.ascii_uppercase + string.digits
ALNUM: Final = string.ascii_letters + string.digits
URLSAFE: Final = ALNUM + "-_"
BASE64: Final = ALNUM + "+/"
HEX: Final = "0123456789abcdef"

FIRST_NAMES: Final = several(
    "anna ben carla david elif farid greta hugo ines jonas kofi lena mateo nora omar priya quinn"
    " rosa sven tomás uma vera wei ximena yusuf zoe"
)
LAST_NAMES: Final = several(
    "abbott bauer costa diaz eriksen fischer garcía haddad ivanov jensen kowalski lindqvist moreau"
    " novak okafor petrov rossi schmidt tanaka ueda vogel weber young zhang"
)
WORDS: Final = several(
    "anchor basalt copper dynamo ember falcon garnet harbor island jigsaw kernel lantern meadow"
    " nickel orchard pebble quiver ribbon saddle timber umbrella velvet walnut yonder zephyr"
)
CITIES: Final = ("Berlin", "Lyon", "Porto", "Gdańsk", "Austin", "Leeds", "Osaka", "Malmö", "Quito")
_PLAIN: Final = str.maketrans("áéíóúńöä", "aeiounoa")


def letters(rng: Random, alphabet: str, count: int) -> str:
    """Draw ``count`` characters."""
    return "".join(rng.choice(alphabet) for _ in range(count))


def digits(rng: Random, count: int) -> str:
    """Draw ``count`` digits; the first is no zero."""
    return rng.choice("123456789") + letters(rng, string.digits, count - 1)


def person(rng: Random) -> tuple[str, str]:
    """Draw a first and a last name, in lower case and plain letters."""
    names = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    first, last = (name.translate(_PLAIN) for name in names)
    return first, last


def day(rng: Random) -> str:
    """Draw a day in the form of ISO 8601."""
    return f"20{rng.randrange(10, 27)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"


def clock(rng: Random) -> str:
    """Draw a time of day."""
    return f"{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"
