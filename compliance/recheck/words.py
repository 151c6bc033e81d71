"""What moved, in words for the person who reads why a verdict moved."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps

from procurement.models import Change, Party

LONGEST = 300


def cause_of(changes: Sequence[Change]) -> str:
    """One line that names the changes: what, and the reason given where there is one."""
    said = list(dict.fromkeys(map(described, changes)))
    text = "; ".join(said[:3])
    if len(said) > 3:
        text += f"; and {len(said) - 3} more"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def described(change: Change) -> str:
    """ "Stake of Holder in Maker changed (annual report 2026)"."""
    values = change.became or change.was or {}
    verb = "recorded" if change.was is None else "ended" if change.became is None else "changed"
    words = f"{_subject(change.table_name, values)} {verb}"
    return f"{words} ({change.why})" if change.why else words


def _subject(table: str, values: dict[str, Any]) -> str:
    model = _models()[table]
    kind = str(model._meta.verbose_name).capitalize()
    if table == "procurement_stake":
        return f"Stake of {_party(values['holder_id'])} in {_party(values['held_id'])}"
    if table == "procurement_party":
        return f"Party {values['name']}"
    if table == "compliance_edition":
        return f"List {values['key']}, edition of {values['edition']},"
    for column in ("party_id", "controlled_id", "licensor_id"):
        if values.get(column) is not None:
            return f"{kind} of {_party(values[column])}"
    for column in ("name", "number", "title", "key", "rule", "kind"):
        if values.get(column):
            return f"{kind} {values[column]}"
    return kind


def _party(party_id: int) -> str:
    name = Party.objects.filter(pk=party_id).values_list("name", flat=True).first()
    return name or "a party since removed"


def _models() -> dict[str, Any]:
    return {model._meta.db_table: model for model in apps.get_models()}
