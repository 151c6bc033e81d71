"""Who works here: organisations, the people in them, and the tokens their programs use."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from knox.models import AbstractAuthToken


class Organisation(models.Model):
    """A buyer. Its BOMs, procurements, parts, evidence and choices are seen by nobody else."""

    name = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """A person, who signs in by e-mail address. Curators keep the facts that all organisations
    share.
    """

    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)
    is_curator = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()  # type: ignore[misc,assignment]

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class Role(models.TextChoices):
    OFFICER = "officer", "Procurement officer"
    COUNSEL = "counsel", "Counsel"
    AUDITOR = "auditor", "Auditor (reads only)"
    ADMINISTRATOR = "administrator", "Organisation administrator"


class Membership(models.Model):
    """A person's place in the one organisation they work for."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="membership")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.OFFICER)
    digest = models.BooleanField("e-mail me when verdicts change", default=True)

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} at {self.organisation}"


class ApiToken(AbstractAuthToken):
    """A program's key: hashed at rest, expiring, for one person, limited to scopes such as
    "boms:write".
    """

    name = models.CharField(max_length=100, default="")
    scopes = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.name or 'token'} of {self.user}"
