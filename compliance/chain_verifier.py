"""Checks exported certificates: `python3 chain_verifier.py CHAIN.json`. Standard library only, none
of our code. Exit 0: the chain holds; 1: it does not, each fault on a line; 3: not readable.

A chain is {"format": "cellgate-chain-1", "certificates": [{"certificate": {…}, "digest"}, …]} in
order. A digest is the SHA-256 of the certificate as canonical JSON: keys sorted, no blanks, UTF-8.
Each certificate carries the digest of the one before, so an edit of any shows in all that follow.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHAIN, CERTIFICATE = "cellgate-chain-1", "cellgate-certificate-1"
ORDER = ("number", "previous", "touched", "rederived", "carried", "set_aside", "moved")


def faults(chain: Any) -> Iterator[str]:
    """What is wrong with a chain, in words; nothing where it holds."""
    if not isinstance(chain, dict) or chain.get("format") != CHAIN:
        yield f"this is no {CHAIN}"
        return
    entries = chain.get("certificates")
    if not isinstance(entries, list):
        yield "there is no list of certificates"
        return
    before: dict[str, Any] | None = None
    for place, entry in enumerate(entries, 1):
        try:
            yield from (f"certificate {place}: {fault}" for fault in _faults_of(entry, before))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield f"certificate {place} cannot be read: {type(error).__name__}: {error}"
            return
        before = entry


def _faults_of(entry: dict[str, Any], before: dict[str, Any] | None) -> Iterator[str]:
    certificate = entry["certificate"]
    if certificate["format"] != CERTIFICATE:
        yield f"its format is {certificate['format']}, not {CERTIFICATE}"
    if missing := [name for name in ORDER if name not in certificate]:
        yield f"it does not tell {', '.join(missing)}"
        return
    if digest(certificate) != entry["digest"]:
        yield "its digest is not that of what it says: it was edited"
    if before is None:
        if certificate["number"] == 1 and certificate["previous"]:
            yield "it is the first, and names one before"
    else:
        if certificate["number"] != before["certificate"]["number"] + 1:
            yield f"its number is {certificate['number']}: one is missing, or they were reordered"
        if certificate["previous"] != before["digest"]:
            yield "it does not name the digest of the one before"
    touched = numbers(certificate["touched"])
    done, aside = numbers(certificate["rederived"]), numbers(certificate["set_aside"])
    carried = numbers(certificate["carried"])
    if not done <= touched:
        yield "lines were derived again that it could not touch"
    if touched - done - aside - carried:
        yield "lines that it could touch are neither derived again, set aside nor carried on"
    moved = {each["line"] for each in certificate["moved"] if each["line"] is not None}
    if not moved <= touched:
        yield "lines moved that it could not touch"


def numbers(runs: str) -> set[int]:
    """ "3-7,12" → {3, 4, 5, 6, 7, 12}. ValueError where it is no such text."""
    found: set[int] = set()
    for run in filter(None, runs.split(",")):
        first, _, last = run.partition("-")
        low, high = int(first), int(last or first)
        if low > high or high - low > 100_000_000:
            raise ValueError(f"no run of numbers: {run}")
        found.update(range(low, high + 1))
    return found


def digest(certificate: dict[str, Any]) -> str:
    body = json.dumps(certificate, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def main(path: str) -> int:
    try:
        chain = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"{path} cannot be read: {error}", file=sys.stderr)
        return 3
    found = list(faults(chain))
    for fault in found:
        print(fault)
    if not found:
        certificates = chain["certificates"]
        print(f"{len(certificates)} certificates hold together.")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("usage: chain_verifier.py CHAIN.json", file=sys.stderr)
        sys.exit(4)
    sys.exit(main(sys.argv[1]))
