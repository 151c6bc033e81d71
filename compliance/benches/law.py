"""How fast the law is put to lines: distinct dossiers × every rule, with proofs, in one process.

Beside it in the same run: the arithmetic of one limb alone, on plain values, as one would write it
without clauses, reasons or proofs. Processor time is counted, so that other work does not.
"""

import gc
import random
import time
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.law import cases
from compliance.law.casebook import OURS, dossier_of
from compliance.law.dossier import assemble
from compliance.law.engine import judge_all
from compliance.law.facts import Dossier
from compliance.law.proof import prove, written
from compliance.law.verdicts import Verdict

DISTINCT = 10_000
LINES = 1_000_000
PLAIN = frozenset({Verdict.PERMITTED, Verdict.NOT_APPLICABLE})
DAY = date(2029, 1, 1)


def made(count: int, seed: int = 4865) -> list[Dossier]:
    """Distinct dossiers: the shapes of our own cases, with costs and dates of their own."""
    choose = random.Random(seed)  # noqa: S311 - a benchmark, not a secret
    shapes = list(shapes_of())
    return [varied(shapes[number % len(shapes)], number, choose) for number in range(count)]


def shapes_of() -> Iterator[Dossier]:
    """One dossier in four of the 4865 and 154 cases."""
    for name in ("10-usc-4865.toml", "ndaa-2024-154.toml"):
        book: dict[str, Any] = tomllib.loads((OURS / name).read_text(), parse_float=Decimal)
        for case in book["case"][::4]:
            if case.get("lines") != []:
                yield dossier_of(case, assemble(cases.world_of(case)))


def varied(dossier: Dossier, number: int, choose: random.Random) -> Dossier:
    unit = dossier.part.units[0]
    inputs = unit.inputs and tuple(
        each._replace(cost=each.cost and each.cost + Decimal(choose.randrange(10**6)) / 10**6)
        for each in unit.inputs
    )
    units = (unit._replace(number=f"P-{number}", inputs=inputs), *dossier.part.units[1:])
    return replace(dossier, part=replace(dossier.part, units=units))


def plain_loop(dossiers: list[Dossier]) -> int:
    """The share of cost from clean sources, and nothing else."""
    passed = 0
    for dossier in dossiers:
        clean = total = Decimal(0)
        for each in dossier.part.units[0].inputs or ():
            cost = each.cost or Decimal(0)
            total += cost
            if each.source is not None and each.source.feoc[0].answer == 0:
                clean += cost
        passed += clean * 100 > total * 95
    return passed


def report(scale: float = 1.0) -> Iterator[str]:
    """Lines to print. scale: of the number of dossiers and lines."""
    count, lines = max(100, int(DISTINCT * scale)), max(10_000, int(LINES * scale))
    dossiers = made(count)
    gc.collect()
    gc.freeze()
    begins = time.process_time()
    plain_loop(dossiers)
    loop = time.process_time() - begins
    begins = time.process_time()
    texts = [written(dossier) for dossier in dossiers]
    keys = [text.key for text in texts]
    writing = time.process_time() - begins
    begins = time.process_time()
    proofs = findings = 0
    results: dict[str, str] = {}
    for dossier, text, key in zip(dossiers, texts, keys, strict=True):
        found = judge_all(dossier, DAY)
        findings += len(found)
        for finding in found:
            if finding.verdict not in PLAIN:
                prove(finding, text)
                proofs += 1
        results[key] = ",".join(finding.verdict for finding in found)
    judging = time.process_time() - begins
    begins = time.process_time()
    mapped = [results[keys[number % count]] for number in range(lines)]
    mapping = time.process_time() - begins
    gc.unfreeze()
    rate = count / judging
    yield f"{len(set(keys))} distinct dossiers × all rules: {findings} findings, {proofs} proofs"
    yield f"judged with proofs: {rate * 60:,.0f} dossiers a minute per core ({judging:.2f} s)"
    yield f"written as canonical text, once per dossier: {count / writing * 60:,.0f} a minute"
    yield (
        f"plain loop of one limb's arithmetic: {loop:.3f} s; with clauses and proofs "
        f"{judging / loop:.0f} ×"
    )
    share = 100 * count / lines
    whole = writing + judging + mapping
    yield f"{len(mapped):,} lines, {share:.1f} % distinct: {whole:.1f} s (mapping {mapping:.2f} s)"
