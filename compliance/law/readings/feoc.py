"""Open points of who is a foreign entity of concern, 42 U.S.C. 18741(a)(5) (law.md 3.2 to 3.4)."""

from compliance.law.readings.register import Reading

READINGS = (
    Reading(
        key="feoc-hong-kong-macau",
        cite="10 U.S.C. 4872(f)(2)",
        question="Are Hong Kong and Macau part of the covered nation?",
        alternatives={"covered": "yes, with the People's Republic of China", "not-covered": "no"},
        conservative="covered",
    ),
    Reading(
        key="feoc-tier-metric",
        cite="89 FR 37079",
        question="May the kind of share change from tier to tier (votes above, equity below)?",
        alternatives={
            "per-metric": "no, each kind is followed on its own",
            "largest": "yes, the largest share of any kind counts at each link",
        },
        conservative="per-metric",
        confidence="M",
    ),
    Reading(
        key="feoc-nations-summed",
        cite="42 U.S.C. 18741(a)(5)(C)",
        question="Are the holdings of different covered nations added together?",
        alternatives={"together": "yes", "each": "no, each government on its own"},
        conservative="together",
    ),
    Reading(
        key="feoc-licensor",
        cite="89 FR 37079",
        question="Whose contract gives effective control: any foreign entity of concern's?",
        alternatives={
            "any": "yes, any foreign entity of concern's",
            "government": "only a covered government's",
        },
        conservative="any",
        confidence="M",
    ),
)
