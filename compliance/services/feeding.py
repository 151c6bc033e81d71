"""Files that come by themselves, in a folder or a mailbox: each is submitted, judged and answered.

The answer stands beside the file: `NAME.json` for programs, `NAME.txt` for people. Fed again, the
same bytes are the same BOM and get the answer anew, so it may be stopped at any moment. A heavy
file takes the road of one sent to the pages (`services.long_files`), with us as its worker.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from compliance.models import Submission, Verdict, Work
from compliance.selectors.tallies import tallies
from compliance.services.judging import work_judge
from compliance.services.long_files import TRIES, submission_request, submission_run
from compliance.services.submission import bom_judge_request
from procurement.formats.problem import Problem
from procurement.models import Bom, Organisation, Procurement, Upload, User
from procurement.problems import Refused
from procurement.services.boms import as_kept
from procurement.services.bounded import upload_lines_bounded
from procurement.services.reading import is_heavy
from procurement.services.remembered import remembered_use
from procurement.services.submission import (
    bom_same,
    bom_submit,
    check_size,
    upload_keep,
    upload_receive,
)

AT_ONCE = 500  # lines
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
"""Endings of files that somebody is still writing."""

Told = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came of one file. values: as JSON tells it, less its problems and its verdicts, of which
    there may be a million: they are told one by one.
    """

    values: Told
    problems: Callable[[], Iterable[Told]]
    verdicts: Callable[[], Iterable[Told]]

    @property
    def taken(self) -> bool:
        return self.values["bom"] is not None

    def as_json(self) -> Iterator[str]:
        yield json.dumps(self.values, ensure_ascii=False, indent=1).removesuffix("\n}")
        for name, each_of in (("problems", self.problems), ("verdicts", self.verdicts)):
            yield f',\n "{name}": ['
            for number, each in enumerate(each_of()):
                yield f"{',' if number else ''}\n  {json.dumps(each, ensure_ascii=False)}"
            yield "]"
        yield "\n}\n"

    def as_text(self) -> Iterator[str]:
        told = self.values
        yield f"{told['file']} ({told['sha256'][:12]})\n"
        if self.taken:
            yield f"BOM {told['bom']}, revision {told['revision']}: {told['lines_total']} lines\n"
            yield f"Worst: {told['worst']}. {told['tally']}.\n"
        else:
            yield "Not taken: nothing in it was judged.\n"
        if used := told["remembered"]:
            said = [f"encoding {used['encoding']}"] if used["encoding"] else []
            said += [f"{each['header']}: {each['field'] or 'not used'}" for each in used["columns"]]
            yield (
                f"Read as you told us on {used['said_at'][:10]} for sheets with these headers"
                f" ({', '.join(said) or 'another sheet or header row'}).\n"
            )
        yield from _titled(
            "What needs attention",
            (
                f"{place(each)}: {each['verdict']} under {each['rule']}. {each['sentence']}\n"
                for each in self.verdicts()
                if each["verdict"] not in ("permitted", "not_applicable")
            ),
        )
        yield from _titled(
            "Problems",
            (f"{each['where']}: {each['what']} {each['fix']}\n" for each in self.problems()),
        )


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines below their title; nothing where there are none."""
    for number, line in enumerate(lines):
        if not number:
            yield f"\n{title}\n"
        yield line


def place(verdict: dict[str, Any]) -> str:
    if verdict["line"] is None:
        return "The counterparty"
    return f"Row {verdict['row']} {verdict['part_number']} ({verdict['maker'] or 'no maker'})"


def file_answer(
    *,
    file: Path,
    filename: str,
    procurement: Procurement,
    user: User,
    clock: Callable[[], datetime],
    remembered: bool = True,
) -> Answer:
    """Submit a file, judge every line of it here and now, and say what came of it.

    remembered: it is read as this person told us to read such sheets, where they did; the answer
    says what of that was used.
    """
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    told: Told = {
        "file": filename,
        "sha256": sha256,
        "bom": None,
        "remembered": None,
    }
    if procurement.organisation is None:
        raise LookupError("a shared procurement takes no BOM")
    sent = _Sent(file, filename, procurement.organisation, procurement, user, remembered)
    try:
        bom, upload, told["remembered"] = _submitted(sent, clock)
    except Refused as refused:
        problems = [as_kept(problem) for problem in refused.problems]
        return Answer(told | _answered(clock), lambda: problems, tuple)
    _judge(bom, clock)
    tally = tallies([bom.pk])[bom.pk]
    told |= {
        "bom": bom.pk,
        "revision": bom.revision,
        "lines_total": bom.lines_total,
        "worst": tally.worst.key if tally.worst else None,
        "tally": tally.text,
        "non_parts": bom.non_parts,
    }
    return Answer(told | _answered(clock), lambda: _problems(upload, bom), lambda: _verdicts(bom))


def _answered(clock: Callable[[], datetime]) -> Told:
    return {"answered_at": clock().isoformat()}


@dataclass(frozen=True)
class _Sent:
    file: Path
    filename: str
    organisation: Organisation
    procurement: Procurement
    user: User
    remembered: bool

    @property
    def name(self) -> str:
        return (Path(self.filename).stem or self.filename)[:200]


def _submitted(sent: _Sent, clock: Callable[[], datetime]) -> tuple[Bom, Upload, Told | None]:
    """The BOM, the file it was made of, and what of its reading its sender told us earlier."""
    check_size(sent.file.stat().st_size)
    content = sent.file.read_bytes()
    kept: Told = {
        "organisation": sent.organisation,
        "user": sent.user,
        "filename": sent.filename,
        "now": clock(),
    }
    if is_heavy(content):
        upload = upload_keep(content=content, **kept)
        del content
        return _submitted_apart(sent, upload, clock)
    upload = upload_receive(content=content, **kept)
    used = remembered_use(upload=upload, user=sent.user) if sent.remembered else None
    mapping = used.mapping if used else None
    now = clock()
    with transaction.atomic():
        bom = bom_same(upload=upload, procurement=sent.procurement, mapping=mapping)
        if bom is None:
            bom = bom_submit(
                upload=upload,
                procurement=sent.procurement,
                name=sent.name,
                user=sent.user,
                now=now,
                mapping=mapping,
                remembered=used.told if used else None,
            )
            bom_judge_request(bom=bom, cause="submitted", now=now, enqueue=_nobody)
    return bom, upload, used and {**used.told}


def _submitted_apart(
    sent: _Sent, upload: Upload, clock: Callable[[], datetime]
) -> tuple[Bom, Upload, Told | None]:
    """As a worker does it. Nobody else is told, unless we are not heard of for some minutes."""
    asked = submission_request(
        upload=upload,
        procurement=sent.procurement,
        name=sent.name,
        user=sent.user,
        now=clock(),
        hand=lambda _: True,
        as_told=sent.remembered,
    )
    for _ in range(TRIES):
        submission_run(
            submission_id=asked.pk, clock=clock, enqueue=_nobody, reader=upload_lines_bounded
        )
        asked.refresh_from_db(fields=["state", "bom", "problems"])
        if asked.state != Submission.State.WAITING:
            break
    if asked.bom is None:
        refused = [Problem(**problem) for problem in asked.problems]
        raise Refused(*(refused or [UNDER_WAY]))
    read = Upload.objects.get(boms=asked.bom)
    return asked.bom, read, (read.reading or {}).get("remembered")


UNDER_WAY = Problem(
    "under-way",
    "the file",
    "It was sent on another way too: a worker reads it now, or somebody cancelled that.",
    "Feed it again for its answer.",
)


def _nobody(queue: str, work: list[int]) -> bool:
    """It is judged here, so no worker is told. Where this process dies, the sweeper tells one."""
    return False


def _judge(bom: Bom, clock: Callable[[], datetime]) -> None:
    """Judge what still waits, unless workers are faster. A line that fails is set aside."""
    while True:
        waiting = Work.objects.filter(bom=bom, set_aside=False).order_by("id")
        ids = list(waiting.values_list("id", flat=True)[:AT_ONCE])
        if not ids:
            return
        work_judge(work_ids=ids, now=clock())


VERDICT = {
    "line": "line_id",
    "row": "line__row",
    "part_number": "line__part_number",
    "maker": "line__maker",
    "rule": "rule",
    "verdict": "verdict",
    "would_be": "would_be",
    "sentence": "determination__sentence",
}
"""What is told of a verdict, and where it stands. No more is fetched: there may be a million."""


def _verdicts(bom: Bom) -> Iterator[Told]:
    """Worst first."""
    rows = Verdict.objects.filter(bom=bom).order_by("rank", "line__sequence", "rule")
    for row in rows.values_list(*VERDICT.values()).iterator(chunk_size=2_000):
        yield dict(zip(VERDICT, row, strict=True))


def _problems(upload: Upload, bom: Bom) -> Iterator[Told]:
    yield from upload.problems
    yield from bom.problems
    of_lines = bom.lines.exclude(problems=[]).order_by("sequence")
    for found in of_lines.values_list("problems", flat=True).iterator(chunk_size=2_000):
        yield from found


def answer_write(answer: Answer, file: Path, folder: Path) -> Path:
    """Move the file into `folder`/done or failed, its answer beside it; gives where it now is.

    Named with some of its digest, so that two files of one name stay two. The file comes last:
    while it is not there, the answer is not whole.
    """
    into = folder / ("done" if answer.taken else "failed")
    into.mkdir(parents=True, exist_ok=True)
    name = Path(answer.values["file"])
    kept = into / f"{name.stem[:150]}-{answer.values['sha256'][:8]}{name.suffix[:20]}"
    for ending, pieces in (("json", answer.as_json()), ("txt", answer.as_text())):
        with kept.with_name(f"{kept.name}.{ending}").open("w", encoding="utf-8") as out:
            out.writelines(pieces)
    shutil.move(file, kept)
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
