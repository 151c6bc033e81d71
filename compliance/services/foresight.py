"""What the days ahead bring, and what would put a line right. Read from what is known now."""

from collections.abc import Iterable, Mapping
from datetime import date

from compliance.dossiers import world_load
from compliance.law.dossier import assemble
from compliance.law.readiness import Stretch, readiness_all
from compliance.law.repairs import Advice, repairs
from compliance.law.rules import BY_ID
from compliance.models import Determination
from compliance.refs import must_ref
from procurement.models import Bom, Line


def bom_readiness(
    *, bom: Bom, lines: Iterable[int], today: date
) -> Mapping[int, Mapping[str, tuple[Stretch, ...]]]:
    """Line id → rule id → what holds, from which day until the next."""
    wanted = list(lines)
    dossiers = assemble(world_load(bom, lines=wanted, today=today)).lines
    return {pk: readiness_all(dossiers[must_ref(Line, pk)]) for pk in wanted}


def determination_repairs(*, determination: Determination, today: date) -> Advice:
    """The smallest sets of changes that would have this line permitted under this rule, on the day
    that decided (today where no day did).
    """
    line = determination.line_id
    lines = [] if line is None else [line]
    assembled = assemble(world_load(determination.bom, lines=lines, today=today))
    dossier = assembled.counterparty if line is None else assembled.lines[must_ref(Line, line)]
    return repairs(BY_ID[determination.rule], dossier, determination.on or today)
