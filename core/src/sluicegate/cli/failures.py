"""Turns whatever a command raises into a message and an exit code; never into a traceback."""

from __future__ import annotations

import os
import sys
import traceback
from types import TracebackType
from typing import Any, Final

import typer
from typer.core import TyperGroup

from sluicegate.cli.exit_codes import ExitCode, exit_code_of
from sluicegate.cli.output import Format, note, print_json
from sluicegate.errors import SluicegateError

FORMAT_KEY: Final = "sluicegate.format"
"""Where the context keeps the format that the user asked for."""


class GuardedGroup(TyperGroup):
    """The root group: the one place where errors of all commands end."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command.

        Failure mode: closed. An exception's text may quote data, so only our own errors, which
        promise to hold none, are shown; of any other the type and the place in our code are.
        """
        try:
            return super().invoke(ctx)
        except SluicegateError as error:
            _tell(error, ctx)
            raise typer.Exit(exit_code_of(error)) from None
        except BrokenPipeError:
            _close_stdout()
            raise typer.Exit(ExitCode.UNAVAILABLE) from None
        except KeyboardInterrupt:
            note("interrupted; nothing more was done")
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except Exception as error:
            if isinstance(error, (typer.Exit, typer.Abort)) or _is_usage_error(error):
                raise
            note(internal_error(error))
            _tell_json(ctx, "SG-INTERNAL", internal_error(error), "", retryable=False)
            raise typer.Exit(ExitCode.UNAVAILABLE) from None


def internal_error(error: BaseException) -> str:
    """Name an unexpected exception's type and the last place of it in our code, not its text."""
    return f"internal error: {type(error).__name__} at {_place(error.__traceback__)}"


def _place(trace: TracebackType | None) -> str:
    frames = [(f.f_globals.get("__name__", "?"), line) for f, line in traceback.walk_tb(trace)]
    ours = [(module, line) for module, line in frames if module.startswith("sluicegate")]
    module, line = (ours or frames or [("?", 0)])[-1]
    return f"{module}:{line}"


def _is_usage_error(error: Exception) -> bool:
    """Tell typer's own errors apart: they bring an exit code and format themselves."""
    return hasattr(error, "exit_code") and hasattr(error, "format_message")


def _tell(error: SluicegateError, ctx: Any) -> None:
    first, *rest = error.message.split("\n")
    note(f"error [{error.code}] {first}")
    for line in rest:
        note(f"  {line}")  # indented: no name in a message can pass for a line of ours
    if error.hint:
        note(f"hint: {error.hint}")
    _tell_json(ctx, error.code, error.message, error.hint, retryable=error.retryable)


def _tell_json(ctx: Any, code: str, message: str, hint: str, *, retryable: bool) -> None:
    if ctx.meta.get(FORMAT_KEY) is Format.JSON:
        body = {"code": code, "message": message, "hint": hint, "retryable": retryable}
        print_json({"error": body})


def _close_stdout() -> None:
    """Point stdout at nothing, or the interpreter complains about the pipe when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
