"""A stored proof as a reader follows it: clauses as an outline, then the facts they rest on."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.law.confidence import PRONGS, SETTLED, unsettled
from compliance.law.facts import ITEM
from compliance.law.readings import BY_KEY
from compliance.law.settled import texts
from compliance.models import Determination

ROLE_WORDS = {
    "binds": "binds the buyer",
    "covers": "covers the item",
    "begins": "has begun",
    "forbids": "forbids",
    "unless": "unless",
    "waiver": "unless waived",
    "ground": "ground for a waiver",
    "and": "and",
    "or": "or",
}
PATH_WORDS = {
    "rdte": "RDT&E",
    "milestone_b": "Milestone B",
    "reached_milestone_b": "reached Milestone B",
    "cots": "off the shelf",
}
DETAIL_WORDS = {
    "outside_low": "cost from other sources, at least",
    "outside_high": "cost from other sources, at most",
    "total": "cost of all",
}
UNIT_ROLES = (
    ("maker", "Maker"),
    ("assembler", "Final assembly by"),
)


@dataclass(frozen=True, slots=True)
class Rests:
    """What an answer rests on: the fact in words, its answer, the prongs, where it comes from.
    doubt: as of a step, of the prongs."""

    words: str
    answer: str
    cites: tuple[str, ...]
    refs: tuple[str, ...]
    doubt: str


@dataclass(frozen=True, slots=True)
class Step:
    """One clause: role, citation, what it says, answer, arithmetic, what it rests on, its parts.

    doubt: the flag of law.md in words, where the clause is not settled text. reads: our reading.
    """

    role: str
    cite: str
    says: str
    answer: str
    detail: tuple[tuple[str, str], ...]
    rests: tuple[Rests, ...]
    steps: tuple["Step", ...]
    decided: bool
    doubt: str
    reads: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One prong of who is a concern. doubt: as of a step."""

    cite: str
    says: str
    answer: str
    detail: tuple[tuple[str, str], ...]
    doubt: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that the proof used. value None: nobody had told. refs: where it came from."""

    label: str
    value: str | None
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stands:
    """Who a party was found to be on the day: a foreign entity of concern or not, by each prong."""

    name: str
    answer: str
    reasons: tuple[Reason, ...]
    flags: tuple[str, ...]
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadProof:
    """alternatives: on other readings: (reading's key, its question, the alternative in words,
    verdict, would be)."""

    steps: tuple[Step, ...]
    facts: tuple[tuple[str, tuple[Fact, ...]], ...]
    parties: tuple[Stands, ...]
    alternatives: tuple[tuple[str, str, str, str, str], ...]
    hinge: str


def proof_read(made: Determination) -> ReadProof:
    """The proof of a determination; every word and number in it is the stored one."""
    return _Reader(json.loads(made.proof.body), made.sources, made.on).read()


def capitalised(name: str) -> str:
    words = PATH_WORDS.get(name, name.replace("_", " "))
    return words[0].upper() + words[1:]


def alternative(told: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    """Of a reading that the register no longer has, its key says what it was."""
    key, chosen = told["reading"], told["alternative"]
    known = BY_KEY.get(key)
    question = known.question if known else key
    words = known.alternatives.get(chosen, chosen) if known else chosen
    return key, question, words, told["verdict"], told["would_be"] or ""


def doubt_of(cites: Sequence[str]) -> str:
    """The flag in words of the prongs that say so, where none of them is settled text."""
    flags = [PRONGS[cite] for cite in cites if cite in PRONGS]
    return "" if any(SETTLED in flag for flag in flags) or not flags else unsettled(flags[0])


class _Reader:
    def __init__(
        self, body: Mapping[str, Any], sources: Mapping[str, Sequence[str]], on: date | None
    ) -> None:
        self.finding = body.get("finding", {})
        self.dossier = body.get("dossier", {})
        self.part = self.dossier.get("part", {})
        self.names: Mapping[str, str] = self.part.get("parties", {})
        self.sources = sources
        self.on = on.isoformat() if on else ""
        # Of one thing alone the label goes without saying.
        self.alone = len(self.part.get("units", ())) == 1 and not self.part.get("item")
        self.because = set(self.finding.get("because", ()))
        self.texts = texts(self.finding.get("rule", ""), self.finding.get("version", ""))

    def read(self) -> ReadProof:
        return ReadProof(
            steps=tuple(self.steps(self.finding.get("steps", ()))),
            facts=tuple(self.facts()),
            parties=tuple(self.parties()),
            alternatives=tuple(alternative(each) for each in self.finding.get("alternatives", ())),
            hinge=self.finding.get("hinge", ""),
        )

    def steps(self, steps: Sequence[Mapping[str, Any]]) -> Iterator[Step]:
        for step in steps:
            told = step["told"]
            text = self.texts.get((step["role"], step["cite"]))
            yield Step(
                role=ROLE_WORDS.get(step["role"], step["role"]),
                cite=step["cite"],
                says=step["says"],
                answer=told["answer"].lower(),
                detail=tuple((self.detail_words(key), value) for key, value in told["detail"]),
                rests=tuple(
                    sorted(
                        self.rests(told["rests"]),
                        key=lambda each: each.answer != told["answer"].lower(),
                    )
                ),
                steps=tuple(self.steps(step["steps"])),
                decided=self.decided(step),
                doubt=unsettled(text.confidence) if text else "",
                reads=text.our_reading if text else "",
            )

    def decided(self, step: Mapping[str, Any]) -> bool:
        """That a rule binds and covers decides nothing by itself, even where one cite says both."""
        passed = step["role"] in ("binds", "covers") and step["told"]["answer"].lower() == "yes"
        return step["cite"] in self.because and not passed

    def rests(self, rests: Sequence[Mapping[str, Any]]) -> Iterator[Rests]:
        seen = set()
        for each in rests:
            words = self.path_words(each["path"])
            cites = tuple(dict.fromkeys(each["cites"]))
            if (words, cites) not in seen:
                seen.add((words, cites))
                refs = self.refs(each["path"])
                yield Rests(words, each["answer"].lower(), cites, refs, doubt_of(cites))

    def refs(self, path: str) -> tuple[str, ...]:
        """Where the fact at a path came from: that path's own sources, or the nearest above it."""
        while path:
            if found := self.sources.get(path):
                return tuple(found)
            path = path.rpartition(".")[0]
        return ()

    def detail_words(self, key: str) -> str:
        """ "part.units.0.outside_low" as "cost from other sources, at least"."""
        above, _, last = key.rpartition(".")
        words = DETAIL_WORDS.get(last, last.replace("_", " "))
        unit = self.path_words(above).partition(":")[0] if above else ""
        return f"{unit}, {words}" if unit else words

    def path_words(self, path: str) -> str:
        """ "part.units.0.inputs.1.source" as "anode foil, source: Some Company"."""
        value: Any = self.dossier
        said: list[str] = []
        for word in path.split("."):
            value = self.inside(value, word)
            if word in ("part", "procurement", "units", "inputs", "steps", "parties"):
                continue
            if isinstance(value, Mapping) and (label := value.get("label") or value.get("name")):
                if not (self.alone and "label" in value):
                    said.append(str(label))
            elif isinstance(value, Mapping) and value.get("kind") and word.isdigit():
                said.append(str(value["kind"]))
            elif word in self.names:
                said.append(self.names[word])
            elif not word.isdigit():
                said.append(PATH_WORDS.get(word, word.replace("_", " ")))
        shown = self.value_words(value)
        return ", ".join(said) + (f": {shown}" if shown else "")

    @staticmethod
    def inside(value: Any, word: str) -> Any:
        if isinstance(value, Mapping):
            return value.get(word)
        if isinstance(value, list) and word.isdigit() and int(word) < len(value):
            return value[int(word)]
        return None

    def value_words(self, value: Any) -> str:
        match value:
            case None:
                return "not known"
            case bool():
                return "yes" if value else "no"
            case str() | int():
                return str(value)
            case {"party": str(key)}:
                return self.names.get(key, key)
            case {"by": by} if by:
                return self.value_words(by)
            case list() if value and all(isinstance(each, str) for each in value):
                return ", ".join(value)
        return ""

    def facts(self) -> Iterator[tuple[str, tuple[Fact, ...]]]:
        if item := self.part.get("item"):
            yield f"{item['label']}, the item itself", tuple(self.item(item, ITEM))
            if item["inputs"]:
                inside = tuple(self.inputs(item["inputs"], ITEM))
                yield f"What else is told inside {item['label']}", inside
        for number, unit in enumerate(self.part.get("units", ())):
            path = f"part.units.{number}"
            yield f"{unit['label']}", tuple(self.unit(unit, path))
            inputs = unit.get("inputs")
            if inputs is not None:
                yield f"What {unit['label']} is made of", tuple(self.inputs(inputs, path))
        told = self.dossier.get("procurement", {})
        kept = tuple(
            Fact(capitalised(name), self.value_words(value), ("procurement",))
            for name, value in told.items()
            if value not in (None, [], "") and name not in ("waivers", "grounds")
        )
        yield "The procurement", kept

    def item(self, item: Mapping[str, Any], path: str) -> Iterator[Fact]:
        """Of an item that contains a battery: what no battery rule asks is left out."""
        names = (
            ("number", "Part number"),
            ("category", "Category"),
            *UNIT_ROLES,
            ("assembled_in", "Final assembly in"),
            ("cots", "Off the shelf"),
        )
        for name, label in names:
            yield Fact(label, self.told(item.get(name)), self.refs(f"{path}.{name}"))
        for key, word in item["attributes"]:
            yield Fact(key.replace("_", " ").capitalize(), word, self.refs(f"{path}.{key}"))

    def unit(self, unit: Mapping[str, Any], path: str) -> Iterator[Fact]:
        for name, label in (
            ("number", "Part number"),
            ("category", "Category"),
            ("chemistry", "Chemistry"),
            ("assembled_in", "Final assembly in"),
            ("complete", "All functional cell components are listed"),
            ("licences_complete", "All technology licences are listed"),
            ("cots", "Off the shelf"),
        ):
            yield Fact(label, self.told(unit.get(name)), self.refs(f"{path}.{name}"))
        for name, label in UNIT_ROLES:
            yield Fact(label, self.told(unit.get(name)), self.refs(f"{path}.{name}"))
        cells = unit.get("cells")
        named = None if cells is None else ", ".join(map(self.value_words, cells)) or "none"
        yield Fact("Cells by", named, self.refs(f"{path}.cells"))
        for number, licence in enumerate(unit.get("licences", ())):
            yield Fact(
                "Technology from",
                self.value_words(licence["licensor"]),
                self.refs(f"{path}.licences.{number}"),
            )

    def inputs(self, inputs: Sequence[Mapping[str, Any]], path: str) -> Iterator[Fact]:
        for number, each in enumerate(inputs):
            source = each.get("source")
            said = [f"from {self.value_words(source) if source else 'nobody told whom'}"]
            if each.get("cost") is not None:
                said.append(f"cost {each['cost']} {each.get('currency') or ''}".strip())
            for step in each.get("steps") or ():
                who = self.value_words(step["by"]) if step.get("by") else "nobody told whom"
                said.append(
                    f"{step['kind']} by {who}"
                    + (f" in {step['country']}" if step["country"] else "")
                )
            if each.get("steps") is None:
                said.append("its processing is not told")
            yield Fact(each["name"], "; ".join(said), self.refs(f"{path}.inputs.{number}"))

    def told(self, value: Any) -> str | None:
        return None if value is None else self.value_words(value)

    def parties(self) -> Iterator[Stands]:
        """Every party whose standing the dossier holds, on the day that decided; worst first."""
        found: dict[str, Mapping[str, Any]] = {}
        for use in self.uses(self.part):
            spell = self.spell(use["feoc"])
            if spell and (use["party"] not in found or spell["answer"] == "yes"):
                found[use["party"]] = spell
        order = {"yes": 0, "unknown": 1, "no": 2}
        for key, spell in sorted(found.items(), key=lambda item: order[item[1]["answer"]]):
            yield Stands(
                self.names.get(key, key),
                spell["answer"],
                tuple(
                    Reason(
                        r["cite"],
                        r["says"],
                        r["answer"],
                        tuple((k, v) for k, v in r["detail"]),
                        unsettled(PRONGS.get(r["cite"], "M")),
                    )
                    for r in spell["reasons"]
                    if r["answer"] == spell["answer"] or spell["answer"] == "no"
                ),
                tuple(spell["flags"]),
                self.refs(f"part.parties.{key}"),
            )

    def uses(self, value: Any) -> Iterator[Mapping[str, Any]]:
        if isinstance(value, Mapping):
            if "feoc" in value and "party" in value:
                yield value
            for inner in value.values():
                yield from self.uses(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from self.uses(inner)

    def spell(self, spells: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
        found = None
        for spell in spells:
            if spell["since"] is not None and self.on and spell["since"] > self.on:
                break
            found = spell
        return found
