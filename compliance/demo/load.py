"""Puts the demo into an empty installation, once, by the services that people use.

Shared facts about real makers come from published sources, named row by row. Everything that a
supplier or a programme office would tell is made up and says DEMO; it belongs to the demo's
organisation and is seen by nobody else.
"""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from compliance.demo.data import bom, document, table
from compliance.demo.lists import demo_editions
from compliance.demo.people import OFFICE, People, people_create, sign_ins_write
from compliance.models import Edition, IdentityDecision, Verdict
from compliance.recheck.relay import Enqueue
from compliance.screening.screen import Entry, screen
from compliance.services.lists import lists_load
from compliance.services.submission import bom_judge_request
from procurement.models import Bom, Change, Disclosure, Organisation, Part, Party, Procurement
from procurement.services.evidence import evidence_attach
from procurement.services.facts import fact_create
from procurement.services.parties import party_create
from procurement.services.parts import composition_replace, licence_create, part_create
from procurement.services.procurements import ground_create, procurement_create, waiver_create
from procurement.services.stakes import disclosure_create, stake_create
from procurement.services.submission import bom_submit, upload_receive

WHY = "Loaded with the demo"
WHOLE = "100"
STATED = date(2026, 10, 1)
"""The day of the demo's ownership statements."""
ALL_FROM = "*"
NOT_TOLD = "?"
NO_ELECTRONICS = {
    "material": "none",
    "telecom": "no",
    "covered_pcb": "no",
    "semiconductors": "none",
}
"""What the demo's suppliers say of their products, so that the rules on boards, chips and magnets
are settled and the battery rules can be seen. Of the radio and the camera nobody has asked yet.
"""


def demo_load(*, now: datetime, enqueue: Enqueue, sign_ins: Path) -> People | None:
    """Load the demo and ask for its BOMs to be judged. None where it is there already.

    sign_ins: the file that the generated passwords are written to, readable by its owner only.
    """
    with transaction.atomic():
        if Organisation.objects.filter(name=OFFICE).exists():
            return None
        people = people_create()
        lists_load()
        lists_load(demo_editions())
        loading = _Loading(people)
        loading.shared_facts()
        loading.supplier_facts()
        loading.decisions()
        loading.parts()
        loading.licences()
        boms = loading.purchases(now)
        sign_ins_write(sign_ins, people.sign_ins)
        if not Verdict.objects.exists():
            # Nothing has been judged yet, so no verdict can lean on what has just changed.
            Change.objects.filter(relayed_at=None).update(relayed_at=now)
        for each in boms:
            bom_judge_request(bom=each, cause="first check", now=now, enqueue=enqueue)
    return people


class _Loading:
    def __init__(self, people: People) -> None:
        self.people = people
        self.office = people.office
        self.parties: dict[str, Party] = {}
        self.parts_by_number: dict[str, Part] = {}

    def shared_facts(self) -> None:
        """Makers and who holds them, as published."""
        for row in table("parties.csv"):
            self.parties[row["code"]] = party_create(
                organisation=None,
                by=None,
                why=WHY,
                name=row["name"],
                name_local=row["name_local"],
                aliases=[alias for alias in row["aliases"].split("; ") if alias],
                kind=row["kind"],
                incorporated=row["incorporated"] or None,
                business=row["business"] or None,
                source=row["source"],
            )
        for row in table("stakes.csv"):
            stake_create(
                organisation=None,
                by=None,
                why=WHY,
                holder=self.parties[row["holder"]],
                held=self.parties[row["held"]],
                metric=row["metric"],
                low=Decimal(row["low"]),
                high=Decimal(row["high"]),
                true_from=_day(row["true_from"]),
                true_to=_day(row["true_to"]),
                source=row["source"],
            )

    def supplier_facts(self) -> None:
        """What suppliers told the demo's office: who they are, who holds them."""
        told = document("suppliers.toml")
        statements: dict[str, str] = dict(told["statements"])
        for row in told["supplier"]:
            self.parties[row["code"]] = party_create(
                organisation=self.office,
                by=self.people.officer,
                why=WHY,
                name=row["name"],
                kind=Party.Kind.COMPANY,
                incorporated=row["incorporated"],
                business=row["incorporated"],
                source="DEMO: made up",
            )
            if row.get("statement", True):
                statements[row["code"]] = WHOLE
        for row in told["stake"]:
            stake_create(
                organisation=self.office,
                by=self.people.officer,
                why=WHY,
                holder=self.parties[row["holder"]],
                held=self.parties[row["held"]],
                low=Decimal(row["percent"]),
                source="DEMO: made up",
            )
        self._statements(statements)

    def _statements(self, statements: dict[str, str]) -> None:
        made = [
            disclosure_create(
                organisation=self.office,
                by=self.people.officer,
                why=WHY,
                party=self.parties[code],
                complete_to=Decimal(percent),
                source="DEMO: made up, and never stated by this company",
            )
            for code, percent in statements.items()
        ]
        lines = [
            f"{each.party.name}: holders disclosed up to {each.complete_to.normalize():f} percent."
            for each in made
        ]
        text = "\n".join(["DEMO. Made up for a demonstration; stated by nobody.", "", *lines, ""])
        evidence_attach(
            organisation=self.office,
            by=self.people.officer,
            why=WHY,
            title="DEMO: ownership statements of suppliers",
            kind="ownership statement",
            content=text.encode(),
            filename="demo-ownership-statements.txt",
            issued=STATED,
            backs=[(Disclosure._meta.db_table, each.pk, "") for each in made],
        )

    def decisions(self) -> None:
        """Who is whom on the lists, about each entry as the newest edition has it."""
        for row in document("suppliers.toml")["decision"]:
            party = self.parties[row["party"]]
            about = self.parties[row.get("about", row["party"])]
            for key in row["lists"]:
                fact_create(
                    IdentityDecision,
                    organisation=None,
                    by=None,
                    why=WHY,
                    party=party,
                    list_key=key,
                    code=_entry(key, about),
                    same=row["same"],
                    reason=row["reason"],
                    decided_by=self.people.counsel,
                    confirmed_by=self.people.second,
                )

    def parts(self) -> None:
        recipes: dict[str, dict[str, dict[str, str]]] = {}
        for row in table("recipes.csv"):
            recipes.setdefault(row["recipe"], {})[row["category"]] = row
        swaps: dict[str, list[dict[str, str]]] = {}
        for row in table("swaps.csv"):
            swaps.setdefault(row["part"], []).append(row)
        for row in table("parts.csv"):
            told = {"yes": True, "no": False, "": None}
            part = part_create(
                organisation=self.office,
                by=self.people.officer,
                why=WHY,
                number=row["number"],
                name=row["name"],
                maker=self.parties[row["maker"]],
                category=row["category"],
                chemistry=row["chemistry"] or None,
                assembler=self.parties.get(row["assembler"]),
                assembled_in=row["assembled_in"] or None,
                cells_by=self.parties.get(row["cells_by"]),
                attributes=_statement(row, recipes[row["recipe"]]) if row["recipe"] else {},
                cots=told[row["cots"]],
                licences_complete=told[row["licences_told"]],
                successor_checked=True if row["recipe"] else None,
            )
            self.parts_by_number[part.number] = part
            if row["recipe"]:
                composition_replace(
                    part=part,
                    components=self._composition(recipes[row["recipe"]], swaps.get(part.number)),
                    complete=True,
                    by=self.people.officer,
                    why=WHY,
                )

    def _composition(
        self, recipe: dict[str, dict[str, str]], swaps: list[dict[str, str]] | None
    ) -> list[dict[str, Any]]:
        """A recipe's components, with a part's swaps in place."""
        mixed = {category: dict(row) for category, row in recipe.items()}
        for swap in swaps or ():
            for category in mixed if swap["category"] == ALL_FROM else [swap["category"]]:
                changed = {k: v for k, v in swap.items() if v and k not in ("part", "category")}
                mixed[category].update(changed)
        return [self._component(category, row) for category, row in mixed.items()]

    def _component(self, category: str, row: dict[str, str]) -> dict[str, Any]:
        known = row["source"] != NOT_TOLD
        source = self.parties[row["source"]] if known else None
        steps = [{"kind": "manufacture", "party": source, "country": row["country"]}]
        return {
            "name": row["name"],
            "category": category,
            "cost": Decimal(row["cost"]),
            "currency": "USD",
            "cost_basis": "unit_price",
            "source": source,
            "recycled": False,
            "steps": steps if known else None,
        }

    def licences(self) -> None:
        for row in document("purchases.toml")["licence"]:
            licence_create(
                organisation=self.office,
                by=self.people.officer,
                why=WHY,
                licensor=self.parties[row["licensor"]],
                licensee=self.parties[row["licensee"]],
                part=self.parts_by_number[row["part"]],
                technology=row["technology"],
                reserved=row["reserved"],
            )

    def purchases(self, now: datetime) -> list[Bom]:
        return [self._purchase(dict(row), now) for row in document("purchases.toml")["purchase"]]

    def _purchase(self, row: dict[str, Any], now: datetime) -> Bom:
        depot = row.pop("organisation", "") == "depot"
        organisation = self.people.depot if depot else self.office
        by = self.people.depot_officer if depot else self.people.officer
        filename, waivers, grounds = row.pop("bom"), row.pop("waiver", []), row.pop("ground", [])
        row.setdefault("agency", Procurement.Agency.DOD)
        procurement = procurement_create(organisation=organisation, by=by, why=WHY, **row)
        for waiver in waivers:
            waiver["part"] = self.parts_by_number[waiver["part"]]
            waiver_create(procurement=procurement, by=by, why=WHY, **waiver)
        for ground in grounds:
            ground["part"] = self.parts_by_number[ground["part"]]
            ground_create(procurement=procurement, by=by, why=WHY, **ground)
        upload = upload_receive(
            organisation=organisation, user=by, filename=filename, content=bom(filename), now=now
        )
        return bom_submit(
            upload=upload, procurement=procurement, name=row["name"], user=by, now=now
        )


def _statement(row: dict[str, str], recipe: dict[str, dict[str, str]]) -> dict[str, str]:
    """What the supplier of a part says of its electronics, and of where its cells are made."""
    told = {**NO_ELECTRONICS, "semiconductors": "some" if "ic" in recipe else "none"}
    return told | ({"cells_in": row["cells_in"]} if row["cells_in"] else {})


def _entry(key: str, party: Party) -> str:
    """The code under which the newest edition of list `key` that means the party has it."""
    for edition in Edition.objects.filter(key=key).order_by("-edition"):
        entries = tuple(
            Entry(key, listing.code, (listing.name, *listing.aliases))
            for listing in edition.listings.order_by("code")
        )
        if candidates := screen(party.names, {}, entries):
            return candidates[0].entry_code
    raise LookupError(f"No edition of list {key} has a name like {party.name}.")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
