"""What the casebook asks, packed with its grounds as an auditor gets it, and packs sealed anew."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from random import Random
from typing import Any, NamedTuple

from compliance import verifier
from compliance.law import casebook, cases
from compliance.law.dossier import Assembled, assemble
from compliance.law.engine import Finding, judge, judge_all
from compliance.law.facts import Dossier
from compliance.law.grounds import TABLES, ground
from compliance.law.packing import Packed, hints, pack, value
from compliance.law.proof import digest, prove, written
from compliance.law.rules import BY_ID
from compliance.law.world import Line, Part, World


class Asked(NamedTuple):
    """One question of the casebook: a rule put to a line ("": the counterparty) of a world."""

    name: str
    world: World
    line: str
    rule: str
    on: date | None


def told_cases() -> Iterator[Mapping[str, Any]]:
    for path in sorted(casebook.OURS.rglob("*.toml")):
        yield from casebook.read(path).cases


@cache
def asked() -> tuple[Asked, ...]:
    """What each case asks; of a case about a party, whether it may make a battery."""
    return tuple(question for case in told_cases() for question in questions(case))


def questions(case: Mapping[str, Any]) -> Iterator[Asked]:
    world, on = cases.world_of(case), casebook.day_of(case)
    if "party" in case:
        made = Part("made", "MADE", maker=case["party"], category="battery_pack", chemistry="nmc")
        world = replace(world, parts=(made,), lines=(Line("1", "made"),))
        yield Asked(case["name"], world, "1", "10-usc-4865", on)
    elif "rule" in case and "verdict" in case:
        yield Asked(case["name"], world, line_asked(case, world), case["rule"], on)


def line_asked(case: Mapping[str, Any], world: World) -> str:
    if BY_ID[case["rule"]].faces == "counterparty":
        return ""
    if "line" in case or len(world.lines) == 1:
        return str(case.get("line", world.lines[0].ref))
    assembled = assemble(world)
    dossier = casebook.dossier_of(case, assembled)
    return next(ref for ref, each in assembled.lines.items() if each is dossier)


def dossier_of(assembled: Assembled, line: str) -> Dossier:
    return assembled.lines[line] if line else assembled.counterparty


def answered(question: Asked) -> tuple[Finding, Packed]:
    """What the engine finds, and its proof with grounds."""
    assembled = assemble(question.world)
    dossier = dossier_of(assembled, question.line)
    finding = judge(BY_ID[question.rule], dossier, question.on)
    proof = prove(finding, written(dossier))
    parties = assembled.parties[question.line]
    return finding, Packed(proof, ground(question.world), parties)


@cache
def packed(number: int) -> Packed:
    """The proof of what a case asks, by its place in `asked()`: made when it is looked at."""
    return answered(asked()[number])[1]


def any_packed(choose: Random) -> Packed:
    return packed(choose.randrange(len(asked())))


def packed_whole(world: World, on: date | None) -> Iterator[Packed]:
    """Every rule on every line of a world and on its counterparty."""
    assembled, grounds = assemble(world), ground(world)
    for line in (*assembled.lines, ""):
        dossier = dossier_of(assembled, line)
        text = written(dossier)
        for finding in judge_all(dossier, on):
            yield Packed(prove(finding, text), grounds, assembled.parties[line])


def faults(entries: Iterable[Packed]) -> list[str]:
    """What the verifier finds wrong with a pack of these."""
    return [f"{place}: {fault}" for place, fault in verifier.verify(json.loads(pack(entries)))]


def resealed(told: Any) -> str:
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sealed(entry: Packed, *, body: Any = None, grounds: Any = None) -> Packed:
    """The same with another body or other grounds, and with right digests."""
    if body is not None:
        text = resealed(body)
        entry = entry._replace(proof=entry.proof._replace(digest=digest(text), body=text))
    if grounds is not None:
        text = resealed(grounds)
        entry = entry._replace(grounds=entry.grounds._replace(digest=digest(text), body=text))
    return entry


def world_told(world: World, grounds: Any) -> World:
    """The world with the facts that these grounds tell."""
    facts = {name: value(grounds[name], hints(World)[name]) for name in (*TABLES, "known_on")}
    return replace(world, **facts)
