"""FY2021 NDAA sec. 1260H: Chinese military companies, the rows of the battery supply chain.

Held are makers of cells, packs, battery electronics and their chips, makers of drones and vehicles
that sell their own packs, and the groups that own battery makers. An edition has its own day and,
some days later, one in the Federal Register. The removals of 2026-02-17 come from a secondary
source. Names that the editions of 2022 and 2024 carry on from before stand as first printed.
"""

from datetime import date
from pathlib import Path

from compliance.lists.published import Head, Source

REGISTER = "https://www.federalregister.gov/documents"
NOTICE = "notice-of-availability-of-designation-of-chinese-military-companies"
RELEASES = "https://www.defense.gov/News/Releases/Search/1260H/"

SOURCE = Source(
    key="1260H",
    title="FY2021 NDAA sec. 1260H, Chinese military companies",
    says="Battery supply-chain rows only.",
    facts=Path(__file__).with_suffix(".csv"),
    heads=(
        Head(
            edition=date(2021, 6, 3),
            register_date=date(2021, 6, 28),
            url="https://www.govinfo.gov/app/details/FR-2021-06-28/2021-13753",
            cite="86 FR 33994",
            confidence="S",
        ),
        Head(date(2022, 10, 5), RELEASES, "release of 2022-10-05", "S"),
        Head(
            edition=date(2024, 1, 31),
            register_date=date(2024, 4, 2),
            url=f"{REGISTER}/2024/04/02/2024-06895/{NOTICE}",
            cite="FR Doc. 2024-06895",
            confidence="S",
        ),
        Head(
            edition=date(2025, 1, 7),
            register_date=date(2025, 1, 7),
            url=f"{REGISTER}/2025/01/07/2025-00070/{NOTICE}",
            cite="FR Doc. 2025-00070",
            confidence="S",
        ),
        Head(date(2026, 2, 17), RELEASES, "removals, secondary source", "S", removes=True),
        Head(
            edition=date(2026, 6, 8),
            register_date=date(2026, 6, 10),
            url=f"{REGISTER}/2026/06/10/2026-11571/{NOTICE}",
            cite="91 FR 35189",
            confidence="S",
        ),
    ),
    expects=range(10, 60),
    read_by=date(2027, 5, 21),
    covers="battery",
)
