"""How fast the law is put to lines: a million of them in 20,000 BOMs, every rule, with proofs.

Of the lines 1 % are distinct, each in memory as a dossier, with a counterparty for each BOM. Every
distinct dossier is written as canonical text, judged once under every rule that faces it, and what
is not plainly permitted is proved: the whole of that is timed, with all bytes and digests made.
Then each line gets its verdicts and each BOM its worst.

Beside it in the same run: one limb's arithmetic (`limb`), ours, in a plain loop and in
openfisca-core. Processor time is counted, so that other work does not.
"""

import gc
import random
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import Any

from compliance.benches import limb
from compliance.benches.stating import goal, machine
from compliance.law import cases
from compliance.law.casebook import OURS, dossier_of
from compliance.law.dossier import assemble
from compliance.law.engine import judge_all
from compliance.law.facts import Dossier, Use
from compliance.law.proof import prove, written
from compliance.law.verdicts import RANK, Verdict

LINES, BOMS, DISTINCT = 1_000_000, 20_000, 10_000
PLAIN = frozenset({Verdict.PERMITTED, Verdict.NOT_APPLICABLE})
DAY = date(2029, 1, 1)
A_MINUTE, SECONDS = 60_000, 15
"""The goals: distinct dossiers × all rules with proofs a minute; a million lines in so many."""


def made(count: int, seed: int = 4865) -> list[Dossier]:
    """Distinct dossiers: the shapes of our own cases, with costs of their own."""
    choose = random.Random(seed)  # noqa: S311 - a benchmark, not a secret
    shapes = [line for line, _ in shapes_of()]
    return [varied(shapes[number % len(shapes)], number, choose) for number in range(count)]


@cache
def shapes_of() -> tuple[tuple[Dossier, Dossier], ...]:
    """One dossier in four of the 4865 and 154 cases, and its counterparty's."""
    found = []
    for name in ("10-usc-4865.toml", "ndaa-2024-154.toml"):
        book: dict[str, Any] = tomllib.loads((OURS / name).read_text(), parse_float=Decimal)
        for case in book["case"][::4]:
            if case.get("lines") != []:
                assembled = assemble(cases.world_of(case))
                found.append((dossier_of(case, assembled), assembled.counterparty))
    return tuple(found)


def varied(dossier: Dossier, number: int, choose: random.Random) -> Dossier:
    unit = dossier.part.units[0]
    inputs = unit.inputs and tuple(
        each._replace(cost=each.cost and each.cost + Decimal(choose.randrange(10**6)) / 10**6)
        for each in unit.inputs
    )
    units = (unit._replace(number=f"P-{number}", inputs=inputs), *dossier.part.units[1:])
    return replace(dossier, part=replace(dossier.part, units=units))


@dataclass
class Judged:
    """What came of the distinct dossiers. verdicts: by the dossier's key."""

    verdicts: dict[str, tuple[Verdict, ...]]
    keys: list[str]
    findings: int = 0
    proofs: int = 0
    size: int = 0


def judge_distinct(dossiers: list[Dossier]) -> Judged:
    """Every dossier written; each distinct one judged and proved."""
    found = Judged({}, [])
    for dossier in dossiers:
        text = written(dossier)
        found.keys.append(text.key)
        if text.key in found.verdicts:
            continue
        findings = judge_all(dossier, DAY)
        found.verdicts[text.key] = tuple([each.verdict for each in findings])
        found.findings += len(findings)
        for finding in findings:
            if finding.verdict not in PLAIN:
                found.proofs += 1
                found.size += len(prove(finding, text).body)
    return found


def mapped(
    found: Judged, of: list[int], counterparties: list[int]
) -> tuple[list[tuple[Verdict, ...]], list[int]]:
    """By line, its verdicts; by BOM, the rank of the worst of its lines' and counterparty's.

    of: by line, BOM after BOM, its place in the keys.
    """
    verdicts = [found.verdicts[key] for key in found.keys]
    ranks = [min((RANK[each] for each in its), default=len(RANK)) for its in verdicts]
    each = len(of) // len(counterparties)
    worst = [
        min(ranks[its], *[ranks[line] for line in of[bom * each : (bom + 1) * each]])
        for bom, its in enumerate(counterparties)
    ]
    return [verdicts[line] for line in of], worst


def report(scale: float = 1.0) -> Iterator[str]:
    """Lines to print. scale: of the number of lines, BOMs and distinct dossiers."""
    boms = max(200, int(BOMS * scale))
    lines, count = LINES // BOMS * boms, max(100, int(DISTINCT * scale))
    yield machine(scale)
    shapes = shapes_of()
    dossiers = made(count) + [counterparty for _, counterparty in shapes]
    dice = random.Random(154)  # noqa: S311 - a benchmark, not a secret
    of = [*range(count), *(dice.randrange(count) for _ in range(lines - count))]
    counterparties = [count + dice.randrange(len(shapes)) for _ in range(boms)]
    judge_distinct(dossiers[: len(shapes)])  # compiled and cached by now, as in a worker
    gc.collect()
    gc.freeze()
    begins = time.process_time()
    found = judge_distinct(dossiers)
    judging = time.process_time() - begins
    begins = time.process_time()
    by_line, by_bom = mapped(found, of, counterparties)
    mapping = time.process_time() - begins
    gc.unfreeze()
    distinct = len(found.verdicts)
    yield (
        f"{len(by_line):,} lines in {len(by_bom):,} BOMs, {100 * count / lines:.1f} % distinct: "
        f"{distinct:,} dossiers x all rules, {found.findings:,} findings, "
        f"{found.proofs:,} proofs of {found.size / 1e6:,.0f} MB"
    )
    rate = distinct / judging * 60
    each = judging / distinct * 1e6
    yield f"written, judged and proved: {judging:.2f} s, {each:.0f} us a dossier"
    yield goal(f"{A_MINUTE:,} dossiers a minute per core", f"{rate:,.0f}", rate >= A_MINUTE)
    whole = judging + mapping
    yield f"every line its verdicts, every BOM its worst: {mapping:.2f} s, {whole:.2f} s in all"
    wanted = SECONDS * lines / LINES
    yield goal(f"{lines:,} lines under {wanted:g} s", f"{whole:.2f} s", whole < wanted)
    yield from beside(count, [line for line, _ in shapes])


def beside(count: int, shapes: list[Dossier]) -> Iterator[str]:
    """One limb's arithmetic in three ways, on equal batteries, with equal answers."""
    told = limb.batteries(count)
    asked = limb.dossiers(told, shapes[0], uses_of(shapes))
    answers, clauses = limb.timed(partial(limb.ours, asked, DAY))
    plainly, loop = limb.timed(partial(limb.plain, told, DAY))
    if plainly != answers:
        raise AssertionError("the plain loop answers otherwise than the clauses")
    yield f"one limb of 10 U.S.C. 4865 on {count:,} batteries, the same arithmetic, equal answers:"
    yield f"   our clauses, with what they rest on {clauses:>9.4f} s"
    yield f"   plain dataclass loop               {loop:>9.4f} s, ours takes {clauses / loop:.0f} x"
    try:
        calculated, seconds = limb.openfisca(told, DAY)
    except limb.PeerMissing as missing:
        yield f"   openfisca-core: left out, {missing}"
        return
    if calculated != answers:
        raise AssertionError("openfisca-core answers otherwise than the clauses")
    yield (
        f"   {limb.OPENFISCA:<34} {seconds:>9.4f} s, ours takes {clauses / seconds:.0f} x "
        "(columns, answers only)"
    )


def uses_of(shapes: list[Dossier]) -> tuple[Use, Use, Use]:
    """A party that is of no concern on the day, one that may be, and one that is."""
    found: dict[int, Use] = {}
    for shape in shapes:
        for each in shape.part.units[0].inputs or ():
            if each.source is not None:
                found.setdefault(int(each.source.on(DAY).answer), each.source)
    return found[limb.NO], found[limb.UNKNOWN], found[limb.YES]
