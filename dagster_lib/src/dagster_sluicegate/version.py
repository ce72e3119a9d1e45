"""The version of this distribution; equal to that of ``sluicegate``."""

__version__ = "0.1.0"
