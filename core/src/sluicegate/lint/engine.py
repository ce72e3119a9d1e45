"""Runs lint over files: finds SQL, judges it, and lets comments answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sluicegate.detect import Scanner, open_scanner
from sluicegate.lint.checking import Checker
from sluicegate.lint.dag_file import DagFiles
from sluicegate.lint.options import Options, unchecked
from sluicegate.lint.python_file import PythonSql, TemplateFile, concerns, find_sql
from sluicegate.lint.python_tree import python_text
from sluicegate.lint.reading import (
    MAX_PYTHON,
    MAX_SQL,
    Unreadable,
    decode,
    find_files,
    is_excluded,
    read_bytes,
)
from sluicegate.lint.remark import Remark, Report, Suppressed
from sluicegate.lint.remarks import Builder
from sluicegate.lint.statements import StatementLint
from sluicegate.lint.suppressions import Suppression, answer, in_python, in_sql
from sluicegate.lint.text import Statement, Unseen

_ORCHESTRATORS: Final = (b"airflow", b"dagster")
"""What a file names that may hold DAGs, or helps them."""


@dataclass(slots=True)
class _Totals:
    files: int = 0
    statements: int = 0
    remarks: list[Remark] = field(default_factory=list)
    suppressed: list[Suppressed] = field(default_factory=list)
    done: set[Path] = field(default_factory=set)


class Lint:
    """Checks files without a database. Python is read, never imported.

    Failure mode: a file that cannot be read or a statement that cannot be seen is a remark, never
    silence.
    """

    def __init__(self, options: Options, scanner: Scanner | None = None) -> None:
        self.options = options
        tuned = options.policy.severities if options.policy else {}
        self._checker = Checker(scanner or open_scanner(options.detectors), tuned)
        self._statements = StatementLint(options, self._checker)
        self._dags = DagFiles(options.guarded, options.detectors, keep=False)
        self._roots: list[Path] = []
        self._totals = _Totals()

    def run(self, paths: Sequence[Path]) -> Report:
        """Check all files at ``paths``.

        Raises:
            ConfigurationError: a path does not exist.
        """
        self._totals = totals = _Totals()
        self._roots = [path for path in paths if path.is_dir()]
        files = list(find_files(paths, self.options.exclude))
        # Python first: it tells of which source a .sql file is read
        for file in sorted(files, key=lambda f: f.suffix != ".py"):
            if file.suffix == ".py":
                self._python(file)
            else:
                self._sql(file, None)
        return Report(
            files=totals.files,
            statements=totals.statements,
            remarks=tuple(sorted(totals.remarks, key=_by_place)),
            suppressed=tuple(sorted(totals.suppressed, key=lambda s: _by_place(s.remark))),
            unchecked=unchecked(self.options),
        )

    def _sql(self, file: Path, source: str | None) -> None:
        if file.resolve() in self._totals.done:
            return
        self._totals.done.add(file.resolve())
        self._totals.files += 1
        try:
            text = decode(read_bytes(file, MAX_SQL))
        except Unreadable as error:
            self._totals.remarks.append(Builder(file).unreadable(error))
            return
        builder = Builder(file, text)
        whole = Statement(sql=text, offsets=range(len(text) + 1), rendered=True, source=source)
        self._settle(builder, self._of(builder, [whole]), in_sql(text))

    def _python(self, file: Path) -> None:
        self._totals.files += 1
        try:
            data = read_bytes(file, MAX_PYTHON)
            of_dag = any(name in data for name in _ORCHESTRATORS)
            if not of_dag and not concerns(data):
                return
            text = python_text(data)
            found = find_sql(text) if concerns(data) else PythonSql()
        except Unreadable as error:
            self._totals.remarks.append(Builder(file).unreadable(error))
            return
        builder = Builder(file, text)
        unseen = [*found.unseen, *filter(None, (self._template(t, file) for t in found.files))]
        remarks = [*map(builder.unseen, unseen), *self._of(builder, found.statements)]
        if of_dag:
            remarks += (r for r in self._dags.check(file, self._roots) if r.file == str(file))
        spans = [(s.offsets[0], s.offsets[-1]) for s in found.statements]
        self._settle(builder, remarks, in_python(text, spans))

    def _of(self, builder: Builder, statements: Iterable[Statement]) -> list[Remark]:
        remarks: list[Remark] = []
        for statement in statements:
            if statement.empty and statement.rendered and builder.file.suffix != ".py":
                continue  # a file of nothing but comments
            self._totals.statements += 1
            remarks += self._statements.remarks(statement, builder)
        return remarks

    def _template(self, template: TemplateFile, file: Path) -> Unseen | None:
        """Check a file that the operator renders; return what is to say if there is none."""
        path = file.parent / template.path
        if Path(template.path).is_absolute() or not _is_file(path):
            why = "the .sql file does not lie beside this file"
            return Unseen(offset=template.offset, why=why, anchors=template.anchors)
        if not is_excluded(path, self.options.exclude):
            self._sql(path, template.source)
        return None

    def _settle(
        self, builder: Builder, remarks: Iterable[Remark], comments: list[Suppression]
    ) -> None:
        """Keep the remarks that no comment answers, and judge the comments."""
        totals = self._totals
        for remark in dict.fromkeys(remarks):
            reason = answer(comments, remark.rule, (remark.line, *remark.anchors))
            if reason is None:
                totals.remarks.append(remark)
            else:
                shown = "(withheld)" if self._checker.data_class(reason) else reason
                totals.suppressed.append(Suppressed(remark=remark, reason=shown))
        for comment in comments:
            if not comment.used:
                code = "L05" if comment.valid else "L04"
                totals.remarks.append(builder.comment(code, comment.line, comment.column))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _by_place(remark: Remark) -> tuple[str, int, int, str]:
    return remark.file, remark.line, remark.column, remark.rule
