"""Notifiers: messages about guarded tasks."""
