"""Guarded extracts of the shop, written as components."""
