"""Rules for DAGs: what the cluster policy looks at, and what it does to tasks."""
