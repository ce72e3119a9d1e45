"""Our own detectors, and those of a plug-in, under the contract of detectors."""

from __future__ import annotations

import importlib
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from sluicegate.detect import Scanner, open_scanner
from sluicegate.detect.loader import load_catalogue
from sluicegate.detect.plugins import DETECTORS, VALIDATORS, plugin_files, plugin_validator
from sluicegate.errors import DetectionError
from sluicegate.testing import DetectorContract

YAML = """\
detectors:
  - id: acme_staff_number
    data_class: staff_number
    pattern: (?<![A-Z0-9])ACME-[0-9]{6}(?![0-9])
    anchor: {literals: ["ACME-"]}
    validator: acme_sum
    score: 0.6
    context: [staff, badge]
    examples:
      match: ["badge ACME-123450", "ACME-000019"]
      no_match: ["ACME-123451", "ACME-12345"]
    source: house rule of the tests
  - id: acme_key
    data_class: secret
    pattern: (?<![A-Za-z0-9_])acmekey_[A-Za-z0-9]{32}(?![A-Za-z0-9])
    anchor: {literals: [acmekey_]}
    score: 0.9
    examples:
      match: ["acmekey_{alnum:32}"]
      no_match: ["acmekey_{alnum:20}"]
    source: house rule of the tests
"""
CODE = """\
from importlib import resources
from sluicegate.detect.detector import Verdict

def files():
    return [resources.files("acme_detectors") / "acme.yaml"]

def broken():
    raise RuntimeError("secret text of a plug-in")

def acme_sum(value):
    digits = [int(chr(b)) for b in value[-6:] if 48 <= b <= 57]
    right = len(digits) == 6 and sum(digits) % 5 == 0
    return Verdict(0.3, len(value)) if right else None

def acme_short(value):
    if value[-6:] == b"000000" or value[-1:] in b"27":
        raise IndexError(value)
    return acme_sum(value)

def clumsy(value):
    raise ValueError(value)

def senseless(value):
    return Verdict(0.3, len(value) + 1)

number = 7
"""


class Distributions:
    """Installs distributions as an installer does: a package and its metadata, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(
        self,
        points: dict[str, dict[str, str]],
        *,
        name: str = "acme-detectors",
        yaml: str = YAML,
    ) -> None:
        package = self.folder / name.replace("-", "_")
        package.mkdir(exist_ok=True)
        (package / "__init__.py").write_text(CODE)
        (package / "acme.yaml").write_text(yaml)
        info = self.folder / f"{package.name}-1.2.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
        lines = [
            f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in entries.items())
            for group, entries in points.items()
        ]
        (info / "entry_points.txt").write_text("\n".join(lines))


GOOD = {
    DETECTORS: {"acme": "acme_detectors:files"},
    VALIDATORS: {"acme_sum": "acme_detectors:acme_sum"},
}


def _installed(folder: Path) -> Iterator[Distributions]:
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield Distributions(folder)
    finally:
        sys.path.remove(str(folder))
        for name in [n for n in sys.modules if n.startswith("acme_")]:
            del sys.modules[name]
        importlib.invalidate_caches()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Distributions]:
    yield from _installed(tmp_path)


@pytest.fixture(scope="module")
def ours() -> Scanner:
    return Scanner.load()


@pytest.fixture(scope="module")
def with_plug_in(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    for site in _installed(tmp_path_factory.mktemp("site")):
        site.install(GOOD)
        loaded = Scanner.load(plugin_files())
    return loaded


@pytest.mark.slow
class TestOurCatalogue(DetectorContract):
    @pytest.fixture
    def scanner(self, ours: Scanner) -> Scanner:
        return ours


class TestAPlugIn(DetectorContract):
    only = ("acme_staff_number", "acme_key")

    @pytest.fixture
    def scanner(self, with_plug_in: Scanner) -> Scanner:
        return with_plug_in

    def test_they_are_found_among_all_others(self, scanner: Scanner) -> None:
        text = "staff ACME-123450 and " + "acmekey_" + "Zk3Jv9Qw" * 4
        found = {span.detector for span in scanner.scan_text(text)}
        assert found >= {"acme_staff_number", "acme_key"}
        assert {d.origin for d in self.detectors(scanner)} == {
            "acme.yaml of the plug-in 'acme' (acme-detectors 1.2)"
        }


Change = tuple[str, str]


@pytest.mark.parametrize(
    ("change", "test"),
    [
        (
            ('      no_match: ["acmekey_{alnum:20}"]\n', ""),
            "test_each_says_what_it_must_and_must_not_find_and_why",
        ),
        (
            ("validator: acme_sum", "validator: acme_short"),
            "test_validators_judge_whatever_the_pattern_matches",
        ),
        (
            (
                'match: ["badge ACME-123450", "ACME-000019"]',
                'match: ["bob ACME-123450@example.com"]',
            ),
            "test_each_fires_and_wins_beside_all_the_others",
        ),
        (
            ("ACME-[0-9]{6}(?![0-9])", "(?:ACME-|BADGE-)[0-9]{6}(?![0-9])"),
            "test_the_fast_scan_finds_what_the_exact_patterns_find",
        ),
    ],
)
def test_the_contract_is_not_kept_by_every_detector(
    site: Distributions, change: Change, test: str
) -> None:
    """The last change is one that no example shows: an anchor that not every match holds."""
    assert change[0] in YAML
    points = {**GOOD, VALIDATORS: {**GOOD[VALIDATORS], "acme_short": "acme_detectors:acme_short"}}
    site.install(points, yaml=YAML.replace(*change))
    scanner = Scanner.load(plugin_files())
    failed = set()
    for name in dir(TestAPlugIn):
        if name.startswith("test_") and name != "test_they_are_found_among_all_others":
            try:
                getattr(TestAPlugIn(), name)(scanner)
            except (AssertionError, DetectionError):
                failed.add(name)
    assert test in failed


def test_a_process_of_its_own_uses_what_is_installed(site: Distributions) -> None:
    site.install(GOOD)
    code = (
        "from sluicegate.detect import open_scanner\n"
        "print(sorted({s.detector for s in open_scanner().scan_text('staff ACME-123450')}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(site.folder)!r})\n{code}"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "['acme_staff_number']"


def test_a_plug_ins_version_is_part_of_the_scanners(site: Distributions) -> None:
    before = load_catalogue(plugin_files()).digest
    site.install(GOOD)
    assert load_catalogue(plugin_files()).digest != before


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ({DETECTORS: {"acme": "acme_detectors:nothing"}}, r"cannot be loaded \(AttributeError\)"),
        ({DETECTORS: {"acme": "acme_nowhere:files"}}, r"cannot be loaded \(ModuleNotFoundError\)"),
        ({DETECTORS: {"acme": "acme_detectors:broken"}}, r"cannot be loaded \(RuntimeError\)"),
        ({DETECTORS: {"acme": "acme_detectors:number"}}, "brings no file"),
        ({DETECTORS: GOOD[DETECTORS]}, "unknown validator 'acme_sum', in acme.yaml"),
        (
            {**GOOD, VALIDATORS: {"acme_sum": "acme_detectors:number"}},
            "validator 'acme_sum' of .* cannot be called",
        ),
        (
            {**GOOD, VALIDATORS: {"acme_sum": "acme_detectors:clumsy"}},
            "validator 'acme_sum' of .* failed: ValueError",
        ),
        (
            {**GOOD, VALIDATORS: {"acme_sum": "acme_detectors:senseless"}},
            "validator 'acme_sum' of .* gave no verdict",
        ),
    ],
)
def test_a_broken_plug_in_stops_everything_and_is_named(
    site: Distributions, points: dict[str, dict[str, str]], message: str
) -> None:
    site.install(points)
    with pytest.raises(DetectionError, match=message) as caught:
        Scanner.load(plugin_files())
    assert "acme" in caught.value.message
    assert "secret text" not in str(caught.value)
    assert caught.value.__context__ is None or "secret text" not in str(caught.value.__context__)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("ACME-[0-9]{6}", "ACME-[0-9]+"), "no upper bound"),
        (('"ACME-000019"', '"nothing"'), "misses an example"),
        (("id: acme_key", "id: email"), "'email' is defined twice: in .* and in acme.yaml of"),
        (("acmekey_]", "NEVER]"), "loses matches of acme_key"),
        (("detectors:", "detector:"), "holds no list"),
    ],
)
def test_a_wrong_detector_of_a_plug_in_is_told_with_its_plug_in(
    site: Distributions, change: tuple[str, str], message: str
) -> None:
    site.install(GOOD, yaml=YAML.replace(*change))
    with pytest.raises(DetectionError, match=message) as caught:
        Scanner.load(plugin_files())
    assert "the plug-in 'acme' (acme-detectors 1.2)" in caught.value.message


def test_two_plug_ins_cannot_bring_one_validator(site: Distributions) -> None:
    site.install(GOOD)
    site.install({VALIDATORS: GOOD[VALIDATORS]}, name="acme-other")
    with pytest.raises(DetectionError, match=r"comes from .* and .*acme-other 1\.2"):
        plugin_validator("acme_sum")


def test_a_file_of_the_settings_that_changes_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    own = textwrap.dedent(YAML).replace("    validator: acme_sum\n", "")
    own = own.replace('no_match: ["ACME-123451", "ACME-12345"]', 'no_match: ["ACME-12345"]')
    file.write_text(own)
    first = open_scanner((file,))
    assert open_scanner((file,)) is first
    file.write_text(own.replace("acme_key", "acme_token"))
    assert "acme_token" in {d.id for d in open_scanner((file,)).detectors}
