"""The documents at the root and in the packages: links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("docs", "core", "airflow_plugin", "dagster_lib", "example_dags")
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.md"))]
)
_LINK = re.compile(r"\[[^\]]*\]\((?!https?://|mailto:)([^)\s]+)\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.DOTALL | re.MULTILINE)


def anchors(document: Path) -> set[str]:
    text = _FENCE.sub("", document.read_text("utf-8"))
    heads = re.findall(r"^#+ +(.+?)\s*$", text, re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", head.lower()) for head in heads)
    return {head.replace(" ", "-") for head in plain}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: str(d.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    dead = []
    for link in _LINK.findall(_FENCE.sub("", document.read_text("utf-8"))):
        path, _, anchor = link.partition("#")
        target = (document.parent / path) if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def test_the_licence_is_the_same_in_every_distribution() -> None:
    texts = {(ROOT / f / "LICENSE").read_text() for f in (".", *FOLDERS[1:4])}
    assert len(texts) == 1
    assert "Version 2.0, January 2004" in texts.pop()
