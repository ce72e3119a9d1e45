"""Texts as people keep them, for measuring: logs, code, documentation.

Logs are generated, the same in each run; their addresses and identifiers are drawn. Code is that of
Python's own library, documentation what the installed packages say about themselves: both differ
from machine to machine, so compare within one run.
"""

from __future__ import annotations

import json
import random
import sysconfig
import uuid
from collections.abc import Iterable
from pathlib import Path

_LINES = 12_000
_MOST = 3_000_000
"""Bytes of code, and of documentation."""
_MESSAGES = (
    "request finished", "cache miss for key", "user logged in", "job started",
    "payment accepted", "retrying connection to upstream", "session expired",
)  # fmt: skip
_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
    "curl/8.4.0",
)
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
_PATHS = ("index.html", "api/v1/items", "static/app.js", "images/logo.png")


def common_texts() -> dict[str, list[str]]:
    """Return rows of each kind: lines of logs, whole files of code and documentation."""
    rng = random.Random(5)
    packages = Path(sysconfig.get_paths()["purelib"])
    return {
        "json logs": [_json_line(rng) for _ in range(_LINES)],
        "access logs": [_access_line(rng) for _ in range(_LINES)],
        "code": _files(Path(sysconfig.get_paths()["stdlib"]).glob("*.py")),
        "documentation": _files(packages.glob("*.dist-info/METADATA")),
    }


def _time(rng: random.Random) -> str:
    return f"{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"


def _json_line(rng: random.Random) -> str:
    day = f"2024-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    return json.dumps(
        {
            "ts": f"{day}T{_time(rng)}.{rng.randrange(1000):03}Z",
            "level": rng.choice(["info", "warn", "error", "debug"]),
            "logger": rng.choice(["app.http", "app.jobs", "app.db"]),
            "msg": rng.choice(_MESSAGES),
            "request_id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            "user_id": rng.randint(1, 999_999),
            "latency_ms": round(rng.uniform(1, 900), 2),
            "status": rng.choice([200, 200, 200, 404, 500]),
            "path": f"/api/v1/orders/{rng.randint(1, 99_999)}/items",
            "bytes": rng.randint(100, 99_999),
        }
    )


def _access_line(rng: random.Random) -> str:
    """Write a line of the combined log format."""
    address = f"{rng.choice(_NETWORKS)}.{rng.randint(1, 254)}"
    request = f"{rng.choice(['GET', 'POST'])} /{rng.choice(_PATHS)}?id={rng.randint(1, 99_999)}"
    return (
        f"{address} - - [{rng.randint(1, 28):02}/Oct/2024:{_time(rng)} +0000]"
        f' "{request} HTTP/1.1" {rng.choice([200, 304, 404])} {rng.randint(100, 99_999)}'
        f' "https://www.example.com/{rng.choice(_PATHS)}" "{rng.choice(_AGENTS)}"'
    )


def _files(paths: Iterable[Path]) -> list[str]:
    found: list[str] = []
    size = 0
    for path in sorted(paths):
        text = path.read_text(encoding="utf-8", errors="replace")
        found.append(text)
        size += len(text)
        if size > _MOST:
            break
    return found
