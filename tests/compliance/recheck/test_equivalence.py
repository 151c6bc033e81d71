"""Incremental ≡ full: after random changes by every road, what stands is what judging anew gives.

Compared byte for byte (a proof's digest covers dossier and finding), line by line and rule by rule;
and every line whose answer or proof moved is named by a certificate as one that could.
"""

import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from compliance import listed
from compliance.models import Determination, Listing, Provenance, Recheck, Verdict, Work
from compliance.recheck import calendar
from compliance.recheck.certificate import lines_of
from compliance.recheck.relay import hand_over
from compliance.services import judging
from tests import factory
from tests.compliance.recheck.roads import LISTED, NAMES, Town, change
from tests.compliance.worlds import Office, clean_company, office

SEQUENCES_A_WORLD = 20
SHORT, LONG = 2, 502
"""Worlds in a normal run; and beyond, in a full one: 500 of them are 10,000 sequences."""
Stands = dict[tuple[int, int | None, str], tuple[str, str, str]]


def town(rnd: random.Random, folder: Path) -> Town:
    """An office or two, with a pack each, that share some parties and the lists."""
    offices = [office() for _ in range(rnd.choice([1, 1, 2]))]
    editions = {
        key: factory.edition(key, date(2026, 1, 6), read_by=rnd.choice([None, date(2026, 12, 1)]))
        for key in ("1260H", "154", "889", "5949", "UFLPA", "SDN", "FTO")
        if rnd.random() < 0.9
    }
    for key, code, name in LISTED:
        if key in editions:
            Listing.objects.create(edition=editions[key], code=code, name=name)
    shared = [clean_company(name) for name in rnd.sample(NAMES, 2)]
    province = factory.party("Fujian fund", kind="government", government_of="CN")
    factory.stake(province, shared[0], rnd.choice([10, 24]))
    boms = []
    for each in offices:
        maker = rnd.choice([each.cellco, *shared])
        pack = each.pack(cells_by=maker)
        site = factory.site(shared[1], "US")
        factory.step(pack.components.get(name="anode"), site=site)
        other = factory.part(organisation=each.organisation, maker=shared[0], category="resistor")
        bom = each.bom(pack, other) if each is offices[0] else each.bom(pack)
        if each is offices[0]:
            cell = factory.part(organisation=each.organisation, maker=maker, category="cell")
            factory.line(bom, cell, parent=bom.lines.get(part=pack))
        if rnd.random() < 0.5:
            each.procurement.counterparty = rnd.choice(shared)
            each.procurement.save()
        boms.append(bom)
    return Town(offices, boms, factory.curator(), folder)


class Run:
    """One world and its clock, which the database's is made to show."""

    def __init__(self, rnd: random.Random, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        listed._lists_at.cache_clear()  # ids of changes come again in every test's transaction
        self.rnd, self.ahead = rnd, timedelta()
        monkeypatch.setattr(judging, "database_now", lambda: self.now())
        self.really = _really_now
        self.town = town(rnd, folder)
        for each, bom in zip(self.town.offices, self.town.boms, strict=True):
            each.judge(bom, now=self.now())
        self.follow()

    def now(self) -> datetime:
        return self.really() + self.ahead

    def follow(self) -> None:
        for each in self.town.offices:
            each.relay(self.now())
        assert not Work.objects.exists()

    def days_pass(self) -> None:
        """Some days later: each midnight that nobody slept through, the calendar is asked."""
        self.ahead += timedelta(days=self.rnd.choice([1, 3, 10, 40]))
        self.town.told.append(f"it is {self.now().date()}")
        calendar.calendar_check(now=self.now())
        first: Office = self.town.offices[0]
        hand_over(now=self.now(), enqueue=first.queue)
        first.work(self.now())

    def stands(self) -> Stands:
        rows = Verdict.objects.filter(bom__in=self.town.boms)
        return {
            (row.bom_id, row.line_id, row.rule): (row.verdict, row.would_be, row.proof_digest)
            for row in rows
        }

    def anew(self) -> Stands:
        """What judging everything anew gives, with nothing stored."""
        return {
            (bom.pk, judged.line.pk if judged.line else None, finding.rule): (
                finding.verdict.value,
                finding.would_be.value if finding.would_be else "",
                proved.digest,
            )
            for bom in self.town.boms
            for judged in judging.bom_judge(bom, [None, *bom.lines.values_list("pk", flat=True)])
            for finding, proved in judged.findings
        }

    def differ(self, key: tuple[int, int | None, str]) -> str:
        """Where the proof that stands parts from the one derived anew: for reading a failure."""
        bom = next(each for each in self.town.boms if each.pk == key[0])
        stood = Verdict.objects.filter(bom=bom, line=key[1], rule=key[2]).first()
        anew = [
            proved.body
            for judged in judging.bom_judge(bom, [None, *bom.lines.values_list("pk", flat=True)])
            if (judged.line.pk if judged.line else None) == key[1]
            for finding, proved in judged.findings
            if finding.rule == key[2]
        ]
        old, new = (stood.determination.proof.body if stood else ""), "".join(anew)
        at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
        here = slice(max(0, at - 300), at + 300)
        return f"{key}\nstands: {old[here]}\nanew:   {new[here]}"

    def sequence(self) -> None:
        before = self.stands()
        seen = set(Recheck.objects.values_list("pk", flat=True))
        for _ in range(self.rnd.randrange(1, 5)):
            change(self.rnd, self.town)
            if self.rnd.random() < 0.3:
                self.follow()
            if self.rnd.random() < 0.1:
                self.days_pass()
        self.follow()
        stands, anew = self.stands(), self.anew()
        told = "\n".join(self.town.told)
        wrong = {key for key in stands | anew if stands.get(key) != anew.get(key)}
        assert not wrong, f"after\n{told}\n{self.differ(min(wrong, key=str))}"
        touched: set[int | None] = set()
        for recheck in Recheck.objects.exclude(pk__in=seen):
            assert recheck.certificate is not None, f"{recheck} is not certified"
            touched |= lines_of(recheck.certificate["touched"])
        moved = {line for bom, line, rule in stands if line is not None
                 if stands[bom, line, rule] != before.get((bom, line, rule))}  # fmt: skip
        assert moved <= touched, f"{moved - touched} moved but no certificate names them\n{told}"

    def points_true(self) -> None:
        """What an answer points to is there and its own, though no constraint says so (0030)."""
        whose = {bom.pk: bom.organisation_id for bom in self.town.boms}
        stands = list(Verdict.objects.filter(bom__in=self.town.boms))
        made = Determination.objects.in_bulk([each.determination_id for each in stands])
        for each in stands:
            answer = made[each.determination_id]
            assert (answer.organisation_id, answer.bom_id, answer.line_id, answer.rule) == (
                *(whose[each.bom_id], each.bom_id, each.line_id, each.rule),
            )
            assert answer.proof_id == each.proof_digest
        traced = {answer.provenance_id for answer in made.values()}
        assert Provenance.objects.in_bulk(list(traced)).keys() == traced


_really_now = judging.database_now


def _world(number: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(random.Random(number), folder, monkeypatch)
    for _ in range(SEQUENCES_A_WORLD):
        run.sequence()
    run.points_true()


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("number", range(SHORT))
def test_what_stands_is_what_judging_everything_anew_gives(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _world(number, tmp_path, monkeypatch)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("number", range(SHORT, LONG))
def test_so_it_is_over_ten_thousand_sequences(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _world(number, tmp_path, monkeypatch)
