"""The lists that the Consolidated Screening List joins, and what they are known by here."""

import re
from collections.abc import Iterable, Iterator

from procurement.formats.problem import Problem

KEYS = {
    "SDN": "SDN",
    "EL": "BIS-EL",
    "DPL": "DPL",
    "UVL": "UVL",
    "MEU": "MEU",
    "ISN": "ISN",
    "DTC": "ITAR-DEBARRED",
    "FSE": "FSE",
    "SSI": "SSI",
    "PLC": "NS-PLC",
    "CAP": "CAPTA",
    "CMIC": "NS-CMIC",
    "CCMC": "NS-CCMC",
    "NS-MBS List": "NS-MBS",
    "MBS": "NS-MBS",
    "13599": "EO13599",
    "561": "PART561",
}
"""Abbreviation in brackets, as in "Entity List (EL) - Bureau of Industry and Security" → list."""


def key_of(source: str) -> str | None:
    """The list that a row's `source` names; None where nobody has told."""
    for bracket in source.split("(")[1:]:
        if key := KEYS.get(bracket.partition(")")[0].strip()):
            return key
    return None


def unknown(source: str, where: str) -> Problem:
    what = f"“{source}” is no list that is known here."
    return Problem("unknown-list", where, what, "Have a developer add it to the reader.")


def is_fto(programs: str) -> bool:
    """Foreign terrorist organisations carry FTO among the programs of the SDN list."""
    return "FTO" in _programs(programs)


BESIDE = {
    "NS-PLC": "NS-PLC",
    "CMIC-EO13959": "NS-CMIC",
    "CMIC-EO": "NS-CMIC",
    "CCMC-EO13959": "NS-CCMC",
    "561-Related": "CAPTA",
    "561List": "PART561",
    "FSE-IR": "FSE",
    "FSE-SY": "FSE",
    "UKRAINE-EO13662": "SSI",
    "IRAN": "EO13599",
    "EO13645": "EO13599",
}
"""OFAC's program → the list beside SDN that it stands for; any other is on the menu-based list."""
ONLY_BESIDE = frozenset({"NS-PLC", "CMIC-EO13959", "CMIC-EO", "CCMC-EO13959", "561-Related"})


def beside_sdn(programs: Iterable[str]) -> bool:
    """Is this OFAC's consolidated non-SDN file? Only there does an entry have none but these."""
    return any(set(_programs(each)) and set(_programs(each)) <= ONLY_BESIDE for each in programs)


def ofac_keys(programs: str, *, beside: bool) -> Iterator[str]:
    """The lists that an entry of an OFAC file is on. beside: the file is the non-SDN one."""
    told = _programs(programs)
    if not beside:
        yield from ("SDN", "FTO") if "FTO" in told else ("SDN",)
        return
    named = dict.fromkeys(BESIDE[each] for each in told if each in BESIDE)
    yield from named or ("NS-MBS",)


def _programs(text: str) -> list[str]:
    """Programs of an entry, written "A] [B", "A; B" or "A"."""
    return [each.strip() for each in re.split(r"\]\s*\[|[;,]", text.strip("[] ")) if each.strip()]
