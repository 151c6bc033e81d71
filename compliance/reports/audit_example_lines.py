"""The lines of the example: between them they show every verdict. Every part in it is made up.

The companies named as listed are those that FY2024 NDAA sec. 154(b) names; no other company here
exists.
"""

import hashlib
from datetime import date
from typing import Any

from compliance.reports.parts import Alternative, Citation, Finding, LineResult, Question, Step

ON = date(2027, 11, 15)
CATL = "Contemporary Amperex Technology Company, Limited"

SEC_154 = ("fy2024-ndaa-154", "FY2024 NDAA sec. 154")
USC_4865 = ("10-usc-4865", "10 U.S.C. 4865")
SEC_805B = ("fy2024-ndaa-805-a-1-b", "FY2024 NDAA sec. 805(a)(1)(B)")

_CITED_154 = (
    Citation("P.L. 118-31, sec. 154", "Prohibition on batteries produced by certain entities", "P"),
    Citation("10 U.S.C. note prec. 4651", "List of entities, sec. 154(b)", "P"),
)
_CITED_4865 = (Citation("10 U.S.C. 4865", "Advanced batteries from certain foreign sources", "T"),)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _finding(
    rule: tuple[str, str], number: int, verdict: str, sentence: str, **more: Any
) -> Finding:
    cited = _CITED_4865 if rule == USC_4865 else _CITED_154 if rule == SEC_154 else ()
    return Finding(
        rule=rule[0],
        cite=rule[1],
        verdict=verdict,
        sentence=sentence,
        **{"hinge": "award", "on": ON, "citations": cited, **more},
        determination=f"D-{number:05}",
        digest=digest_of(f"{rule[0]} {sentence}"),
    )


def _not_yet(
    number: int, would_be: str, sentence: str, *steps: Step, missing: tuple[Question, ...] = ()
) -> Finding:
    return _finding(
        USC_4865,
        number,
        "not_yet_in_force",
        sentence,
        would_be=would_be,
        from_day=date(2028, 1, 1),
        missing=missing,
        steps=(
            Step(
                "(b)(1)",
                "The section binds new acquisition programs on this day",
                "no",
                "It begins on 2028-01-01.",
            ),
            *steps,
        ),
    )


def _produced(final: str, majority: str, *, found: tuple[str, str]) -> tuple[Step, ...]:
    answers = (final, majority)
    either = next((answer for answer in ("yes", "unknown") if answer in answers), "no")
    return (
        Step(
            "(a)",
            "Funds are obligated or expended on or after 2027-10-01",
            "yes",
            "Award asked for on 2027-11-15.",
            role="begins",
        ),
        Step("(c)", "The battery is produced by a listed entity", either, role="forbids"),
        Step(
            "(c)(1)",
            "A listed entity assembles or manufactures the final product",
            final,
            found[0],
            1,
            "or",
        ),
        Step(
            "(c)(2)",
            "A listed entity provides a majority of the components used",
            majority,
            found[1],
            1,
            "or",
        ),
    )


def _prohibited() -> LineResult:
    return LineResult(
        "1.1",
        "DEMO-2590-C",
        "Rechargeable pack, lithium-ion, 24 V",
        CATL,
        "120 each",
        (
            _finding(
                SEC_154,
                401,
                "prohibited",
                f"Prohibited: {CATL} makes the pack, and is named in sec. 154(b)(1).",
                from_day=date(2027, 10, 1),
                steps=(
                    *_produced(
                        "yes",
                        "yes",
                        found=(
                            "The maker is the entity of sec. 154(b)(1), by decision of 2026-10-02.",
                            "41 of 44 components by count; 88.20 % by cost.",
                        ),
                    ),
                    Step(
                        "(d)",
                        "A waiver of the Secretary covers the battery on this day",
                        "no",
                        "None is recorded.",
                    ),
                ),
            ),
            _not_yet(
                402,
                "prohibited",
                "Not yet in force; from 2028-01-01 it would be prohibited, for the maker is a"
                " foreign entity of concern.",
                Step(
                    "(a)",
                    "No functional cell component is owned, sourced, refined or produced by such an"
                    " entity",
                    "no",
                    "Cathode, anode, separator and electrolyte come from the maker itself.",
                ),
                Step(
                    "(c)(1)(A)(i)",
                    "Final assembly is done by someone else",
                    "no",
                    "Assembled by the maker in Ningde, CN.",
                    1,
                ),
            ),
        ),
    )


def _waiver_needed() -> LineResult:
    return LineResult(
        "1.2",
        "DEMO-LFP-100",
        "Vehicle start battery, LFP, 12.8 V",
        "EVE Energy Company, Limited",
        "14 each",
        (
            _finding(
                SEC_154,
                403,
                "waiver_needed",
                "Prohibited as made by EVE Energy; a market survey of 2026-09-30 supports asking"
                " the Secretary for a waiver.",
                from_day=date(2027, 10, 1),
                steps=(
                    *_produced(
                        "yes",
                        "unknown",
                        found=(
                            "The maker is the entity of sec. 154(b)(4), by identifier.",
                            "No component list is held.",
                        ),
                    ),
                    Step(
                        "(d)",
                        "A waiver of the Secretary covers the battery on this day",
                        "no",
                        "None is recorded.",
                    ),
                    Step(
                        "(d)",
                        "A documented fact supports asking for one",
                        "yes",
                        "Market survey, graded B.",
                        1,
                    ),
                ),
                flags=("The conditions of sec. 154(d) were not read; counsel must confirm them.",),
            ),
            _not_yet(
                404,
                "insufficient_information",
                "Not yet in force; from 2028-01-01 the components and their costs would decide, and"
                " are not told.",
                missing=(
                    Question(
                        "composition",
                        "Which functional cell components is the battery made of, "
                        "and at what cost each, on one cost basis?",
                        "EVE Energy Company, Limited",
                    ),
                ),
            ),
        ),
    )


def _insufficient(position: str, number: int, part: str) -> LineResult:
    return LineResult(
        position,
        part,
        "Backup cell, primary, 3 V",
        "",
        "250 each",
        (
            _finding(
                SEC_154,
                number,
                "insufficient_information",
                "The maker is not told, so no list can be searched.",
                steps=_produced(
                    "unknown",
                    "unknown",
                    found=("No maker is recorded.", "No component list is held."),
                ),
                missing=(
                    Question(
                        "maker",
                        "Who makes this part? Give the legal name and, if there is one, the CAGE or"
                        " LEI code.",
                        "The supplier named on the quotation",
                    ),
                    Question(
                        "components",
                        "Who provides the components, by count and by cost?",
                        "The maker, once known",
                    ),
                ),
            ),
            _not_yet(
                number + 1,
                "insufficient_information",
                "Not yet in force; from 2028-01-01 the maker and the components would decide, and"
                " are not told.",
            ),
        ),
    )


def _review() -> LineResult:
    return LineResult(
        "1.5",
        "DEMO-UAV-6S",
        "Flight pack, lithium-polymer, 22.2 V",
        "Fjordcell Demo AS 하늘배터리",
        "36 each",
        (
            _finding(
                SEC_154,
                408,
                "review",
                "Review: two listed entities together provide 60.50 % of the components, neither of"
                " them a majority alone.",
                would_be="prohibited",
                alternatives=(Alternative("154-majority", "each entity alone", "permitted"),),
                steps=_produced(
                    "no",
                    "unknown",
                    found=(
                        "Assembled by Fjordcell Demo AS in Horten, NO, which is on no list.",
                        (
                            "EVE 31.00 % and Gotion 29.50 % by cost. Whether “such entity” adds"
                            " them up is open."
                        ),
                    ),
                ),
                flags=(
                    (
                        "Reading 154-majority stands at its default: add listed entities up, and"
                        " refer to counsel."
                    ),
                ),
                citations=(
                    *_CITED_154,
                    Citation("Reading 154-majority", "Components of several listed entities", "I"),
                ),
            ),
            _not_yet(
                409,
                "prohibited",
                "Not yet in force; from 2028-01-01 it would be prohibited: 39.50 % of the cost is"
                " from other sources, where more than 95 % must be.",
                Step(
                    "(c)(1)(A)(ii)",
                    "More than 95 percent of functional cell component cost is from other sources",
                    "no",
                    "39.50 % on the facts held; no missing fact can lift it above 95 %.",
                ),
            ),
        ),
    )


def _fine() -> tuple[LineResult, ...]:
    by_waiver = _finding(
        SEC_154,
        410,
        "permitted_by_waiver",
        "Permitted by waiver W-2027-03 of the Secretary, which covers this battery to 2028-03-01.",
        steps=_produced(
            "yes", "yes", found=("Made by Gotion High tech Company, Limited.", "All of them.")
        ),
        flags=("The waiver ends 2028-03-01; a delivery on or after that day is not covered.",),
    )
    by_exception = _finding(
        SEC_805B,
        412,
        "permitted_by_exception",
        "Permitted: it is bought as a component, which sec. 805 leaves out.",
        citations=(Citation("P.L. 118-31, sec. 805", "Exception for components", "S"),),
    )
    clean = _finding(
        SEC_154, 414, "permitted", "Permitted: the maker and every component source are on no list."
    )
    cells = _not_yet(
        415,
        "permitted_by_exception",
        "Not yet in force; from 2028-01-01 it would be permitted: 96.40 % of the cost is from other"
        " sources.",
    )
    return (
        LineResult(
            "1.6",
            "DEMO-GT-24",
            "Silent-watch pack, 24 V",
            "Gotion High tech Company, Limited",
            "6 each",
            (by_waiver,),
        ),
        LineResult(
            "1.7",
            "DEMO-PSU-9",
            "Power unit with buffer cell",
            "Prärie Demo Elektronik GmbH",
            "2 each",
            (by_exception,),
        ),
        LineResult(
            "1.8",
            "DEMO-21700-E",
            "Cell, lithium-ion, 5.0 Ah",
            "Maple Demo Cells Inc.",
            "960 each",
            (clean, cells),
        ),
        LineResult(
            "2.1",
            "DEMO-R0402-10K",
            "Resistor, 10 kΩ, 1 %",
            "東京デモ抵抗器株式会社",
            "4,000 each",
            _none(420),
        ),
        LineResult(
            "2.2",
            "DEMO-R0402-47K",
            "Resistor, 47 kΩ, 1 %",
            "東京デモ抵抗器株式会社",
            "1,200 each",
            _none(422),
        ),
    )


def _none(number: int) -> tuple[Finding, ...]:
    resistor = "A resistor is no battery line, so this rule does not reach it."
    return (
        _finding(SEC_154, number, "not_applicable", resistor),
        _finding(USC_4865, number + 1, "not_applicable", resistor),
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
