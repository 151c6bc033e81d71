"""Our own register of entities determined by the Secretary of Energy, 42 U.S.C. 18741(a)(5)(E).

No list is published. The register holds whom we have seen named, so far nobody: what rests on it is
flagged to be verified.
"""

from datetime import date
from pathlib import Path

from compliance.lists.published import Head, Source

SOURCE = Source(
    key="DOE-DETERMINED",
    title="Entities determined by the Secretary of Energy: our own register",
    says="Whom we have seen named: nobody so far.",
    facts=Path(__file__).with_suffix(".csv"),
    heads=(
        Head(
            edition=date(2021, 11, 15),
            url="https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title42-section18741",
            cite="42 U.S.C. 18741(a)(5)(E)",
            confidence="M",
        ),
    ),
    expects=range(50),
    read_by=date(2027, 5, 21),
)
