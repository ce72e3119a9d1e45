"""What the person sees: a heading and the time of each step, facts below it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_KEPT_WIDTH: Final = 150


def _console() -> Console:
    console = Console(highlight=False)
    # where the output is not shown but kept, nothing has to fit 80 columns
    return console if console.is_terminal else Console(highlight=False, width=_KEPT_WIDTH)


@dataclass(slots=True)
class Screen:
    """Prints to the terminal, or as plain lines where there is none."""

    console: Console = field(default_factory=_console)
    _number: int = 0
    _began: float = field(default_factory=time.monotonic)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show a step while it runs, and how long it took."""
        self._number += 1
        began = time.monotonic()
        self.console.print(f"\n[bold cyan]{self._number:>2}  {escape(title)}[/]", soft_wrap=True)
        with self.console.status("[dim]working …[/]"):
            yield
        self.console.print(f"    [dim]{time.monotonic() - began:.1f} s[/]")

    def say(self, text: str) -> None:
        """Print a line."""
        self.console.print(f"    {escape(text)}", soft_wrap=True)

    def good(self, text: str) -> None:
        """Print something that was checked and holds."""
        self.console.print(f"    [green]✓[/] {escape(text)}", soft_wrap=True)

    def quote(self, lines: Iterable[str]) -> None:
        """Print lines that another program wrote."""
        for line in lines:
            self.console.print(f"    [dim]│[/] {escape(line)}", soft_wrap=True)

    def table(self, title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        """Print a table."""
        table = Table(title=escape(title), title_justify="left", title_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*map(escape, row))
        self.console.print(table)

    def end(self, text: str, *, failed: bool = False) -> None:
        """Print the last line, with the time of the whole."""
        style = "bold red" if failed else "bold green"
        took = f"{time.monotonic() - self._began:.0f} s"
        self.console.print(f"\n[{style}]{escape(text)}[/] [dim]({took})[/]", soft_wrap=True)
