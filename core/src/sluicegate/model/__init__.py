"""Frozen values that every domain shares. They hold no behaviour beyond naming and digesting themselves."""
