"""Two readings side by side: how alike they are, and by which steps, in words a reviewer reads.

A score orders questions for a person; it is never an answer. It weighs three things: the words that
say who a company is, those of its trade, and its place. From `CANDIDATE` on a pair is worth a look.
"""

from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Indel

from compliance.screening.names import Name, says_who, tells_apart
from compliance.screening.spellings import LEAST, alike
from compliance.screening.words import GROUP_WORDS

CANDIDATE = 0.7
"""From this score on a person should look."""

WHO, TRADE, PLACE = 0.65, 0.17, 0.18
"""What each kind of word counts for, of one."""
ONE_SIDED = 0.8
"""What is left of a kind that only one name has: branches add a trade or a place, or drop it."""
ANOTHER_LEVEL = 0.02
"""What it costs that only one of the names is a group's, a holding's, an international one's."""
WORDS_ASIDE = 0.02
"""What it costs that words in brackets were left out to make the names the same."""
OTHER_CHARACTERS = 0.03
"""What it costs that names which sound the same are written with other characters."""
SAME_BUT_ORDER = 0.97
SHORT = 4
"""A word of so few letters means little alone: "EVE", "ATL", "CATL"."""
SHORT_ALONE = 0.9
TOLD_APART = 0.6
INITIALS = 0.75
INSIDE = 0.75
"""What it counts at least that every word that says who in one name is also in the other."""
NEARLY = 0.95
"""Words that are nearly the same count a little less than the same words do."""


class Pairing(NamedTuple):
    """Words of both names that are one word, how alike, and those left over."""

    pairs: tuple[tuple[str, str, float], ...]
    left: tuple[str, ...]
    right: tuple[str, ...]


def score(asked: Name, listed: Name) -> float:
    """How alike a party's name and a list's name are, 0 to 1."""
    if asked.words == listed.words:
        same = SHORT_ALONE if _is_short_alone(asked) else 1.0
        same -= WORDS_ASIDE * (asked.aside or listed.aside)
        return same - OTHER_CHARACTERS * _characters_differ(asked, listed)
    if asked.joined == listed.joined or asked.has_words_of(listed):
        return SAME_BUT_ORDER
    who, apart = _cores(asked.core, listed.core)
    total = WHO * who
    if total + TRADE + PLACE < CANDIDATE and not _may_be_initials(asked, listed):
        return total
    if total:
        total -= ANOTHER_LEVEL * (asked.group != listed.group)
        total += TRADE * _kind(asked.trade, listed.trade)
        total += PLACE * _kind(asked.place, listed.place)
    if total < INITIALS and (_initials(asked, listed) or _initials(listed, asked)):
        total = INITIALS
    if apart:
        total = min(total, TOLD_APART)
    return min(total, 0.96)


@lru_cache(maxsize=200_000)
def _cores(asked: tuple[str, ...], listed: tuple[str, ...]) -> tuple[float, bool]:
    """How far the words that say who agree, and whether numbers among them tell bodies apart. Many
    names of a list share these words, so that what was found of them is kept.
    """
    pairing = pair(asked, listed)
    return _who(asked, listed, pairing), told_apart(pairing)


def _who(asked: tuple[str, ...], listed: tuple[str, ...], pairing: Pairing) -> float:
    """How far the words that say who agree: by word, or run together where that is more."""
    by_word = 0.0
    if pairing.pairs:
        shared = sum(same for _, _, same in pairing.pairs)
        by_word = 2 * shared / (len(asked) + len(listed))
        if not (pairing.left and pairing.right) and any(
            len(one) > SHORT for one, *_ in pairing.pairs
        ):
            by_word = max(by_word, INSIDE * shared / len(pairing.pairs))
    one, other = "".join(asked), "".join(listed)
    if len(asked) == len(listed) == 1 or min(len(one), len(other)) <= SHORT:
        return by_word
    return max(by_word, NEARLY * Indel.normalized_similarity(one, other, score_cutoff=0.8))


@lru_cache(maxsize=100_000)
def _kind(asked: frozenset[str], listed: frozenset[str]) -> float:
    """How far trades (or places) agree: 1 where both say the same or nothing, 0 in conflict."""
    if asked == listed:
        return 1.0
    if not asked or not listed:
        return ONE_SIDED
    shared = len(asked & listed)
    return shared / min(len(asked), len(listed)) * 0.5 + shared / max(len(asked), len(listed)) * 0.5


def pair(left: tuple[str, ...], right: tuple[str, ...]) -> Pairing:
    """Pair equal words, then words misspelt or cut short, best first."""
    if len(left) == 1 and len(right) == 1:
        same = 1.0 if left == right else word_likeness(left[0], right[0])
        return Pairing(((left[0], right[0], same),), (), ()) if same else Pairing((), left, right)
    rest_left, rest_right = list(left), list(right)
    pairs = []
    for word in left:
        if word in rest_right:
            rest_left.remove(word)
            rest_right.remove(word)
            pairs.append((word, word, 1.0))
    if rest_left and rest_right:
        alike = sorted(
            (-same, one, other)
            for one in rest_left
            for other in rest_right
            if (same := word_likeness(one, other))
        )
        for less, one, other in alike:
            if one in rest_left and other in rest_right:
                rest_left.remove(one)
                rest_right.remove(other)
                pairs.append((one, other, -less))
    return Pairing(tuple(pairs), tuple(rest_left), tuple(rest_right))


def word_likeness(one: str, other: str) -> float:
    """How alike two different words are; 0 where they are no spellings of one word."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 3 or tells_apart(one) or tells_apart(other):
        return 0.0
    if says_who(one) != says_who(other):
        return 0.0  # "lithium" is no misspelling of "Hithium"
    if len(shorter) <= SHORT and len(longer) >= 6 and longer.startswith(shorter):
        return 0.85  # "adv" for "advanced"
    if len(shorter) < LEAST or len(longer) == LEAST:
        return 0.0
    return NEARLY * alike(one, other)


def told_apart(pairing: Pairing) -> bool:
    """Numbers or single letters that differ: different bodies of one kind."""
    return bool(
        pairing.left
        and pairing.right
        and any(map(tells_apart, pairing.left))
        and any(map(tells_apart, pairing.right))
    )


def _characters_differ(asked: Name, listed: Name) -> bool:
    return bool(asked.han and listed.han) and asked.han != listed.han


def _is_short_alone(name: Name) -> bool:
    return len(name.words) == 1 and len(name.joined) <= SHORT


def _may_be_initials(asked: Name, listed: Name) -> bool:
    return len(asked.words) == 1 or len(listed.words) == 1


def _initials(short: Name, full: Name) -> bool:
    """Whether the one could be the other's initials, with the legal form's or without. Three
    letters are some name's initials too often to ask about.
    """
    if len(short.words) != 1 or not SHORT <= len(short.joined) <= 6 or len(full.words) < 2:
        return False
    first = full.initials
    form = "".join(part[0] for form in full.forms for part in form.split() if part.isascii())
    longer = {first + form[:n] for n in range(4)} | {first + letter for letter in form}
    return short.joined in longer


def steps(asked: Name, listed: Name) -> tuple[str, ...]:
    """Why the two score as they do, in words."""
    said = [f"“{asked.written}” beside “{listed.written}”", *asked.steps, *listed.steps]
    if asked.words == listed.words:
        said.append(f"the same words in the same order: “{' '.join(asked.words)}”")
    elif asked.has_words_of(listed):
        said.append(f"the same words in another order: “{' '.join(asked.words)}”")
    elif asked.joined == listed.joined:
        said.append(f"the same letters, parted otherwise: “{asked.joined}”")
    else:
        said += _differences(asked, listed)
    if asked.words == listed.words and _characters_differ(asked, listed):
        said.append(f"the same sound in other characters: {asked.han}, {listed.han}")
    few = len(listed.core_joined) <= SHORT and listed.core == asked.core
    if few and not asked.trade & listed.trade:
        said.append("a short name alone: it needs company to mean one company")
    return tuple(dict.fromkeys(said))


def _differences(asked: Name, listed: Name) -> list[str]:
    said = []
    for short, full in ((asked, listed), (listed, asked)):
        if _initials(short, full):
            said.append(f"“{short.joined}” could be the initials of “{' '.join(full.words)}”")
    pairing = pair(asked.core, listed.core)
    for one, other, same in pairing.pairs:
        said.append(
            f"“{one}” in both" if one == other else f"“{one}” is nearly “{other}” ({same:.0%})"
        )
    if told_apart(pairing):
        said.append("numbers and single letters tell bodies of one kind apart")
    for word in asked.words:
        if word not in asked.core and word in listed.words:
            said.append(f"“{word}” in both")
    only_asked = [*pairing.left, *(w for w in asked.beside if w not in listed.words)]
    only_listed = [*pairing.right, *(w for w in listed.beside if w not in asked.words)]
    said += _only(only_asked, "the party's") + _only(only_listed, "the list's")
    return said


def _only(words: list[str], whose: str) -> list[str]:
    if not words:
        return []
    hint = ": one may be the other's parent or branch" if set(words) & GROUP_WORDS else ""
    return [", ".join(f"“{word}”" for word in words) + f" only in {whose} name{hint}"]
