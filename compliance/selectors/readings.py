"""How an organisation reads the open points of the law: what stands, and how it came to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from compliance.law.readings import READINGS, Reading
from compliance.law.readings.register import CONSERVATIVE, REVIEW
from compliance.law.rule import Rule
from compliance.law.rules import RULES
from compliance.models import ReadingChoice
from procurement.models import Organisation, Past, User
from procurement.selectors import history_of

MODES = {
    CONSERVATIVE: "apply the conservative reading, and flag where another would change the answer",
    REVIEW: "ask for review wherever the readings differ",
}
"""What may be chosen beside an alternative."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What stood from `since` until `until` (None: still). alternative "": the default, because a
    choice was taken back.
    """

    alternative: str
    words: str
    since: datetime
    until: datetime | None
    by: User | None
    reason: str


def options_of(reading: Reading) -> list[tuple[str, str]]:
    """Everything that counsel may choose: alternatives, then modes."""
    return [*reading.alternatives.items(), *MODES.items()]


def words_of(reading: Reading, alternative: str) -> str:
    """What a choice means, in words."""
    return dict(options_of(reading)).get(alternative, f"the default: {MODES[reading.mode]}")


def rules_of(reading: Reading) -> list[Rule]:
    """The rules whose text the point is in. Who is of concern is asked by many: their keys begin
    with "feoc", and 10 U.S.C. 4865 rests on them.
    """
    if reading.key.startswith("feoc-"):
        return [rule for rule in RULES if rule.id == "10-usc-4865"]
    return [rule for rule in RULES if reading.key in rule.readings]


def register(organisation: Organisation) -> list[tuple[Reading, list[Rule], ReadingChoice | None]]:
    """Every open point, the rules it is in, and what the organisation chose."""
    rows = ReadingChoice.objects.filter(organisation=organisation).select_related("chosen_by")
    chosen = {row.key: row for row in rows}
    return [(each, rules_of(each), chosen.get(each.key)) for each in READINGS]


def choice_history(organisation: Organisation, reading: Reading) -> Sequence[Chosen]:
    """Every choice there ever was, latest first, those taken back too."""
    stands = ReadingChoice.objects.filter(organisation=organisation, key=reading.key)
    past = Past.objects.filter(
        table_name=ReadingChoice._meta.db_table,
        organisation_id=organisation.pk,
        values__key=reading.key,
    )
    rows = {*stands.values_list("pk", flat=True), *past.values_list("row", flat=True)}
    found: list[Chosen] = []
    for row in rows:
        for known in history_of(ReadingChoice, row):
            alternative = known.values["alternative"]
            found.append(
                Chosen(
                    alternative,
                    words_of(reading, alternative),
                    known.known_from,
                    known.known_to,
                    known.actor,
                    known.values["reason"],
                )
            )
            if known.withdrawn and known.known_to is not None:
                found.append(
                    Chosen(
                        "", words_of(reading, ""), known.known_to, None, known.ended_by,
                        known.ended_why,
                    )
                )  # fmt: skip
    return sorted(found, key=lambda each: each.since, reverse=True)
