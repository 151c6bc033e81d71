"""Messages of a Maildir or an mbox file, and what is attached to them.

A large message is opened by a small process (`procurement.services.apart`): its text, its lines and
its file together take several times its size.
"""

import binascii
import hashlib
import mailbox
import re
from collections.abc import Iterator
from contextlib import closing, suppress
from email import message_from_bytes
from email.message import Message
from email.parser import BytesFeedParser
from pathlib import Path
from typing import Any, NamedTuple

from procurement.formats.problem import Problem
from procurement.problems import Refused
from procurement.services.apart import answered, apart

LARGE = 8 * 1024 * 1024
"""Bytes of a message. What is larger is opened apart."""
PIECE = 65_536
LONGEST_HEAD = 1024 * 1024
HEAD = re.compile(rb".*?\n(?=\r?\n)", re.DOTALL)
STATUS = re.compile(rb"^status:.*\n", re.IGNORECASE | re.MULTILINE)
NOT_SAID = ("signature.asc", "smime.p7s", "winmail.dat")
"""Attachments that are no files anybody meant to send."""
PROGRAM = (
    "import django; django.setup(); from compliance.services import mailboxes; mailboxes.{}_here()"
)


class Mail(NamedTuple):
    """A message that was not seen. key: for a Maildir its unique name, for an mbox the digest of
    its head, so that it is found again where other messages came or went meanwhile.
    """

    path: Path
    key: str
    size: int


class NoAttachment(Refused):
    """A message without a file."""

    def __init__(self, subject: str) -> None:
        what = f"The message “{subject}” has no file attached."
        fix = "Attach the bill of materials as a file."
        super().__init__(Problem("no-attachment", "the message", what, fix))


def is_maildir(path: Path) -> bool:
    return all((path / name).is_dir() for name in ("cur", "new", "tmp"))


def mails_in(path: Path) -> list[Mail]:
    """The messages of a Maildir or an mbox file that were not seen, in their order."""
    if path.is_dir():
        return [
            Mail(path, key, file.stat().st_size)
            for key, flags, file in sorted(_maildir(path))
            if not {"S", "R"} & set(flags)
        ]
    found = []
    with closing(mailbox.mbox(path, create=False)) as box:
        for number in box.keys():  # noqa: SIM118 (no dict)
            head = _head(box, number)
            if "R" not in str(message_from_bytes(head)["Status"]):
                file = box.get_file(number)
                file.seek(0, 2)
                found.append(Mail(path, _digest(head), file.tell()))
    return found


def mail_open(mail: Mail, folder: Path) -> tuple[str, list[str]]:
    """Its subject, and the names of its attached files, which are put into `folder` by number.

    Raises Refused where it takes more memory or time than one file is given.
    """
    if mail.size <= LARGE:
        return _opened(mail, folder)
    subject, names = apart(PROGRAM.format("opened"), [*_told(mail), str(folder)], [])
    return subject, names


def mail_seen(mail: Mail) -> None:
    """Mark it as read, so that it is not fed again. One that is gone meanwhile is left alone.

    Raises Refused as `mail_open` does, and where another program holds the mailbox.
    """
    if mail.path.is_dir():
        for key, flags, file in _maildir(mail.path):
            if key == mail.key:
                marks = "".join(sorted({*flags, "S"}))
                file.rename(mail.path / "cur" / f"{key}:2,{marks}")
    elif mail.size <= LARGE:
        _mark(mail)
    else:
        apart(PROGRAM.format("mark"), _told(mail), [])


def _maildir(path: Path) -> Iterator[tuple[str, str, Path]]:
    """(unique name, flags, file) of each message."""
    for folder in ("new", "cur"):
        for file in list((path / folder).iterdir()):
            if file.is_file() and not file.name.startswith("."):
                key, _, flags = file.name.partition(":2,")
                yield key, flags, file


def _head(box: "mailbox.mbox", number: str) -> bytes:
    """The line that begins a message in an mbox, and its headers."""
    text = box.get_file(number, from_=True).read(LONGEST_HEAD)
    found = HEAD.match(text)
    return found[0] if found else text


def _digest(head: bytes) -> str:
    return hashlib.sha256(head).hexdigest()


def _numbered(box: "mailbox.mbox", key: str) -> Iterator[tuple[str, bytes]]:
    """The number that a message has now, and its head; none where it is gone."""
    for number in box.keys():  # noqa: SIM118 (no dict)
        head = _head(box, number)
        if _digest(head) == key:
            yield number, head
            return


def _opened(mail: Mail, folder: Path) -> tuple[str, list[str]]:
    message = _parsed(mail)
    names: list[str] = []
    for part in message.walk():
        name = part.get_filename()
        content = None if part.is_multipart() or not name else _content(part)
        if name and content and name.lower() not in NOT_SAID:
            (folder / str(len(names))).write_bytes(content)
            names.append(Path(name.replace("\\", "/").replace("\0", "")).name or "attachment")
    return str(message["Subject"] or ""), names


def _parsed(mail: Mail) -> Message:
    parser = BytesFeedParser()
    if mail.path.is_dir():
        for key, _, file in _maildir(mail.path):
            if key == mail.key:
                with file.open("rb") as text:
                    while piece := text.read(PIECE):
                        parser.feed(piece)
        return parser.close()
    with closing(mailbox.mbox(mail.path, create=False)) as box:
        for number, _ in _numbered(box, mail.key):
            part = box.get_file(number)
            while piece := part.read(PIECE):
                parser.feed(piece)
    return parser.close()


def _content(part: Message) -> bytes:
    """Its bytes. Base64 as mail programs write it is decoded in one step, without its lines."""
    if str(part["Content-Transfer-Encoding"]).strip().lower() == "base64":
        with suppress(ValueError):
            return binascii.a2b_base64(str(part.get_payload()))
    return bytes(part.get_payload(decode=True))  # type: ignore[arg-type]


def _mark(mail: Mail) -> None:
    """Put the mark into the message's head, in an mbox."""
    with closing(mailbox.mbox(mail.path, create=False)) as box:
        try:
            box.lock()
        except mailbox.ExternalClashError as error:
            what = f"Another program holds {mail.path.name}, so nothing in it could be marked."
            raise Refused(Problem("locked", "the mailbox", what, "Feed it again later.")) from error
        for number, head in _numbered(box, mail.key):
            flags = "".join({*str(message_from_bytes(head)["Status"] or ""), "R"})
            first, _, rest = STATUS.sub(b"", head).partition(b"\n")
            whole = box.get_bytes(number, from_=True)
            marked = b"%b\nStatus: %b\n%b%b" % (first, flags.encode(), rest, whole[len(head) :])
            del whole
            box[number] = marked
            box.flush()


# --- in the process of its own --------------------------------------------------------------------
def _told(mail: Mail) -> list[Any]:
    return [str(mail.path), mail.key, mail.size]


def opened_here() -> None:
    answered(lambda path, key, size, folder: _opened(Mail(Path(path), key, size), Path(folder)))


def mark_here() -> None:
    answered(lambda path, key, size: _mark(Mail(Path(path), key, size)))
