"""Typed settings, and where each was looked for.

In order of strength: an explicit argument, an environment variable ``SLUICEGATE_…``, the file
``sluicegate.toml`` (the one named by ``SLUICEGATE_CONFIG``, else the nearest from the working
folder upward), the default. Relative paths in the file are relative to the file.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.model.checkpoint_schedule import DEFAULT_SCHEDULE, CheckpointSchedule
from sluicegate.model.sensitive import Sensitive

FILE_NAME: Final = "sluicegate.toml"
_PATHS: Final = frozenset({"home", "policy", "quarantine", "lineage", "public_keys", "allow"})
_LISTS: Final = frozenset({"detectors"})
"""Settings that hold several paths: a list in the file, ``:`` between them in the environment."""
_NAMES_LISTED: Final = frozenset({"second_opinions", "witnesses"})
"""Settings that hold several names: a list in the file, ``,`` between them in the environment."""
_KEYS_IN_FILES: Final = frozenset({"file", "aws-kms", "vault-transit"})
"""Kinds of the setting ``key`` that name a file, of the key or of the wrapped key."""
_SCHEME: Final = re.compile(r"[a-z][a-z0-9-]*:")
_WITNESS_PATH: Final = re.compile(r"([?&](?:keep|ca)=)([^&]+)")
_PREFIX: Final = "SLUICEGATE_"
_SOURCE_PREFIX: Final = "SLUICEGATE_SOURCE_"
_SOURCE_FORMS: Final = (
    '[sources] must hold lines of the form: name = "url"'
    ' or name = { url = "url", scoped_role = true }'
)
SCOPED_ROLE_OPTION: Final = "sluicegate_scoped_role"
"""Option in the URL of a PostgreSQL source; taken out before libpq sees it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a gate needs to know of its surroundings. Build it with ``Settings.load``."""

    home: Path
    """Folder of ledger, key store and quarantine, unless they are set. Default ``.sluicegate``."""
    policy: Path
    """The policy file. Default ``policy.yaml``."""
    ledger: str = field(repr=False)
    """Path of a SQLite file or a ``postgresql://`` URL. Default ``<home>/ledger.db``."""
    key: str = field(repr=False)
    """Where the root key is, for example ``env:VARIABLE`` or ``file:PATH``; the how-to of keys
    names all forms. Default ``env:SLUICEGATE_ROOT_KEY``."""
    key_store: str
    """Where the keys of purposes are, wrapped under the root: a folder, or
    ``aws-secretsmanager:PREFIX``. Default ``<home>/keys``."""
    public_keys: Path
    """File of ``key-id base64`` lines: whose attestations and records are trusted."""
    quarantine: Path
    environment: str = "default"
    """``prod``, ``staging`` …: rules of the policy may ask for it."""
    lineage: Path | None = None
    """File that OpenLineage events are appended to, as JSON lines; none if unset."""
    openlineage: bool = False
    """Whether events go through OpenLineage's client too, to where its own configuration says."""
    names: str = "off"
    """Whether a model looks for names in free text: ``on`` (or true), ``off``, ``auto``."""
    second_opinions: tuple[str, ...] = ()
    """Libraries whose detectors read free text too: ``scrubadub``. In text, joined by commas."""
    allow: Path | None = None
    """The allow-list: values that may leave although a detector fires; none if unset."""
    detectors: tuple[Path, ...] = ()
    """Files of detectors of your own, beside those that come along."""
    checkpoint: CheckpointSchedule = CheckpointSchedule.parse(DEFAULT_SCHEDULE)  # noqa: RUF009 - frozen
    """How often the ledger is signed by itself: ``1000 records, 60 minutes``, or ``off``."""
    witnesses: tuple[str, ...] = field(default=(), repr=False)
    """Addresses of those who are given each checkpoint (which may hold a token). In text, joined by
    commas."""
    vault: Sensitive[str] | None = None
    """URL of the token vault (which may hold a password) or ``env:VARIABLE``; none if unset."""
    sources: Mapping[str, Sensitive[str]] = field(default_factory=lambda: MappingProxyType({}))
    """Source name → URL (which may hold a password) or ``env:VARIABLE``."""
    looked_at: tuple[str, ...] = ()
    """Where settings were looked for, in order."""

    @classmethod
    def load(
        cls,
        file: Path | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        **overrides: str | Path | bool | Sequence[str | Path] | None,
    ) -> Settings:
        """Find and read the settings.

        Args:
            file: The settings file; searched for if not given.
            environ: Environment variables; those of the process if not given.
            overrides: Settings by name that beat all others; ``None`` is ignored.

        Raises:
            ConfigurationError: the named file is missing or is not TOML, or a value is not text or
                a list of paths, as its setting asks.
            UnknownNameError: a setting that does not exist.
        """
        env = os.environ if environ is None else environ
        path, looked_at = _find(file, env)
        table = _read(path) if path else {}
        base = path.parent if path else Path.cwd()
        sources = _sources(table.pop("sources", {}), env)
        values = {k: _anchored(k, v, base) for k, v in _checked(table, str(path)).items()}
        values |= _from_environment(env)
        values |= {k: str(v) for k, v in _checked(overrides, "the arguments").items()}
        return _build(values, base, sources, looked_at, env)

    def source_url(self, name: str) -> Sensitive[str]:
        """Return the URL of a source.

        Raises:
            UnknownNameError: no source has this name; the hint tells where to define it.
        """
        url = self.sources.get(name)
        if url is None:
            near = UnknownNameError.of("source", name, self.sources)
            where = f"add it to [sources] in {FILE_NAME} or set {_SOURCE_PREFIX}{name.upper()}"
            raise UnknownNameError(near.message, hint=f"{near.hint}; {where}")
        return url

    def with_sources(self, sources: Mapping[str, str]) -> Settings:
        """Return a copy that knows these sources too."""
        wrapped = {name: Sensitive(url) for name, url in sources.items()}
        return replace(self, sources=MappingProxyType({**self.sources, **wrapped}))


NAMES: Final = frozenset(
    {
        "home", "policy", "ledger", "key", "key_store", "public_keys", "quarantine", "environment",
        "lineage", "openlineage", "names", "second_opinions",
        "allow", "detectors", "vault", "checkpoint", "witnesses",
    }
)  # fmt: skip


def _find(file: Path | None, env: Mapping[str, str]) -> tuple[Path | None, tuple[str, ...]]:
    named = file or (Path(env["SLUICEGATE_CONFIG"]) if env.get("SLUICEGATE_CONFIG") else None)
    if named is not None:
        if not named.is_file():
            raise ConfigurationError(f"the settings file {named} does not exist")
        return named.resolve(), (str(named),)
    folder = Path.cwd()
    candidates = [parent / FILE_NAME for parent in (folder, *folder.parents)]
    found = next((c for c in candidates if c.is_file()), None)
    return found, tuple(map(str, candidates[: candidates.index(found) + 1 if found else None]))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        place = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is not UTF-8"
        raise ConfigurationError(f"the settings file {path} is not valid: {place}") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None


def _checked(table: Mapping[str, Any], where: str) -> dict[str, str]:
    values = {}
    for name, value in table.items():
        if value is None:
            continue
        if name not in NAMES:
            unknown = UnknownNameError.of("setting", name, NAMES)
            raise UnknownNameError(f"{unknown.message} ({where})", hint=unknown.hint)
        if name in _LISTS:
            value = _joined(name, value, where)  # noqa: PLW2901 - one form for all that follows
        text = _as_text(name, value)
        if not isinstance(text, (str, Path)):
            raise ConfigurationError(f"the setting {name!r} in {where} must be text")
        values[name] = str(text)
    return values


def _as_text(name: str, value: Any) -> Any:
    """Write what TOML has better words for as text: a switch, a list of names."""
    if name in {"names", "openlineage"} and isinstance(value, bool):
        return "on" if value else "off"
    many = name in _NAMES_LISTED and isinstance(value, (list, tuple))
    if many and all(isinstance(item, str) for item in value):
        return ",".join(value)
    return value


def _joined(name: str, value: Any, where: str) -> str:
    """Join a list of paths as the environment holds it."""
    paths = [value] if isinstance(value, (str, Path)) else value
    if not isinstance(paths, (list, tuple)) or not all(isinstance(p, (str, Path)) for p in paths):
        raise ConfigurationError(f"the setting {name!r} in {where} must be a list of paths")
    return os.pathsep.join(map(str, paths))


def _anchored(name: str, value: str, base: Path) -> str:
    if name in _LISTS:
        paths = filter(None, value.split(os.pathsep))
        return os.pathsep.join(str(base / Path(path).expanduser()) for path in paths)
    elsewhere = {"ledger": "://" in value, "key_store": _SCHEME.match(value) is not None}
    if name in _PATHS or not elsewhere.get(name, True):
        return str(base / Path(value).expanduser())
    if name == "witnesses":
        return ",".join(_anchored_witness(one.strip(), base) for one in value.split(","))
    scheme, _, path = value.partition(":")
    if name == "key" and scheme in _KEYS_IN_FILES:
        return f"{scheme}:{base / Path(path).expanduser()}"
    return value


def _anchored_witness(address: str, base: Path) -> str:
    """Make the paths of a witness's address relative to the settings file."""
    scheme, _, rest = address.partition(":")
    if scheme in {"file", "git"} and rest:
        return f"{scheme}:{base / Path(rest).expanduser()}"
    if scheme != "rfc3161":
        return address
    return _WITNESS_PATH.sub(lambda m: f"{m[1]}{base / Path(m[2]).expanduser()}", address)


def _from_environment(env: Mapping[str, str]) -> dict[str, str]:
    return {n: env[_PREFIX + n.upper()] for n in NAMES if env.get(_PREFIX + n.upper())}


def _sources(table: Any, env: Mapping[str, str]) -> Mapping[str, Sensitive[str]]:
    if not isinstance(table, dict):
        raise ConfigurationError(_SOURCE_FORMS)
    urls = {name: _source(name, value, env) for name, value in table.items()}
    for variable, url in env.items():
        if variable.startswith(_SOURCE_PREFIX) and url:
            urls[variable.removeprefix(_SOURCE_PREFIX).lower()] = Sensitive(url)
    return MappingProxyType(urls)


def _source(name: str, value: Any, env: Mapping[str, str]) -> Sensitive[str]:
    """Read a source: its URL, or a table of it and ``scoped_role``, which joins the URL."""
    if isinstance(value, str):
        return _resolved(name, value, env)
    if not isinstance(value, dict) or set(value) - {"url", "scoped_role"}:
        raise ConfigurationError(_SOURCE_FORMS)
    url, scoped = value.get("url"), value.get("scoped_role", False)
    if not isinstance(url, str) or not isinstance(scoped, bool):
        raise ConfigurationError(_SOURCE_FORMS)
    found = _resolved(name, url, env)
    return Sensitive(with_option(found.reveal(), SCOPED_ROLE_OPTION)) if scoped else found


def with_option(url: str, option: str) -> str:
    """Return the URL of a source with an option switched on."""
    # A question mark before the host belongs to the password.
    has_query = re.match(r"[^:]+://(?:[^@/]*@)?[^?]*\?", url)
    return f"{url}{'&' if has_query else '?'}{option}=true"


def _resolved(name: str, url: str, env: Mapping[str, str]) -> Sensitive[str]:
    if not url.startswith("env:"):
        return Sensitive(url)
    variable = url.removeprefix("env:")
    if not env.get(variable):
        # told when the source is used, so that other sources keep working
        return Sensitive(f"unset:{variable}?source={name}")
    return Sensitive(env[variable])


_SWITCHES: Final = {"true": "on", "1": "on", "yes": "on", "false": "off", "0": "off", "no": "off"}


def _build(
    values: dict[str, str],
    base: Path,
    sources: Mapping[str, Sensitive[str]],
    looked_at: tuple[str, ...],
    env: Mapping[str, str],
) -> Settings:
    home = Path(values.get("home", base / ".sluicegate"))
    lineage, allow = values.get("lineage"), values.get("allow")
    detectors = filter(None, values.get("detectors", "").split(os.pathsep))
    return Settings(
        home=home,
        policy=Path(values.get("policy", base / "policy.yaml")),
        ledger=values.get("ledger", str(home / "ledger.db")),
        key=values.get("key", "env:SLUICEGATE_ROOT_KEY"),
        key_store=values.get("key_store", str(home / "keys")),
        public_keys=Path(values.get("public_keys", home / "public_keys")),
        quarantine=Path(values.get("quarantine", home / "quarantine")),
        environment=values.get("environment", "default"),
        lineage=Path(lineage) if lineage else None,
        openlineage=_switch("openlineage", values.get("openlineage", "off")),
        names=_SWITCHES.get(values.get("names", "off").lower(), values.get("names", "off")),
        second_opinions=_listed(values.get("second_opinions", "")),
        allow=Path(allow) if allow else None,
        detectors=tuple(map(Path, detectors)),
        checkpoint=CheckpointSchedule.parse(values.get("checkpoint", DEFAULT_SCHEDULE)),
        witnesses=_listed(values.get("witnesses", "")),
        vault=_vault(values.get("vault", ""), env),
        sources=sources,
        looked_at=looked_at,
    )


def _switch(name: str, value: str) -> bool:
    found = _SWITCHES.get(value.lower(), value.lower())
    if found not in {"on", "off"}:
        raise ConfigurationError(f"the setting {name!r} is on or off")
    return found == "on"


def _listed(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def _vault(url: str, env: Mapping[str, str]) -> Sensitive[str] | None:
    """Read the URL of the token vault; a variable that is not set is told at once."""
    if not url.startswith("env:"):
        return Sensitive(url) if url else None
    variable = url.removeprefix("env:")
    if not env.get(variable):
        raise ConfigurationError(
            f"the token vault's URL is in the environment variable {variable}, which is not set",
            hint="set it, or take `vault` out of the settings",
        )
    return Sensitive(env[variable])
