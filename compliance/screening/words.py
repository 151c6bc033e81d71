"""The words of company names, by what they tell: forms, trade words, places, parts of a group.

Facts of language, kept by hand in `lexicon/`. A legal form says nothing about who a company is and
is set aside; a trade word ("energy") or a place says little; a word such as "holding" says that two
names may stand at different levels of one group.
"""

from importlib import resources


def _lines(name: str) -> list[str]:
    text = resources.files(__package__).joinpath("lexicon", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _phrases(name: str) -> frozenset[str]:
    return frozenset(part.strip() for line in _lines(name) for part in line.split("|"))


def _words(name: str) -> frozenset[str]:
    return frozenset(word for line in _lines(name) for word in line.split())


def _pairs(name: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in _lines(name))
    return {left.strip(): right.strip() for left, _, right in pairs}


LEGAL_FORMS = _phrases("legal_forms.txt")
"""Written as the fold leaves them: lower case, no dots, words parted by one blank."""
LEADING_FORMS = _phrases("leading_forms.txt")
FORM_WORDS = frozenset(form for form in LEGAL_FORMS if " " not in form and len(form) > 1) - {"as"}
"""Legal forms of one word, wherever in a name they stand."""
CJK_FORMS = _pairs("cjk_forms.txt")
"""Legal forms in other scripts, and what of each is kept."""
TRADE_WORDS = _words("trade_words.txt")
GROUP_WORDS = _words("group_words.txt")
PLACES = _words("places.txt")
CJK_PLACES = _words("cjk_places.txt")
SAME_WORDS = _pairs("same_words.txt")
CJK_WORDS = _pairs("cjk_words.txt")
CJK_BRANDS = _pairs("cjk_brands.txt")
BESIDE = sorted(word for word in TRADE_WORDS | PLACES | GROUP_WORDS if len(word) > 4)
"""Words of trade, place and group that are long enough to be known when misspelt."""
