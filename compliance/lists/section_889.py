"""FY2019 NDAA sec. 889: five makers of telecommunications and video equipment."""

from datetime import date
from pathlib import Path

from compliance.lists.published import Head, Source

SOURCE = Source(
    key="889",
    title="FY2019 NDAA sec. 889(f)(3)",
    says="The five companies that the statute names; affiliates by rule.",
    facts=Path(__file__).with_suffix(".csv"),
    heads=(
        Head(
            edition=date(2018, 8, 13),
            url="https://www.congress.gov/115/plaws/publ232/PLAW-115publ232.pdf",
            cite="Pub. L. 115-232, sec. 889",
            confidence="S",
        ),
    ),
    expects=range(5, 6),
    read_by=date(2027, 5, 21),
)
