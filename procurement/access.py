"""Who may see and do what. Every query that an edge makes starts here.

Shared facts (no organisation) are for all to read and for curators to write. Everything else
belongs to one organisation, and to the rest of the world it does not exist.
"""

from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet

from procurement.models import Organisation, Role, User

Row = TypeVar("Row", bound=Model)

MAY: dict[str, frozenset[str]] = {
    "read": frozenset(Role.values),
    "submit": frozenset({Role.OFFICER, Role.COUNSEL, Role.ADMINISTRATOR}),
    "edit_facts": frozenset({Role.OFFICER, Role.COUNSEL, Role.ADMINISTRATOR}),
    "decide_identity": frozenset({Role.COUNSEL, Role.ADMINISTRATOR}),
    "choose_readings": frozenset({Role.COUNSEL}),
    "administer": frozenset({Role.ADMINISTRATOR}),
}
"""What each role may do within its own organisation. Auditors read, and replay; they write nothing.
"""


def organisation_of(user: User) -> Organisation:
    """The organisation the person works for.

    Raises PermissionDenied for somebody who works for none.
    """
    membership = getattr(user, "membership", None)
    if membership is None:
        raise PermissionDenied(
            "You do not belong to an organisation yet. Ask its administrator to add you."
        )
    return membership.organisation


def may(user: User, action: str) -> bool:
    """Whether the person's role allows `action`, a key of MAY, in their own organisation."""
    membership = getattr(user, "membership", None)
    return membership is not None and membership.role in MAY[action]


def require(user: User, action: str) -> Organisation:
    """The person's organisation, where their role allows `action`; else PermissionDenied."""
    organisation = organisation_of(user)
    if not may(user, action):
        raise PermissionDenied(
            f"Your role ({user.membership.get_role_display()}) does not allow this."
        )
    return organisation


def own(rows: QuerySet[Row], user: User) -> QuerySet[Row]:
    """Rows of the person's own organisation only."""
    return rows.filter(organisation=organisation_of(user))


def visible(rows: QuerySet[Row], user: User) -> QuerySet[Row]:
    """Rows shared or the person's own organisation's; for a curator of none, those shared."""
    if user.is_curator and not hasattr(user, "membership"):
        return rows.filter(organisation=None)
    return rows.filter(Q(organisation=None) | Q(organisation=organisation_of(user)))


def require_writable(row: Model, user: User) -> None:
    """PermissionDenied unless the person may change this fact: their own organisation's, or shared
    as a curator.
    """
    owner = getattr(row, "organisation_id", None)
    if owner is None:
        if not user.is_curator:
            raise PermissionDenied(
                "Shared facts are kept by curators. Add your own beside them instead."
            )
    elif owner != require(user, "edit_facts").pk:
        raise PermissionDenied("This belongs to another organisation.")
