"""The installation's back office: who works here, and a look at facts. Facts are changed where
their services check them, on the screens and over the API; here they are only read.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from procurement.models import (
    ApiToken,
    Bom,
    Change,
    Control,
    Disclosure,
    Evidence,
    Identifier,
    Licence,
    Membership,
    Organisation,
    Part,
    Party,
    Past,
    Procurement,
    Site,
    Stake,
    Upload,
    User,
    Waiver,
    WaiverGround,
)


class ReadOnly(admin.ModelAdmin):
    """Looked at, never written."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Shared(ReadOnly):
    """Of facts, only those that everybody shares: an operator has no business in the rest."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(organisation=None)


@admin.register(Party)
class PartyAdmin(Shared):
    list_display = ("name", "kind", "incorporated", "known_from")
    search_fields = ("name", "name_local", "identifiers__value")


@admin.register(Identifier, Stake, Disclosure, Control, Site, Licence, Part, Evidence)
class FactAdmin(Shared):
    list_display = ("__str__", "true_from", "true_to", "known_from")


@admin.register(Procurement, Waiver, WaiverGround, Bom, Upload)
class CountedAdmin(ReadOnly):
    """An organisation's own: that it is there, and whose; not what it says."""

    list_display = ("id", "organisation")
    fields = ("id", "organisation")


@admin.register(Change)
class ChangeAdmin(Shared):
    list_display = ("table_name", "row", "at", "actor", "why", "relayed_at")
    list_filter = ("table_name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return admin.ModelAdmin.get_queryset(self, request).filter(organisation_id=None)


@admin.register(Past)
class PastAdmin(Shared):
    list_display = ("table_name", "row", "known_from", "known_to")
    list_filter = ("table_name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return admin.ModelAdmin.get_queryset(self, request).filter(organisation_id=None)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly):
    """Tokens can be revoked here, and never made."""

    list_display = ("name", "user", "created", "expiry")
    fields = ("name", "user", "scopes", "created", "expiry")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1
    max_num = 1


class OwnUserCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email",)


class OwnUserChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class OwnUserAdmin(UserAdmin):
    form = OwnUserChangeForm
    add_form = OwnUserCreationForm
    ordering = ("email",)
    list_display = ("email", "first_name", "last_name", "is_curator", "is_active")
    list_filter = ("is_curator", "is_active", "is_staff")
    search_fields = ("email", "first_name", "last_name")
    fieldsets = (
        (None, {"fields": ("email", "password", "first_name", "last_name")}),
        ("May", {"fields": ("is_active", "is_curator", "is_staff", "is_superuser")}),
        ("Days", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)
    filter_horizontal = ()
    inlines = (MembershipInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # what a person did keeps their name; an account is made inactive instead


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ("name",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
