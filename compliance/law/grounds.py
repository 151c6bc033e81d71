"""The grounds of a proof: the facts about parties and lists that its standings follow from.

A proof says who was found to be what, by which prong. The grounds say why: who holds whom, who
controls whom, where a party is, what each edition of a list says, what was decided of a name. They
are not part of a proof's digest: a stake that moves and moves no standing leaves the proof as it
is. A pack carries them beside the proofs, so that `compliance/verifier.py` derives each standing
anew.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from compliance.law.documents import Documents
from compliance.law.proof import Proved, canonical, digest
from compliance.law.world import World

FORMAT = "cellgate-grounds-1"
TABLES = ("parties", "stakes", "disclosures", "controls", "lists", "identities")
"""What of a world the standings follow from. Sites, steps and contracts stand in the proof."""

NOT_TOLD: Mapping[str, str] = MappingProxyType({})


def ground(world: World, known_from: Mapping[str, str] = NOT_TOLD) -> Proved:
    """The grounds of every proof on this world, as canonical JSON with its digest.

    doubts: which field of which fact is in doubt from which day on, where any is
    (`compliance.law.documents`). known_from: ref of a fact → the moment from which it was known, as
    ISO text, where the caller has it. When each fact is true stands with the fact.
    """
    documents = Documents(world)
    told: dict[str, Any] = {name: getattr(documents.feared, name) for name in TABLES}
    if documents.doubts:
        told["doubts"] = tuple(
            {"fact": each.fact, "field": each.field, "since": each.since}
            for each in documents.doubts
        )
    clocks = {"known_on": world.known_on, "known_from": known_from}
    body = canonical({"format": FORMAT, **clocks, **told})
    return Proved(digest(body), body)
