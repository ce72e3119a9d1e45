"""Frozen values that every domain shares; they only name and digest themselves."""
