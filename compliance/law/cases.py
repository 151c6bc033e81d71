"""What a case of the casebook tells: the usual cast and buy, with what the case changes."""

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from compliance.law.world import Metric, World
from compliance.law.world_file import read_world

FACTS = (
    "procurement",
    "part",
    "parts",
    "lines",
    "parties",
    "stakes",
    "disclosures",
    "controls",
    "licences",
    "lists",
    "identities",
    "documents",
    "backings",
    "readings",
    "known_on",
    "usual",
)
CAST_TABLES = ("parties", "stakes", "identities", "lists")


class NotACase(Exception):
    """The case cannot be run as written; the message says why."""


@cache
def cast() -> Mapping[str, Any]:
    """The usual cast, as written."""
    text = (Path(__file__).parent / "cast.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def over(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merged key by key, the top one winning."""
    merged = dict(base)
    for key, value in top.items():
        held = merged.get(key)
        if isinstance(value, Mapping) and isinstance(held, Mapping):
            merged[key] = over(held, value)
        else:
            merged[key] = value
    return merged


def without_untold(told: Mapping[str, Any]) -> dict[str, Any]:
    """Less what `untold` takes away."""
    taken = told.get("untold", ())
    for key in taken:
        if key not in told and key not in cast()["component"] and key != "steps":
            raise NotACase(f"untold: there is no {key!r} to take away")
    return {key: value for key, value in told.items() if key != "untold" and key not in taken}


def world_of(case: Mapping[str, Any]) -> World:
    """The world of a case: its facts beside the usual ones."""
    usual = case.get("usual", True)
    whole = whole_cast() if usual else {"procurement": {}, "parties": []}
    told: dict[str, Any] = {
        "procurement": without_untold(over(whole.pop("procurement"), case.get("procurement", {}))),
        "readings": case.get("readings", {}),
    }
    if "known_on" in case:
        told["known_on"] = case["known_on"]
    mine = {str(each.get("ref", each.get("name"))) for each in case.get("parties", ())}
    keep = [each for each in whole.pop("parties") if each["name"] not in mine]
    told["parties"] = [*keep, *case.get("parties", ())]
    own_lists = {each.get("key") for each in case.get("lists", ())}
    told["lists"] = [
        *(each for each in whole.pop("lists", ()) if each["key"] not in own_lists),
        *case.get("lists", ()),
    ]
    mine |= {str(each.get("held")) for each in case.get("stakes", ())}
    for key in FACTS[FACTS.index("stakes") : FACTS.index("readings")]:
        if key == "lists":
            continue
        held = [each for each in whole.get(key, ()) if each.get("held") not in mine]
        told[key] = [*held, *case.get(key, ())]
    if "parts" in case or "lines" in case or "party" in case:
        told["parts"] = [part_of(each) for each in case.get("parts", ())]
        told["lines"] = list(case.get("lines", ()))
    else:
        told["parts"] = [part_of(over(cast()["part"] if usual else {}, case.get("part") or {}))]
        told["lines"] = [{"ref": "1", "part": told["parts"][0]["number"], "quantity": 1}]
    prune(case, told)
    world = read_world(told)
    if isinstance(world, tuple):
        raise NotACase("; ".join(str(problem) for problem in world))
    return world


def prune(case: Mapping[str, Any], told: dict[str, Any]) -> None:
    """Leaves out the parties of the cast that nothing in the case leads to."""
    links = [(stake["held"], stake["holder"]) for stake in told["stakes"]]
    kept = {*words_in(case)}
    kept |= {*words_in({key: each for key, each in told.items() if key not in CAST_TABLES})}
    own = {each["name"] for each in whole_cast()["parties"]}
    kept |= {str(each.get("ref", each["name"])) for each in told["parties"]} - own
    grew = True
    while grew:
        more = {holder for held, holder in links if held in kept} - kept
        grew = bool(more)
        kept |= more
    told["parties"] = [p for p in told["parties"] if str(p.get("ref", p["name"])) in kept]
    told["stakes"] = [stake for stake in told["stakes"] if stake["held"] in kept]
    told["identities"] = [each for each in told["identities"] if each["party"] in kept]


def words_in(told: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for each in told.values():
            yield from words_in(each)
    elif isinstance(told, list | tuple):
        for each in told:
            yield from words_in(each)


def part_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """A part with its components filled in from the usual component."""
    part = without_untold(told)
    if "components" in part:
        part["components"] = [component_of(each) for each in part["components"]]
    return part


def component_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """A component; its steps, where not said, are its source's own, in the source's country."""
    whole = over(cast()["component"], told)
    component = without_untold(whole)
    source = component.get("source")
    if "steps" not in component and "steps" not in whole.get("untold", ()) and source is not None:
        country = countries().get(source)
        component["steps"] = [
            {"kind": "manufacture", "party": source, **({"country": country} if country else {})}
        ]
    return component


@cache
def countries() -> Mapping[str, str]:
    """Where each of the cast is."""
    kinds = ("clean", "concern")
    return {each["name"]: each["country"] for kind in kinds for each in cast()[kind]}


def whole_cast() -> dict[str, Any]:
    """The cast as world tables."""
    told = cast()
    parties: list[dict[str, Any]] = []
    stakes: list[dict[str, Any]] = []
    identities: list[dict[str, Any]] = []
    for each in (*told["clean"], *told["concern"]):
        place = {"incorporated": each["country"], "business": each["country"]}
        common = {"kind": "company", "government_of": "", "screened": True}
        parties.append({"name": each["name"], **common, **place})
        for key, entry in each.get("on", {}).items():
            identities.append(
                {"party": each["name"], "list_key": key, "entry": entry, "same": True}
            )
    for each in (*told["clean"], *told["concern"]):
        owner = f"Owner of {each['name']}"
        parties.append(
            {
                "name": owner,
                "kind": "person",
                "incorporated": each["country"],
                "us_person": each["country"] == "US",
                "government_of": "",
                "screened": True,
            }
        )
        stakes += [
            {"holder": owner, "held": each["name"], "metric": str(metric), "percent": 100}
            for metric in Metric
        ]
    parties += [{"name": each["name"]} for each in told["untold"]]
    parties += [
        {"name": each["name"], "kind": "government", "government_of": each["country"]}
        for each in told["government"]
    ]
    return {
        "procurement": told["procurement"],
        "parties": parties,
        "stakes": stakes,
        "identities": identities,
        "lists": told["lists"],
    }
