from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

MARKER = "marker7f3a"
EMAIL = f"{MARKER}@example.com"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_clean_files_end_with_zero_without_any_settings(empty: Project) -> None:
    write(empty.folder / "clean.csv", "a,b\nhello,1\n")
    result = empty.run("scan", "clean.csv")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("clean: 1 file(s), ")
    assert "this call only" in result.stderr
    assert sorted(p.name for p in empty.folder.iterdir()) == ["clean.csv"]


def test_findings_end_with_one_and_show_places_but_no_value(empty: Project) -> None:
    write(empty.folder / "leaky.csv", f"plan,contact\npro,none\nbasic,{EMAIL}\n")
    result = empty.run("scan", "leaky.csv")
    assert result.exit_code == 1
    assert MARKER not in result.output
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("leaky.csv")]
    assert line.split() == ["leaky.csv", "contact", "email", "email", "1", "1"]


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.csv", "a.jsonl", "a.txt"])
def test_each_format_is_read(empty: Project, name: str) -> None:
    path = empty.folder / name
    table = pa.table({"contact": ["none", EMAIL]})
    if name == "a.parquet":
        pq.write_table(table, path)
    elif name == "a.arrow":
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    else:
        write(path, f'{{"contact": "{EMAIL}"}}\n' if name == "a.jsonl" else f"contact\n{EMAIL}\n")
    document = empty.json("scan", name, code=1)
    (file,) = document["files"]
    (count,) = file["scan"]["counts"]
    assert (count["data_class"], count["count"]) == ("email", 1)
    assert MARKER not in json.dumps(document)


def test_a_folder_is_walked_and_each_finding_told_with_its_file(empty: Project) -> None:
    write(empty.folder / "out" / "clean.csv", "a\nb\n")
    write(empty.folder / "out" / "deep" / "leaky.csv", f"a\n{EMAIL}\n")
    document = empty.json("scan", "out", code=1)
    assert {f["file"]: f["clean"] for f in document["files"]} == {
        "out/clean.csv": True,
        "out/deep/leaky.csv": False,
    }


def test_the_first_row_of_a_table_without_header_is_not_shown(empty: Project) -> None:
    """Its cells would be taken for names of columns, and these are shown otherwise."""
    rows = f"{MARKER} Roe,{EMAIL},text\nJohn,x.{EMAIL},call {EMAIL}\n"
    write(empty.folder / "raw.csv", rows)
    result = empty.run("scan", "raw.csv")
    assert result.exit_code == 1
    assert MARKER not in result.output
    assert "(column 2, name withheld)" in result.stdout
    assert "(column 3, name withheld)" in result.stdout
    document = empty.json("scan", "raw.csv", code=1)
    assert MARKER not in json.dumps(document)


def test_a_file_that_is_named_after_a_person_is_told_by_number(empty: Project) -> None:
    write(empty.folder / "exports" / f"{EMAIL} orders.csv", "a\nb\n")
    result = empty.run("scan", "exports")
    assert result.exit_code == 1
    assert MARKER not in result.output
    assert "(file 1, name withheld)" in result.stdout


def test_an_escape_sequence_in_a_file_name_does_not_reach_the_terminal(empty: Project) -> None:
    write(empty.folder / "a\x1b[2Jb.csv", f"a\n{EMAIL}\n")
    result = empty.run("scan", ".")
    assert result.exit_code == 1
    assert "\x1b" not in result.output
    assert "a\\x1b[2Jb.csv" in result.stdout


def test_markup_in_a_column_name_is_text(empty: Project) -> None:
    write(empty.folder / "a.csv", f"[red]x[/red]\n{EMAIL}\n")
    assert "[red]x[/red]" in empty.run("scan", "a.csv").stdout


def test_a_missing_path_is_not_clean(empty: Project) -> None:
    result = empty.run("scan", "nowhere")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert result.stdout == ""


def test_a_damaged_file_is_not_clean_and_not_quoted(empty: Project) -> None:
    write(empty.folder / "a.parquet", f"not parquet {EMAIL}")
    result = empty.run("scan", "a.parquet")
    assert result.exit_code == 2
    assert MARKER not in result.output


def test_with_a_root_key_equal_values_have_equal_fingerprints(project: Project) -> None:
    write(project.folder / "a.csv", f"x\n{EMAIL}\n")
    prints = []
    for _ in range(2):
        document = project.json("scan", "a.csv", code=1)
        assert document["fingerprints"] == "root key"
        prints.append(document["files"][0]["scan"]["samples"][0]["fingerprint"])
    assert prints[0] == prints[1]
    assert len(prints[0]) == 32


def test_without_a_root_key_they_differ_between_calls(empty: Project) -> None:
    write(empty.folder / "a.csv", f"x\n{EMAIL}\n")
    documents = [empty.json("scan", "a.csv", code=1) for _ in range(2)]
    assert {d["fingerprints"] for d in documents} == {"this call only"}
    prints = {d["files"][0]["scan"]["samples"][0]["fingerprint"] for d in documents}
    assert len(prints) == 2


def test_named_settings_without_a_usable_key_are_an_error(project: Project) -> None:
    """Who names settings expects lasting fingerprints; others would not be noticed."""
    (project.folder / ".sluicegate" / "root.key").unlink()
    write(project.folder / "a.csv", "x\ny\n")
    assert project.run("scan", "a.csv", "-c", "sluicegate.toml").exit_code == 2


def test_names_are_looked_for_only_when_asked_and_file_names_are_not_shown_to_the_model(
    empty: Project,
) -> None:
    write(empty.folder / "emily_johnson.csv", "seattle,note\n1,my name is Emily Johnson\n")
    plain = empty.run("scan", "emily_johnson.csv")
    assert plain.exit_code == 0, plain.output
    named = empty.json("scan", "emily_johnson.csv", "--names", code=1)
    counts = [
        (c["column"], c["detector"], c["count"])
        for f in named["files"]
        for c in f["scan"]["counts"]
    ]
    assert counts == [("note", "names:person", 1)]
    assert "Emily Johnson" not in json.dumps(named)
    assert "Latin script" in json.dumps(named)


def test_a_second_opinion_is_asked_for_by_name(empty: Project) -> None:
    write(empty.folder / "a.csv", "id,note\n1,ask @nobody about it\n")
    asked = empty.run("scan", "a.csv", "--second-opinion", "scrubadub")
    assert asked.exit_code == 1
    assert "scrubadub:twitter" in asked.stdout
    unknown = empty.run("scan", "a.csv", "--second-opinion", "oracle")
    assert unknown.exit_code not in (0, 1)
