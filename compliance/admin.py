"""The back office of verdicts: what is under way, what goes out, which lists stand. Read only."""

from django.contrib import admin

from compliance.models import Edition, Listing, Mail, Recheck, Work
from procurement.admin import ReadOnly


@admin.register(Edition)
class EditionAdmin(ReadOnly):
    list_display = ("key", "edition", "state", "staged_by", "released_by", "known_from")
    list_filter = ("key", "state")


@admin.register(Listing)
class ListingAdmin(ReadOnly):
    list_display = ("name", "edition", "code", "true_from", "true_to")
    search_fields = ("name", "code")
    list_filter = ("edition__key",)


@admin.register(Recheck)
class RecheckAdmin(ReadOnly):
    """Numbers alone: what a re-check was about may be one organisation's own."""

    list_display = ("id", "state", "started_at", "finished_at", "touched", "rederived", "set_aside")
    fields = ("state", "started_at", "finished_at", "touched", "rederived", "set_aside", "digest")


@admin.register(Work)
class WorkAdmin(ReadOnly):
    list_display = ("id", "asked_at", "handed_at", "tries", "set_aside")
    list_filter = ("set_aside",)
    fields = ("id", "asked_at", "handed_at", "tries", "set_aside", "error")


@admin.register(Mail)
class MailAdmin(ReadOnly):
    """That mail goes out, and to whom; what it says belongs to its reader."""

    list_display = ("id", "to", "state", "tries", "written_at", "sent_at")
    list_filter = ("state",)
    fields = ("to", "state", "tries", "error", "written_at", "due_at", "sent_at")
