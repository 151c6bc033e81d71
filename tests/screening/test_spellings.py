"""Spellings found by the pieces words share, as counting each word with each would find them."""

import random
from collections import Counter

from compliance.screening.counting import MOST_PIECES, Counting


def test_words_that_share_enough_pieces_are_found_in_order_and_counters_start_anew() -> None:
    dice = random.Random(7)
    words = ["".join(dice.choices("abc", k=dice.randrange(3, 9))) for _ in range(400)]
    pieces = [{word[at : at + 2] for at in range(len(word) - 1)} for word in words]
    by_piece: dict[str, list[int]] = {}
    for place, own in enumerate(pieces):
        for piece in sorted(own):
            by_piece.setdefault(piece, []).append(place)
    counting = Counting(by_piece, len(words))
    for asked in pieces[:50]:
        for least in (2, 3, 5):
            near, times = counting.met(asked | {"zz"}, least)
            shared = Counter({place: len(asked & own) for place, own in enumerate(pieces)})
            wanted = [place for place in sorted(shared) if shared[place] >= least]
            assert near.tolist() == wanted
            assert times.tolist() == [shared[place] for place in wanted]


def test_nothing_known_and_nothing_asked_find_nothing() -> None:
    assert Counting({}, 0).met({"ab"}, 1)[0].tolist() == []
    assert Counting({"ab": [0]}, 1).met(set(), 1)[0].tolist() == []


def test_a_word_of_more_pieces_than_a_counter_holds_is_asked_with_the_first() -> None:
    pieces = {f"{n:03}" for n in range(600)}
    near, times = Counting({piece: [0] for piece in pieces}, 1).met(pieces, 2)
    assert (near.tolist(), times.tolist()) == ([0], [MOST_PIECES])
