"""Writes and examines an allow-list for the command line."""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import AllowListError, ConfigurationError, KeyUnavailable
from sluicegate.gate.allowance import faults, utc_today
from sluicegate.mask import Keyring, open_key
from sluicegate.policy import AllowFile, load_allow_list, parse_allow_list

if TYPE_CHECKING:
    from sluicegate.model.allow import AllowEntry
    from sluicegate.model.findings import Reason
    from sluicegate.settings import Settings

_HEAD: Final = """\
# Values that may leave although a detector fires on them: see docs/how-to/detectors.md.
version: 1
entries:
"""


def place_of_file(file: Path | None, settings: Settings) -> Path:
    """Return the allow-list that a command is about.

    Raises:
        ConfigurationError: there is none.
    """
    found = file or settings.allow
    if found is None:
        raise ConfigurationError(
            "no allow-list is set", hint='set allow = "allow.yaml" in sluicegate.toml, or --file'
        )
    return found


def entry_text(*, path: str, **fields: str) -> str:
    """Write an entry as YAML; every text is quoted as JSON, which YAML reads alike."""
    lines = [f"- path: {_quoted(path)}"]
    lines += [f"  {name}: {_quoted(value)}" for name, value in fields.items()]
    lines.append(f'  added: "{utc_today().isoformat()}"')
    return "".join(f"  {line}\n" for line in lines)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def append_entry(path: Path, entry: str, *, detectors: Collection[str]) -> AllowEntry:
    """Write an entry at the end of the file, if the whole is right then; comments stay.

    The file is replaced in one step, so that nobody reads half of it.

    Raises:
        AllowListError: the file or the entry is wrong, or the file cannot be written.
    """
    path = path.resolve()
    before = load_allow_list(path) if path.exists() else AllowFile()
    text = _with(path.read_text("utf-8-sig") if path.exists() else _HEAD, entry)
    after = parse_allow_list(text, name=str(path))
    if after.entries[:-1] != before.entries:
        raise AllowListError(
            f"an entry cannot be written at the end of {path}",
            hint="let `entries:` be the last key of the file, a line for each field",
        )
    added = after.entries[-1]
    wrong = faults([added], today=utc_today(), key_id="", detectors=detectors)
    if wrong:
        raise AllowListError(wrong[0].message, hint=wrong[0].hint)
    _replace(path, text)
    return added


def _with(text: str, entry: str) -> str:
    text = text if not text or text.endswith("\n") else text + "\n"
    lines = text.splitlines(keepends=True)
    empty = [n for n, line in enumerate(lines) if line.split("#")[0].split() == ["entries:", "[]"]]
    if empty:
        lines[empty[0]] = lines[empty[0]].replace(" []", "", 1).rstrip() + "\n"
    return "".join(lines) + _as_the_others(lines, entry)


def _as_the_others(lines: list[str], entry: str) -> str:
    """Indent an entry as those before it: YAML lets a list stand below its key or further in."""
    flush = any(line.startswith("- ") for line in lines)
    return "".join(line[2:] for line in entry.splitlines(keepends=True)) if flush else entry


def _replace(path: Path, text: str) -> None:
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=".allow-", delete=False
        ) as file:
            file.write(text)
        Path(file.name).chmod(mode)
        os.replace(file.name, path)  # noqa: PTH105 - the same step, told as what it is
    except OSError as error:
        raise AllowListError(f"{path} cannot be written: {error.strerror}") from None


def check_file(path: Path, settings: Settings) -> tuple[AllowFile, tuple[Reason, ...]]:
    """Read an allow-list and look at each entry as of today.

    Raises:
        AllowListError: it is malformed.
    """
    from sluicegate.detect import open_scanner

    allow = load_allow_list(path)
    ids = {d.id for d in open_scanner(settings.detectors).detectors}
    key_id = _key_id(settings)
    return allow, faults(allow.entries, today=utc_today(), key_id=key_id, detectors=ids)


def _key_id(settings: Settings) -> str:
    """Id of the key in use; empty where there is none, so that CI can check without it."""
    try:
        return Keyring(open_key(settings.key).root()).key_id("fingerprint")
    except KeyUnavailable:
        return ""


def entry_documents(path: Path, settings: Settings) -> list[dict[str, Any]]:
    """Describe every entry in JSON types.

    Raises:
        AllowListError: the file is malformed.
    """
    allow, _ = check_file(path, settings)
    uses, today, key_id = _last_uses(settings), utc_today(), _key_id(settings)
    return [_document(e, uses, today, key_id) for e in allow.entries]


def _document(
    entry: AllowEntry, uses: dict[tuple[str, str, str], str], today: dt.date, key_id: str
) -> dict[str, Any]:
    wrong = faults([entry], today=today, key_id=key_id, detectors=())
    used = uses.get((entry.path, entry.detector, entry.fingerprint), "unused")
    return {
        "line": entry.line,
        "path": entry.path,
        "detector": entry.detector,
        "fingerprint": entry.fingerprint,
        "key_id": entry.key_id,
        "owner": entry.owner,
        "reason": entry.reason,
        "expires": entry.expires.isoformat(),
        "state": wrong[0].code.removeprefix("ALLOW-").lower() if wrong else "holds",
        "days_left": (entry.expires - today).days,
        "last_used": "not recorded" if entry.of_files else used,
    }


def _last_uses(settings: Settings) -> dict[tuple[str, str, str], str]:
    """Read from the ledger on which day an extract last used each entry."""
    from sluicegate.gate.trust import trusted_keys
    from sluicegate.ledger import open_ledger

    if "://" not in settings.ledger and not Path(settings.ledger).exists():
        return {}
    ledger = open_ledger(settings.ledger, None, trusted=trusted_keys(settings))
    try:
        return {
            (one["path"], one["detector"], one["fingerprint"]): record.time.date().isoformat()
            for record in ledger.records(kind="extract.outcome")
            for one in record.body.get("allowed", ())
        }
    finally:
        ledger.close()
