"""A company name, read: which of its words say who it is, and which are set aside.

`readings` gives the ways one written name can be read (a short name in brackets, "formerly",
Chinese characters as words and as pinyin). Each reading says in words what was done to get there.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from sys import intern

from anyascii import anyascii
from pypinyin import lazy_pinyin

from compliance.screening.words import (
    CJK_BRANDS,
    CJK_FORMS,
    CJK_PLACES,
    CJK_WORDS,
    FORM_WORDS,
    GROUP_WORDS,
    LEADING_FORMS,
    LEGAL_FORMS,
    PLACES,
    SAME_WORDS,
    TRADE_WORDS,
)

ASIDE = "words in brackets set aside"
LONGEST = 500
"""Characters of a name that are read. What follows is no part of any company's name."""

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00-\x08\x0e-\x1f]")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")
_INITIALS = re.compile(r"\b(?:\w\.){2,}\w?\b|\b(?:\w\.){2,}")
_NOT_WORD = re.compile(r"[^\w]+", re.UNICODE)
_HUMP = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z])")
_SHORT_AND = re.compile(r"\b(\w{1,2})&(\w{1,2})\b")
_NUMBER_SIGN = re.compile(r"\b(?:no|nr|num|number)\b[\s.]*(?=\d)|№", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[{（【「]([^()\[\]{}（）【】「」]*)[)\]}）】」]")
_CALLED = re.compile(
    r"[,;]?\s*\b(?:a\.?k\.?a\.?|f\.?k\.?a\.?|d[./]?b[./]?a\.?|n\.?k\.?a\.?|also known as"
    r"|formerly known as|formerly|previously|doing business as|trading as|now known as"
    r"|also called)(?=\W)[\s:]*",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々]")
_KANA = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")
_CJK_RUN = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff々]+|[\u3040-\u30ff\u31f0-\u31ffー]+|[\uac00-\ud7af\u1100-\u11ff]+"
)
_LATIN = re.compile(r"[A-Za-z]")
_NUMERAL = re.compile(r"第([〇零一二三四五六七八九十百]+)")

SOUNDED = frozenset({
    "LATIN", "FULLWIDTH", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA",
    "HALFWIDTH", "HANGUL", "CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN",
})  # fmt: skip
"""Scripts that are read as they sound, by the first word of their letters' Unicode names. Of others
(Arabic, Hebrew, Thai, the scripts of India…) the Latin letters we could make leave out the vowels
or are far from what the company calls itself.
"""

_FORMS_BY_LENGTH = sorted(CJK_FORMS, key=len, reverse=True)
_CJK_KNOWN = {place: "".join(lazy_pinyin(place)) for place in CJK_PLACES} | CJK_WORDS
# A trade word of Chinese script written by its sound: "keji" is "technology".
_BY_SOUND = {
    "".join(lazy_pinyin(word)): english
    for word, english in sorted(CJK_WORDS.items())
    if _HAN.search(word) and len(word) > 1
}
_CJK_WORD = re.compile("|".join(sorted(map(re.escape, _CJK_KNOWN), key=len, reverse=True)))
_CJK_BRAND = re.compile("|".join(sorted(map(re.escape, CJK_BRANDS), key=len, reverse=True)))

# Letters of other scripts that look like Latin ones; read so only beside Latin letters in a word.
_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеорсухіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαι",
    "ABESIJKMHOPCTYXaeopcyxijshdqwABEZHIKMNOPTYXoai",
)


class Name:
    """One reading of a written name.

    words: in order, folded to lower-case Latin letters and digits, legal forms set aside, spellings
    of one word made one. core: those that say who; trade, place and group: those that say little;
    where all words are of that kind, all are core. aside: words in brackets were left out. forms:
    the legal forms set aside. han: the name's Chinese, Japanese or Korean characters, without its
    legal form. steps: what was done, in words.
    """

    __slots__ = (
        "aside", "core", "core_joined", "forms", "group", "han", "joined", "place", "steps",
        "trade", "words", "written",
    )  # fmt: skip

    def __init__(
        self,
        written: str,
        words: tuple[str, ...],
        forms: tuple[str, ...] = (),
        han: str = "",
        steps: tuple[str, ...] = (),
    ) -> None:
        self.written = written
        self.words = tuple(map(intern, words))
        self.forms = forms
        self.han = han
        self.steps = steps
        self.aside = ASIDE in steps
        self.joined = "".join(words)
        core = tuple(filter(says_who, self.words))
        self.core = self.words if len(core) in (0, len(words)) else core
        beside = frozenset(self.words).difference(self.core)
        self.place, self.group, self.trade = _kinds(beside)
        self.core_joined = intern("".join(self.core))

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.words if word not in JOINING)

    @property
    def beside(self) -> list[str]:
        """Words of trade, place and group, in order."""
        few = self.trade | self.place | self.group
        return [word for word in self.words if word in few]

    def has_words_of(self, other: "Name") -> bool:
        """Whether both have the same words, in any order."""
        return len(self.joined) == len(other.joined) and sorted(self.words) == sorted(other.words)


@lru_cache(maxsize=100_000)
def _kinds(beside: frozenset[str]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Words of place, of group and of trade. Many names share them, and then share the sets too."""
    place = beside & PLACES
    group = (beside - place) & GROUP_WORDS
    return place, group, beside - place - group


JOINING = frozenset({"and", "of", "the", "for", "de", "du", "der", "die", "das", "y", "e"})
_SAME = frozenset(SAME_WORDS.values())


def says_who(word: str) -> bool:
    """Whether a word says who a company is, and not only its trade, its place or its group."""
    return not (word in PLACES or word in TRADE_WORDS or word in GROUP_WORDS or word in _SAME)


def tells_apart(word: str) -> bool:
    """A number or a single letter: where it differs, so do the bodies named ("58", "A")."""
    return len(word) == 1 or any(map(str.isdigit, word))


def clean(text: str) -> str:
    """The text without what only deceives the eye, in Unicode's composed compatible form."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text[: LONGEST * 2]))[:LONGEST]
    return " ".join(_straighten(word) for word in text.split())


def _straighten(word: str) -> str:
    return word.translate(_LOOK_ALIKES) if _LATIN.search(word) and not word.isascii() else word


@lru_cache(maxsize=200_000)
def readings(written: str) -> tuple[Name, ...]:
    """Every way to read `written`, the plainest first. Empty where nothing in it names anybody."""
    text = clean(written)
    found: dict[tuple[str, ...], Name] = {}
    for part, tail, steps in _parts(text):
        for name in _read(written, part, tail, steps):
            for each in (name, _without_inner_forms(name)):
                if each and each.words and each.words not in found:
                    found[each.words] = each
    return tuple(found.values())


def readable(names: Iterable[str]) -> bool:
    """Whether any of a party's names has a word besides its legal form in a script that we can
    sound out. Where none has, that nothing listed is found for it means nothing.
    """
    return any(map(_is_readable, names))


@lru_cache(maxsize=100_000)
def _is_readable(written: str) -> bool:
    if written.isascii() and _LATIN.search(written):
        return True
    kept = "".join(c if not c.isalpha() or _is_sounded(c) else " " for c in clean(written))
    told = (set(reading.words) - FORM_WORDS for reading in readings(kept))
    return any(c.isalnum() for c in kept) and any(told)


def _is_sounded(letter: str) -> bool:
    return unicodedata.name(letter, "").partition(" ")[0] in SOUNDED


def _parts(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """(text, words to add behind it, steps): without its brackets, then with them, then what its
    brackets or "formerly" give.
    """
    pieces = [piece for piece in _CALLED.split(text) if piece.strip(" ,;()")]
    head = pieces[0] if pieces else text
    if len(pieces) > 1 and head.count("(") > head.count(")"):  # "X (formerly Y (Z))", cut in two
        head = head.rpartition("(")[0]
    inside = [words for words in map(str.strip, _BRACKETS.findall(head)) if words]
    bare = _BRACKETS.sub(" ", head)
    if not bare.strip(" ,;()"):
        return [(head, "", ())] if inside else []
    short = [words for words in inside if _is_short_name(words)]
    aside: tuple[str, ...] = (ASIDE,) if len(short) < len(inside) else ()
    parts: list[tuple[str, str, tuple[str, ...]]] = [(bare, "", aside)]
    if len(short) < len(inside):
        parts.append((bare, " ".join(words for words in inside if words not in short), ()))
    parts += [(words, "", (f"“{words}” is the short name in brackets",)) for words in short]
    if _HUMP.search(bare):
        parts.append((_HUMP.sub(" ", bare), "", ("words run together parted at their capitals",)))
    for piece in pieces[1:]:
        other = piece.strip(" ,;")
        while other.count(")") > other.count("("):
            other = other[::-1].replace(")", "", 1)[::-1].strip(" ,;")
        told = f"“{other}” is given as another or former name"
        parts += [(part, tail, (told, *steps)) for part, tail, steps in _parts(other)]
    return parts


def _is_short_name(text: str) -> bool:
    """An abbreviation or a single name of its own, not a place or a legal form."""
    letters = [c for c in text if c.isalpha()]
    words = fold(text).split()
    return (
        len(letters) >= 2
        and len(words) <= 3
        and (_HAN.search(text) is not None or sum(map(str.isupper, letters)) >= 2)
        and " ".join(words) not in LEGAL_FORMS
        and not set(words) <= PLACES
        and "".join(words) not in PLACES
    )


def _read(written: str, text: str, tail: str, steps: tuple[str, ...]) -> list[Name]:
    if not _CJK_RUN.search(text + tail):
        return [_name(written, fold(text), fold(tail), steps)]
    (kept, forms), (tail, more) = _cjk_forms(text), _cjk_forms(tail)
    forms = (*forms, *more)
    if forms:
        steps = (*steps, f"legal form {_quoted(forms)} set aside")
    han = "".join(_CJK_RUN.findall(kept))
    told = [
        (_cjk_in_words(kept), _cjk_in_words(tail), "trade words translated from another script"),
        (_cjk_in_sounds(kept), _cjk_in_sounds(tail), "read by its sound in another script"),
    ]
    if _CJK_BRAND.search(kept):
        called = _CJK_BRAND.sub(lambda match: f" {CJK_BRANDS[match[0]]} ", kept)
        told.append((_cjk_in_words(called), _cjk_in_words(tail), "called as it is in English"))
    return [
        _name(written, fold(head), fold(rest), (*steps, how), han, forms)
        for head, rest, how in told
    ]


def _cjk_forms(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without legal forms in Chinese, Japanese or Korean script, and those forms."""
    forms = []
    for form in _FORMS_BY_LENGTH:
        if form in text:
            text = text.replace(form, f" {CJK_FORMS[form]} ")
            forms.append(form)
    return text, tuple(forms)


def _cjk_in_words(text: str) -> str:
    """Trade words and places in English, the rest by its sound, run by run."""

    def run(match: re.Match[str]) -> str:
        out, at = [], 0
        for word in _CJK_WORD.finditer(match[0]):
            out += [_sound(match[0][at : word.start()]), _CJK_KNOWN[word[0]]]
            at = word.end()
        return f" {' '.join([*out, _sound(match[0][at:])])} "

    return _CJK_RUN.sub(run, _numerals(text))


def _cjk_in_sounds(text: str) -> str:
    return _CJK_RUN.sub(lambda match: f" {_sound(match[0])} ", _numerals(text))


def _sound(text: str) -> str:
    """How a run of characters sounds, in Latin letters: pinyin, or letter by letter elsewhere."""
    if not text:
        return ""
    if _HAN.search(text):
        return "".join(lazy_pinyin(text))
    return anyascii(text).replace("-", "").replace("'", "")


def _numerals(text: str) -> str:
    return _NUMERAL.sub(lambda match: f" {_han_number(match[1])} ", text)


def _han_number(text: str) -> int:
    """A number below 200 written in characters: 五十八 is 58."""
    digits = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
    if not set(text) & set("十百"):
        return int("".join(str(digits[c]) for c in text))
    total = current = 0
    for c in text:
        if c in "十百":
            total, current = total + (current or 1) * (10 if c == "十" else 100), 0
        else:
            current = digits[c]
    return total + current


def fold(text: str) -> str:
    """Lower-case Latin letters and digits, words parted by one blank."""
    text = _SHORT_AND.sub(r"\1\2", text).replace("&", " and ").replace("+", " and ")
    text = _NUMBER_SIGN.sub(" ", text)
    text = _APOSTROPHE.sub("", text)
    text = _INITIALS.sub(lambda match: match[0].replace(".", ""), text)
    if not text.isascii():
        text = anyascii(text)
    return " ".join(_NOT_WORD.sub(" ", text.casefold().replace("'", "").replace("_", " ")).split())


def _name(
    written: str,
    folded: str,
    tail: str,
    steps: tuple[str, ...],
    han: str = "",
    forms: tuple[str, ...] = (),
) -> Name:
    words, set_aside = _set_forms_aside(folded.split())
    if set_aside:
        steps = (*steps, f"legal form {_quoted(set_aside)} set aside")
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    words += tail.split()
    return Name(written, same_words(words), (*forms, *set_aside), han, steps)


def same_words(words: Iterable[str]) -> tuple[str, ...]:
    """The words, each as the one spelling that stands for all of its spellings."""
    told = " ".join(_BY_SOUND.get(word, word) for word in words).split()
    return tuple(SAME_WORDS.get(word, word) for word in told)


def _without_inner_forms(name: Name) -> Name | None:
    """The name without legal forms between its words, as in a shuffled one; None where it has none
    or nothing else.
    """
    inner = tuple(word for word in name.words if word in FORM_WORDS)
    rest = tuple(word for word in name.words if word not in FORM_WORDS)
    if not inner or not any(map(says_who, rest)):
        return None
    steps = (*name.steps, f"legal form {_quoted(inner)} set aside")
    return Name(name.written, rest, (*name.forms, *inner), name.han, steps)


def _set_forms_aside(words: list[str]) -> tuple[list[str], list[str]]:
    """Words without the legal forms at their end and front; a name is never emptied by it."""
    forms: list[str] = []
    trimmed = True
    while trimmed:
        trimmed = False
        for length in range(min(6, len(words) - 1), 0, -1):
            if (form := " ".join(words[-length:])) in LEGAL_FORMS:
                words, trimmed = words[:-length], True
                forms.insert(0, form)
                break
    for length in range(min(4, len(words) - 1), 0, -1):
        if (form := " ".join(words[:length])) in LEADING_FORMS:
            words = words[length:]
            forms.insert(0, form)
            break
    return words, forms


def _quoted(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
