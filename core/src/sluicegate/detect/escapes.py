"""Ways to write a character by its number or its name, and the character that is meant.

Sources of the rules: RFC 3986 §2.1 (percent), the HTML standard's character references, RFC 8259
§7 (JSON), the escapes of C and of shells (a backslash before a line's end).
"""

from __future__ import annotations

import html
import re

from sluicegate.detect.characters import ALTERNATIVES, PLAIN, plain

_HEX = rb"[0-9A-Fa-f]"
# Each begins with one byte, told as such: then a search skips to the next of these bytes, twenty
# times as fast as it tries each form at each byte.
_FORMS = (
    # Bytes beyond ASCII are parts of one character: they are read together.
    rb"%(?:25){0,2}(?:[0-7]H|[89A-Fa-f]H(?:%[89A-Fa-f]H)*)",
    rb"&(?:#[0-9]{1,7};?|#[xX]H{1,6};?|[A-Za-z][A-Za-z0-9]{1,23};)",
    # The halves of a pair belong together too. Each level of JSON in JSON adds backslashes.
    (
        rb"\\\\{0,7}(?:u[dD][89abAB]HH\\{1,8}u[dD][c-fC-F]HH|uHHHH|u\{H{1,6}\}"
        rb"|x[0-7]H|x[89A-Fa-f]H(?:\\{1,8}x[89A-Fa-f]H)*|[01][0-7]{2}|[nrtbf/\"'@.]"
        # After the backslash of a line's end, what indents the next line belongs to neither.
        rb"|\r?\n[ \t]*)"
    ),
    # A plus between digits is the space of a form.
    rb"\+(?<=[0-9]\+)(?=[0-9])",
)
_ESCAPES = b"|".join(form.replace(b"H", _HEX) for form in _FORMS)
SPLIT = re.compile(b"(" + _ESCAPES + b"|" + ALTERNATIVES + b")")
"""Finds escapes and disguised characters; ``split`` leaves them at every second place."""

SIGNS: tuple[bytes, ...] = (
    rb"%[0-9A-Fa-f]{2}",
    rb"&#[xX]?[0-9A-Fa-f]{1,6}",
    rb"&[A-Za-z]{2,24};",
    rb"\\[ux]\{?[0-9A-Fa-f]{2}",
    rb"\\[01][0-7]{2}\\{1,8}[01][0-7]{2}",
    rb"\\[nrtbf/@]",
    rb"@[A-Za-z0-9-]{1,40}\\{1,8}\.",
    rb"\\\r?\n",
    rb"[0-9]\+[0-9]{2,4}\+[0-9]",
)
"""Expressions that are worth a second look. An escaped quote alone is not: no value needs it."""

_SHORT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b" ", b"f": b" "}


class Shown(dict[bytes, bytes]):
    """What each escape or disguised character stands for, worked out once for each."""

    def __missing__(self, form: bytes) -> bytes:
        """Work it out. What stands for nothing that could be read stays as it is."""
        self[form] = shown = PLAIN.get(form) or plain(_meant(form))
        return shown


def _meant(form: bytes) -> bytes:
    if form in PLAIN:
        return PLAIN[form]
    if form.startswith(b"&"):
        return _utf8(html.unescape(form.decode()))
    if form.startswith(b"+"):
        return b" "
    if form.startswith(b"%"):
        body = re.sub(b"^%(?:25)+(?=" + _HEX + _HEX + b")", b"%", form)
        return bytes.fromhex(body.replace(b"%", b"").decode())
    return _backslash(form.lstrip(b"\\"))


def _backslash(rest: bytes) -> bytes:
    if rest.startswith(b"x"):
        return bytes.fromhex(rest.replace(b"\\", b"").replace(b"x", b"").decode())
    if rest.startswith(b"u{"):
        code = int(rest[2:-1], 16)
        return _utf8(chr(code)) if code <= 0x10FFFF else rest  # noqa: PLR2004  # the last there is
    if rest.startswith(b"u"):
        units = bytes.fromhex(rest.replace(b"\\", b"").replace(b"u", b"").decode())
        return _utf8(units.decode("utf-16-be", "surrogatepass"))
    if rest.isdigit():
        return bytes([int(rest, 8)])
    return _SHORT.get(rest, b"" if rest.strip() == b"" else rest)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
