"""Triggers, one a module."""
