"""Checks a bundle of evidence: needs the standard library of Python 3.8 or later, and openssl 3.

Exit codes: 0 everything holds, 1 something does not, 2 the call is wrong.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List, Tuple

HERE = Path(__file__).resolve().parent
RECORD = {1: b"sluicegate ledger record v1\n", 2: b"sluicegate ledger record v2\n"}
ED25519 = bytes.fromhex("302a300506032b6570032100")  # begins a public key in DER (RFC 8410)
Keys = Dict[str, bytes]


class Wrong(Exception):
    """Something does not hold."""


def sha256(data: bytes) -> bytes:
    """Hash bytes."""
    return hashlib.sha256(data).digest()


def named(data: bytes) -> str:
    """Hash bytes, as records write it."""
    return "sha256:" + sha256(data).hex()


def quoted(text: str) -> str:
    """Write a text as canonical JSON does."""
    return json.dumps(text, ensure_ascii=False)


def decoded(text: str) -> bytes:
    """Read base64."""
    return base64.b64decode(text, validate=True)


def distinct(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    """Refuse an object that two readers may read differently."""
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Wrong("a name stands twice in a JSON object")
    return value


def document(name: str) -> Any:
    """Read a JSON file of the bundle."""
    return json.loads((HERE / name).read_text("utf-8"), object_pairs_hook=distinct)


def read_keys(path: Path) -> Keys:
    """Read lines of key id and base64."""
    lines = (line.split("#", 1)[0].split() for line in path.read_text("utf-8").splitlines())
    return {words[0]: decoded(words[1]) for words in lines if words}


def require_signature(keys: Keys, key_id: str, signature: bytes, message: bytes) -> None:
    """Ask openssl whether a key signed a message."""
    if key_id not in keys:
        raise Wrong(f"the key {key_id!a} is not among the trusted ones")
    with tempfile.TemporaryDirectory() as folder:
        key, text, mark = (Path(folder) / name for name in ("key", "message", "signature"))
        key.write_bytes(ED25519 + keys[key_id])
        text.write_bytes(message)
        mark.write_bytes(signature)
        call = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", str(key)]
        call += ["-rawin", "-in", str(text), "-sigfile", str(mark)]
        done = subprocess.run(call, capture_output=True, check=False)
    if done.returncode != 0:
        raise Wrong(f"a signature by {key_id!a} does not hold")


def check_files(manifest: Dict[str, Any]) -> None:
    """Every file is as the manifest says, and there is no other."""
    present = {p.relative_to(HERE).as_posix() for p in HERE.rglob("*") if not p.is_dir()}
    listed = {*manifest["files"], "manifest.json"}
    for name in sorted(present ^ listed):
        raise Wrong(f"{name!a} is {'not in the manifest' if name in present else 'missing'}")
    for name, digest in manifest["files"].items():
        if sha256((HERE / name).read_bytes()).hex() != digest:
            raise Wrong(f"{name!a} was changed")


def read_checkpoint(keys: Keys) -> Tuple[int, bytes, List[str]]:
    """Check the signed note; return its size, its root and what to tell of it."""
    note = (HERE / "checkpoint.txt").read_bytes().decode("utf-8")
    text, _, signature = note.partition("\n\n")
    dash, key_id, blob = signature.rstrip("\n").split(" ")
    origin, size, root, _ = text.split("\n")
    if dash != "\u2014" or not origin.startswith("sluicegate/ledger/"):
        raise Wrong("the checkpoint is not a signed note")
    require_signature(keys, key_id, decoded(blob)[4:], (text + "\n").encode())
    return int(size), decoded(root), [f"ledger     {origin}", f"signed by  {key_id}"]


def hash_of(record: Dict[str, Any]) -> str:
    """Hash the canonical JSON of a record: names in their order, the body by its digest."""
    begin, end = f'{{"body":{record["body"]},', "}"
    if record["digest"] is not None:
        begin, end = f'{{"digest":"{record["digest"]}",', ',"v":2}'
        salted = bytes.fromhex(record["salt"] or "") + record["body"].encode()
        if record["body"] and named(salted) != record["digest"]:
            raise Wrong(f"the body of record {record['sequence']} was changed")
    once = "" if record["once"] is None else f'"once":{quoted(record["once"])},'
    whole = (
        f'{begin}"key_id":{quoted(record["key_id"])},"kind":{quoted(record["kind"])},{once}'
        f'"previous":{quoted(record["previous"])},"sequence":{record["sequence"]},'
        f'"subject":{quoted(record["subject"])},"time":{quoted(record["time"])}{end}'
    )
    return named(whole.encode())


def root_of(leaf: bytes, index: int, size: int, path: List[bytes]) -> bytes:
    """Follow an inclusion path (RFC 9162, section 2.1.3.2)."""
    node, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise Wrong("a path is too long")
        if node % 2 or node == last:
            found = sha256(b"\x01" + step + found)
            while not node % 2 and node:
                node, last = node // 2, last // 2
        else:
            found = sha256(b"\x01" + found + step)
        node, last = node // 2, last // 2
    if last:
        raise Wrong("a path is too short")
    return found


def check_record(name: str, size: int, root: bytes, keys: Keys) -> None:
    """Check one record, its signature, and that it is a leaf of the signed tree."""
    proof = document(name)
    record, index = proof["record"], proof["index"]
    if hash_of(record) != record["hash"]:
        raise Wrong(f"{name}: the record was changed")
    expected = (record["sequence"] - 1, size, f"proofs/{record['sequence']:09d}.json")
    if (index, proof["size"], name) != expected or not 0 <= index < size:
        raise Wrong(f"{name!a}: it is of another record or checkpoint")
    leaf = sha256(b"\x00" + bytes.fromhex(record["hash"][7:]))
    if root_of(leaf, index, size, [decoded(step) for step in proof["path"]]) != root:
        raise Wrong(f"{name}: the record is not in the ledger of the checkpoint")
    form = 1 if record["digest"] is None else 2
    message = RECORD[form] + record["hash"].encode()
    require_signature(keys, record["key_id"], decoded(record["signature"]), message)


def check(keys: Keys) -> List[str]:
    """Check everything; return what to tell."""
    manifest = document("manifest.json")
    check_files(manifest)
    proofs = sorted(name for name in manifest["files"] if name.startswith("proofs/"))
    if len(proofs) != manifest["records"]:
        raise Wrong(f"the manifest tells of {manifest['records']} records")
    if not proofs:
        return ["no record of the period, so nothing to prove"]
    size, root, told = read_checkpoint(keys)
    # openssl is a process for each record; what is wrong first is told, as one after the other
    with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        list(pool.map(lambda name: check_record(name, size, root, keys), proofs))
    return [f"{len(proofs)} record(s) are among the first {size} of the ledger", *told]


def main(arguments: List[str]) -> int:
    """Check the bundle that this file is in."""
    if len(arguments) > 1:
        print("usage: sh verify.sh [TRUSTED_KEYS]", file=sys.stderr)
        return 2
    try:
        keys = read_keys(Path(arguments[0]) if arguments else HERE / "public_keys.txt")
    except (OSError, ValueError, IndexError) as error:
        print(f"the keys cannot be read: {type(error).__name__}", file=sys.stderr)
        return 2
    try:
        lines = check(keys)
    except Wrong as error:
        print(f"BROKEN: {error}")
        return 1
    except (ArithmeticError, LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
        print(f"BROKEN: a file is not what it should be ({type(error).__name__})")
        return 1
    print("\n".join([f"holds: {lines[0]}", *lines[1:]]))
    if not arguments:
        print("NOTE: the keys of the bundle itself were used; compare them with those you trust")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
