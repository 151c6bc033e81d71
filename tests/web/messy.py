"""A bill of materials as people really keep it: a cover sheet, titles, notes, totals, and slips."""

from tests.formats.files import xlsx

COVER = [["Manpack power set"], ["Prepared by", "the radio shop"], ["Sheets", "Cover, Parts"]]
HEAD = [
    "Pos",
    "Type",
    "Mfr PN",
    "Made by",
    "What",
    "Menge",
    "Unit price USD",
    "Origin",
    "Stock bin",
]
PARTS = [
    line.split("|")
    for line in (
        "1|pack|BP-2590-C|Good Packs Inc.|Li-ion battery pack, 24 V|2|310.00|USA|A-4",
        "1.1|cell|IC-21700|Good Cells Inc.|Lithium-ion cell 21700, NMC|8|4.80|USA|A-5",
        "2|cell|CR2032|Good Cells Inc.|Coin cell 3 V, Li-MnO2|-1|0.45|USA|A-6",
        "3|passive|RC0402FR-0710KL|Ohm Works|RES 10K OHM 1% 0402|48|a cent|USA|B-1",
        "4|mech|HSG-2|Metal LLC|Housing, aluminium|1|88.00|USA|C-9",
    )
]


def messy(parts: list[list[str]] = PARTS) -> bytes:
    """The workbook: sheet Cover, then Parts with its header in row 4."""
    rows = [
        ["Manpack power set, bill of materials"],
        ["Rev. C, not for construction"],
        [],
        HEAD,
        *parts,
        [],
        ["", "", "", "", "Total", "", "1234.56"],
        ["Note: prices are from spring"],
    ]
    return xlsx(COVER, rows, names=["Cover", "Parts"])
