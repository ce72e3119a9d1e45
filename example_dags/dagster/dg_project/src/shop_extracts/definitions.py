"""All that stands below ``defs/``.

Use this where people who do not write Python add extracts: each is one YAML file, whose schema the
editor knows, and the policy decides what it may take. Names of environment variables stand in it,
never their values.
"""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """Load the folder."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
