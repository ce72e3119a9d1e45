"""What both components share."""

from typing import Any

import dagster as dg
from pydantic import Field

from dagster_sluicegate.resource import SluicegateResource


class ResourceModel(dg.Model, dg.Resolvable):
    """The resource, for a project that defines it in YAML."""

    settings_file: str | None = Field(None, description="Settings file, a sluicegate.toml.")
    policy: str | None = Field(None, description="Policy file.")
    home: str | None = Field(None, description="Folder of ledger and quarantine.")
    key: str | None = Field(None, description="Where the root key is: env:VARIABLE, file:PATH …")
    environment: str | None = Field(None, description="prod, staging … for rules of the policy.")
    sources: dict[str, str] = Field(
        {},
        description="Source name to env:VARIABLE, the name of the variable that holds its URL. Not"
        " {{ env.VARIABLE }}, which puts the value here.",
    )

    def resource(self) -> SluicegateResource:
        """Build the resource."""
        return SluicegateResource(**self.model_dump(exclude_none=True))


def with_resource(
    definitions: dg.Definitions, key: str, model: ResourceModel | None
) -> dg.Definitions:
    """Add the resource, if the component defines one."""
    if model is None:
        return definitions
    more: Any = dg.Definitions(resources={key: model.resource()})
    return dg.Definitions.merge(definitions, more)
