"""FY2023 NDAA sec. 5949: three makers of semiconductors, their affiliates, and whoever is added."""

from datetime import date
from pathlib import Path

from compliance.lists.published import Head, Source

SOURCE = Source(
    key="5949",
    title="FY2023 NDAA sec. 5949(j)(3)",
    says="The three companies that the statute names; their affiliates by rule.",
    facts=Path(__file__).with_suffix(".csv"),
    heads=(
        Head(
            edition=date(2022, 12, 23),
            url="https://www.congress.gov/117/bills/hr7776/BILLS-117hr7776enr.pdf",
            cite="Pub. L. 117-263, sec. 5949",
            confidence="S",
        ),
    ),
    expects=range(3, 10),
    read_by=date(2027, 5, 21),
)
