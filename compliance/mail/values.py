"""What the e-mails tell: frozen values, each with an example for previews, test mails and tests.

Paths start with "/" and are joined to the installation's address when the mail is written. Verdicts
are keys of `compliance.reports.verdicts.VERDICTS`. Text is as recorded: it is escaped where it is
shown. marking: a control marking such as "CUI", shown at the top and the foot; "" for none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from compliance.reports.verdicts import worst


@dataclass(frozen=True, slots=True)
class Message:
    """One e-mail, ready for the outbox. subject: one line."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Move:
    """One verdict that moved. position "": the contractor's, who is then the maker. was `None`: the
    line is new. cause: one sentence, naming what changed.
    """

    position: str
    part_number: str
    maker: str
    cite: str
    was: str | None
    now: str
    cause: str
    path: str
    would_be: str | None = None


@dataclass(frozen=True, slots=True)
class BomMoves:
    """What moved on one BOM, and how it stands now. totals: verdict → number of lines."""

    bom: str
    revision: str
    path: str
    true_on: date
    totals: Mapping[str, int]
    moves: tuple[Move, ...]

    @property
    def verdict(self) -> str:
        return worst(verdict for verdict, count in self.totals.items() if count)


@dataclass(frozen=True, slots=True)
class SupplierQuestions:
    """Deciding questions put to a supplier, who answers behind `path` without an account."""

    supplier: str
    organisation: str
    person: str
    reply_to: str
    note: str
    due: date
    questions: tuple[str, ...]
    path: str
    reminder: bool = False
    marking: str = ""

    @classmethod
    def example(cls) -> Self:
        return cls(
            supplier="Example Cells Inc.",
            organisation="Demo Program Office, Soldier Power",
            person="Dana Demo",
            reply_to="dana@example.mil",
            note="We need this before the award of the radio pack.",
            due=date(2026, 12, 15),
            questions=(
                "Who else holds Example Cells Inc.?",
                "In which country is Example Cells Inc.'s principal place of business?",
            ),
            path="/ask/example-key/",
        )


@dataclass(frozen=True, slots=True)
class Digest:
    """What moved since the last mail to this person, over all the BOMs they follow."""

    person: str
    organisation: str
    boms: tuple[BomMoves, ...]
    settings_path: str
    marking: str = ""

    @classmethod
    def example(cls) -> Self:
        return cls(
            person="Dana Demo",
            organisation="Demo Program Office, Soldier Power",
            boms=(
                BomMoves(
                    bom="Soldier radio power set (demo)",
                    revision="C",
                    path="/boms/12/",
                    true_on=date(2027, 11, 15),
                    totals={"prohibited": 1, "insufficient_information": 2, "not_applicable": 7},
                    moves=(
                        Move(
                            position="1.6",
                            part_number="DEMO-GT-24",
                            maker="Gotion High tech Company, Limited",
                            cite="FY2024 NDAA sec. 154",
                            was="prohibited",
                            now="permitted_by_waiver",
                            cause="Waiver W-2027-03 was recorded.",
                            path="/boms/12/lines/106/",
                        ),
                        Move(
                            position="1.1",
                            part_number="DEMO-2590-C",
                            maker="Contemporary Amperex Technology Company, Limited",
                            cite="FY2024 NDAA sec. 154",
                            was="insufficient_information",
                            now="prohibited",
                            cause="The maker was identified as an entity of sec. 154(b)(1).",
                            path="/boms/12/lines/101/",
                        ),
                    ),
                ),
            ),
            settings_path="/account/mail/",
        )

    @classmethod
    def example_ahead(cls) -> Self:
        """A warning of a coming day: was is today's verdict, now the coming one."""
        return cls(
            person="Dana Demo",
            organisation="Demo Program Office, Soldier Power",
            boms=(
                BomMoves(
                    bom="Soldier radio power set (demo)",
                    revision="C",
                    path="/boms/12/",
                    true_on=date(2027, 11, 15),
                    totals={"permitted_by_waiver": 1, "not_applicable": 7},
                    moves=(
                        Move(
                            position="1.6",
                            part_number="DEMO-GT-24",
                            maker="Gotion High tech Company, Limited",
                            cite="FY2024 NDAA sec. 154",
                            was="permitted_by_waiver",
                            now="prohibited",
                            cause="On 2028-02-13, in 90 days: (a) decides from that day.",
                            path="/boms/12/lines/106/",
                        ),
                    ),
                ),
            ),
            settings_path="/account/mail/",
        )


@dataclass(frozen=True, slots=True)
class ReportReady:
    """An audit report that a person or their schedule asked for. why: completes "You get this
    because".
    """

    person: str
    organisation: str
    bom: str
    revision: str
    path: str
    true_on: date
    known_on: date
    totals: Mapping[str, int]
    attention: int
    why: str
    settings_path: str
    marking: str = ""

    @property
    def verdict(self) -> str:
        return worst(verdict for verdict, count in self.totals.items() if count)

    @classmethod
    def example(cls) -> Self:
        return cls(
            person="Avery Demo",
            organisation="Demo Program Office, Soldier Power",
            bom="Soldier radio power set (demo)",
            revision="C",
            path="/boms/12/",
            true_on=date(2027, 11, 15),
            known_on=date(2026, 11, 22),
            totals={"prohibited": 1, "insufficient_information": 2, "not_applicable": 7},
            attention=3,
            why="you asked for this report every Monday.",
            settings_path="/account/mail/",
        )


@dataclass(frozen=True, slots=True)
class LineToRead:
    """A line that needs a person, or with position "" the contractor, who is then the maker.
    sentence: the plain sentence of its worst finding.
    """

    position: str
    part_number: str
    maker: str
    cite: str
    verdict: str
    sentence: str
    path: str


@dataclass(frozen=True, slots=True)
class FirstCheck:
    """A submitted file has been checked for the first time. problems: rows that are not lines.

    lines: those that need a person, worst first; questions: missing facts, most lines first.
    """

    person: str
    organisation: str
    bom: str
    revision: str
    path: str
    file_name: str
    sha256: str
    true_on: date
    totals: Mapping[str, int]
    lines: tuple[LineToRead, ...]
    questions: tuple[str, ...]
    problems: int
    settings_path: str
    marking: str = ""
    more: int = 0
    """Lines that need a person beside those in `lines`: of a very long bill not all are told."""
    reported: bool = True
    """Whether the audit report goes with it."""

    @property
    def verdict(self) -> str:
        return worst(verdict for verdict, count in self.totals.items() if count)

    @classmethod
    def example(cls) -> Self:
        return cls(
            person="Dana Demo",
            organisation="Demo Program Office, Soldier Power",
            bom="Soldier radio power set (demo)",
            revision="C",
            path="/boms/12/",
            file_name="soldier-radio-rev-C.xlsx",
            sha256="e04bb5fdf808ca5291318ca266682704e8da07f1728c08dbf3f360ae0f489b35",
            true_on=date(2027, 11, 15),
            totals={"prohibited": 1, "insufficient_information": 2, "not_applicable": 7},
            lines=(
                LineToRead(
                    position="1.1",
                    part_number="DEMO-2590-C",
                    maker="Contemporary Amperex Technology Company, Limited",
                    cite="FY2024 NDAA sec. 154",
                    verdict="prohibited",
                    sentence="The maker is named in sec. 154(b)(1).",
                    path="/boms/12/lines/101/",
                ),
                LineToRead(
                    position="1.3",
                    part_number="DEMO-CR-2477",
                    maker="",
                    cite="FY2024 NDAA sec. 154",
                    verdict="insufficient_information",
                    sentence="The maker is not told, so no list can be searched.",
                    path="/boms/12/lines/103/",
                ),
            ),
            questions=(
                "Who makes this part?",
                "Who provides its components, by count and by cost?",
            ),
            problems=1,
            settings_path="/account/mail/",
        )
