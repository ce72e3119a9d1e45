"""The command line: thin commands over the gate, with stable exit codes."""

from sluicegate.cli.app import main

__all__ = ["main"]
