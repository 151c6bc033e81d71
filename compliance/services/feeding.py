"""Files that come by themselves, in a folder or a mailbox: each is submitted, judged and answered.

The answer stands beside the file: `NAME.json` for programs, `NAME.txt` for people. Fed again, the
same bytes are the same BOM and get the answer anew, so it may be stopped at any moment.
"""

import hashlib
import json
import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from pathlib import Path
from typing import Any

from django.db import transaction

from compliance.models import Verdict, Work
from compliance.selectors.tallies import tallies
from compliance.services.judging import work_judge
from compliance.services.submission import bom_judge_request
from procurement.formats.problem import Problem
from procurement.models import Bom, Procurement, User
from procurement.problems import Refused
from procurement.services.boms import as_kept
from procurement.services.remembered import remembered_use
from procurement.services.submission import bom_same, bom_submit, upload_receive

AT_ONCE = 500  # lines
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
"""Endings of files that somebody is still writing."""
NOT_SAID = ("signature.asc", "smime.p7s", "winmail.dat")
"""Attachments that are no files anybody meant to send."""


@dataclass(frozen=True)
class Answer:
    """What came of one file. values: as JSON tells it."""

    values: dict[str, Any]

    @property
    def taken(self) -> bool:
        return self.values["bom"] is not None

    @property
    def text(self) -> str:
        told = self.values
        head = [f"{told['file']} ({told['sha256'][:12]})"]
        if self.taken:
            head += [
                f"BOM {told['bom']}, revision {told['revision']}: {told['lines_total']} lines",
                f"Worst: {told['worst']}. {told['tally']}.",
            ]
        else:
            head.append("Not taken: nothing in it was judged.")
        if used := told["remembered"]:
            said = [f"encoding {used['encoding']}"] if used["encoding"] else []
            said += [f"{each['header']}: {each['field'] or 'not used'}" for each in used["columns"]]
            head.append(
                f"Read as you told us on {used['said_at'][:10]} for sheets with these headers"
                f" ({', '.join(said) or 'another sheet or header row'})."
            )
        lines = [
            f"{place(each)}: {each['verdict']} under {each['rule']}. {each['sentence']}"
            for each in told["verdicts"]
            if each["verdict"] not in ("permitted", "not_applicable")
        ]
        problems = [f"{each['where']}: {each['what']} {each['fix']}" for each in told["problems"]]
        parts = [head, ["What needs attention", *lines] if lines else []]
        parts.append(["Problems", *problems] if problems else [])
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def place(verdict: dict[str, Any]) -> str:
    if verdict["line"] is None:
        return "The counterparty"
    return f"Row {verdict['row']} {verdict['part_number']} ({verdict['maker'] or 'no maker'})"


def file_answer(
    *,
    content: bytes,
    filename: str,
    procurement: Procurement,
    user: User,
    now: datetime,
    remembered: bool = True,
) -> Answer:
    """Submit a file, judge every line of it here and now, and say what came of it.

    remembered: it is read as this person told us to read such sheets, where they did; the answer
    says what of that was used.
    """
    told: dict[str, Any] = {
        "file": filename,
        "sha256": hashlib.sha256(content).hexdigest(),
        "answered_at": now.isoformat(),
        "bom": None,
        "remembered": None,
        "verdicts": [],
    }
    if procurement.organisation is None:
        raise LookupError("a shared procurement takes no BOM")
    try:
        upload = upload_receive(
            organisation=procurement.organisation,
            user=user,
            filename=filename,
            content=content,
            now=now,
        )
        used = remembered_use(upload=upload, user=user) if remembered else None
        mapping = used.mapping if used else None
        told["remembered"] = used and used.told
        with transaction.atomic():
            bom = bom_same(upload=upload, procurement=procurement, mapping=mapping)
            if bom is None:
                name = Path(filename).stem or filename
                bom = bom_submit(
                    upload=upload,
                    procurement=procurement,
                    name=name[:200],
                    user=user,
                    now=now,
                    mapping=mapping,
                    remembered=used.told if used else None,
                )
                bom_judge_request(bom=bom, cause="submitted", now=now, enqueue=_nobody)
    except Refused as refused:
        return Answer(told | {"problems": [as_kept(problem) for problem in refused.problems]})
    _judge(bom, now)
    tally = tallies([bom.pk])[bom.pk]
    of_lines = [
        problem
        for found in bom.lines.exclude(problems=[]).values_list("problems", flat=True)
        for problem in found
    ]
    return Answer(
        told
        | {
            "bom": bom.pk,
            "revision": bom.revision,
            "lines_total": bom.lines_total,
            "worst": tally.worst.key if tally.worst else None,
            "tally": tally.text,
            "problems": [*upload.problems, *bom.problems, *of_lines],
            "non_parts": bom.non_parts,
            "verdicts": list(_verdicts(bom)),
        }
    )


def _nobody(queue: str, work: list[int]) -> bool:
    """It is judged here, so no worker is told. Where this process dies, the sweeper tells one."""
    return False


def _judge(bom: Bom, now: datetime) -> None:
    """Judge what still waits, unless workers are faster. A line that fails is set aside."""
    while True:
        waiting = Work.objects.filter(bom=bom, set_aside=False).order_by("id")
        ids = list(waiting.values_list("id", flat=True)[:AT_ONCE])
        if not ids:
            return
        work_judge(work_ids=ids, now=now)


def _verdicts(bom: Bom) -> Iterator[dict[str, Any]]:
    """Worst first."""
    rows = Verdict.objects.filter(bom=bom).order_by("rank", "line__sequence", "rule")
    for row in rows.select_related("line", "determination").iterator(chunk_size=2_000):
        line = row.line
        yield {
            "line": line and line.pk,
            "row": line and line.row,
            "part_number": line and line.part_number,
            "maker": line and line.maker,
            "rule": row.rule,
            "verdict": row.verdict,
            "would_be": row.would_be,
            "sentence": row.determination.sentence,
        }


def answer_write(answer: Answer, content: bytes, folder: Path) -> Path:
    """Put the file into `folder`/done or failed, its answer beside it; gives where it now is.

    Named with some of its digest, so that two files of one name stay two. The file comes last:
    while it is not there, the answer is not whole.
    """
    into = folder / ("done" if answer.taken else "failed")
    into.mkdir(parents=True, exist_ok=True)
    name = Path(answer.values["file"])
    kept = into / f"{name.stem[:150]}-{answer.values['sha256'][:8]}{name.suffix[:20]}"
    kept.with_name(f"{kept.name}.json").write_text(
        json.dumps(answer.values, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    kept.with_name(f"{kept.name}.txt").write_text(answer.text, encoding="utf-8")
    kept.write_bytes(content)
    return kept


def files_in(folder: Path) -> list[Path]:
    """Files that wait in a folder, oldest first; none that somebody is still writing."""
    waiting = [
        path
        for path in folder.iterdir()
        if path.is_file()
        and not path.is_symlink()
        and not path.name.startswith(".")
        and path.suffix.lower() not in UNFINISHED
    ]
    return sorted(waiting, key=lambda path: (path.stat().st_mtime_ns, path.name))


def is_maildir(path: Path) -> bool:
    return all((path / name).is_dir() for name in ("cur", "new", "tmp"))


def attachments_of(message: Message) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of each attached file."""
    for part in message.walk():
        name = part.get_filename()
        content = None if part.is_multipart() else part.get_payload(decode=True)
        if name and isinstance(content, bytes) and content and name.lower() not in NOT_SAID:
            yield Path(name.replace("\\", "/").replace("\0", "")).name or "attachment", content


class NoAttachment(Refused):
    """A message without a file."""

    def __init__(self, subject: str) -> None:
        what = f"The message “{subject}” has no file attached."
        fix = "Attach the bill of materials as a file."
        super().__init__(Problem("no-attachment", "the message", what, fix))


def messages_in(path: Path) -> Iterator[tuple[mailbox.Mailbox[Any], str, Message]]:
    """(mailbox, key, message) of each message that was not seen, of a Maildir or an mbox file."""
    box: mailbox.Mailbox[Any]
    box = mailbox.Maildir(path, create=False) if path.is_dir() else mailbox.mbox(path, create=False)
    try:
        for key in sorted(box.keys()):
            message = box[key]
            if "S" not in message.get_flags() and "R" not in message.get_flags():
                yield box, key, message
    finally:
        box.close()


def message_seen(box: mailbox.Mailbox[Any], key: str, message: Any) -> None:
    """Mark a message as read, so that it is not fed again."""
    if isinstance(message, mailbox.MaildirMessage):
        message.set_subdir("cur")
    message.add_flag("S" if isinstance(message, mailbox.MaildirMessage) else "R")
    box[key] = message
    box.flush()
