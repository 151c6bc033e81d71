"""UFLPA Entity List (Pub. L. 117-78): the rows of the battery supply chain that we have seen.

It names some and clears nobody: the whole list has to be imported for that.
"""

from datetime import date
from pathlib import Path

from compliance.lists.published import Head, Source

SOURCE = Source(
    key="UFLPA",
    title="UFLPA Entity List",
    says="Battery supply-chain rows that we have seen; it answers for nobody else.",
    facts=Path(__file__).with_suffix(".csv"),
    heads=(
        Head(
            edition=date(2023, 8, 2),
            register_date=date(2023, 8, 2),
            url="https://downloads.regulations.gov/DHS-2022-0001-0195/content.htm",
            cite="88 FR 50902",
            confidence="S",
        ),
        Head(
            edition=date(2024, 11, 25),
            url="https://www.dhs.gov/uflpa-entity-list",
            cite="additions in effect on 2024-11-25",
            confidence="S",
        ),
    ),
    expects=range(1, 20),
    read_by=date(2027, 5, 21),
    covers="named",
)
