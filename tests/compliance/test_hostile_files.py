"""`manage.py feed` and `judge` hold to one file's bounds, whatever they are given."""

import json
import mailbox
import subprocess
import sys
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from compliance.services import mailboxes
from procurement.formats.support.limits import MAX_BYTES
from procurement.models import Bom, Procurement, User
from procurement.services import reading
from tests.formats.files import SHEET, repacked, xlsx
from tests.source import ROOT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.usefixtures("shared_database"),
]
MOST = 512  # MiB, of any one process
GOOD = b"Part Number,Manufacturer,Description,Qty\nR1,Yageo,Resistor 10k,4\nP1,Acme,Cell,many\n"


def bomb() -> bytes:
    """A workbook whose sheet unpacks to fifty megabytes of blanks."""
    sheet = b"<worksheet>" + b" " * 50_000_000 + b"</worksheet>"
    return repacked(xlsx([["x"]]), {SHEET: sheet})


def text(size: int) -> bytes:
    """Parts that all differ, with very long descriptions."""
    head = "Item,Part Number,Manufacturer,Description,Qty\n"
    rows = (f"{n},PN-{n:07},Maker {n},{n:x}{'t' * 100_000},1\n" for n in range(size // 100_000))
    return (head + "".join(rows)).encode()


def mailed(path: Path, kind: str, content: bytes) -> None:
    message = EmailMessage()
    message["Subject"], message["Status"] = "Our parts", "O"
    message.set_content("See the file.")
    message.add_attachment(content, maintype="text", subtype="csv", filename="radio.csv")
    box = mailbox.Maildir(path) if kind == "Maildir" else mailbox.mbox(path)
    box.add(message)
    box.close()


def feed(path: Path, officer: User, purchase: Procurement) -> None:
    call_command("feed", str(path), "--by", officer.email, "--procurement", purchase.pk)


def told(folder: Path) -> list[dict[str, object]]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


MEASURE = """
import resource, subprocess, sys
ran = subprocess.run(
    [sys.executable, "manage.py", *sys.argv[1:]],
    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
)
print(ran.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.stdout.buffer.write(ran.stdout)
"""
"""A small process between: what a test holds while it starts another counts as that one's too."""


def measured(*words: str) -> tuple[int, int, str]:
    """(exit code, MiB at the most of it or one that it began, what it said) of a command."""
    asked = [sys.executable, "-c", MEASURE, *words]
    ran = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    head, _, said = ran.stdout.partition("\n")
    code, most = map(int, head.split())
    return code, most, said


def test_hostile_files_in_a_folder_are_answered_and_the_rest_goes_on(
    tmp_path: Path, officer: User, purchase: Procurement
) -> None:
    (tmp_path / "a.xlsx").write_bytes(bomb())
    with (tmp_path / "b.csv").open("wb") as large:
        large.truncate(MAX_BYTES + 1)
    (tmp_path / "c.csv").write_bytes(GOOD)
    with pytest.raises(CommandError, match="2 not taken"):
        feed(tmp_path, officer, purchase)
    whats = [each["problems"][0]["what"] for each in told(tmp_path / "failed")]  # type: ignore[index]
    assert "zip bomb" in whats[0]
    assert "larger than 100 MB" in whats[1]
    [kept] = (tmp_path / "failed").glob("b-*.csv")
    assert kept.stat().st_size == MAX_BYTES + 1
    assert Bom.objects.get().lines_total == 2


@pytest.mark.parametrize("kind", ["Maildir", "mbox"])
def test_a_heavy_file_in_a_mailbox_is_answered_as_a_light_one_is(
    tmp_path: Path,
    officer: User,
    purchase: Procurement,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    boxes = [tmp_path / "light", tmp_path / "heavy"]
    answers = []
    for path in boxes:
        if path.name == "heavy":
            monkeypatch.setattr(reading, "HEAVY_BYTES", 1)
            monkeypatch.setattr(mailboxes, "LARGE", 1)
        more = b"" if path.name == "light" else b"\n"
        mailed(path, kind, GOOD + more)
        feed(path, officer, purchase)
        [answer] = told(path.with_name(f"{path.name}-answers") / "done")
        answers.append(
            {key: answer[key] for key in ("file", "lines_total", "tally", "worst", "remembered")}
            | {"problems": [each["code"] for each in answer["problems"]]}  # type: ignore[attr-defined]
        )
        assert not mailboxes.mails_in(path)
    assert answers[0] == answers[1]
    assert Bom.objects.count() == 2
    feed(boxes[1], officer, purchase)
    assert len(told(tmp_path / "heavy-answers" / "done")) == 1


def test_marking_a_message_leaves_all_else_of_the_mailbox_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(
        b"From one@example.com Mon Nov 23 10:00:00 2026\nSubject: One\nStatus: O\n\nfirst\n\n"
        b"From two@example.com Mon Nov 23 11:00:00 2026\nSubject: Two\n\nStatus: of the text\n"
    )
    first, second = mailboxes.mails_in(path)
    mailboxes.mail_seen(first)
    assert mailboxes.mails_in(path) == [second]
    mailboxes.mail_seen(second)
    whole = path.read_text()
    assert whole.count("Status: OR\n") + whole.count("Status: RO\n") == 1
    assert "From one@example.com Mon Nov 23 10:00:00 2026\n" in whole
    assert "\nStatus: R\nSubject: Two\n\nStatus: of the text\n" in whole
    assert not mailboxes.mails_in(path)


def test_judge_refuses_a_zip_bomb_by_name(tmp_path: Path) -> None:
    (tmp_path / "bom.xlsx").write_bytes(bomb())
    code, most, said = measured("judge", str(tmp_path / "bom.xlsx"))
    assert code == 3
    assert "zip bomb" in said
    assert most <= MOST


def test_judge_refuses_more_lines_than_it_can_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bom.csv").write_bytes(GOOD)
    monkeypatch.setattr("compliance.stateless.MOST_LINES", 1)
    with pytest.raises(CommandError, match="2 lines; 1 are judged") as refused:
        call_command("judge", str(tmp_path / "bom.csv"))
    assert refused.value.returncode == 3


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["folder", "Maildir", "mbox"])
def test_the_longest_texts_are_fed_within_their_memory(
    tmp_path: Path, officer: User, purchase: Procurement, kind: str
) -> None:
    path = tmp_path / "in"
    if kind == "folder":
        path.mkdir()
        (path / "radio.csv").write_bytes(text(98_000_000))
    else:
        mailed(path, kind, text(98_000_000))
    by = ("--by", officer.email, "--procurement", str(purchase.pk))
    code, most, said = measured("feed", str(path), *by)
    assert code == 1, said
    answers = path if kind == "folder" else tmp_path / "in-answers"
    [answer] = told(answers / "failed")
    assert "more memory than one file is given" in str(answer["problems"])
    assert most <= MOST


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: text(98_000_000), "more memory"),
        (lambda: GOOD + b"R1,Yageo,Resistor,4\n" * 4_900_000, "filled cells"),
        (lambda: b"PK\x03\x04" + b"PK\x01\x02" * 20_000_000, "ZIP archive"),
    ],
    ids=["long texts", "short rows", "parts listed"],
)
def test_judge_holds_to_its_memory(tmp_path: Path, make: Callable[[], bytes], says: str) -> None:
    (tmp_path / "bom").write_bytes(make())
    code, most, said = measured("judge", str(tmp_path / "bom"), "--format", "json")
    assert code == 3
    assert says in said
    assert most <= MOST
