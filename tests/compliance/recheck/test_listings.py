"""A list moves: exactly the lines are asked whose parties stand otherwise on it, and the rest are
told by a certificate that they stand.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from compliance.models import Edition, IdentityDecision, Listing, Recheck, Work
from compliance.recheck import listings
from compliance.recheck.certificate import lines_of
from compliance.recheck.relay import changes_relay, hand_over
from compliance.services.judging import bom_judge
from compliance.services.lists import edition_take_effect
from procurement.models import Bom, Change, Party
from tests import factory
from tests.compliance.worlds import Office, clean_company, every_list, office
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]
OLD, NEW, LATER = date(2026, 6, 8), date(2026, 11, 20), date(2026, 11, 22)


@dataclass
class Street:
    """A resistor each from Volta, from its daughter, from one that Volta holds a little of and
    from somebody else; all judged, with 1260H as of OLD naming Gotion.
    """

    office: Office
    parties: dict[str, Party] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    bom: Bom = field(init=False)

    def follow(self) -> set[str]:
        """Relay what waits; whose lines were asked, before they are judged."""
        before = set(Recheck.objects.values_list("pk", flat=True))
        while changes_relay(now=NOW):
            pass
        asked = set(Work.objects.values_list("line_id", flat=True))
        told = {
            line
            for recheck in Recheck.objects.exclude(pk__in=before)
            for line in lines_of(recheck.lines)
        }
        assert asked - {None} == told
        hand_over(now=NOW, enqueue=self.office.queue)
        self.office.work()
        return {name for name, line in self.lines.items() if line in asked}

    def stage(self, day: date = NEW, *, entries: dict[str, str], **facts: Any) -> Edition:
        """entries: code → name."""
        edition = Edition.objects.create(key="1260H", edition=day, state="staged", **facts)
        for code, name in entries.items():
            Listing.objects.create(edition=edition, code=code, name=name)
        return edition

    def release(self, day: date = NEW, *, entries: dict[str, str], **facts: Any) -> set[str]:
        edition_take_effect(self.stage(day, entries=entries, **facts), by=None)
        return self.follow()


@pytest.fixture
def street() -> Street:
    every_list()
    old = Edition.objects.get(key="1260H")
    Listing.objects.create(edition=old, code="gotion", name="Gotion High tech Co Ltd")
    made = Street(office())
    for name in ("Volta Power", "Daughter", "Somewhat", "Elsewhere"):
        made.parties[name] = clean_company(name)
    factory.stake(made.parties["Volta Power"], made.parties["Daughter"], 60)
    factory.stake(made.parties["Volta Power"], made.parties["Somewhat"], 10)
    parts = [
        factory.part(
            f"R-{name}", organisation=made.office.organisation, maker=party, category="resistor"
        )
        for name, party in made.parties.items()
    ]
    made.bom = made.office.bom(*parts)
    made.lines = {
        name: made.bom.lines.get(part=part).pk
        for name, part in zip(made.parties, parts, strict=True)
    }
    made.office.judge(made.bom)
    made.office.relay()
    return made


SAME = {"gotion": "Gotion High tech Co Ltd"}
EVERYONE = {"Volta Power", "Daughter", "Somewhat", "Elsewhere"}
VOLTA = {"Volta Power", "Daughter", "Somewhat"}


def test_an_edition_that_says_the_same_asks_nothing_and_says_that_all_stands(
    street: Street,
) -> None:
    assert street.release(entries=SAME) == set()
    recheck = Recheck.objects.get(cause__contains="1260H, edition of 2026-11-20")
    assert recheck.certificate is not None
    assert recheck.certificate["touched"] == ""
    assert recheck.certificate["lists"]["1260H"]["edition"] == str(NEW)


def test_an_edition_that_names_one_more_asks_for_those_who_lean_on_that_one(
    street: Street,
) -> None:
    assert street.release(entries=SAME | {"volta": "Volta Power Co., Ltd."}) == VOLTA


def test_an_edition_that_drops_a_name_asks_for_those_who_lean_on_it(street: Street) -> None:
    street.release(entries=SAME | {"volta": "Volta Power Co., Ltd."})
    assert street.release(LATER, entries=SAME) == VOLTA


def test_another_name_for_one_who_is_decided_to_be_on_it_is_told(street: Street) -> None:
    IdentityDecision.objects.create(
        party=street.parties["Elsewhere"], list_key="1260H", code="gotion", same=True
    )
    assert street.follow() == {"Elsewhere"}
    assert street.release(entries={"gotion": "Guoxuan High-Tech"}) == {"Elsewhere"}
    assert street.release(LATER, entries={"gotion": "Guoxuan High-Tech"}) == set()


def _asked_about(street: Street, party: str) -> bool:
    """Must a person decide whether 1260H names this party?"""
    (judged,) = bom_judge(street.bom, [street.lines[party]])
    return any(
        f"identity.1260H/{entry.name}" in proved.body
        for _, proved in judged.findings
        for entry in Listing.objects.filter(edition__key="1260H")
    )


def test_whom_a_list_called_otherwise_before_it_still_could_mean(street: Street) -> None:
    street.release(entries=SAME | {"volta": "Volta Power Co., Ltd."})
    assert _asked_about(street, "Volta Power")
    street.release(LATER, entries=SAME | {"volta": "Lightning Holdings"})
    assert _asked_about(street, "Volta Power")


def test_one_entry_under_two_names_could_mean_either_and_one_name_gone_asks_whom_it_meant(
    street: Street,
) -> None:
    edition = street.stage(entries=SAME | {"both": "Elsewhere"})
    Listing.objects.create(edition=edition, code="both", name="Volta Power")
    edition_take_effect(edition, by=None)
    assert street.follow() == EVERYONE
    edition.listings.get(name="Volta Power").delete()
    assert street.follow() == EVERYONE


def test_a_number_that_the_list_gives_decides(street: Street) -> None:
    factory.identifier(street.parties["Elsewhere"], "LEI", "5493001KJTIIGC8Y1R12")
    street.follow()
    edition = street.stage(entries=SAME | {"x": "Unlike Any Name"})
    edition.listings.filter(code="x").update(identifiers={"LEI": "5493001KJTIIGC8Y1R12"})
    edition_take_effect(edition, by=None)
    assert street.follow() == {"Elsewhere"}


@pytest.mark.parametrize(
    "facts",
    [{"covers": "battery"}, {"confidence": "S"}, {"read_by": date(2026, 11, 1)}],
    ids=["covers less", "is less sure", "is to be read again by now"],
)
def test_an_edition_that_says_something_else_of_everybody_asks_for_every_line(
    street: Street, facts: dict[str, Any]
) -> None:
    assert street.release(entries=SAME, **facts) == EVERYONE


def test_a_day_still_to_come_on_which_it_is_to_be_read_again_asks_nothing(street: Street) -> None:
    assert street.release(entries=SAME, read_by=date(2099, 1, 1)) == set()


def test_the_first_edition_of_a_list_and_the_end_of_the_last_ask_for_every_line(
    street: Street,
) -> None:
    factory.edition("BIS-EL", OLD)
    assert street.follow() == EVERYONE
    Edition.objects.get(key="BIS-EL").delete()
    assert street.follow() == EVERYONE


@pytest.mark.parametrize("rule", ["any subsidiary", "any successor"])
def test_words_that_bring_in_others_ask_for_every_line(street: Street, rule: str) -> None:
    Listing.objects.filter(code="gotion").update(rule=rule)
    assert street.follow() == EVERYONE


def test_what_is_staged_asks_nothing_and_leaves_no_certificate(street: Street) -> None:
    before = Recheck.objects.count()
    street.stage(entries={"volta": "Volta Power Co., Ltd."})
    assert street.follow() == set()
    assert Recheck.objects.count() == before


@pytest.mark.parametrize(
    ("moved", "asked"),
    [
        (lambda row: row.update(name="Volta Power"), VOLTA),
        (lambda row: row.update(true_to=OLD), set()),
        (lambda row: row.update(url="https://example.gov/list"), set()),
        (lambda row: row.delete(), set()),
    ],
    ids=["is called otherwise", "ends", "is found elsewhere", "is gone"],
)
def test_an_entry_of_a_released_edition_moves(
    street: Street, moved: Callable[[Any], object], asked: set[str]
) -> None:
    moved(Listing.objects.filter(code="gotion"))
    assert street.follow() == asked


def test_an_entry_dated_otherwise_asks_for_whoever_it_could_mean(street: Street) -> None:
    street.release(entries=SAME | {"volta": "Volta Power Co., Ltd."})
    Listing.objects.filter(code="volta").update(true_from=date(2027, 1, 1))
    assert street.follow() == VOLTA


def test_who_was_stored_first_on_a_list_moves_nothing(street: Street) -> None:
    both = {"volta-a": "Volta Power Co., Ltd.", "volta-b": "Volta Power Systems"}
    assert street.release(entries=both) == VOLTA
    assert street.release(LATER, entries=dict(reversed(both.items()))) == set()


def test_the_lines_of_a_sister_of_one_that_is_named_are_asked_too(street: Street) -> None:
    mother = clean_company("Mother")
    for name in ("Somewhat", "Elsewhere"):
        factory.stake(mother, street.parties[name], 80)
    street.follow()
    assert street.release(entries=SAME | {"x": "Elsewhere"}) == {"Elsewhere", "Somewhat"}


def test_what_was_judged_while_a_list_moved_forth_and_back_is_asked_again(
    street: Street,
) -> None:
    edition = street.stage(entries=SAME | {"volta": "Volta Power Co., Ltd."})
    street.follow()
    edition_take_effect(edition, by=None)
    line = street.lines["Volta Power"]
    Work.objects.create(line_id=line, bom=street.bom, asked_at=NOW)
    street.office.queue.sent.append(("bulk", list(Work.objects.values_list("pk", flat=True))))
    street.office.work()  # judged by the edition that is about to be taken back
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.STAGED)
    Change.objects.filter(relayed_at=None).update(transaction=F("id"))
    assert "Volta Power" in street.follow()
    (judged,) = bom_judge(street.bom, [line])
    stands = {each.rule: each.proof_digest for each in street.bom.verdicts.filter(line=line)}
    assert stands == {finding.rule: proved.digest for finding, proved in judged.findings}


def test_a_counterparty_is_asked_where_the_list_names_its_owner(street: Street) -> None:
    street.office.procurement.counterparty = street.parties["Daughter"]
    street.office.procurement.save()
    street.follow()
    edition_take_effect(street.stage(entries=SAME | {"x": "Elsewhere"}), by=None)
    while changes_relay(now=NOW):
        pass
    assert not Work.objects.filter(line=None).exists()
    edition_take_effect(street.stage(LATER, entries=SAME | {"x": "Volta Power"}), by=None)
    while changes_relay(now=NOW):
        pass
    assert Work.objects.filter(line=None, bom=street.bom).exists()


def test_lists_that_move_while_they_are_looked_at_are_looked_at_anew(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    street.stage(entries=SAME | {"volta": "Volta Power Co., Ltd."})
    street.follow()
    Listing.objects.filter(code="gotion", edition__edition=OLD).update(url="https://a.example")
    monkeypatch.setattr(
        "compliance.recheck.relay.lists_moved",
        moving(listings.lists_moved, lambda: Edition.objects.update(state="released")),
    )
    assert street.follow() == VOLTA


def moving(look: Callable[..., Any], then: Callable[[], object]) -> Callable[..., Any]:
    """Looks, and only then, the first time, somebody moves the lists."""
    waiting = [then]

    def looked(*args: Any, **options: Any) -> Any:
        found = look(*args, **options)
        if waiting:
            with transaction.atomic():
                waiting.pop()()
        return found

    return looked
