"""What an operator does by hand: have a line tried again, and a mail sent again."""

from datetime import datetime

from compliance.models import Mail, Work


def work_try_again(*, work: Work | None, now: datetime) -> int:
    """Put a line that was set aside (None: all of them) back to work; returns how many."""
    rows = Work.objects.filter(set_aside=True)
    if work is not None:
        rows = rows.filter(pk=work.pk)
    return rows.update(set_aside=False, tries=0, error="", handed_at=None, asked_at=now)


def mail_try_again(*, mail: Mail, now: datetime) -> None:
    """Send a mail that was given up, from now."""
    Mail.objects.filter(pk=mail.pk).exclude(state=Mail.State.SENT).update(
        state=Mail.State.WAITING, due_at=now, tries=0
    )
