"""Pages about facts: suppliers, parts, purchases, evidence; and people."""

from django.urls import URLPattern, URLResolver, path

from procurement.web import (
    documents,
    evidence,
    facts,
    ownership,
    parties,
    parts,
    people,
    procurements,
)

app_name = "procurement"
urlpatterns: list[URLPattern | URLResolver] = [
    path("suppliers/", parties.parties, name="parties"),
    path("suppliers/ownership/", ownership.ownership, name="ownership"),
    path("suppliers/options/", parties.party_options, name="party-options"),
    path("suppliers/<int:pk>/", parties.party, name="party"),
    path("parts/", parts.parts, name="parts"),
    path("parts/<int:pk>/", parts.part, name="part"),
    path("parts/<int:pk>/composition/", parts.composition, name="composition"),
    path("procurements/", procurements.procurements, name="procurements"),
    path("procurements/new/", procurements.procurement_new, name="procurement-new"),
    path("procurements/<int:pk>/", procurements.procurement, name="procurement"),
    path("procurements/<int:pk>/edit/", procurements.procurement_edit, name="procurement-edit"),
    path(
        "procurements/<int:pk>/history/",
        procurements.procurement_history,
        name="procurement-history",
    ),
    path("facts/<slug:kind>/new/", facts.fact_new, name="fact-new"),
    path("facts/<slug:kind>/<int:pk>/", facts.fact_page, name="fact"),
    path("facts/<slug:kind>/<int:pk>/edit/", facts.fact_edit, name="fact-edit"),
    path("facts/<slug:kind>/<int:pk>/withdraw/", facts.fact_withdraw, name="fact-withdraw"),
    path("facts/<slug:kind>/<int:pk>/history/", facts.fact_history, name="fact-history"),
    path("evidence/", documents.documents, name="documents"),
    path("evidence/statements/<int:pk>/", documents.statement_settle, name="statement-settle"),
    path("evidence/<int:pk>/edit/", documents.evidence_edit, name="evidence-edit"),
    path("evidence/new/", evidence.evidence_new, name="evidence-new"),
    path("evidence/<int:pk>/document/", evidence.evidence_document, name="evidence-document"),
    path("settings/", people.settings, name="settings"),
    path("settings/digest/", people.digest, name="digest"),
    path("settings/tokens/<str:digest>/", people.token_end, name="token-end"),
    path("people/", people.members, name="members"),
    path("people/new/", people.member_new, name="member-new"),
    path("people/<int:pk>/", people.member_edit, name="member-edit"),
]
