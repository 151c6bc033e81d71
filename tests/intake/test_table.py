"""Records kept as columns are the records."""

import pickle
from typing import NamedTuple

from procurement.intake.table import Table


class Pair(NamedTuple):
    number: int
    text: str


PAIRS = [Pair(1, "a"), Pair(2, "b"), Pair(3, "c")]


def test_a_table_gives_back_the_records_it_was_made_of() -> None:
    table = Table.of(Pair, PAIRS)
    assert list(table) == PAIRS
    assert table[1] == table[-2] == PAIRS[1]
    assert table == PAIRS
    assert table != PAIRS[:2]
    assert table.told.text == ["a", "b", "c"]
    assert not Table.of(Pair, [])
    assert pickle.loads(pickle.dumps(table)) == PAIRS


def test_what_is_added_to_a_slice_is_not_added_to_the_whole() -> None:
    table = Table.of(Pair, PAIRS)
    some = table[1:]
    some.append(Pair(4, "d"))
    table.add(some)
    assert len(some) == 3
    assert [pair.number for pair in table] == [1, 2, 3, 2, 3, 4]
