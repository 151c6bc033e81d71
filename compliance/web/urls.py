"""Pages about verdicts: checks, boards, lines, what changed, and the law itself."""

from django.urls import URLPattern, URLResolver, path

from compliance.web import (
    ahead,
    boards,
    changes,
    checks,
    law,
    lines,
    operations,
    reports,
    suppliers,
    waivers,
)
from compliance.web.intake_urls import INTAKE

app_name = "compliance"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", checks.checks, name="checks"),
    *INTAKE,
    path("boms/<int:pk>/", boards.bom_board, name="bom-board"),
    path("boms/<int:pk>/standing/", boards.bom_standing, name="bom-standing"),
    path("boms/<int:pk>/progress/", checks.bom_progress, name="bom-progress"),
    path("boms/<int:pk>/board.<str:kind>", boards.board_export, name="board-export"),
    path("boms/<int:pk>/readiness/", ahead.bom_readiness, name="bom-readiness"),
    path("boms/<int:pk>/on-a-day/", ahead.bom_on_day, name="bom-on-day"),
    path("boms/<int:pk>/questions/", ahead.bom_questions, name="bom-asks"),
    path("boms/<int:pk>/reports/", reports.reports, name="bom-reports"),
    path("boms/<int:pk>/reports/new/<str:kind>/", reports.report_new, name="report-new"),
    path("boms/<int:pk>/reports/mail/", reports.report_mail, name="report-mail"),
    path("boms/<int:pk>/reports/schedule/", reports.schedule, name="schedule"),
    path("reports/schedules/", reports.schedules, name="schedules"),
    path("reports/<int:pk>/", reports.report_download, name="report"),
    path("lines/<int:pk>/", lines.line, name="line"),
    path("lines/<int:pk>/on-a-day/", lines.line_on_day, name="line-on-day"),
    path("lines/<int:pk>/repairs/", ahead.line_repairs, name="line-repairs"),
    path("lines/<int:pk>/<slug:rule>/", lines.line_history, name="line-history"),
    path("determinations/<int:pk>/", lines.determination, name="determination"),
    path("determinations/<int:pk>/proof.json", lines.proof_download, name="proof"),
    path("suppliers/<int:pk>/verdicts/", suppliers.verdicts, name="party-verdicts"),
    path("suppliers/<int:pk>/identity/", suppliers.decide, name="decide-identity"),
    path("procurements/<int:pk>/waivers/", waivers.waivers, name="waivers"),
    path("procurements/<int:pk>/waivers/new/", waivers.waiver_new, name="waiver-new"),
    path(
        "procurements/<int:pk>/grounds/new/",
        waivers.waiver_new,
        {"kind": "grounds"},
        name="ground-new",
    ),
    path(
        "procurements/<int:pk>/<slug:kind>/<int:row>/edit/",
        waivers.waiver_edit,
        name="waiver-edit",
    ),
    path(
        "procurements/<int:pk>/<slug:kind>/<int:row>/withdraw/",
        waivers.waiver_withdraw,
        name="waiver-withdraw",
    ),
    path(
        "procurements/<int:pk>/<slug:kind>/<int:row>/history/",
        waivers.waiver_history,
        name="waiver-history",
    ),
    path("changes/", changes.changes, name="changes"),
    path("rules/", law.rules, name="rules"),
    path("rules/<slug:key>/", law.rule, name="rule"),
    path("readings/", law.readings, name="readings"),
    path("readings/choice/", law.reading_choice, name="reading-choice"),
    path("lists/", law.lists, name="lists"),
    path("lists/<int:pk>/", law.edition, name="edition"),
    path("lists/<int:pk>/release/", law.release, name="edition-release"),
    path("operator/", operations.operator, name="operator"),
    path("operator/work/", operations.work_again, name="work-again"),
    path("operator/mail/<int:pk>/", operations.mail_again, name="mail-again"),
]
