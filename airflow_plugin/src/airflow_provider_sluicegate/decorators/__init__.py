"""Task decorators, one a module."""
