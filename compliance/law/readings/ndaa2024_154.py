"""Open points of FY2024 NDAA sec. 154."""

from compliance.law.readings.register import Reading

READINGS = (
    Reading(
        key="154-final-product",
        cite="(c)(1)",
        question="Is the final product the battery, or also the item that contains it?",
        alternatives={"either": "either of them", "battery": "the battery only"},
        conservative="either",
        confidence="P",
    ),
    Reading(
        key="154-majority-base",
        cite="(c)(2)",
        question="Is a majority of the components counted by number or by cost?",
        alternatives={"any": "either suffices", "count": "by number", "cost": "by cost"},
        conservative="any",
        confidence="P",
    ),
    Reading(
        key="154-such-entity",
        cite="(c)(2)",
        question="Are the components of several listed entities added together?",
        alternatives={"together": "yes", "each": "no, the text says such entity"},
        conservative="together",
        mode="review",
    ),
    Reading(
        key="154-affiliate",
        cite="(b)",
        question="Is an affiliate of a listed entity covered, which the list does not name?",
        alternatives={"covered": "yes", "not-covered": "no"},
        conservative="covered",
        mode="review",
    ),
    Reading(
        key="154-embedded",
        cite="(a)",
        question="Is buying an item that contains a battery procuring a battery?",
        alternatives={"procured": "yes", "not-procured": "no, the item is bought"},
        conservative="procured",
        mode="review",
    ),
)
