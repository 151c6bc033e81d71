"""What `/api/v1/` offers."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from compliance.api.boms import BomViewSet
from compliance.api.changes import CertificateView, ChangesView
from compliance.api.determinations import DeterminationViewSet
from compliance.api.editions import EditionViewSet
from compliance.api.evaluate import EvaluateView, WhatIfView
from compliance.api.lists import IdentityViewSet, ReadingViewSet
from compliance.api.rules import RuleViewSet
from compliance.api.submissions import SubmissionViewSet
from compliance.api.webhooks import WebhookViewSet
from procurement.api.evidence import BackingViewSet, EvidenceViewSet
from procurement.api.facts import (
    ControlViewSet,
    DisclosureViewSet,
    IdentifierViewSet,
    LicenceViewSet,
    PartViewSet,
    PartyViewSet,
    SiteViewSet,
    StakeViewSet,
)
from procurement.api.ownership import OwnershipViewSet
from procurement.api.procurements import GroundViewSet, ProcurementViewSet, WaiverViewSet
from procurement.api.tokens import MeView, TokenViewSet, VocabularyView
from procurement.api.uploads import UploadViewSet

router = SimpleRouter(trailing_slash=False)
router.register("parties", PartyViewSet)
router.register("identifiers", IdentifierViewSet)
router.register("stakes", StakeViewSet)
router.register("disclosures", DisclosureViewSet)
router.register("controls", ControlViewSet)
router.register("ownership", OwnershipViewSet, basename="ownership")
router.register("sites", SiteViewSet)
router.register("licences", LicenceViewSet)
router.register("parts", PartViewSet)
router.register("procurements", ProcurementViewSet)
router.register("waivers", WaiverViewSet)
router.register("grounds", GroundViewSet)
router.register("evidence", EvidenceViewSet)
router.register("backings", BackingViewSet)
router.register("uploads", UploadViewSet)
router.register("boms", BomViewSet)
router.register("submissions", SubmissionViewSet)
router.register("determinations", DeterminationViewSet)
router.register("editions", EditionViewSet)
router.register("identity-decisions", IdentityViewSet)
router.register("rules", RuleViewSet, basename="rule")
router.register("readings", ReadingViewSet, basename="reading")
router.register("webhooks", WebhookViewSet)
router.register("tokens", TokenViewSet, basename="token")

urlpatterns: list[URLPattern | URLResolver] = [
    path("me", MeView.as_view()),
    path("vocabulary", VocabularyView.as_view()),
    path("evaluate", EvaluateView.as_view()),
    path("what-if", WhatIfView.as_view()),
    path("changes", ChangesView.as_view()),
    path("rechecks/<int:pk>/certificate", CertificateView.as_view()),
    *router.urls,
]
