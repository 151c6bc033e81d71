"""Spellings found from packed letters, as comparing each word with each would find them."""

import random
from collections import Counter

from rapidfuzz.distance import OSA

from compliance.screening.counting import MOST_PIECES, Counting

LEAST, BY_SOUND, DROPPED = 0.7, 0.97, 8


def counting(words: list[str], *, compared: int = 1_000) -> Counting:
    """Where words sound as they are written."""
    return Counting(
        words, words, least=LEAST, by_sound=BY_SOUND, compared=compared, dropped=DROPPED
    )


def pieces(word: str) -> set[str]:
    return {f"^{word}$"[at : at + 3] for at in range(len(word))}


def shorter(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def made_words(many: int) -> list[str]:
    dice = random.Random(7)
    return sorted({"".join(dice.choices("ab1", k=dice.randrange(1, 13))) for _ in range(many)})


def near(word: str, words: list[str], compared: int) -> list[int]:
    """As `Counting.near`, by comparing with every word."""
    own = pieces(word)
    shared = {at: len(own & pieces(other)) for at, other in enumerate(words)}
    least = max(2, (len(own) + 2) // 3)
    many = sorted((-count, at) for at, count in shared.items() if count >= least)
    found = {at for _, at in many[:compared]}
    if len(word) <= DROPPED + 1:
        found |= {
            at
            for at, other in enumerate(words)
            if len(other) <= DROPPED and shorter(word) & shorter(other)
        }
    return sorted(found)


def test_near_words_are_those_that_share_pieces_or_lose_a_letter_and_counters_start_anew() -> None:
    words = made_words(500)
    for compared in (5, 1_000):
        known = counting(words, compared=compared)
        for asked in [*words[::9], "zz", "ab1ab1ab1ab1"]:
            assert sorted(known.near(asked, asked)) == near(asked, words, compared), asked


def test_a_common_piece_is_counted_where_it_is_looked_up_and_not_walked_through() -> None:
    words = sorted(f"{n:04}abcd" for n in range(3_000))
    asked = "0007abcd"
    assert counting(words, compared=10).near(asked, asked)[:1] == near(asked, words, 10)[:1]
    assert sorted(counting(words).near(asked, asked)) == near(asked, words, 1_000)


def test_likeness_is_one_less_the_share_of_letters_to_change_and_swaps_count_once() -> None:
    words = made_words(300)
    known = counting(words)
    for asked in [*words[::11], "1ba1ba"]:
        same = {at: OSA.normalized_similarity(asked, words[at]) for at in known.near(asked, asked)}
        found = dict(known.like(asked, asked))
        assert Counter(found.keys()) == Counter(at for at in same if same[at] >= LEAST)
        for at, likeness in found.items():
            assert abs(likeness - max(same[at], BY_SOUND * same[at])) < 1e-12


def test_nothing_known_and_nothing_asked_find_nothing() -> None:
    assert counting([]).near("abc", "abc") == []
    assert counting(["abc"]).near("", "") == []
    assert counting([]).like("abc", "abc") == []


def test_a_word_of_more_pieces_than_a_counter_holds_is_asked_with_the_rarest() -> None:
    dice = random.Random(3)
    word = "".join(dice.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=MOST_PIECES * 2))
    assert counting([word, "other"]).near(word, word) == [0]
    assert counting([word]).like(word, word) == [(0, 1.0)]
