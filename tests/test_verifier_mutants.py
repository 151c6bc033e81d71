"""One thing changed in a pack, sealed again with right digests: rejected wherever the verdict no
longer follows. Whether it follows is asked of the engine, which judges the changed facts anew."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from compliance import verifier
from compliance.law.dossier import assemble
from compliance.law.engine import judge
from compliance.law.packing import dossier_of
from compliance.law.proof import canonical
from compliance.law.rules import BY_ID
from tests import packs
from tests.packs import Asked, answered, asked, faults, resealed, sealed, world_told

Change = Callable[[Any, random.Random], bool]


@pytest.mark.parametrize(
    "seed", [*range(30), *(pytest.param(n, marks=pytest.mark.long) for n in range(30, 500))]
)
def test_a_proof_changed_so_that_it_does_not_follow_is_rejected(seed: int) -> None:
    choose = random.Random(seed)
    for _ in range(200):
        entry = packs.any_packed(choose)
        body = json.loads(entry.proof.body)
        change = choose.choice((change_fact, change_fact, change_answer, drop_clause, move_day))
        if change(body, choose) and not follows(body):
            assert faults([sealed(entry, body=body)]), change.__name__
            return
    raise AssertionError("no change was found that matters")


@pytest.mark.parametrize(
    "seed", [*range(30), *(pytest.param(n, marks=pytest.mark.long) for n in range(30, 500))]
)
def test_grounds_changed_so_that_the_verdict_does_not_follow_are_rejected(seed: int) -> None:
    choose = random.Random(seed)
    for _ in range(400):
        question = choose.choice(with_people_behind())
        finding, entry = answered(question)
        grounds = json.loads(entry.grounds.body)
        what = change_ground(grounds, choose)
        if what and not still_follows(question, finding, grounds):
            assert faults([sealed(entry, grounds=grounds)]), (question.name, what)
            return
    raise AssertionError("no change was found that matters")


@cache
def with_people_behind() -> tuple[Asked, ...]:
    """Questions on which a few parties bear, so that a change is likely to matter.

    Of two statements that differ, grounds tell the worse alone: the engine, asked again of what
    they tell, would not know of the other.
    """
    return tuple(
        each
        for each in asked()
        if len(each.world.parties) < 12 and all(b.says is None for b in each.world.backings)
    )


def follows(body: Any) -> bool:
    """Does the engine, asked again of the changed proof's facts, find what the proof says?"""
    finding = body["finding"]
    try:
        dossier = dossier_of(resealed(body))
        on = None if finding["hinge"] != "on" else date.fromisoformat(finding["on"])
        again = json.loads(canonical(judge(BY_ID[finding["rule"]], dossier, on)))
    except (KeyError, TypeError, ValueError, IndexError, ArithmeticError):
        return True  # of another type than the fact had: the engine cannot be asked
    # Asked on its own days with one of them untold, the day shown is any day that goes wrong.
    return said(again) == said(finding)


def still_follows(question: Asked, finding: Any, grounds: Any) -> bool:
    """Does the engine, asked again of the changed world, find what it found before?"""
    try:
        world = world_told(question.world, grounds)
        dossier = packs.dossier_of(assemble(world), question.line)
        again = judge(BY_ID[question.rule], dossier, question.on)
    except (KeyError, TypeError, ValueError, IndexError, ArithmeticError):
        return True  # no world any more: the engine cannot be asked
    return said(json.loads(canonical(again))) == said(json.loads(canonical(finding)))


def said(finding: Any) -> Any:
    keys = ("verdict", "would_be", "because")
    return [finding[key] for key in keys], answers(finding["steps"])


def answers(steps: Any) -> Any:
    return [(s["role"], s["cite"], s["told"]["answer"], answers(s["steps"])) for s in steps]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every leaf of a JSON value."""
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from places(each, (*path, index))
    else:
        yield path


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = new


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def change_fact(body: Any, choose: random.Random) -> bool:
    """One fact of the dossier says something else."""
    path = choose.choice(list(places(body["dossier"])))
    old = at(body["dossier"], path)
    put(body["dossier"], path, other(old, choose))
    return at(body["dossier"], path) != old


def other(old: Any, choose: random.Random) -> Any:
    if isinstance(old, bool):
        return choose.choice([not old, None])
    if isinstance(old, int):
        return old + 1
    if old is None:
        return choose.choice([True, False])
    if old in ("yes", "no", "unknown"):
        return choose.choice([each for each in ("yes", "no", "unknown") if each != old])
    if len(old) == 10 and old[4] == old[7] == "-":
        return moved(old, choose)
    if old.replace(".", "").isdigit():
        return choose.choice(["0", "1", "1000000"])
    return choose.choice([f"{old}x", "DHS", "CN", "none"])


def moved(day: str, choose: random.Random) -> str:
    days = timedelta(choose.choice([-3000, -400, -1, 1, 400, 3000]))
    return (date.fromisoformat(day) + days).isoformat()


def change_answer(body: Any, choose: random.Random) -> bool:
    """The verdict, or one clause, says something else."""
    finding = body["finding"]
    if choose.random() < 0.3:
        verdicts = [each for each in verifier.RANKS if each != finding["verdict"]]
        finding["verdict"] = choose.choice(verdicts)
        return True
    step = choose.choice(finding["steps"])
    step["told"]["answer"] = other(step["told"]["answer"], choose)
    return True


def drop_clause(body: Any, choose: random.Random) -> bool:
    """One clause is missing."""
    steps = body["finding"]["steps"]
    steps.pop(choose.randrange(len(steps)))
    return True


def move_day(body: Any, choose: random.Random) -> bool:
    """The day asked is another."""
    finding = body["finding"]
    days = choose.choice([-1000, -1, 1, 1000])
    finding["on"] = date.fromordinal(
        max(1, date.fromisoformat(finding["on"]).toordinal() + days)
    ).isoformat()
    return True


WORDS: dict[str, tuple[Any, ...]] = {
    "kind": ("company", "government", "person", None),
    "incorporated": ("CN", "KR", "US", "HK", None),
    "business": ("CN", "KR", "US", "HK", None),
    "government_of": ("CN", "RU", "KR", "", None),
    "us_person": (True, False, None),
    "screened": (True, False),
    "metric": ("equity", "votes", "board"),
    "nature": ("plain", "nominee", "option", "non_voting"),
    "holds": (True, False, None),
    "same": (True, False, None),
    "covers": ("all", "battery", "textiles"),
}
SHARES = ("0", "10", "24.99", "25", "49.99", "50", "75", "100")


def change_ground(grounds: Any, choose: random.Random) -> str:
    """One fact about a party, a holding, a list or a name says something else, or is left out."""
    tables = [name for name in ("parties", "stakes", "disclosures", "controls") if grounds[name]]
    name = choose.choice([*tables, *tables, "lists", "identities"])
    if name == "lists" and choose.random() < 0.7:
        edition = choose.choice(grounds["lists"] or [{"entries": []}])
        facts = edition["entries"]
    else:
        facts = grounds[name]
    if not facts:
        return ""
    fact = choose.choice(facts)
    if choose.random() < 0.2 and name != "parties":
        facts.remove(fact)
        return f"{name}: {fact} left out"
    keys = [key for key in fact if key in WORDS or key in DATED or key in ("low", "complete_to")]
    key = choose.choice([*keys, *(["holder"] if "holder" in fact else [])])
    old = fact[key]
    if key in WORDS:
        fact[key] = choose.choice(WORDS[key])
    elif key in DATED:
        fact[key] = moved(old or "2028-01-01", choose)
    elif key == "holder":
        fact[key] = choose.choice(grounds["parties"])["ref"]
    else:
        fact[key] = choose.choice(SHARES)
        if key == "low":
            fact["high"] = fact[key]
    return "" if fact[key] == old else f"{name}: {key} of {fact['ref']} from {old} to {fact[key]}"


DATED = ("true_from", "true_to", "edition", "read_by")
