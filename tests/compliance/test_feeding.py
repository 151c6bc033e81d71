"""`manage.py feed`: a folder or a mailbox of files, each answered beside it."""

import json
import mailbox
from datetime import timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from compliance.models import Verdict, Work
from compliance.services import feeding
from procurement.models import Bom, Procurement, Role, User
from procurement.services.drafts import draft_read, draft_start
from procurement.services.submission import upload_receive
from tests import factory
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]
CSV = (
    b"Part Number,Manufacturer,Description,Qty\n"
    b"R1,Yageo,Resistor 10k,4\n"
    b",,,9\n"
    b"P1,Acme,Li-ion battery pack,1\n"
)


def feed(path: Path, officer: User, purchase: Procurement, *more: str) -> None:
    call_command("feed", str(path), "--by", officer.email, "--procurement", purchase.pk, *more)


def answer_in(folder: Path) -> dict[str, object]:
    [found] = folder.glob("*.json")
    told: dict[str, object] = json.loads(found.read_text())
    return told


def test_each_file_is_judged_and_answered_beside_it(
    tmp_path: Path, officer: User, purchase: Procurement
) -> None:
    (tmp_path / "radio.csv").write_bytes(CSV)
    feed(tmp_path, officer, purchase)
    bom = Bom.objects.get()
    assert not Work.objects.filter(bom=bom).exists()
    told = answer_in(tmp_path / "done")
    assert (told["bom"], told["lines_total"], told["file"]) == (bom.pk, 2, "radio.csv")
    assert told["worst"] == "insufficient_information"
    verdicts, problems = told["verdicts"], told["problems"]
    assert isinstance(verdicts, list)
    assert isinstance(problems, list)
    assert len(verdicts) == Verdict.objects.filter(bom=bom).count()
    assert [each["code"] for each in problems if each["row"] == 3] == ["part-not-named"]
    [text] = (tmp_path / "done").glob("*.txt")
    assert "Row 4 P1 (Acme): insufficient_information" in text.read_text()
    assert "row 3" in text.read_text()
    [kept] = (tmp_path / "done").glob("*.csv")
    assert kept.read_bytes() == CSV
    assert not list(tmp_path.glob("*.csv"))


def test_each_moment_is_told_as_it_was_when_it_came(
    tmp_path: Path, officer: User, purchase: Procurement
) -> None:
    (tmp_path / "radio.csv").write_bytes(CSV)
    moments = (NOW + timedelta(hours=hours) for hours in count())
    answer = feeding.file_answer(
        file=tmp_path / "radio.csv",
        filename="radio.csv",
        procurement=purchase,
        user=officer,
        clock=moments.__next__,
    )
    bom = Bom.objects.get()
    assert bom.judged_at
    assert bom.submitted_at < bom.judged_at
    assert bom.judged_at.isoformat() < answer.values["answered_at"]


def test_a_file_that_is_no_bom_is_answered_too_and_the_rest_goes_on(
    tmp_path: Path, officer: User, purchase: Procurement
) -> None:
    (tmp_path / "a letter.txt").write_bytes(b"Dear all,\nplease find nothing here.\n")
    (tmp_path / "radio.csv").write_bytes(CSV)
    with pytest.raises(CommandError, match="1 not taken"):
        feed(tmp_path, officer, purchase)
    told = answer_in(tmp_path / "failed")
    assert told["bom"] is None
    assert told["problems"]
    assert Bom.objects.count() == 1


def test_fed_again_it_is_the_same_bom_and_the_same_answer(
    tmp_path: Path, officer: User, purchase: Procurement
) -> None:
    for name in ("radio.csv", "radio.csv"):
        (tmp_path / name).write_bytes(CSV)
        feed(tmp_path, officer, purchase)
    assert answer_in(tmp_path / "done")["bom"] == Bom.objects.get().pk


def test_two_files_of_one_name_keep_both_answers(
    tmp_path: Path, officer: User, purchase: Procurement
) -> None:
    for content in (CSV, CSV + b"R2,Yageo,Resistor 1k,1\n"):
        (tmp_path / "radio.csv").write_bytes(content)
        feed(tmp_path, officer, purchase)
    assert len(list((tmp_path / "done").glob("*.json"))) == 2
    assert Bom.objects.count() == 2


def test_what_is_still_being_written_is_left_alone(
    tmp_path: Path, officer: User, purchase: Procurement
) -> None:
    for name in ("radio.csv.part", ".radio.csv"):
        (tmp_path / name).write_bytes(CSV)
    feed(tmp_path, officer, purchase)
    assert not Bom.objects.exists()
    assert len(list(tmp_path.iterdir())) == 2


def message(*files: tuple[str, bytes]) -> EmailMessage:
    told = EmailMessage()
    told["Subject"] = "Our parts"
    told["From"] = "supplier@example.com"
    told.set_content("See the file.")
    for name, content in files:
        told.add_attachment(content, maintype="text", subtype="csv", filename=name)
    return told


@pytest.mark.parametrize("kind", ["Maildir", "mbox"])
def test_attachments_are_fed_once_and_the_message_is_marked(
    tmp_path: Path, officer: User, purchase: Procurement, kind: str
) -> None:
    path = tmp_path / "box"
    box: mailbox.Mailbox[mailbox.Message]
    box = mailbox.Maildir(path) if kind == "Maildir" else mailbox.mbox(path)  # type: ignore[assignment]
    box.add(message(("../../radio.csv", CSV)))
    box.flush()
    feed(path, officer, purchase)
    assert answer_in(tmp_path / "box-answers" / "done")["file"] == "radio.csv"
    for answer in (tmp_path / "box-answers" / "done").iterdir():
        answer.unlink()
    feed(path, officer, purchase)
    assert not list((tmp_path / "box-answers" / "done").iterdir())
    assert Bom.objects.count() == 1


def test_a_message_without_a_file_is_named(
    tmp_path: Path, officer: User, purchase: Procurement, capsys: pytest.CaptureFixture[str]
) -> None:
    mailbox.Maildir(tmp_path / "box").add(message())
    with pytest.raises(CommandError, match="1 not taken"):
        feed(tmp_path / "box", officer, purchase)
    assert "“Our parts” has no file attached" in capsys.readouterr().err


def test_who_may_not_submit_feeds_nothing(tmp_path: Path, purchase: Procurement) -> None:
    assert purchase.organisation is not None
    (tmp_path / "radio.csv").write_bytes(CSV)
    auditor = factory.user(purchase.organisation, role=Role.AUDITOR)
    stranger = factory.user(factory.organisation())
    for person, why in ((auditor, "does not allow"), (stranger, "no procurement")):
        with pytest.raises(CommandError, match=why):
            feed(tmp_path, person, purchase)
    assert (tmp_path / "radio.csv").exists()
    assert not Bom.objects.exists()


def test_a_file_is_read_as_its_sender_told_us_on_the_pages(
    tmp_path: Path, officer: User, purchase: Procurement
) -> None:
    odd = CSV.replace(b"Manufacturer", b"Thing")
    upload = upload_receive(
        organisation=officer.membership.organisation, user=officer, filename="first.csv",
        content=odd + b"P2,Acme,Cell,1\n", now=NOW,
    )  # fmt: skip
    draft = draft_start(upload=upload, user=officer, now=NOW)
    draft_read(draft=draft, user=officer, now=NOW, columns={1: "maker"})
    (tmp_path / "radio.csv").write_bytes(odd)
    feed(tmp_path, officer, purchase)
    used = answer_in(tmp_path / "done")["remembered"]
    assert isinstance(used, dict)
    assert used["said_at"].startswith("2026-11-22")
    assert used["columns"] == [{"column": 1, "header": "Thing", "field": "maker"}]
    [text] = (tmp_path / "done").glob("*.txt")
    assert "as you told us on 2026-11-22" in text.read_text()
    assert "Thing: maker" in text.read_text()
    assert [line.maker for line in Bom.objects.get().lines.all()] == ["Yageo", "Acme"]
    for answer in (tmp_path / "done").iterdir():
        answer.unlink()
    (tmp_path / "radio.csv").write_bytes(odd)
    feed(tmp_path, officer, purchase, "--no-remembered")
    assert answer_in(tmp_path / "done")["remembered"] is None
    assert [line.maker for line in Bom.objects.latest("id").lines.all()] == ["", ""]
