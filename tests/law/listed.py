"""Worlds with one list that names CATL, for tests of who is on a list."""

from dataclasses import replace
from datetime import date

from compliance.law.answers import Answer
from compliance.law.feoc import FeocIndex
from compliance.law.standing import Listed
from compliance.law.world import (
    Identity,
    ListEntry,
    World,
)
from tests.law.worlds import (
    EDITIONS,
    ON,
    company,
    edition,
    world,
)

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES
X, CATL, GROUP = company("X"), company("catl", "CN"), company("group", "KY")
NAMED = ListEntry("entry", "Contemporary Amperex Technology Company, Limited")
SAME = Identity("same", "catl", "154", "entry", True, "identifier")


def listing(key: str, *entries: ListEntry, **more: object) -> World:
    """X, CATL and a group; beside empty editions one of `key`, which names CATL by decision."""
    lists = [each for each in EDITIONS if each.key != key]
    facts = world(
        [X, CATL, GROUP],
        lists=(*lists, edition(key, *(entries or (NAMED,)))),
        identities=(replace(SAME, list_key=key),),
    )
    return replace(facts, **more)  # type: ignore[arg-type]


def listed(facts: World, party: str = "X", key: str = "154", on: date = ON) -> Listed:
    return FeocIndex(facts).listed(party, key, on)


def verdict(found: Listed) -> tuple[Answer, str]:
    return found.answer, found.how
