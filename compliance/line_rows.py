"""Lines of bills of materials as plain rows, those above and below the asked ones with them."""

from collections.abc import Mapping

from django.db.models import Q

from compliance.known import Row
from procurement.models import Line

LINE = (
    *("id", "bom_id", "parent_id", "alternate_of_id", "part_id"),
    *("quantity", "unit_cost", "currency"),
)


def line_rows(asked: Mapping[int, set[int] | None]) -> dict[int, list[Row]]:
    """BOM → its asked lines (None: all) with all above and below them, in its own order."""
    boms, lines = Q(bom__among=asked), Line.objects.order_by("bom", "sequence")
    nested = set(lines.filter(boms, parent__isnull=False).values_list("bom_id", flat=True))
    wanted: set[int] = set().union(*filter(None, asked.values()))
    trees = {bom for bom, some in asked.items() if some is None or bom in nested}
    found: dict[int, list[Row]] = {bom: [] for bom in asked}
    for row in lines.filter(Q(bom__among=trees) | (boms & Q(id__among=wanted))).values(*LINE):
        found[row["bom_id"]].append(row)
    for bom, some in asked.items():
        if some is not None and bom in nested:
            found[bom] = _family(found[bom], some)
    return found


def _family(tree: list[Row], asked: set[int]) -> list[Row]:
    """Of all lines of a BOM, those asked and all above and below them."""
    parent = {row["id"]: row["parent_id"] for row in tree}
    wanted = set(asked)
    for row in tree:
        above, path = row["id"], []
        while above is not None and above not in wanted:
            path.append(above)
            above = parent[above]
        if above is not None:
            wanted.update(path)
    for line in asked:
        above = parent[line]
        while above is not None:
            wanted.add(above)
            above = parent[above]
    return [row for row in tree if row["id"] in wanted]
