"""What the casebook asks, packed with its grounds as an auditor gets it, and packs sealed anew."""

import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
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


def told_cases() -> Iterator[dict[str, Any]]:
    for path in sorted(casebook.OURS.rglob("*.toml")):
        book = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        common = {key: each for key, each in book.items() if key != "case"}
        yield from (cases.over(common, case) for case in book["case"])


@cache
def asked() -> tuple[Asked, ...]:
    """What each case asks; of a case about a party, whether it may make a battery."""
    return tuple(question for case in told_cases() for question in questions(case))


def questions(case: dict[str, Any]) -> Iterator[Asked]:
    world, on = cases.world_of(case), casebook.day_of(case)
    if "party" in case:
        made = Part("made", "MADE", maker=case["party"], category="battery_pack", chemistry="nmc")
        world = replace(world, parts=(made,), lines=(Line("1", "made"),))
        yield Asked(case["name"], world, "1", "10-usc-4865", on)
    elif "rule" in case and "verdict" in case:
        assembled = assemble(world)
        if BY_ID[case["rule"]].faces == "counterparty":
            yield Asked(case["name"], world, "", case["rule"], on)
        else:
            dossier = casebook.dossier_of(case, assembled)
            line = next(ref for ref, each in assembled.lines.items() if each is dossier)
            yield Asked(case["name"], world, line, case["rule"], on)


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
def packed() -> tuple[Packed, ...]:
    """The proof of what each case asks."""
    return tuple(answered(question)[1] for question in asked())


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
