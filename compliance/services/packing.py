"""Packs for auditors: stored proofs with the grounds they were derived from, as known then."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from compliance.dossiers import world_load
from compliance.known import Known
from compliance.law.dossier import assemble
from compliance.law.grounds import TABLES, ground
from compliance.law.packing import Packed, pack
from compliance.law.proof import Proved
from compliance.law.world import World
from compliance.models import Determination, Edition, IdentityDecision, Verdict
from compliance.refs import must_ref
from procurement.models import Bom, Control, Disclosure, Fact, Line, Party, Stake

GROUNDED: tuple[type[Fact], ...] = (Party, Stake, Disclosure, Control, Edition, IdentityDecision)


def bom_pack(*, bom: Bom) -> str:
    """The proofs of every verdict that stands for a BOM, as `compliance/verifier.py` reads them."""
    standing = Verdict.objects.filter(bom=bom).values("determination")
    made = Determination.objects.filter(pk__in=standing).select_related(
        "proof__dossier", "provenance", "bom__procurement"
    )
    return determinations_pack(determinations=made)


def determinations_pack(*, determinations: Iterable[Determination]) -> str:
    """The proofs of these determinations, with the grounds as they were known at each."""
    made = sorted(determinations, key=lambda each: (each.bom_id, each.derived_at, each.pk))
    return pack(
        entry
        for (_, at), each in groupby(made, key=lambda each: (each.bom_id, each.derived_at))
        for entry in _packed(list(each), at)
    )


def _packed(made: Sequence[Determination], at: datetime) -> Iterator[Packed]:
    bom = made[0].bom
    lines = {each.line_id for each in made if each.line_id is not None}
    world = world_load(bom, lines=lines, today=at.date(), known_on=at)
    assembled = assemble(world)
    grounds = ground(world, _known_from(world, Known(bom.organisation_id, at)))
    for each in made:
        line = "" if each.line_id is None else must_ref(Line, each.line_id)
        proof = Proved(each.proof_id, each.proof.body)
        yield Packed(proof, grounds, assembled.parties[line], each.sources)


def _known_from(world: World, known: Known) -> dict[str, str]:
    """Ref of each fact of the grounds → the moment from which it was known."""
    refs = {fact.ref for name in TABLES for fact in getattr(world, name)}
    found = {}
    for model in GROUNDED:
        kind = must_ref(model, 0).removesuffix("0")
        ids = [int(ref.removeprefix(kind)) for ref in refs if ref.startswith(kind)]
        for row in known.rows(model, "id", ids):
            found[must_ref(model, row["id"])] = row["known_from"].isoformat()
    return found
