"""FY2024 NDAA sec. 154(b): six makers whose batteries may not be procured, whole.

The seventh item of the statute's list is a rule and not a name: any successor. It stands with each
of the six. Spellings are the statute's own.
"""

from datetime import date
from pathlib import Path

from compliance.lists.published import Head, Source

SOURCE = Source(
    key="154",
    title="FY2024 NDAA sec. 154(b)",
    says="All six entities that the statute names, and the rule on successors.",
    facts=Path(__file__).with_suffix(".csv"),
    heads=(
        Head(
            edition=date(2023, 12, 22),
            url="https://www.congress.gov/118/plaws/publ31/PLAW-118publ31.pdf",
            cite="Pub. L. 118-31, sec. 154(b), 137 Stat. 180",
            confidence="P",
        ),
    ),
    expects=range(6, 7),
    read_by=date(2027, 5, 21),
)
