"""What answers the findings of a scan of files: an allow-list, and a baseline."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sluicegate.gate.allowance import Allowance, AllowList, at_file
from sluicegate.gate.known import Baseline, Recorder
from sluicegate.gate.sift import Sieve, Sifter
from sluicegate.model.allow import WITHHELD

if TYPE_CHECKING:
    from sluicegate.detect import Detector
    from sluicegate.model.allow import AllowEntry


@dataclass(slots=True, kw_only=True)
class FileAnswers:
    """The answers of one scan, over all its files. Entries were checked to hold before.

    Paths are resolved first, so that neither ``..`` nor a link lets a file pass for another one.
    """

    allow: AllowList = field(default_factory=AllowList)
    baseline: Baseline | Recorder | None = None
    folder: Path = field(default_factory=Path.cwd)
    """That the paths of the baseline begin at."""
    used: set[AllowEntry] = field(default_factory=set)
    where: str = ""
    """The file that is being scanned, as an entry of the allow-list tells it."""
    own: Path | None = None
    """The baseline's file. It holds fingerprints alone, under a MAC, and is not scanned."""
    _current: Allowance = field(default_factory=lambda: Allowance(()))

    def of_file(
        self,
        path: Path,
        detectors: Sequence[Detector],
        fingerprint: Callable[[bytes], str],
        tells: Callable[[str], bool],
    ) -> Sifter:
        """Return what sifts the findings of one file, names of columns and of the file included.

        Args:
            path: The file.
            detectors: Those of the scanner.
            fingerprint: Keyed digest of a value.
            tells: Whether a text holds a finding, which no path may show.
        """
        self.finish_file()
        self.where = where_of(path, self.allow.folder, fingerprint, tells)
        self._current = Allowance(at_file(self.allow.for_files, self.where))
        sieves: list[Sieve] = [self._current]
        if self.baseline is not None:
            self.baseline.file = where_of(path, self.folder, fingerprint, tells)
            sieves.append(self.baseline)
        return Sifter(sieves, detectors, fingerprint)

    def of_place(
        self,
        name: str,
        detectors: Sequence[Detector],
        fingerprint: Callable[[bytes], str],
        tells: Callable[[str], bool],
    ) -> Sifter:
        """Return what sifts the findings of something that is no file of this machine.

        Allow-lists and baselines speak of files here, so nothing answers them.
        """
        self.finish_file()
        self.where = WITHHELD + fingerprint(name.encode()) if tells(name) else name
        self._current = Allowance(())
        return Sifter((), detectors, fingerprint)

    def finish_file(self) -> Allowance:
        """Note what the entries of the file that was scanned last came to."""
        self.used.update(self._current.used)
        return self._current

    def unused(self) -> tuple[AllowEntry, ...]:
        """Entries about files that matched nothing in any of them."""
        self.finish_file()
        return tuple(e for e in self.allow.for_files if e not in self.used)


def where_of(
    path: Path, folder: Path, fingerprint: Callable[[bytes], str], tells: Callable[[str], bool]
) -> str:
    """Tell a file as entries and baselines do: below ``folder``, else by its absolute path."""
    real, base = Path(os.path.realpath(path)), Path(os.path.realpath(folder))
    raw = os.fsencode((real.relative_to(base) if real.is_relative_to(base) else real).as_posix())
    where = raw.decode("utf-8", "backslashreplace")
    return WITHHELD + fingerprint(raw) if tells(where) or tells(path.stem) else where
