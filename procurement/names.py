"""How makers and part numbers are compared when a BOM is read. Spelling only: this judges nobody.

A maker's key is its name without case, accents and punctuation, apart from its legal form. "Acme
Corp." and "ACME CORPORATION" are one, "Acme" may be either of them, and "Acme GmbH" is another
company. Screening against lists has its own, wider, matching (`compliance/screening`).
"""

import re
import unicodedata
from dataclasses import dataclass

from procurement.formats.problem import Problem

LEGAL_FORMS = {
    "inc": "inc", "incorporated": "inc",
    "corp": "corp", "corporation": "corp",
    "co": "co", "company": "co",
    "ltd": "ltd", "limited": "ltd",
    "llc": "llc", "lp": "lp", "llp": "llp", "plc": "plc",
    "gmbh": "gmbh", "ag": "ag", "kg": "kg", "se": "se", "ug": "ug",
    "sa": "sa", "sas": "sas", "sarl": "sarl", "srl": "srl", "spa": "spa", "sl": "sl",
    "bv": "bv", "nv": "nv", "ab": "ab", "as": "as", "asa": "asa", "aps": "aps", "oy": "oy",
    "oyj": "oyj", "kk": "kk", "pte": "pte", "pty": "pty", "sdn": "sdn", "bhd": "bhd",
    "jsc": "jsc", "pjsc": "pjsc", "ooo": "ooo", "ооо": "ooo", "оао": "oao", "пао": "pjsc",
}  # fmt: skip
"""As written at the end of a name → one word for it. Where two differ, the companies may too."""
LOCAL_FORMS = {
    "股份有限公司": "cn-jsc",
    "有限责任公司": "cn-ltd",
    "有限公司": "cn-ltd",
    "株式会社": "kk",
    "주식회사": "kr-jsc",
}
NOBODY = frozenset(
    ["", "na", "n a", "none", "unknown", "generic", "various", "any", "tbd", "tba", "misc", "dnp"]
)
"""What people write in a maker's column when they mean that they do not say."""

_TRICKS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Controls, and what turns the direction of writing: a name that reads otherwise than it is."""
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")


def trick_in(text: str) -> str:
    """The first character of a text that cannot be seen and makes it read otherwise, by its code
    and place; "" where there is none."""
    found = _TRICKS.search(text)
    return f"U+{ord(found[0]):04X} at place {found.start() + 1}" if found else ""


def trick_problem(text: str, where: str) -> Problem | None:
    """Names that character, for whoever typed the text."""
    if not (trick := trick_in(text)):
        return None
    what = f"It holds a character that cannot be seen ({trick})."
    return Problem("hidden-characters", where, what, "Type it anew, not copied.")


@dataclass(frozen=True, slots=True)
class MakerKey:
    """`core` is what must agree; `forms` must agree where both names say any."""

    core: str
    forms: frozenset[str] = frozenset()

    def may_be(self, other: "MakerKey") -> bool:
        return self.core == other.core and (self.forms <= other.forms or other.forms <= self.forms)


def maker_key(name: str) -> MakerKey:
    """The key of a name; its core is "" where the name names nobody."""
    words = plain(name).split()
    forms: set[str] = set()
    while len(words) > 1 and (words[-1] in LEGAL_FORMS or (forms and words[-1] == "and")):
        forms.add(LEGAL_FORMS.get(words.pop(), "and"))
    core = " ".join(words)
    for written, form in LOCAL_FORMS.items():
        bare = core.removesuffix(written).removeprefix(written).strip()
        if bare and bare != core:
            core = bare
            forms.add(form)
            break
    return MakerKey("" if core in NOBODY else core, frozenset(forms - {"and"}))


def plain(name: str) -> str:
    """Without case, accents, punctuation and double spaces: "Saft S.A." is "saft sa"."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = unicodedata.normalize("NFC", text)
    return " ".join(
        re.findall(r"\w+", text.replace(".", "").replace("&", " and ").replace("'", ""))
    )


def beginning(name: str) -> str:
    """The first four letters or digits of a plain name, where they are the same before and after
    `plain`; else "". Names that begin otherwise are never the same.
    """
    first = name[:4]
    return first if len(first) == 4 and first.isascii() and first.isalnum() else ""


def number_key(number: str) -> str:
    """Part numbers are the same where only case, spaces or the kind of dash differ."""
    text = unicodedata.normalize("NFKC", number)
    return "".join(_DASHES.sub("-", text).upper().split())
