"""The resource that assets use to extract."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import Field

from dagster_sluicegate.identity import Context
from dagster_sluicegate.source_urls import as_reference, resolve_url
from sluicegate import ExtractRequest, OutputOptions, Settings

if TYPE_CHECKING:
    from datetime import timedelta

    import pyarrow as pa

    from sluicegate.model.request import Scalar

_SETTINGS = (
    "home", "policy", "ledger", "key", "key_store", "public_keys", "quarantine", "environment",
    "lineage", "openlineage", "allow", "detectors", "names", "second_opinions", "vault",
    "checkpoint", "witnesses",
)  # fmt: skip


class SluicegateResource(dg.ConfigurableResource[Any]):
    """Runs guarded extracts inside assets and ops.

    Each field is a setting of Sluicegate; one that is not given comes from the environment, then
    from ``sluicegate.toml``, then from the default. Dagster shows resource configuration in its
    UI: so no field takes a secret, and passwords come from environment variables at run time.

    Example:
        ``SluicegateResource(sources={"shop_prod": "env:SHOP_PROD_URL"})``
    """

    settings_file: str | None = Field(None, description="Settings file, a sluicegate.toml.")
    home: str | None = Field(None, description="Folder of ledger and quarantine.")
    policy: str | None = Field(None, description="Policy file.")
    ledger: str | None = Field(None, description="File, URL without password, or env:VARIABLE.")
    key: str | None = Field(None, description="Where the root key is: env:VARIABLE, file:PATH …")
    key_store: str | None = Field(None, description="Folder of the wrapped keys of purposes.")
    vault: str | None = Field(
        None, description="Token vault: env:VARIABLE, or a URL without password."
    )
    public_keys: str | None = Field(None, description="File of public keys to trust.")
    quarantine: str | None = Field(None, description="Folder for what leaked.")
    environment: str | None = Field(None, description="prod, staging … for rules of the policy.")
    lineage: str | None = Field(None, description="File for OpenLineage events.")
    openlineage: bool | None = Field(
        None, description="Whether events go through OpenLineage's client, as it is configured."
    )
    allow: str | None = Field(None, description="Allow-list of values that may leave.")
    detectors: list[str] | None = Field(None, description="Files of detectors of your own.")
    names: str | None = Field(None, description="Names in free text by a model: on, off, auto.")
    second_opinions: list[str] | None = Field(None, description="Libraries that read text too.")
    checkpoint: str | None = Field(None, description="How often the ledger is signed, or off.")
    witnesses: list[str] | None = Field(None, description="Who is given each checkpoint.")
    sources: dict[str, str] = Field(
        default_factory=dict,
        description="Source name to env:VARIABLE, or to a URL without a password.",
    )

    def __init__(self, **config: Any) -> None:
        sources = config.get("sources")
        if isinstance(sources, Mapping):
            config["sources"] = {name: as_reference(url) for name, url in sources.items()}
        for name in ("ledger", "vault"):
            if name in config:
                config[name] = as_reference(config[name])
        super().__init__(**config)

    def extract(
        self,
        context: Context,
        *,
        source: str,
        sql: str,
        output: str,
        purpose: str,
        parameters: "Mapping[str, Scalar] | None" = None,
        output_options: "Mapping[str, Any] | None" = None,
        upstream: "Mapping[str, dg.AssetKey] | None" = None,
        quality: "Sequence[str]" = (),
    ) -> dg.MaterializeResult[Any]:
        """Extract, and return what the asset returns.

        Args:
            context: Of the asset or op.
            source: Name of the source in policy and settings.
            sql: One read-only statement; parameters as ``:name``.
            output: Folder, or ``s3://bucket/prefix/``. One per partition, if there are partitions.
            purpose: What the data is for.
            parameters: Bound to the statement, never spliced into it.
            output_options: How to write, by the names of ``sluicegate.OutputOptions``; Parquet if
                not given.
            upstream: Relation (``schema.table``) → asset, for the column lineage; the asset key
                ``source / schema / table`` where it is not told.
            quality: Checks that the result must pass besides those of the policy:
                ``gx:suite.json``, ``pandera:module:Schema``.

        Raises:
            dagster.Failure: refused, quarantined, or not possible; retried only where that may
                help. Nothing stands at the output then.
        """
        request = _request(source, sql, purpose, parameters, output, output_options, quality)
        result: dg.MaterializeResult[Any] = _work().extract(
            context, self.settings, request, upstream or {}
        )
        return result

    def preview(
        self,
        context: Context,
        *,
        source: str,
        sql: str,
        purpose: str,
        parameters: "Mapping[str, Scalar] | None" = None,
        rows: int = 20,
    ) -> "pa.Table":
        """Return at most ``rows`` masked and verified rows; on record like an extract.

        Raises:
            dagster.Failure: as for ``extract``.
        """
        request = _request(source, sql, purpose, parameters)
        table: pa.Table = _work().preview(context, self.settings, request, rows)
        return table

    def verify(self, context: Context, output: str) -> dg.AssetCheckResult:
        """Check offline that ``output`` is what its attestation says.

        Returns:
            A result that an asset check can return as it is; a missing attestation does not pass.
        """
        result: dg.AssetCheckResult = _work().verify(self.settings, output)
        context.log.info("%s: %s", output, result.description)
        return result

    def find_leaks(self, context: Context, path: str) -> dg.AssetCheckResult:
        """Scan files that anyone wrote; any finding does not pass.

        Returns:
            A result that an asset check can return as it is.

        Raises:
            dagster.Failure: a path is missing or cannot be read.
        """
        result: dg.AssetCheckResult = _work().find_leaks(self.settings, path)
        context.log.info("%s: %s", path, result.description)
        return result

    def check_policy(
        self,
        context: Context,
        output: str,
        *,
        current: bool = True,
        not_older_than: "timedelta | None" = None,
    ) -> dg.AssetCheckResult:
        """Check that a release is as attested, and of the policy in force now.

        Args:
            context: Of the asset check.
            output: The released folder.
            current: Whether the policy must be the one in force now.
            not_older_than: Most age, by the signed time of the release.

        Returns:
            A result that an asset check can return as it is.
        """
        result: dg.AssetCheckResult = _work().check_policy(
            self.settings, output, current, not_older_than
        )
        context.log.info("%s: %s", output, result.description)
        return result

    def check_risk(
        self,
        context: Context,
        place: str,
        *,
        columns: "Mapping[str, tuple[str, ...]]",
        terms: "Mapping[str, Any]",
        released: bool = True,
    ) -> dg.AssetCheckResult:
        """Measure the disclosure risk of a table.

        Args:
            context: Of the asset check.
            place: A release, or files.
            columns: ``quasi_identifiers``, ``sensitive`` and ``subject``.
            terms: ``k``, ``l``, ``t``, ``unique`` …, by the names of the policy.
            released: Whether it is a release, which is verified before it is read.

        Returns:
            A result that an asset check can return as it is.
        """
        result: dg.AssetCheckResult = _work().check_risk(
            self.settings, place, columns, terms, released
        )
        context.log.info("%s: %s", place, result.description)
        return result

    def settings(self) -> Settings:
        """Load the settings, with the sources' URLs read from the environment now.

        Raises:
            ConfigurationError: a variable is not set, or a URL in the configuration holds a
                password.
        """
        given = {name: getattr(self, name) for name in _SETTINGS}
        for name in ("ledger", "vault"):
            if given[name]:
                given[name] = resolve_url(name, given[name], os.environ)
        file = Path(self.settings_file) if self.settings_file else None
        urls = {n: resolve_url(f"source {n}", u, os.environ) for n, u in self.sources.items()}
        return Settings.load(file, **given).with_sources(urls)


def _work() -> ModuleType:
    from dagster_sluicegate import work  # noqa: PLC0415 - the engine is for running steps only

    return work


def _request(
    source: str,
    sql: str,
    purpose: str,
    parameters: "Mapping[str, Scalar] | None",
    output: str = "",
    options: "Mapping[str, Any] | None" = None,
    quality: "Sequence[str]" = (),
) -> ExtractRequest:
    if output and "://" not in output:
        output = str(Path(output).resolve())
    return ExtractRequest(
        source=source,
        sql=sql,
        purpose=purpose,
        output=output,
        output_options=OutputOptions.of(options or {}),
        quality=tuple(quality),
        parameters=dict(parameters or {}),
    )
