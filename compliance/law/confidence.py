"""How far what we say of a text is settled: the flags of law.md, and what they mean in words.

A provision has one flag, or two where one part of it was seen better than another ("P/T"). Flags
stand with the rules, not in proofs: to read a text again moves no verdict, so its proof stays as
it is, and whoever shows the proof looks the flag up for the clause that it names.
"""

from collections.abc import Mapping
from types import MappingProxyType

CONFIDENCE: Mapping[str, str] = MappingProxyType(
    {
        "T": "Text read in full",
        "P": "Text read in part",
        "S": "Secondary source",
        "M": "From memory; to be confirmed",
        "I": "Interpretation of an open point",
    }
)
SETTLED = "T"

PRONGS: Mapping[str, str] = MappingProxyType(
    {
        "10 U.S.C. 4865(e)(4); FY2024 NDAA sec. 154(b)": "P/T",
        "42 U.S.C. 18741(a)(5)": "M",
        "42 U.S.C. 18741(a)(5)(A)": "T",
        "42 U.S.C. 18741(a)(5)(B)": "T",
        "42 U.S.C. 18741(a)(5)(C)": "M",
        "42 U.S.C. 18741(a)(5)(C); 89 FR 37079": "S/M",
        "42 U.S.C. 18741(a)(5)(C); 89 FR 37079 (contract control)": "S/M",
        "42 U.S.C. 18741(a)(5)(D)": "T",
        "42 U.S.C. 18741(a)(5)(E)": "T",
    }
)
"""Of who is a foreign entity of concern, by citation (law.md 2.2, 3.1, 3.3). The statute was read;
who counts as foreign and as a government is the Department of Energy's reading, from memory."""


def flags_of(confidence: str) -> tuple[str, ...]:
    """ "P/T" as its flags. Raises ValueError for what is no flag."""
    flags = tuple(confidence.split("/"))
    if not set(flags) <= set(CONFIDENCE):
        raise ValueError(f"{confidence!r} is no flag; there are {', '.join(CONFIDENCE)}")
    return flags


def in_words(confidence: str) -> str:
    """ "S/M" as "Secondary source, from memory; to be confirmed"."""
    first, *rest = (CONFIDENCE[flag] for flag in flags_of(confidence))
    return ", ".join([first, *(words[0].lower() + words[1:] for words in rest)])


def unsettled(confidence: str) -> str:
    """The same in words where it is not settled text; "" where it is."""
    return "" if confidence == SETTLED else in_words(confidence)
