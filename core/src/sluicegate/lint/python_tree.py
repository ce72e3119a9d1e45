"""Python source as a syntax tree. Nothing is imported or run."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings

from sluicegate.lint.reading import Unreadable, decode


def parse_python(text: str) -> ast.Module:
    """Parse a file's text.

    Raises:
        Unreadable: the file is not Python that this interpreter reads.
    """
    broken = Unreadable("it is not Python that this interpreter reads")
    with warnings.catch_warnings():
        # a warning of the compiler would print the line, and what stands in it
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (ValueError, RecursionError, MemoryError):
            raise broken from None
        except SyntaxError:
            # its text quotes the line
            raise broken from None


def python_text(data: bytes) -> str:
    """Return the text of a Python file, which may name its encoding.

    Raises:
        Unreadable: it is no text in that encoding.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError:
        raise Unreadable("its encoding is not known") from None
    return decode(data, encoding)
