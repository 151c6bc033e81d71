"""Open points of the other statutes."""

from compliance.law.readings.register import Reading

SECTION_805 = (
    Reading(
        key="805-existing-contract",
        cite="(a)(3)(B)",
        question=(
            "Does the prohibition reach a renewal or extension of a contract made before it began?"
        ),
        alternatives={
            "reached": "yes, (a)(1) names renewing and extending",
            "protected": "no, (a)(3)(B) protects existing contracts, also when extended",
        },
        conservative="reached",
        mode="review",
        confidence="P",
    ),
)
SECTION_4872 = (
    Reading(
        key="4872-ndfeb",
        cite="DFARS 252.225-7052",
        question="Does the wording of 2027 reach back to mining for neodymium-iron-boron too?",
        alternatives={
            "mined": "yes, as for samarium-cobalt",
            "melted": "no, only where it is melted or produced",
        },
        conservative="mined",
        confidence="P",
    ),
)

READINGS: tuple[Reading, ...] = (*SECTION_805, *SECTION_4872)
