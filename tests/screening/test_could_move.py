"""Whom a list's moved entries could mean is found without asking everybody twice: no is certain."""

import random

import pytest

from compliance.screening.index import Entry, NameIndex
from compliance.screening.spellings import COMPARED

CITIES = ("Albany", "Shenzhen", "Fresno", "Changzhou", "Gary")
TRADES = ("Power", "Battery", "New Energy", "Materials", "Electronics")
FORMS = ("Inc.", "Co., Ltd.", "GmbH", "", "Holding")
PIECES = ("bo", "dra", "kli", "sta", "vo", "mi", "xin", "hua", "ze", "gu")


def a_name(dice: random.Random) -> str:
    own = "".join(dice.choices(PIECES, k=dice.choice([1, 2, 2, 3])))
    if dice.random() < 0.2:  # misspelt, or initials
        own = own.upper() if dice.random() < 0.3 else own[:-1] + dice.choice("aeo")
    words = [own.title(), *dice.sample(CITIES, dice.randint(0, 1)), dice.choice(TRADES)]
    if dice.random() < 0.2:
        words.remove(dice.choice(words))
    if dice.random() < 0.1:
        words = [words[-1][:-1] + "n", *words[:-1]]
    return " ".join([*words, dice.choice(FORMS)]).strip() or "Catl"


def misspelt(name: str, dice: random.Random) -> str:
    at = dice.randrange(len(name.split()[0]))
    return name[:at] + dice.choice("aeiou") + name[at + 1 :]


def entries(dice: random.Random, many: int, at: int = 0) -> list[Entry]:
    return [Entry("154", f"{at + n:05}", (a_name(dice),)) for n in range(many)]


def told(index: NameIndex, name: str) -> list[tuple[str, float, tuple[str, ...]]]:
    return [(each.entry.code, each.score, each.steps) for each in index.candidates([name])]


@pytest.mark.parametrize("number", range(8))
def test_where_entries_could_not_move_an_answer_they_do_not(number: int) -> None:
    dice = random.Random(number)
    whole = entries(dice, dice.choice([0, 5, 40, 2 * COMPARED, 400]))
    moved = entries(dice, dice.choice([1, 3, 10]), at=len(whole))
    without, within = NameIndex(whole), NameIndex([*whole, *moved])
    small, stood = NameIndex(moved), 0
    asked = [a_name(dice) for _ in range(75)]
    asked += [misspelt(dice.choice(moved).names[0], dice) for _ in range(75)]
    for name in asked:
        one, other = told(without, name), told(within, name)
        if one == other:
            stood += not (small.could_move([name], without) and small.could_move([name], within))
        else:
            assert small.could_move([name], without), (name, one, other)
            assert small.could_move([name], within), (name, one, other)
    assert stood or len(whole) >= 2 * COMPARED, "it always says yes"


def test_a_misspelling_that_a_new_entry_makes_a_name_of_its_own_could_move() -> None:
    whole = [Entry("154", "a", ("Gotion Battery Materials",))]
    moved = [Entry("154", "b", ("Batery Works",))]
    assert NameIndex(moved).could_move(["Gotion Batery"], NameIndex(whole))


def test_a_spelling_that_crowds_out_another_could_move() -> None:
    """Of many words that share pieces with the one asked, only those sharing most are compared."""
    asked = "qwertyuiopas"
    sharing = [f"qwertyuiop{one}{two}" for one in "bcdfghjk" for two in "lmnvxzbc"]
    whole = [Entry("154", word, (f"{word} Power",)) for word in sharing[:COMPARED]]
    moved = [Entry("154", word, (f"{word} Power",)) for word in sharing[COMPARED:]]
    far = [Entry("154", "far", ("qwertyzzzzzzzzzzzz Power",))]
    assert NameIndex(moved).could_move([f"{asked} Power"], NameIndex(whole))
    assert NameIndex(far).could_move([f"{asked} Power"], NameIndex(whole))
    assert not NameIndex(far).could_move([f"{asked} Power"], NameIndex(whole[:1]))
