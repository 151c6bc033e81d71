"""Two readings side by side: how alike they are, and by which steps, in words a reviewer reads.

A score orders questions for a person; it is never an answer. 1 is the same name after setting legal
forms aside; from `CANDIDATE` on a pair is worth a person's look.
"""

from collections.abc import Callable
from typing import NamedTuple

from rapidfuzz.distance import OSA, Indel

from compliance.screening.names import Name, tells_apart
from compliance.screening.words import GROUP_WORDS

CANDIDATE = 0.7
"""From this score on a person should look."""

SAME_BUT_ORDER = 0.97
TYPO = 0.8
"""Two words this alike, and no shorter than four letters, are taken for one word misspelt."""
SHORT = 4
"""A word of so few letters that means little alone: "EVE", "ATL", "CATL"."""
DISTINCTIVE = 0.5

Weight = Callable[[str], float]


class Likeness(NamedTuple):
    score: float
    steps: tuple[str, ...]


class _Pairing(NamedTuple):
    """Words of both names that are one word, how alike, and those left over."""

    pairs: tuple[tuple[str, str, float], ...]
    left: tuple[str, ...]
    right: tuple[str, ...]


def likeness(asked: Name, listed: Name, weight: Weight) -> Likeness:
    """How alike a party's name and a list's name are. `weight`: how much a word says, 0 to 1."""
    if asked.words == listed.words:
        return _equal(asked, listed, 1.0, "the same words in the same order")
    if sorted(asked.words) == sorted(listed.words):
        return _equal(asked, listed, SAME_BUT_ORDER, "the same words in another order")
    if asked.joined == listed.joined:
        return _equal(asked, listed, SAME_BUT_ORDER, "the same letters, parted otherwise")
    initials = _initials(asked, listed) or _initials(listed, asked)
    pairing = _pair(asked.words, listed.words, weight)
    score, steps = _overlap(pairing, asked, listed, weight)
    if initials and score < 0.75:
        return Likeness(0.75, (*asked.steps, *listed.steps, initials))
    whole = Indel.normalized_similarity(asked.joined, listed.joined, score_cutoff=0.88)
    if whole and min(len(asked.joined), len(listed.joined)) >= 6 and whole * 0.96 > score:
        score, steps = whole * 0.96, (f"the whole names are {whole:.0%} alike, letter by letter",)
    told = _apart(pairing)
    if told:
        score, steps = min(score, 0.6), (*steps, told)
    return Likeness(score, (*asked.steps, *listed.steps, *steps))


def _equal(asked: Name, listed: Name, score: float, step: str) -> Likeness:
    steps = (*asked.steps, *listed.steps, f"{step}: “{' '.join(asked.words)}”")
    if len(asked.words) == 1 and len(asked.joined) <= SHORT:
        return Likeness(0.9, (*steps, "a short name alone: it needs company to mean one company"))
    return Likeness(score, steps)


def _pair(left: tuple[str, ...], right: tuple[str, ...], weight: Weight) -> _Pairing:
    """Pair equal words, then words misspelt or cut short, best first. A trade word is never taken
    for a misspelt name ("lithium", "Hithium").
    """
    rest_left, rest_right = list(left), list(right)
    pairs = []
    for word in left:
        if word in rest_right:
            rest_left.remove(word)
            rest_right.remove(word)
            pairs.append((word, word, 1.0))
    alike = sorted(
        (
            (-same, one, other)
            for one in rest_left
            for other in rest_right
            if (same := _word_likeness(one, other))
            and (weight(one) < DISTINCTIVE) == (weight(other) < DISTINCTIVE)
        ),
    )
    for same, one, other in alike:
        if one in rest_left and other in rest_right:
            rest_left.remove(one)
            rest_right.remove(other)
            pairs.append((one, other, -same))
    return _Pairing(tuple(pairs), tuple(rest_left), tuple(rest_right))


def _word_likeness(one: str, other: str) -> float:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 3 or tells_apart(one) or tells_apart(other):
        return 0.0
    if len(shorter) <= 4 and len(longer) >= 6 and longer.startswith(shorter):
        return 0.85  # "adv" for "advanced"
    if len(shorter) <= SHORT:
        return 0.0
    return OSA.normalized_similarity(one, other, score_cutoff=TYPO)


def _overlap(
    pairing: _Pairing, asked: Name, listed: Name, weight: Weight
) -> tuple[float, tuple[str, ...]]:
    """Shared weight, with words for what is shared and what stands on one side only."""
    if not pairing.pairs:
        return 0.0, ()
    shared = sum(2 * same * min(weight(one), weight(other)) for one, other, same in pairing.pairs)
    every = sum(map(weight, asked.words)) + sum(map(weight, listed.words))
    score = shared / every if every else 0.0
    steps = tuple(
        f"“{one}” in both" if one == other else f"“{one}” is nearly “{other}” ({same:.0%})"
        for one, other, same in pairing.pairs
    )
    only_asked = tuple(word for word in pairing.left if weight(word) >= DISTINCTIVE)
    only_listed = tuple(word for word in pairing.right if weight(word) >= DISTINCTIVE)
    telling = [one for one, _, _ in pairing.pairs if weight(one) >= DISTINCTIVE]
    if telling and not only_listed:
        inside = 0.8 + 0.12 * score
        if only_asked and all(len(word) <= SHORT for word in telling):
            company = any(weight(one) < DISTINCTIVE for one, _, _ in pairing.pairs)
            inside = 0.72 if company else 0.5
            steps = (*steps, "a short name alone: it needs company to mean one company")
        score = max(score, inside)
    elif telling and not only_asked and any(len(word) > SHORT for word in telling):
        score = max(score, 0.72 + 0.12 * score)
    if pairing.left:
        steps = (*steps, f"{_words(pairing.left)} only in the party's name" + _hint(pairing.left))
    if pairing.right:
        steps = (*steps, f"{_words(pairing.right)} only in the list's name" + _hint(pairing.right))
    return min(score, 0.96), steps


def _hint(words: tuple[str, ...]) -> str:
    return ": one may be the other's parent or branch" if set(words) & GROUP_WORDS else ""


def _apart(pairing: _Pairing) -> str:
    """Numbers or single letters that differ: different bodies of one kind."""
    left = [word for word in pairing.left if tells_apart(word)]
    right = [word for word in pairing.right if tells_apart(word)]
    if left and right:
        return f"{_words(left)} against {_words(right)}: numbers and letters tell bodies apart"
    return ""


def _initials(short: Name, full: Name) -> str:
    """Whether the one could be the other's initials, with the legal form's or without."""
    if len(short.words) != 1 or not 3 <= len(short.joined) <= 6 or len(full.words) < 2:
        return ""
    first = "".join(word[0] for word in full.words)
    form = "".join(part[0] for form in full.forms for part in form.split() if part.isascii())
    if short.joined in {
        first,
        *(first + form[:n] for n in range(1, 4)),
        *(first + c for c in form),
    }:
        return f"“{short.joined}” could be the initials of “{' '.join(full.words)}”"
    return ""


def _words(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
