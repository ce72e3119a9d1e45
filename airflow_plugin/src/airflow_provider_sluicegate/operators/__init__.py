"""Operators, one a module."""
