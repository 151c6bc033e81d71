"""People of an organisation, and what each wants to be told."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from procurement.access import require
from procurement.formats.problem import Problem
from procurement.models import ApiToken, Membership, Role, User
from procurement.problems import Refused, from_validation, refuse_if


def digest_choose(*, user: User, digest: bool) -> None:
    """Whether the person is e-mailed when verdicts change."""
    Membership.objects.filter(user=user).update(digest=digest)


def member_add(
    *, by: User, email: str, role: str, first_name: str = "", last_name: str = ""
) -> tuple[Membership, str]:
    """A new person of the administrator's organisation, and their first password.

    Somebody who has an account and works for no organisation yet is taken in, and keeps their own
    password: then the one returned is "". Refused for anybody who works for another organisation.
    """
    organisation = require(by, "administer")
    refuse_if(_role_problems(role))
    with transaction.atomic():
        user = User.objects.filter(email__iexact=email).first()
        password = ""
        if user is None:
            password = secrets.token_urlsafe(15)
            user = User(
                email=User.objects.normalize_email(email),
                first_name=first_name,
                last_name=last_name,
            )
            try:
                validate_password(password, user)
                user.set_password(password)
                user.full_clean()
            except ValidationError as error:
                raise Refused(*from_validation(error)) from error
            user.save()
        elif Membership.objects.filter(user=user).exists():
            raise Refused(
                Problem(
                    "member-already",
                    "email",
                    f"{email} works for an organisation already.",
                    "Have its administrator release them first, or give another address.",
                )
            )
        return Membership.objects.create(user=user, organisation=organisation, role=role), password


def member_update(*, member: Membership, role: str, by: User) -> Membership:
    """Another role. An organisation keeps at least one administrator."""
    _same_organisation(member, by)
    refuse_if(_role_problems(role))
    with transaction.atomic():
        member.role = role
        member.save(update_fields=["role"])
        _keep_administrator(member)
    return member


def member_remove(*, member: Membership, by: User) -> None:
    """The person no longer belongs to the organisation, and their programs' keys end."""
    _same_organisation(member, by)
    with transaction.atomic():
        ApiToken.objects.filter(user=member.user).delete()
        member.delete()
        _keep_administrator(member)


def _same_organisation(member: Membership, by: User) -> None:
    if require(by, "administer") != member.organisation:
        raise LookupError("a member of another organisation is not found")


def _keep_administrator(member: Membership) -> None:
    left = Membership.objects.select_for_update().filter(
        organisation=member.organisation, role=Role.ADMINISTRATOR
    )
    if not left.exists():
        raise Refused(
            Problem(
                "last-administrator",
                "role",
                "An organisation keeps at least one administrator.",
                "Make somebody else administrator first.",
            )
        )


def _role_problems(role: str) -> list[Problem]:
    if role in Role.values:
        return []
    return [
        Problem("invalid-choice", "role", "There is no such role.", "Choose one of those offered.")
    ]
