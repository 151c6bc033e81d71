"""`manage.py lists_load`"""

from typing import Any

from django.core.management.base import BaseCommand

from compliance.services.lists import lists_load


class Command(BaseCommand):
    help = "Loads the lists that Cellgate ships, released. Run again, it changes only what differs."

    def handle(self, *args: Any, **options: Any) -> None:
        for edition in lists_load():
            rows = edition.listings.count()
            self.stdout.write(f"{edition.key:<16} {edition.edition}  {rows} rows")
