"""Sensors, one a module."""
