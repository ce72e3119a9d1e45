"""Sluicegate guards the moment data leaves a database and enters a pipeline."""
