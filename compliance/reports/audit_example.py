"""A full, believable audit report. Every part, person and order in it is made up and says so."""

from datetime import UTC, date, datetime
from typing import Any

from compliance.reports.audit_example_lines import (
    CATL,
    ON,
    SEC_154,
    SEC_805B,
    USC_4865,
    digest_of,
    lines,
)
from compliance.reports.parts import (
    EditionRead,
    Fact,
    ReadingChosen,
    RuleVersion,
    SubmittedFile,
    VerdictMoved,
    WaiverRecord,
)
from procurement.formats.problem import Problem


def parts() -> dict[str, Any]:
    """The fields of the example, by name."""
    return {
        "number": "CG-2026-000417",
        "organisation": "Demo Program Office, Soldier Power",
        "bom": "Soldier radio power set (demo)",
        "revision": "C",
        "file": SubmittedFile(
            "soldier-radio-rev-C.xlsx",
            digest_of("soldier radio, demo"),
            48_213,
            "Dana Demo, contracting officer",
            datetime(2026, 11, 20, 14, 2, tzinfo=UTC),
            10,
        ),
        "generated_at": datetime(2026, 11, 22, 6, 30, tzinfo=UTC),
        "true_on": ON,
        "known_on": date(2026, 11, 22),
        "procurement": (
            Fact("Agency", "Department of Defense"),
            Fact("Program", "New acquisition program: Milestone B on 2026-03-10"),
            Fact("Award", "2027-11-15, asked for"),
            Fact("Delivery", "2028-02-28"),
            Fact("Use", "Soldier-worn radio; combat setting"),
            Fact("Weapons systems that use the batteries", None),
        ),
        "rules": (
            RuleVersion(
                *SEC_154, "Batteries produced by listed entities", "1", "P", date(2027, 1, 15)
            ),
            RuleVersion(
                *USC_4865,
                "Advanced batteries and foreign entities of concern",
                "1",
                "T",
                date(2027, 1, 15),
            ),
            RuleVersion(
                *SEC_805B, "Goods made by listed military companies", "1", "P", date(2027, 1, 15)
            ),
        ),
        "editions": (
            EditionRead(
                "154",
                "Entities named in FY2024 NDAA sec. 154(b)",
                date(2023, 12, 22),
                None,
                date(2026, 11, 1),
                "P.L. 118-31, 137 Stat. 180.",
                "P",
                "all",
                6,
                date(2027, 1, 15),
            ),
            EditionRead(
                "1260H",
                "Chinese military companies operating in the United States",
                date(2026, 6, 8),
                date(2026, 6, 10),
                date(2026, 11, 1),
                "Department of Defense notice; removals of 2026-02-17 come from a secondary"
                " source.",
                "S",
                "battery supply chain only",
                14,
                date(2027, 2, 1),
            ),
        ),
        "lines": lines(),
        "readings": (
            ReadingChosen(
                "154(c)(2)",
                "Do the components of several listed entities add up?",
                "review",
                "default",
            ),
            ReadingChosen(
                "4865(b)",
                "Which day of a procurement binds?",
                "conservative: any action or delivery",
                "Counsel, 2026-10-05",
            ),
        ),
        "waivers": (
            WaiverRecord(
                "W-2027-03",
                SEC_154[1],
                "Secretary of Defense",
                "DEMO-GT-24",
                date(2027, 3, 1),
                date(2028, 3, 1),
                "No other source of similar quality.",
                True,
                "Granted by the Secretary, for this battery, and running on 2027-11-15.",
            ),
            WaiverRecord(
                "W-2027-11",
                USC_4865[1],
                "Head of the contracting activity",
                "DEMO-UAV-6S",
                date(2027, 6, 1),
                date(2028, 6, 1),
                "Urgency.",
                False,
                "Breaks (c)(3)(B): only the Secretary, or the Under Secretary for Acquisition and "
                "Sustainment, may grant it.",
            ),
        ),
        "changes": (
            VerdictMoved(
                "1.1",
                "DEMO-2590-C",
                SEC_154[1],
                "insufficient_information",
                "prohibited",
                f"The maker was identified as {CATL}.",
                datetime(2026, 11, 21, 9, 12, tzinfo=UTC),
            ),
            VerdictMoved(
                "1.6",
                "DEMO-GT-24",
                SEC_154[1],
                "prohibited",
                "permitted_by_waiver",
                "Waiver W-2027-03 was recorded.",
                datetime(2026, 11, 21, 16, 40, tzinfo=UTC),
            ),
        ),
        "since": datetime(2026, 11, 20, 14, 4, tzinfo=UTC),
        "problems": (
            Problem(
                "cost-unreadable",
                "row 14, column Unit cost",
                "“N/A” is not an amount.",
                "Give the cost as a number, or leave the cell empty.",
                14,
                "Unit cost",
            ),
        ),
    }
