"""Adapters to other libraries: one leaf each, one extra each. Import the leaf, not this package."""
