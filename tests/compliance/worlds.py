"""A small world in the database: a soldier radio's pack, its makers, and section 154 as a list."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from compliance.models import IdentityDecision, Listing, Work
from compliance.recheck.relay import changes_relay, hand_over
from compliance.services.judging import Settled, work_judge
from compliance.services.submission import bom_judge_request
from procurement.models import Bom, Organisation, Part, Party, Procurement, User
from tests import factory
from tests.factory import NOW

CLEAN_COMPONENTS = (
    ("cathode", "cathode_material", "40"),
    ("anode", "anode_material", "20"),
    ("separator", "separator", "20"),
    ("electrolyte", "electrolyte", "20"),
)


@dataclass
class Queue:
    """What would have been sent to the broker."""

    sent: list[tuple[str, list[int]]] = field(default_factory=list)
    away: bool = False

    def __call__(self, queue: str, work: list[int]) -> bool:
        if not self.away:
            self.sent.append((queue, work))
        return not self.away


@dataclass
class Office:
    """An organisation with an officer, a procurement for an award on 1 June 2028, and suppliers."""

    organisation: Organisation
    officer: User
    procurement: Procurement
    acme: Party
    cellco: Party
    catl: Party
    queue: Queue = field(default_factory=Queue)

    def pack(
        self,
        number: str = "PACK-1",
        *,
        cells_by: Party | None = None,
        supplier: Party | None = None,
    ) -> Part:
        """A clean pack; its components come from Cellco unless a supplier is named."""
        supplier = supplier or self.cellco
        part = factory.part(
            number,
            organisation=self.organisation,
            maker=self.acme,
            category="battery_pack",
            chemistry="nmc",
            assembler=self.acme,
            assembled_in="US",
            cells_by=cells_by or self.cellco,
            complete=True,
            licences_complete=True,
            cots=False,
            attributes={"cells_in": "US"},
        )
        for name, category, cost in CLEAN_COMPONENTS:
            component = factory.component(
                part,
                name,
                category,
                source=supplier,
                cost=cost,
                cost_basis="purchase price",
                recycled=False,
                steps_told=True,
            )
            factory.step(component, party=supplier, country="US")
        return part

    def bom(self, *parts: Part, **fields: Any) -> Bom:
        fields.setdefault("submitted_by", self.officer)
        return factory.bom(self.procurement, parts, **fields)

    def judge(self, bom: Bom, now: datetime = NOW) -> Settled:
        """Submit and judge, as a worker would."""
        bom_judge_request(bom=bom, cause="submitted", now=now, enqueue=self.queue)
        hand_over(now=now, enqueue=self.queue, bom=bom.pk)
        return self.work(now)

    def relay(self, now: datetime = NOW) -> Settled:
        """Follow every change that waits, and judge what it touched."""
        while changes_relay(now=now):
            hand_over(now=now, enqueue=self.queue)
        return self.work(now)

    def work(self, now: datetime = NOW) -> Settled:
        total = Settled()
        while self.queue.sent:
            _, work = self.queue.sent.pop(0)
            total += work_judge(work_ids=work, now=now)
        return total


def office(name: str = "") -> Office:
    organisation = factory.organisation(name)
    procurement = factory.procurement(
        organisation,
        agency="DOD",
        program="acquisition",
        reached_milestone_b=False,
        weapons_systems=1,
        portfolio_executives=1,
        award=date(2028, 6, 1),
        obligation=date(2028, 6, 1),
        payments=["2028-09-01"],
        delivery=date(2028, 12, 1),
        device="other",
        setting="combat",
        maintenance="no",
        rdte=False,
        item="end_item",
    )
    return Office(
        organisation,
        factory.user(organisation),
        procurement,
        clean_company("Acme Power", organisation),
        clean_company("Cellco", organisation),
        factory.party("CATL", kind="company", incorporated="CN", business="CN"),
    )


def clean_company(name: str, organisation: Organisation | None = None) -> Party:
    """A US company that one private US person holds whole, and says so."""
    company = factory.party(
        name,
        organisation=organisation,
        kind="company",
        incorporated="US",
        business="US",
        government_of="",
    )
    person = factory.party(
        f"Owner of {name}",
        organisation=organisation,
        kind="person",
        us_person=True,
        government_of="",
        incorporated="US",
        business="US",
    )
    for metric in ("equity", "votes", "board"):
        factory.stake(person, company, 100, metric=metric)
    return company


def every_list() -> None:
    """Each list that standing asks about, released; section 154 names CATL."""
    for key in ("1260H", "889", "5949", "UFLPA", "SDN", "FTO", "DOE-DETERMINED", "AG-ALLEGED"):
        factory.edition(key, date(2026, 6, 8))
    section_154 = factory.edition("154", date(2023, 12, 22))
    Listing.objects.create(
        edition=section_154,
        code="catl",
        name="Contemporary Amperex Technology Company, Limited",
        true_from=date(2023, 12, 22),
    )


def same(party: Party, list_key: str, code: str) -> IdentityDecision:
    return IdentityDecision.objects.create(
        party=party, list_key=list_key, code=code, same=True, reason="registry number agrees"
    )


def waiting() -> int:
    return Work.objects.count()
