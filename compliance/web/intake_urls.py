"""Addresses of a file on its way to a submission."""

from django.urls import URLPattern, path

from compliance.web import confirm, difference, downloads, drafts, grid, intake, submissions

INTAKE: list[URLPattern] = [
    path("checks/new/", intake.check_new, name="check-new"),
    path("checks/sample/", intake.check_sample, name="check-sample"),
    path("checks/drafts/", drafts.drafts, name="drafts"),
    path("checks/template.xlsx", downloads.template, name="template"),
    path("checks/uploads/<int:pk>/", confirm.upload_confirm, name="upload-confirm"),
    path("checks/uploads/<int:pk>/forget/", confirm.upload_forget, name="upload-forget"),
    path("checks/uploads/<int:pk>/aside/", drafts.draft_drop, name="draft-drop"),
    path("checks/uploads/<int:pk>/rows/", grid.rows, name="rows"),
    path("checks/uploads/<int:pk>/rows/<int:number>/", grid.row_form, name="row-form"),
    path("checks/uploads/<int:pk>/cells/", grid.cells, name="cells"),
    path("checks/uploads/<int:pk>/marked/", downloads.marked_file, name="marked"),
    path("checks/uploads/<int:pk>/difference/", difference.before, name="difference-before"),
    path("checks/submissions/<int:pk>/", submissions.submission, name="submission"),
    path("checks/submissions/<int:pk>/cancel/", submissions.cancel, name="submission-cancel"),
    path("boms/<int:pk>/cyclonedx/", downloads.cyclonedx, name="cyclonedx"),
    path("boms/<int:pk>/difference/", difference.after, name="difference"),
    path("checks/uploads/<int:pk>/questions/", intake.bom_questions, name="bom-questions"),
]
