"""A full, believable audit report. Every part, person and order in it is made up and says so.

The companies named as listed are those that FY2024 NDAA sec. 154(b) names; no other company here exists.
"""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from compliance.reports.parts import (
    Citation,
    EditionRead,
    Fact,
    Finding,
    LineResult,
    Question,
    ReadingChosen,
    RuleVersion,
    Step,
    SubmittedFile,
    VerdictMoved,
    WaiverRecord,
)
from procurement.formats.problem import Problem

ON = date(2027, 11, 15)
CATL = "Contemporary Amperex Technology Company, Limited"

_154 = ("fy2024-ndaa-154", "FY2024 NDAA sec. 154")
_4865 = ("10-usc-4865", "10 U.S.C. 4865")
_805B = ("fy2024-ndaa-805-a-1-b", "FY2024 NDAA sec. 805(a)(1)(B)")

_CITED_154 = (
    Citation("P.L. 118-31, sec. 154", "Prohibition on batteries produced by certain entities", "P"),
    Citation("10 U.S.C. note prec. 4651", "List of entities, sec. 154(b)", "P"),
)
_CITED_4865 = (Citation("10 U.S.C. 4865", "Advanced batteries from certain foreign sources", "T"),)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _finding(
    rule: tuple[str, str], number: int, verdict: str, sentence: str, **more: Any
) -> Finding:
    cited = _CITED_4865 if rule == _4865 else _CITED_154 if rule == _154 else ()
    return Finding(
        rule=rule[0], cite=rule[1], verdict=verdict, sentence=sentence,
        **{"hinge": "award", "on": ON, "citations": cited, **more},
        determination=f"D-{number:05}", digest=_digest(f"{rule[0]} {sentence}"),
    )  # fmt: skip


def _not_yet(
    number: int, would_be: str, sentence: str, *steps: Step, missing: tuple[Question, ...] = ()
) -> Finding:
    return _finding(
        _4865, number, "not_yet_in_force", sentence, would_be=would_be, from_day=date(2028, 1, 1), missing=missing,
        steps=(
            Step("(b)(1)", "The section binds new acquisition programs on this day", "no", "It begins on 2028-01-01."),
            *steps,
        ),
    )  # fmt: skip


def _produced(final: str, majority: str, *, found: tuple[str, str]) -> tuple[Step, ...]:
    either = (
        "yes"
        if "yes" in (final, majority)
        else "unknown"
        if "unknown" in (final, majority)
        else "no"
    )
    return (
        Step(
            "(a)",
            "Funds are obligated or expended on or after 2027-10-01",
            "yes",
            "Award asked for on 2027-11-15.",
        ),
        Step("(c)", "The battery is produced by a listed entity", either),
        Step(
            "(c)(1)",
            "A listed entity assembles or manufactures the final product",
            final,
            found[0],
            1,
        ),
        Step(
            "(c)(2)",
            "A listed entity provides a majority of the components used",
            majority,
            found[1],
            1,
        ),
    )


def _prohibited() -> LineResult:
    return LineResult("1.1", "DEMO-2590-C", "Rechargeable pack, lithium-ion, 24 V", CATL, "120 each", (
        _finding(_154, 401, "prohibited",
            f"Prohibited: {CATL} makes the pack, and is named in sec. 154(b)(1).",
            from_day=date(2027, 10, 1),
            steps=(
                *_produced("yes", "yes", found=(
                    "The maker is the entity of sec. 154(b)(1), by decision of 2026-10-02.",
                    "41 of 44 components by count; 88.20 % by cost.",
                )),
                Step("(d)", "A waiver of the Secretary covers the battery on this day", "no", "None is recorded."),
            )),
        _not_yet(402, "prohibited",
            "Not yet in force; from 2028-01-01 it would be prohibited, for the maker is a foreign entity of concern.",
            Step("(a)", "No functional cell component is owned, sourced, refined or produced by such an entity", "no",
                 "Cathode, anode, separator and electrolyte come from the maker itself."),
            Step("(c)(1)(A)(i)", "Final assembly is done by someone else", "no",
                 "Assembled by the maker in Ningde, CN.", 1)),
    ))  # fmt: skip


def _waiver_needed() -> LineResult:
    return LineResult("1.2", "DEMO-LFP-100", "Vehicle start battery, LFP, 12.8 V", "EVE Energy Company, Limited", "14 each", (
        _finding(_154, 403, "waiver_needed",
            "Prohibited as made by EVE Energy; a market survey of 2026-09-30 supports asking the Secretary for a waiver.",
            from_day=date(2027, 10, 1),
            steps=(
                *_produced("yes", "unknown", found=(
                    "The maker is the entity of sec. 154(b)(4), by identifier.", "No component list is held.")),
                Step("(d)", "A waiver of the Secretary covers the battery on this day", "no", "None is recorded."),
                Step("(d)", "A documented fact supports asking for one", "yes", "Market survey, graded B.", 1),
            ),
            flags=("The conditions of sec. 154(d) were not read; counsel must confirm them.",)),
        _not_yet(404, "insufficient_information",
            "Not yet in force; from 2028-01-01 the components and their costs would decide, and are not told.",
            missing=(Question("composition", "Which functional cell components is the battery made of, "
                              "and at what cost each, on one cost basis?", "EVE Energy Company, Limited"),)),
    ))  # fmt: skip


def _insufficient(position: str, number: int, part: str) -> LineResult:
    return LineResult(position, part, "Backup cell, primary, 3 V", "", "250 each", (
        _finding(_154, number, "insufficient_information",
            "The maker is not told, so no list can be searched.",
            steps=_produced("unknown", "unknown", found=("No maker is recorded.", "No component list is held.")),
            missing=(
                Question("maker", "Who makes this part? Give the legal name and, if there is one, the CAGE or LEI code.",
                         "The supplier named on the quotation"),
                Question("components", "Who provides the components, by count and by cost?", "The maker, once known"),
            )),
        _not_yet(number + 1, "insufficient_information",
            "Not yet in force; from 2028-01-01 the maker and the components would decide, and are not told."),
    ))  # fmt: skip


def _review() -> LineResult:
    return LineResult("1.5", "DEMO-UAV-6S", "Flight pack, lithium-polymer, 22.2 V", "Fjordcell Demo AS 하늘배터리", "36 each", (
        _finding(_154, 408, "review",
            "Review: two listed entities together provide 60.50 % of the components, neither of them a majority alone.",
            steps=_produced("no", "unknown", found=(
                "Assembled by Fjordcell Demo AS in Horten, NO, which is on no list.",
                "EVE 31.00 % and Gotion 29.50 % by cost. Whether “such entity” adds them up is open.")),
            flags=("Reading 154-majority stands at its default: add listed entities up, and refer to counsel.",),
            citations=(*_CITED_154, Citation("Reading 154-majority", "Components of several listed entities", "I"))),
        _not_yet(409, "prohibited",
            "Not yet in force; from 2028-01-01 it would be prohibited: 39.50 % of the cost is from other sources, "
            "where more than 95 % must be.",
            Step("(c)(1)(A)(ii)", "More than 95 percent of functional cell component cost is from other sources", "no",
                 "39.50 % on the facts held; no missing fact can lift it above 95 %."),
        ),
    ), )  # fmt: skip


def _fine() -> tuple[LineResult, ...]:
    by_waiver = _finding(
        _154, 410, "permitted_by_waiver",
        "Permitted by waiver W-2027-03 of the Secretary, which covers this battery to 2028-03-01.",
        steps=_produced("yes", "yes", found=("Made by Gotion High tech Company, Limited.", "All of them.")),
        flags=("The waiver ends 2028-03-01; a delivery on or after that day is not covered.",),
    )  # fmt: skip
    by_exception = _finding(
        _805B, 412, "permitted_by_exception",
        "Permitted: it is bought as a component, which sec. 805 leaves out.",
        citations=(Citation("P.L. 118-31, sec. 805", "Exception for components", "S"),),
    )  # fmt: skip
    clean = _finding(
        _154, 414, "permitted", "Permitted: the maker and every component source are on no list."
    )
    cells = _not_yet(
        415, "permitted_by_exception",
        "Not yet in force; from 2028-01-01 it would be permitted: 96.40 % of the cost is from other sources.",
    )  # fmt: skip
    return (
        LineResult("1.6", "DEMO-GT-24", "Silent-watch pack, 24 V", "Gotion High tech Company, Limited", "6 each", (by_waiver,)),
        LineResult("1.7", "DEMO-PSU-9", "Power unit with buffer cell", "Prärie Demo Elektronik GmbH", "2 each", (by_exception,)),
        LineResult("1.8", "DEMO-21700-E", "Cell, lithium-ion, 5.0 Ah", "Maple Demo Cells Inc.", "960 each", (clean, cells)),
        LineResult("2.1", "DEMO-R0402-10K", "Resistor, 10 kΩ, 1 %", "東京デモ抵抗器株式会社", "4,000 each", _none(420)),
        LineResult("2.2", "DEMO-R0402-47K", "Resistor, 47 kΩ, 1 %", "東京デモ抵抗器株式会社", "1,200 each", _none(422)),
    )  # fmt: skip


def _none(number: int) -> tuple[Finding, ...]:
    resistor = "A resistor is no battery line, so this rule does not reach it."
    return (
        _finding(_154, number, "not_applicable", resistor),
        _finding(_4865, number + 1, "not_applicable", resistor),
    )


def lines() -> tuple[LineResult, ...]:
    return (
        _prohibited(),
        _waiver_needed(),
        _insufficient("1.3", 405, "DEMO-CR-2477"),
        _insufficient("1.4", 418, "DEMO-CR-2032"),
        _review(),
        *_fine(),
    )


def parts() -> dict[str, Any]:
    """The fields of the example, by name."""
    return {
        "number": "CG-2026-000417",
        "organisation": "Demo Program Office, Soldier Power",
        "bom": "Soldier radio power set (demo)",
        "revision": "C",
        "file": SubmittedFile(
            "soldier-radio-rev-C.xlsx", _digest("soldier radio, demo"), 48_213, "Dana Demo, contracting officer",
            datetime(2026, 11, 20, 14, 2, tzinfo=UTC), 10,
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
            RuleVersion(*_154, "Batteries produced by listed entities", "1", "P", date(2027, 1, 15)),
            RuleVersion(*_4865, "Advanced batteries and foreign entities of concern", "1", "T", date(2027, 1, 15)),
            RuleVersion(*_805B, "Goods made by listed military companies", "1", "P", date(2027, 1, 15)),
        ),
        "editions": (
            EditionRead(
                "154", "Entities named in FY2024 NDAA sec. 154(b)", date(2023, 12, 22), None, date(2026, 11, 1),
                "P.L. 118-31, 137 Stat. 180.", "P", "all", 6, date(2027, 1, 15),
            ),
            EditionRead(
                "1260H", "Chinese military companies operating in the United States", date(2026, 6, 8),
                date(2026, 6, 10), date(2026, 11, 1),
                "Department of Defense notice; removals of 2026-02-17 come from a secondary source.", "S",
                "battery supply chain only", 14, date(2027, 2, 1),
            ),
        ),
        "lines": lines(),
        "readings": (
            ReadingChosen("154(c)(2)", "Do the components of several listed entities add up?", "review", "default"),
            ReadingChosen("4865(b)", "Which day of a procurement binds?", "conservative: any action or delivery",
                          "Counsel, 2026-10-05"),
        ),
        "waivers": (
            WaiverRecord("W-2027-03", _154[1], "Secretary of Defense", "DEMO-GT-24", date(2027, 3, 1),
                         date(2028, 3, 1), "No other source of similar quality.", True,
                         "Granted by the Secretary, for this battery, and running on 2027-11-15."),
            WaiverRecord("W-2027-11", _4865[1], "Head of the contracting activity", "DEMO-UAV-6S",
                         date(2027, 6, 1), date(2028, 6, 1), "Urgency.", False,
                         "Breaks (c)(3)(B): only the Secretary, or the Under Secretary for Acquisition and "
                         "Sustainment, may grant it."),
        ),
        "changes": (
            VerdictMoved("1.1", "DEMO-2590-C", _154[1], "insufficient_information", "prohibited",
                         f"The maker was identified as {CATL}.", datetime(2026, 11, 21, 9, 12, tzinfo=UTC)),
            VerdictMoved("1.6", "DEMO-GT-24", _154[1], "prohibited", "permitted_by_waiver",
                         "Waiver W-2027-03 was recorded.", datetime(2026, 11, 21, 16, 40, tzinfo=UTC)),
        ),
        "since": datetime(2026, 11, 20, 14, 4, tzinfo=UTC),
        "problems": (
            Problem("cost-unreadable", "row 14, column Unit cost", "“N/A” is not an amount.",
                    "Give the cost as a number, or leave the cell empty.", 14, "Unit cost"),
        ),
    }  # fmt: skip
