"""The people of the demo: two organisations, two curators, and passwords that nobody chose."""

import secrets
from pathlib import Path
from typing import NamedTuple

from procurement.models import Membership, Organisation, Role, User

OFFICE = "DEMO Program Office"
DEPOT = "DEMO Depot"
PASSWORD_BYTES = 15
"""20 characters in URL-safe letters, above the least length that we ask of people."""


class SignIn(NamedTuple):
    email: str
    password: str
    who: str

    def __str__(self) -> str:
        return f"{self.email:<32} {self.password}   {self.who}"


class People(NamedTuple):
    """Who does what in the demo. `second` confirms what `counsel` decided."""

    office: Organisation
    depot: Organisation
    officer: User
    counsel: User
    depot_officer: User
    second: User
    sign_ins: tuple[SignIn, ...]


def people_create() -> People:
    """Organisations and people, once. The passwords are kept nowhere but in what is returned."""
    office = Organisation.objects.create(name=OFFICE)
    depot = Organisation.objects.create(name=DEPOT)
    sign_ins: list[SignIn] = []

    def person(
        email: str,
        first: str,
        last: str,
        who: str,
        *,
        role: Role | None = None,
        organisation: Organisation | None = None,
        curator: bool = False,
    ) -> User:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        user = User.objects.create_user(
            email, password, first_name=first, last_name=last, is_curator=curator
        )
        if role is not None and organisation is not None:
            Membership.objects.create(user=user, organisation=organisation, role=role)
        sign_ins.append(SignIn(email, password, who))
        return user

    return People(
        office=office,
        depot=depot,
        officer=person(
            "officer@office.example",
            "Olivia",
            "Officer",
            f"procurement officer, {OFFICE}",
            role=Role.OFFICER,
            organisation=office,
        ),
        counsel=person(
            "counsel@office.example",
            "Conrad",
            "Counsel",
            f"counsel, {OFFICE}, and curator",
            role=Role.COUNSEL,
            organisation=office,
            curator=True,
        ),
        depot_officer=person(
            "officer@depot.example",
            "Dana",
            "Depot",
            f"procurement officer, {DEPOT}: sees nothing of the other",
            role=Role.OFFICER,
            organisation=depot,
        ),
        second=person(
            "curator@cellgate.example",
            "Casey",
            "Curator",
            "second curator: releases and confirms",
            curator=True,
        ),
        sign_ins=tuple(sign_ins),
    )


def sign_ins_write(path: Path, sign_ins: tuple[SignIn, ...]) -> None:
    """Keep the sign-ins where only whoever runs the installation can read them."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text("".join(f"{sign_in}\n" for sign_in in sign_ins), encoding="utf-8")
    draft.replace(path)
