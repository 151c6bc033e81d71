"""Plain functions that put one valid row into the database. What a test is about, it names itself.

Every function takes any field of its model as a keyword. What is not told stays not told: no
default here makes a part, a party or a procurement cleaner than the test says it is.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from compliance.models import Determination, Edition, Listing, Proof, Recheck, Submission, Verdict
from procurement.models import (
    Backing,
    Bom,
    Component,
    Control,
    Disclosure,
    Document,
    Evidence,
    Identifier,
    Licence,
    Line,
    Membership,
    Organisation,
    Part,
    Party,
    ProcessStep,
    Procurement,
    Role,
    Site,
    Stake,
    Upload,
    User,
    Waiver,
    WaiverGround,
)
from procurement.services.keeping import upload_insert

PASSWORD = "a long enough password"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_number = count(1)


def organisation(name: str = "") -> Organisation:
    return Organisation.objects.create(name=name or f"Organisation {next(_number)}")


def user(
    organisation: Organisation | None = None,
    *,
    role: str = Role.OFFICER,
    email: str = "",
    digest: bool = True,
    **fields: Any,
) -> User:
    """A person with PASSWORD; a member where an organisation is given."""
    made = User.objects.create_user(
        email or f"person{next(_number)}@example.gov", PASSWORD, **fields
    )
    if organisation is not None:
        Membership.objects.create(user=made, organisation=organisation, role=role, digest=digest)
    return made


def curator(**fields: Any) -> User:
    return user(is_curator=True, **fields)


def party(name: str = "", *, organisation: Organisation | None = None, **facts: Any) -> Party:
    """Shared unless an organisation is given."""
    return Party.objects.create(
        name=name or f"Party {next(_number)}", organisation=organisation, **facts
    )


def identifier(party: Party, scheme: str, value: str, **facts: Any) -> Identifier:
    facts.setdefault("organisation", party.organisation)
    return Identifier.objects.create(party=party, scheme=scheme, value=value, **facts)


def stake(
    holder: Party,
    held: Party,
    low: Decimal | str | int,
    high: Decimal | str | int | None = None,
    **facts: Any,
) -> Stake:
    """Equity, held plainly, of exactly `low` percent unless told otherwise."""
    facts.setdefault("organisation", held.organisation)
    return Stake.objects.create(
        holder=holder,
        held=held,
        low=Decimal(low),
        high=Decimal(low if high is None else high),
        **facts,
    )


def disclosure(party: Party, complete_to: Decimal | str | int = 100, **facts: Any) -> Disclosure:
    facts.setdefault("organisation", party.organisation)
    return Disclosure.objects.create(party=party, complete_to=Decimal(complete_to), **facts)


def control(controller: Party, controlled: Party, kind: str = "contract", **facts: Any) -> Control:
    facts.setdefault("organisation", controlled.organisation)
    return Control.objects.create(controller=controller, controlled=controlled, kind=kind, **facts)


def site(party: Party, country: str = "US", name: str = "Plant 1", **facts: Any) -> Site:
    facts.setdefault("organisation", party.organisation)
    return Site.objects.create(party=party, country=country, name=name, **facts)


def part(
    number: str = "",
    *,
    organisation: Organisation | None = None,
    maker: Party | None = None,
    category: str | None = "battery_pack",
    **facts: Any,
) -> Part:
    return Part.objects.create(
        number=number or f"PN-{next(_number)}",
        organisation=organisation,
        maker=maker,
        category=category,
        **facts,
    )


def component(
    part: Part,
    name: str = "",
    category: str = "cathode_material",
    *,
    source: Party | None = None,
    cost: Decimal | str | int | None = None,
    **facts: Any,
) -> Component:
    facts.setdefault("organisation", part.organisation)
    return Component.objects.create(
        part=part,
        name=name or f"component {next(_number)}",
        category=category,
        source=source,
        cost=None if cost is None else Decimal(cost),
        **facts,
    )


def step(component: Component, kind: str = "manufacture", **facts: Any) -> ProcessStep:
    facts.setdefault("organisation", component.organisation)
    return ProcessStep.objects.create(component=component, kind=kind, **facts)


def licence(licensor: Party, **facts: Any) -> Licence:
    return Licence.objects.create(licensor=licensor, **facts)


def procurement(organisation: Organisation, name: str = "", **facts: Any) -> Procurement:
    return Procurement.objects.create(
        organisation=organisation, name=name or f"Procurement {next(_number)}", **facts
    )


def waiver(
    procurement: Procurement,
    rule: str = "10-usc-4865",
    *,
    grantor: str = "sae",
    scope: str = "battery",
    granted: date = date(2026, 10, 1),
    **facts: Any,
) -> Waiver:
    facts.setdefault("organisation", procurement.organisation)
    return Waiver.objects.create(
        procurement=procurement, rule=rule, grantor=grantor, scope=scope, granted=granted, **facts
    )


def ground(
    procurement: Procurement,
    rule: str = "10-usc-4865",
    ground: str = "(c)(3)(A)(i)",
    **facts: Any,
) -> WaiverGround:
    facts.setdefault("organisation", procurement.organisation)
    return WaiverGround.objects.create(procurement=procurement, rule=rule, ground=ground, **facts)


def upload(organisation: Organisation, content: bytes = b"Part,Qty\nBB-2590,1\n") -> Upload:
    made = Upload(
        organisation=organisation,
        filename="bom.csv",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        received_at=NOW,
    )
    return upload_insert(made, content)


def bom(
    procurement: Procurement,
    parts: Iterable[Part] = (),
    *,
    name: str = "",
    now: datetime = NOW,
    **fields: Any,
) -> Bom:
    """A submitted BOM with one top-level line for each part."""
    parts = list(parts)
    assert procurement.organisation is not None
    made = Bom.objects.create(
        organisation=procurement.organisation,
        procurement=procurement,
        name=name or f"BOM {next(_number)}",
        lines_total=len(parts),
        submitted_at=now,
        **fields,
    )
    for sequence, each in enumerate(parts, start=1):
        line(made, each, sequence=sequence)
    return made


def line(bom: Bom, part: Part, *, sequence: int | None = None, **fields: Any) -> Line:
    """`sequence` defaults to the next free one. `bom.lines_total` is the caller's to keep."""
    fields.setdefault("part_number", part.number)
    fields.setdefault("maker", part.maker.name if part.maker else "")
    fields.setdefault("quantity", Decimal(1))
    return Line.objects.create(
        bom=bom, part=part, sequence=sequence or bom.lines.count() + 1, **fields
    )


def evidence(
    title: str = "", *, organisation: Organisation | None = None, **facts: Any
) -> Evidence:
    return Evidence.objects.create(
        title=title or f"Evidence {next(_number)}", organisation=organisation, **facts
    )


def document(
    evidence: Evidence, content: bytes = b"%PDF-1.7", content_type: str = "application/pdf"
) -> Document:
    return Document.objects.create(evidence=evidence, content=content, content_type=content_type)


def backing(evidence: Evidence, table_name: str, row: int, field: str = "") -> Backing:
    return Backing.objects.create(
        evidence=evidence,
        table_name=table_name,
        row=row,
        field=field,
        organisation=evidence.organisation,
    )


def edition(
    key: str = "1260H",
    day: date = date(2026, 1, 6),
    *,
    names: Iterable[str] = (),
    state: str = Edition.State.RELEASED,
    **facts: Any,
) -> Edition:
    """A list's edition with one listing for each name; its code is "1", "2" … in their order."""
    made = Edition.objects.create(key=key, edition=day, state=state, **facts)
    for number, name in enumerate(names, start=1):
        Listing.objects.create(edition=made, code=str(number), name=name)
    return made


def determination(
    line: Line,
    rule: str = "10-usc-4865",
    verdict: str = "insufficient_information",
    *,
    now: datetime = NOW,
    stands: bool = True,
    **fields: Any,
) -> Determination:
    """A stored answer that no rule derived: for screens, scoping and mail, never for the law."""
    body = f'{{"line":{line.pk},"rule":"{rule}","n":{next(_number)}}}'
    proof = Proof.objects.create(
        digest=hashlib.sha256(body.encode()).hexdigest(), rule=rule, rest=body
    )
    made = Determination.objects.create(
        organisation=line.bom.organisation,
        bom=line.bom,
        line=line,
        rule=rule,
        rule_version="1",
        verdict=verdict,
        sentence=f"{line} is {verdict}.",
        proof=proof,
        derived_at=now,
        **fields,
    )
    if stands:
        Verdict.objects.update_or_create(
            line=line,
            rule=rule,
            defaults={
                "bom": line.bom,
                "rule_version": made.rule_version,
                "verdict": verdict,
                "rank": 0,
                "proof_digest": proof.digest,
                "determination": made,
            },
        )
    return made


def submission(bom: Bom, **fields: Any) -> Submission:
    """A long file that waits to be read, with the upload and name of `bom`."""
    return Submission.objects.create(
        organisation=bom.organisation,
        upload=bom.upload or upload(bom.organisation),
        procurement=bom.procurement,
        name=bom.name,
        asked_by=user(bom.organisation),
        asked_at=NOW,
        **fields,
    )


def recheck(cause: str = "a stake changed", **fields: Any) -> Recheck:
    return Recheck.objects.create(cause=cause, started_at=NOW, **fields)
