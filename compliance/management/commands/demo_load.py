"""`manage.py demo_load`"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from compliance.demo.load import demo_load
from compliance.tasks import enqueue_work


class Command(BaseCommand):
    help = (
        "Loads the demo, once: two organisations, their purchases, and sign-ins with passwords "
        "made up on the spot, which are kept in .var/demo-sign-ins.txt. A second time does nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        sign_ins = settings.VAR / "demo-sign-ins.txt"
        people = demo_load(now=timezone.now(), enqueue=enqueue_work, sign_ins=sign_ins)
        if people is None:
            self.stdout.write(f"The demo is here already. Its sign-ins are in {sign_ins}")
            return
        self.stdout.write(f"The demo is loaded. Sign in as (also in {sign_ins}):")
        self.stdout.writelines(f"  {sign_in}\n" for sign_in in people.sign_ins)
