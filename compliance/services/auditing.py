"""The audit report of a BOM, filled in from what stands in the database."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from compliance.law.confidence import unsettled
from compliance.law.readings import READINGS
from compliance.law.rules import BY_ID, RULES
from compliance.law.settled import Text, texts
from compliance.models import (
    Determination,
    Edition,
    Proof,
    ReadingChoice,
    Verdict,
    VerdictChange,
)
from compliance.reports import parts
from compliance.reports.audit import AuditReport
from procurement.formats.problem import Problem
from procurement.models import Bom, Line, Procurement

NOT_FACTS = {"id", "organisation", "true_from", "true_to", "known_from", "payments", "systems"}


def audit_report(*, bom: Bom, now: datetime, since: datetime | None = None) -> AuditReport:
    """What stands for a BOM at `now`, with what moved after `since` (None: the first report)."""
    proofs = Proofs(bom)
    lines = tuple(_lines(bom, proofs))
    return AuditReport(
        number=f"AR-{bom.pk}-{now:%Y%m%d%H%M%S}",
        organisation=bom.organisation.name,
        bom=bom.name,
        revision=str(bom.revision),
        file=_file(bom, lines),
        generated_at=now.replace(microsecond=0),
        true_on=now.date(),
        known_on=now.date(),
        procurement=tuple(_procurement(bom.procurement)),
        rules=tuple(
            parts.RuleVersion(
                rule.id, rule.cite, rule.title, rule.version, rule.confidence, rule.reread_by
            )
            for rule in RULES
        ),
        editions=tuple(_editions()),
        lines=lines,
        readings=tuple(_readings(bom)),
        waivers=tuple(_waivers(bom, proofs)),
        changes=tuple(_changes(bom, since)) if since is not None else (),
        since=since,
        problems=tuple(_problem(each) for each in bom.problems),
    )


def _file(bom: Bom, lines: tuple[parts.LineResult, ...]) -> parts.SubmittedFile:
    upload = bom.upload
    return parts.SubmittedFile(
        name=upload.filename if upload else "rows sent by a program",
        sha256=upload.sha256 if upload else "",
        size=upload.size if upload else 0,
        submitted_by=str(bom.submitted_by or "a program"),
        submitted_at=bom.submitted_at,
        lines=len(lines),
    )


def _procurement(procurement: Procurement) -> Iterator[parts.Fact]:
    for field in Procurement._meta.concrete_fields:
        if field.name in NOT_FACTS:
            continue
        value = getattr(procurement, field.name)
        if field.choices and value is not None:
            value = getattr(procurement, f"get_{field.name}_display")()
        yield parts.Fact(str(field.verbose_name).capitalize(), _told(value))
    payments = procurement.payments
    yield parts.Fact("Payments", None if payments is None else ", ".join(payments) or "none")


def _told(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return value.isoformat() if isinstance(value, date) else str(value)


class Proofs:
    """What a report shows of each proof, parsed once: many lines share one."""

    def __init__(self, bom: Bom) -> None:
        digests = Verdict.objects.filter(bom=bom).values("proof_digest")
        self.findings: dict[str, dict[str, Any]] = {}
        self.steps: dict[str, tuple[parts.Step, ...]] = {}
        proofs = Proof.objects.filter(digest__in=digests).select_related("dossier")
        for proof in proofs.iterator(chunk_size=200):
            finding = json.loads(proof.body)["finding"]
            self.findings[proof.digest] = finding
            known = texts(finding["rule"], finding["version"])
            self.steps[proof.digest] = tuple(_steps(finding["steps"], known, 0))


def _lines(bom: Bom, proofs: Proofs) -> Iterator[parts.LineResult]:
    findings: dict[int | None, list[parts.Finding]] = {}
    verdicts = Verdict.objects.filter(bom=bom).select_related("determination").order_by("pk")
    for verdict in verdicts.iterator(chunk_size=500):
        findings.setdefault(verdict.line_id, []).append(_finding(verdict.determination, proofs))
    order = {rule.id: place for place, rule in enumerate(RULES)}
    for each in findings.values():
        each.sort(key=lambda finding: order.get(finding.rule, len(order)))
    if None in findings:
        party = bom.procurement.counterparty
        yield parts.LineResult(
            parts.COUNTERPARTY,
            party.name if party else "not told",
            "",
            "",
            "",
            tuple(findings[None]),
        )
    for line in Line.objects.filter(bom=bom).order_by("sequence").iterator(chunk_size=2000):
        quantity = "" if line.quantity is None else f"{line.quantity.normalize():f} {line.unit}"
        yield parts.LineResult(
            line.label,
            line.part_number,
            line.description,
            line.maker,
            quantity.strip(),
            tuple(findings.get(line.pk, ())),
        )


def _finding(made: Determination, proofs: Proofs) -> parts.Finding:
    rule = BY_ID.get(made.rule)
    return parts.Finding(
        rule=made.rule,
        cite=rule.cite if rule else made.rule,
        verdict=made.verdict,
        sentence=made.sentence,
        would_be=made.would_be or None,
        hinge=proofs.findings[made.proof_id]["hinge"],
        on=made.on,
        steps=proofs.steps[made.proof_id],
        missing=tuple(parts.Question(each["fact"], each["question"]) for each in made.missing),
        citations=(parts.Citation(rule.cite, rule.title, rule.confidence),) if rule else (),
        flags=tuple(made.flags),
        advisories=tuple(each["says"] for each in made.advisories),
        determination=str(made.pk),
        digest=made.proof_id,
    )


def _steps(
    steps: list[dict[str, Any]], known: Mapping[tuple[str, str], Text], depth: int
) -> Iterator[parts.Step]:
    """known: how settled the text of each clause is; what is not says so after its words."""
    for step in steps:
        text = known.get((step["role"], step["cite"]))
        doubt = unsettled(text.confidence) if text else ""
        says = f"{step['says']} [{doubt}]" if doubt else step["says"]
        told = step["told"]
        detail = "; ".join(f"{key}: {value}" for key, value in told["detail"])
        yield parts.Step(step["cite"], says, told["answer"], detail, depth)
        yield from _steps(step["steps"], known, depth + 1)


def _editions() -> Iterator[parts.EditionRead]:
    for edition in Edition.objects.filter(state=Edition.State.RELEASED).order_by("key", "edition"):
        yield parts.EditionRead(
            key=edition.key,
            title=edition.key,
            edition=edition.edition,
            published=edition.register_date,
            known=edition.known_from.date(),
            source=edition.url,
            confidence=edition.confidence,
            covers=edition.covers,
            entries=edition.listings.count(),
            read_by=edition.read_by,
        )


def _readings(bom: Bom) -> Iterator[parts.ReadingChosen]:
    chosen = {
        row.key: row for row in ReadingChoice.objects.filter(organisation=bom.organisation_id)
    }
    for reading in READINGS:
        row = chosen.get(reading.key)
        yield parts.ReadingChosen(
            reading.cite,
            reading.question,
            row.alternative if row else reading.conservative,
            str(row.chosen_by) if row else "default",
        )


def _waivers(bom: Bom, proofs: Proofs) -> Iterator[parts.WaiverRecord]:
    """Each waiver as submitted, and what the rule found of it wherever it was asked."""
    waivers = list(bom.procurement.waivers.select_related("part").order_by("granted", "pk"))
    judged = _waivers_judged(bom, proofs) if waivers else {}
    for waiver in waivers:
        counts, why = judged.get(waiver.pk, (False, "no line was judged under it"))
        yield parts.WaiverRecord(
            number=f"W-{waiver.pk}",
            cite=BY_ID[waiver.rule].cite if waiver.rule in BY_ID else waiver.rule,
            grantor=waiver.get_grantor_display(),
            subject=str(waiver.part) if waiver.part else waiver.system,
            granted=waiver.granted,
            ends=waiver.ends,
            ground=waiver.ground,
            counts=counts,
            why=why,
        )


def _waivers_judged(bom: Bom, proofs: Proofs) -> dict[int, tuple[bool, str]]:
    """Waiver id → does it count for any line, and if not, the clause it breaks."""
    found: dict[int, tuple[bool, str]] = {}
    made = Determination.objects.filter(
        pk__in=Verdict.objects.filter(bom=bom).values("determination")
    )
    for each in made.select_related("provenance"):
        refs = {
            path: int(ref.partition(":")[2])
            for path, refs in each.sources.items()
            for ref in refs
            if ref.startswith("waiver:")
        }
        for step in proofs.findings[each.proof_id]["steps"] if refs else ():
            if step["role"] != "waiver":
                continue
            wrong = dict(step["told"]["detail"])
            rests = {rest["path"] for rest in step["told"]["rests"]}
            for path, pk in refs.items():
                if path in wrong:
                    found.setdefault(pk, (False, wrong[path]))
                elif path in rests:
                    found[pk] = (True, f"{step['cite']}: it is in force and covers the battery")
    return found


def _changes(bom: Bom, since: datetime) -> Iterator[parts.VerdictMoved]:
    cites = {rule.id: rule.cite for rule in RULES}
    for change in (
        VerdictChange.objects.filter(bom=bom, at__gt=since).select_related("line").order_by("pk")
    ):
        line = change.line
        yield parts.VerdictMoved(
            line.label if line else parts.COUNTERPARTY,
            line.part_number if line else "",
            cites.get(change.rule, change.rule),
            change.was,
            change.became,
            change.cause,
            change.at,
        )


def _problem(kept: dict[str, Any]) -> Problem:
    return Problem(code=kept["code"], where=kept["where"], what=kept["what"], fix=kept["fix"])
