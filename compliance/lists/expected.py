"""How many rows a full edition of each list has, and how long it may stand unread.

An edition outside its size is refused until a person says how many rows there are: half a download
reads as half the world cleared.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from procurement.formats.problem import Problem

SIZES: dict[str, tuple[int, int]] = {
    "154": (6, 6),
    "889": (5, 5),
    "5949": (3, 10),
    "1260H": (40, 600),
    "UFLPA": (60, 2_000),
    "SDN": (5_000, 60_000),
    "FTO": (40, 200),
    "NS-CMIC": (30, 500),
    "NS-MBS": (1, 500),
    "NS-PLC": (20, 200),
    "SSI": (150, 600),
    "FSE": (1, 100),
    "CAPTA": (1, 200),
    "BIS-EL": (500, 10_000),
    "MEU": (50, 1_000),
    "UVL": (50, 1_000),
    "DPL": (300, 3_000),
    "ISN": (100, 2_000),
    "ITAR-DEBARRED": (300, 3_000),
    "SAM-EXCLUSIONS": (20_000, 500_000),
}
"""Fewest and most rows that are believed of a whole edition."""
SELDOM = frozenset({"154", "889", "5949", "1260H", "UFLPA"})
LEAST_OF_LAST, MOST_OF_LAST = 2, 2  # between half and twice of the edition before


def read_again_by(key: str, edition: date) -> date:
    """The day from which an edition must be compared with the publisher's again."""
    return edition + timedelta(days=365 if key in SELDOM else 30)


def size_problems(key: str, rows: int, last: int | None, expect: int | None) -> Iterator[Problem]:
    """What is unlikely about an edition's size. last: rows of the full edition before it.

    expect: how many a person says there are; then only that number is right.
    """
    where = f"list {key}"
    if expect is not None:
        if rows != expect:
            what = f"{rows:,} rows, where you said {expect:,}."
            yield Problem("unlikely-size", where, what, "Compare with the publisher's list.")
        return
    least, most = SIZES.get(key, (1, 1_000_000))
    fix = "Download it again; if it is right, say how many rows it has."
    if not least <= rows <= most:
        what = f"{rows:,} rows, where {least:,} to {most:,} are usual."
        yield Problem("unlikely-size", where, what, fix)
    elif last and not last <= rows * LEAST_OF_LAST <= last * LEAST_OF_LAST * MOST_OF_LAST:
        what = f"{rows:,} rows, where the edition before has {last:,}."
        yield Problem("unlikely-size", where, what, fix)
