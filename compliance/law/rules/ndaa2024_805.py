"""FY2024 NDAA sec. 805: no contracts with Chinese military companies, and no goods that include
theirs.

(a)(1)(A) bars entering, renewing or extending a contract with an entity on the section 1260H list,
or one under its control. (a)(1)(B) bars contracts for goods that include goods such an entity made
or developed; components (41 U.S.C. 105) are outside it. (a)(3)(B) leaves existing contracts alone,
in tension with "renew, or extend". Control is a finding under 31 CFR 800.208: no percentage
decides.

The exceptions and definitions at the section's end were not readable.
"""

from datetime import date

from compliance.law.answers import Answer
from compliance.law.rule import Case, Rest, Told

NO, YES = Answer.NO, Answer.YES

LIST = "1260H"
ENACTED = "Pub. L. 118-31, sec. 805, 22 December 2023"
HREF = "https://www.congress.gov/118/plaws/publ31/PLAW-118publ31.pdf"
CONNECTIONS = (
    "(a)(3)(A)",
    "services that connect to the facilities of a third party (backhaul, roaming, interconnection) "
    "are not barred: no line of a bill of materials is such a service",
)
WAIVER = (
    "(c), waiver",
    "the Secretary may waive, on conditions that were not readable: no waiver is counted, so that "
    "a purchase is judged too strictly, never too mildly",
)
CONTROL = (
    "control is a finding of fact under 31 CFR 800.208, which we know from memory: no percentage "
    "makes it"
)
CUT_OFF = "a contract is an existing one if it was made before the prohibition began"
WAIVERS = "The Secretary of Defense; the conditions of (c) were not readable"


def existing(case: Case, began: date) -> Told:
    """Was the contract made before the prohibition began, and is this its renewal or extension?"""
    facts = case.dossier.procurement
    signed = facts.contract_signed
    if signed is None and facts.renewal == case.on:
        signed = facts.award
    if signed is None or signed >= began or case.on < began:
        return Told(NO)
    protected = case.reading("805-existing-contract") == "protected"
    detail = (("signed", signed.isoformat()),)
    answer = YES if protected else NO
    return Told(answer, detail, (Rest("procurement.contract_signed", answer),))
