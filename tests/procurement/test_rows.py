"""Rows as read become lines as stored, each under its parent, whichever stands first."""

from procurement.formats import read
from procurement.intake import recognise, rows
from procurement.services.rows import lines_of


def test_a_parent_may_stand_below_what_it_is_made_of() -> None:
    file = (
        b"Part Number,Parent,Qty,Description\n"
        b"CELL-1,PACK-1,4,lithium-ion cell\n"
        b"BMS-1,PACK-1,1,battery management board\n"
        b"PACK-1,,1,battery pack\n"
    )
    workbook = read(file, "bom.csv")
    reading = recognise(workbook)
    assert reading.layout is not None
    lines = lines_of(rows(workbook, reading.layout), {})
    numbers = [line.part.number for line in lines]
    assert numbers == ["CELL-1", "BMS-1", "PACK-1"]
    assert [line.parent for line in lines] == [2, 2, None]
