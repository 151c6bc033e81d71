"""`manage.py feed PATH --by EMAIL --procurement ID`"""

from argparse import ArgumentParser, BooleanOptionalAction
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from compliance.services import feeding, mailboxes
from procurement.access import own, require
from procurement.models import Procurement, User
from procurement.problems import Refused


class Command(BaseCommand):
    help = (
        "Submits every file of a folder, or every file attached to the unread messages of a "
        "Maildir or mbox, judges it, and puts it with its answer (NAME.json, NAME.txt) into done/ "
        "or failed/. The same file again gets its answer again. Exit 1 where one was not taken."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", metavar="PATH", type=Path, help="a folder, Maildir or mbox")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who submits")
        parser.add_argument(
            "--procurement", required=True, type=int, metavar="ID", help="the purchase it is for"
        )
        parser.add_argument(
            "--answers",
            type=Path,
            metavar="FOLDER",
            help="where done/ and failed/ are made: the folder itself, or PATH-answers for mail",
        )

        parser.add_argument(
            "--remembered",
            action=BooleanOptionalAction,
            default=True,
            help="read files as this person told us to read sheets like them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"{path} is not there.")
        self.user, self.procurement = self._who(options["by"], options["procurement"])
        self.failed = 0
        self.remembered: bool = options["remembered"]
        mail = path.is_file() or mailboxes.is_maildir(path)
        beside = path.with_name(f"{path.name}-answers") if mail else path
        self.answers: Path = options["answers"] or beside
        if mail:
            self._mail(path)
        else:
            for file in feeding.files_in(path):
                self._feed(file.name, file)
        if self.failed:
            raise CommandError(f"{self.failed} not taken: see {self.answers / 'failed'}.")

    def _who(self, email: str, procurement: int) -> tuple[User, Procurement]:
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"There is nobody with the address {email}.")
        try:
            require(user, "submit")
            found = own(Procurement.objects.all(), user).filter(pk=procurement).first()
        except PermissionDenied as error:
            raise CommandError(f"{email}: {error}") from error
        if found is None:
            raise CommandError(f"There is no procurement {procurement} of their organisation.")
        return user, found

    def _mail(self, path: Path) -> None:
        for mail in mailboxes.mails_in(path):
            with self._refusals_told():
                self._attached(mail)
            with self._refusals_told():
                mailboxes.mail_seen(mail)

    def _attached(self, mail: mailboxes.Mail) -> None:
        with TemporaryDirectory() as folder:
            subject, names = mailboxes.mail_open(mail, Path(folder))
            for number, name in enumerate(names):
                self._feed(name, Path(folder, str(number)))
        if not names:
            raise mailboxes.NoAttachment(subject)

    @contextmanager
    def _refusals_told(self) -> Iterator[None]:
        """A message that cannot be taken does not keep the others waiting."""
        try:
            yield
        except Refused as refused:
            self.failed += 1
            self.stderr.write(str(refused))

    def _feed(self, name: str, file: Path) -> None:
        answer = feeding.file_answer(
            file=file,
            filename=name,
            procurement=self.procurement,
            user=self.user,
            clock=timezone.now,
            remembered=self.remembered,
        )
        kept = feeding.answer_write(answer, file, self.answers)
        self.failed += not answer.taken
        self.stdout.write(f"{kept}: {answer.values.get('tally') or 'not taken'}")
