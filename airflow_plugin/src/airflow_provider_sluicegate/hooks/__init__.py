"""Hooks, one a module."""
