"""Who wants a BOM's audit report every so often."""

from datetime import date

from compliance.models import ReportSchedule
from compliance.services.reporting import must_be_reported
from procurement.access import organisation_of
from procurement.formats.problem import Problem
from procurement.models import Bom, User
from procurement.problems import Refused


def report_schedule(*, bom: Bom, user: User, every: str, today: date) -> ReportSchedule | None:
    """E-mail the report `every` "day", "week" or "month", at first today; "": no longer (None).
    Refused where the bill is too long for a report.
    """
    if organisation_of(user).pk != bom.organisation_id:
        raise LookupError("a BOM of another organisation is not found")
    if not every:
        ReportSchedule.objects.filter(bom=bom, user=user).delete()
        return None
    if every not in ReportSchedule.Every.values:
        what = "A report comes every day, week or month."
        raise Refused(Problem("invalid-choice", "every", what, "Choose one of these."))
    must_be_reported(bom)
    schedule, _ = ReportSchedule.objects.update_or_create(
        bom=bom, user=user, defaults={"every": every, "next_on": today}
    )
    return schedule
