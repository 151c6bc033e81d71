"""Made-up bills of materials for the intake bench: the same on every machine."""

import csv
import io
import random

import xlsxwriter

HEADER = (
    "Item",
    "Part Number",
    "Manufacturer",
    "Description",
    "Qty",
    "UoM",
    "Unit Price",
    "Currency",
    "Country of Origin",
    "Reference Designators",
)
KINDS = (
    ("RC", "Resistor {n}k 1% 0402", "R", 9),
    ("CC", "Capacitor ceramic {n}nF 16V X7R", "C", 9),
    ("LQ", "Inductor {n}uH shielded", "L", 2),
    ("TPS", "IC buck converter {n}V", "U", 3),
    ("SKT", "Connector {n} pin header", "J", 2),
    ("BSS", "Transistor MOSFET {n}V", "Q", 2),
    ("BRK", "Bracket, steel, drawing {n}", "", 2),
    ("INR", "Li-ion cell 18650 {n}00mAh NMC", "BT", 1),
    ("PACK", "Battery pack {n}S2P with BMS", "BT", 1),
)
"""Prefix of the part number, what it is, designator, how common."""
COUNTRIES = ("US", "Japan", "KR", "Germany", "China", "MX", "Taiwan", "")
BAD = 538  # of 100,000: quantities and prices that no one can read


def table(lines: int, seed: int = 1) -> list[list[str]]:
    """Rows of text without the header. Each part stands in about eight lines, as on real BOMs."""
    draw = random.Random(seed)  # noqa: S311 - made-up data
    makers = [
        f"Maker {n:03} {draw.choice(('Inc.', 'GmbH', 'Co., Ltd.', 'Corp.'))}" for n in range(300)
    ]
    kinds = [kind for *kind, often in KINDS for _ in range(often)]
    parts = []
    for n in range(max(1, lines // 8)):
        prefix, what, sign = draw.choice(kinds)
        parts.append(
            (
                f"{prefix}-{n:06}",
                draw.choice(makers),
                what.format(n=n % 97 + 1),
                f"{draw.randrange(1, 90_000) / 1000:.3f}",
                draw.choice(COUNTRIES),
                sign,
            )
        )
    rows = []
    for n in range(lines):
        number, maker, what, price, country, sign = draw.choice(parts)
        count = draw.randrange(1, 13)
        rows.append(
            [
                str(n + 1),
                number,
                maker,
                what,
                str(count),
                "EA",
                price,
                "USD",
                country,
                f"{sign}{n}, {sign}{n + 1}" if sign else "",
            ]
        )
    for n in draw.sample(range(lines), lines * BAD // 100_000):
        rows[n][draw.choice((4, 6))] = draw.choice(("-3", "a few", "1,2,3", "#REF!"))
    return rows


def csv_bytes(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue().encode()


def xlsx_bytes(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "constant_memory": False, "strings_to_numbers": True}
    )
    sheet = book.add_worksheet("BOM")
    for number, row in enumerate([list(HEADER), *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()
