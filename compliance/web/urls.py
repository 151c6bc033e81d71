"""Pages about verdicts: checks, boards, lines, what changed, and the law itself."""

from django.urls import URLPattern, URLResolver, path

from compliance.web import (
    boards,
    changes,
    checks,
    intake,
    law,
    lines,
    operations,
    reports,
    suppliers,
    waivers,
)

app_name = "compliance"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", checks.checks, name="checks"),
    path("checks/new/", intake.check_new, name="check-new"),
    path("checks/sample/", intake.check_sample, name="check-sample"),
    path("checks/uploads/<int:pk>/", intake.upload_confirm, name="upload-confirm"),
    path("checks/uploads/<int:pk>/questions/", intake.bom_questions, name="bom-questions"),
    path("boms/<int:pk>/", boards.bom_board, name="bom-board"),
    path("boms/<int:pk>/standing/", boards.bom_standing, name="bom-standing"),
    path("boms/<int:pk>/progress/", checks.bom_progress, name="bom-progress"),
    path("boms/<int:pk>/board.<str:kind>", boards.board_export, name="board-export"),
    path("boms/<int:pk>/reports/", reports.reports, name="bom-reports"),
    path("boms/<int:pk>/reports/new/<str:kind>/", reports.report_new, name="report-new"),
    path("boms/<int:pk>/reports/mail/", reports.report_mail, name="report-mail"),
    path("boms/<int:pk>/reports/schedule/", reports.schedule, name="schedule"),
    path("reports/schedules/", reports.schedules, name="schedules"),
    path("reports/<int:pk>/", reports.report_download, name="report"),
    path("lines/<int:pk>/", lines.line, name="line"),
    path("lines/<int:pk>/on-a-day/", lines.line_on_day, name="line-on-day"),
    path("lines/<int:pk>/<slug:rule>/", lines.line_history, name="line-history"),
    path("determinations/<int:pk>/", lines.determination, name="determination"),
    path("determinations/<int:pk>/proof.json", lines.proof_download, name="proof"),
    path("suppliers/<int:pk>/verdicts/", suppliers.verdicts, name="party-verdicts"),
    path("suppliers/<int:pk>/identity/", suppliers.decide, name="decide-identity"),
    path("procurements/<int:pk>/waivers/new/", waivers.waiver_new, name="waiver-new"),
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
