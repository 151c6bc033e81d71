"""A re-check of many lines is asked for in pieces: never certified before all of it is there, and
the same in the end as if it had been asked for at once.
"""

from datetime import timedelta

import pytest
from structlog.contextvars import bound_contextvars

from compliance import chain_verifier
from compliance.models import Mail, Piece, Recheck, Verdict, Work
from compliance.recheck import asking, relay
from compliance.recheck.asking import pieces_left
from compliance.recheck.calendar import calendar_check
from compliance.recheck.certificate import carried_of, lines_of, recheck_settle
from compliance.recheck.relay import changes_relay
from compliance.selectors.certificates import chain_export
from compliance.selectors.operations import operations
from compliance.services import judging
from compliance.services.digests import digests_write
from compliance.services.sampling import sample_audit
from procurement.models import Bom, Change, Party
from procurement.services.recording import recorded
from tests import factory
from tests.compliance.recheck.test_numbers import at_once
from tests.compliance.worlds import Office, every_list, office
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Asked = list[tuple[int | None, int, str, str, str]]


@pytest.fixture
def radio() -> Office:
    every_list()
    return office("Soldier Radio")


@pytest.fixture
def bom(radio: Office) -> Bom:
    """Seven lines of two parts, and a contractor, that all lean on Cellco."""
    radio.procurement.counterparty = radio.cellco
    radio.procurement.save()
    packs = [radio.pack(), radio.pack("PACK-2")]
    bom = radio.bom(*[packs[n % 2] for n in range(7)])
    radio.judge(bom)
    radio.relay()
    return bom


@pytest.fixture
def in_pieces(bom: Bom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PIECE", 2)


def cellco_moves(radio: Office, country: str = "CN") -> None:
    with recorded(by=radio.officer, why="annual report"):
        Party.objects.filter(pk=radio.cellco.pk).update(incorporated=country)


def asked() -> Asked:
    fields = ("line_id", "bom_id", "cause", "queue", "request")
    return sorted(Work.objects.values_list(*fields), key=str)


def steps() -> list[int]:
    """Relay until nothing more is asked for; what each step took."""
    return list(iter(lambda: changes_relay(now=NOW), 0))


def judge_all(radio: Office) -> None:
    ids = list(Work.objects.order_by("pk").values_list("pk", flat=True))
    radio.queue.sent = [("bulk", ids)]
    radio.work()


def stands_as_judged_anew(bom: Bom) -> bool:
    rows = Verdict.objects.filter(bom=bom).values_list("line_id", "rule", "proof_digest")
    anew = {
        (judged.line_id, finding.rule): proved.digest
        for judged in judging.bom_judge(bom, [None, *bom.lines.values_list("pk", flat=True)])
        for finding, proved in judged.findings
    }
    return {(line, rule): digest for line, rule, digest in rows} == anew


def test_asked_in_pieces_it_is_the_same_as_asked_at_once(
    radio: Office, bom: Bom, monkeypatch: pytest.MonkeyPatch
) -> None:
    cellco_moves(radio)
    assert changes_relay(now=NOW) == 1
    at_once, whole = asked(), Recheck.objects.latest("pk")
    assert len(at_once) == 8
    assert not Piece.objects.exists()
    Work.objects.all().delete()

    monkeypatch.setattr(asking, "PIECE", 2)
    cellco_moves(radio, "RU")
    assert changes_relay(now=NOW) == 1
    assert not Work.objects.exists()
    assert steps() == [2, 2, 2, 1, 1]
    assert asked() == at_once
    pieces = Recheck.objects.latest("pk")
    assert (pieces.lines, pieces.counterparties) == (whole.lines, whole.counterparties)
    assert set(Work.objects.values_list("recheck", flat=True)) == {pieces.pk}


@pytest.mark.usefixtures("in_pieces")
def test_no_more_is_asked_for_than_may_wait_and_the_rest_once_it_is_judged(
    radio: Office, bom: Bom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_ASKED", 4)
    monkeypatch.setattr(relay, "URGENT_LINES", 0)
    cellco_moves(radio)
    assert steps() == [1, 2, 2]
    assert (Work.objects.count(), Piece.objects.count()) == (4, 3)
    Work.objects.order_by("pk").first().delete()  # type: ignore[union-attr]
    assert changes_relay(now=NOW) == 2

    judge_all(radio)
    while changes_relay(now=NOW):
        judge_all(radio)
    assert not Work.objects.exists()
    assert not pieces_left()


@pytest.mark.usefixtures("in_pieces")
def test_what_a_person_waits_for_is_asked_for_however_much_waits_in_bulk(
    radio: Office, bom: Bom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_ASKED", 0)
    monkeypatch.setattr(relay, "URGENT_LINES", 0)
    cellco_moves(radio)
    changes_relay(now=NOW)
    assert changes_relay(now=NOW) == 0
    Piece.objects.filter(pk=Piece.objects.latest("pk").pk).update(queue="interactive")
    assert changes_relay(now=NOW) == 1
    assert Work.objects.get().queue == "interactive"


@pytest.mark.usefixtures("in_pieces")
def test_killed_in_the_middle_it_is_not_certified_and_goes_on_from_there(
    radio: Office, bom: Bom, monkeypatch: pytest.MonkeyPatch
) -> None:
    cellco_moves(radio)
    assert changes_relay(now=NOW) == 1
    recheck = Recheck.objects.latest("pk")
    assert not recheck_settle(recheck_id=recheck.pk, now=NOW), "nothing of it is asked yet"
    assert changes_relay(now=NOW) == 2

    def killed(*args: object, **options: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(asking.Piece, "delete", killed)
        with pytest.raises(SystemExit):
            changes_relay(now=NOW)
    assert Work.objects.count() == 2, "a piece is turned into Work whole or not at all"
    judge_all(radio)
    judging.boms_settle(now=NOW)
    assert not Recheck.objects.get(pk=recheck.pk).certificate, "more of it is to be asked"

    while changes_relay(now=NOW):
        pass
    judge_all(radio)
    recheck.refresh_from_db()
    assert recheck.certificate is not None
    assert recheck.certificate["rederived"] == recheck.certificate["touched"]
    assert recheck.rederived == 8
    assert stands_as_judged_anew(bom)


@pytest.mark.usefixtures("in_pieces")
def test_a_change_that_comes_meanwhile_is_taken_first_and_keeps_its_lines(
    radio: Office, bom: Bom
) -> None:
    cellco_moves(radio)
    assert changes_relay(now=NOW) == 1
    large = Recheck.objects.latest("pk")
    assert changes_relay(now=NOW) == 2
    *_, last = bom.lines.order_by("part", "pk")
    with bound_contextvars(request="a-click"), recorded(by=radio.officer, why="told anew"):
        stranger = factory.party("Stranger")
    while changes_relay(now=NOW, request="a-click"):
        pass
    assert Piece.objects.count() == 4, "whoever waits for a change takes no piece"
    small = asking.Asking({last.pk: asking.Why("told anew")}, {}).open(
        cause=f"{stranger} was told anew", queue="interactive", now=NOW
    )
    while changes_relay(now=NOW):
        pass
    assert Work.objects.get(line=last).recheck_id == small.pk
    assert Work.objects.get(line=last).queue == "interactive"
    large.refresh_from_db()
    assert carried_of(large) == {last.pk}
    assert large.carried == "", "what is long is not written anew for each that is taken over"

    judge_all(radio)
    for recheck, lines in ((large, lines_of(large.lines) - {last.pk}), (small, {last.pk})):
        recheck.refresh_from_db()
        assert recheck.certificate is not None
        assert lines_of(recheck.certificate["rederived"]) == lines
    assert not list(chain_verifier.faults(chain_export()))
    assert stands_as_judged_anew(bom)


@pytest.mark.usefixtures("in_pieces")
def test_an_older_re_check_that_is_overtaken_whole_is_certified_by_its_last_piece(
    radio: Office, bom: Bom
) -> None:
    cellco_moves(radio)
    assert changes_relay(now=NOW) == 1
    older = Recheck.objects.latest("pk")
    why = asking.Why("everything again")
    lines = dict.fromkeys(bom.lines.values_list("pk", flat=True), why)
    for line in lines:
        asking.Asking({line: why}, {}).open(cause="again", queue="bulk", now=NOW)
    asking.Asking({}, {bom.pk: why}).open(cause="again", queue="bulk", now=NOW)
    while changes_relay(now=NOW):
        pass
    older.refresh_from_db()
    assert older.certificate is not None
    assert older.certificate["rederived"] == ""
    assert older.certificate["carried"] == older.lines
    assert older.carried == older.lines
    assert not older.carries.exists(), "told once"


@pytest.mark.usefixtures("in_pieces")
def test_meanwhile_no_audit_is_held_and_nobody_is_told_half(radio: Office, bom: Bom) -> None:
    assert digests_write(now=NOW) == 0
    cellco_moves(radio)
    assert changes_relay(now=NOW) == 1
    assert changes_relay(now=NOW) == 2
    judge_all(radio)
    assert sample_audit(now=NOW) is None
    assert digests_write(now=NOW + timedelta(days=1)) == 0
    assert not Mail.objects.exists()
    assert [row.lines for row in operations().backlog] == [6]

    while changes_relay(now=NOW):
        pass
    judge_all(radio)
    assert digests_write(now=NOW + timedelta(days=1)) == 1
    assert sample_audit(now=NOW) is not None


@pytest.mark.usefixtures("in_pieces")
def test_what_the_calendar_asks_comes_in_pieces_too(radio: Office, bom: Bom) -> None:
    factory.edition("SDN", NOW.date(), read_by=NOW.date())
    while changes_relay(now=NOW):
        pass
    judge_all(radio)
    assert calendar_check(now=NOW) == 7
    assert not Work.objects.exists()
    while changes_relay(now=NOW):
        pass
    assert Work.objects.count() == 8
    judge_all(radio)
    assert Recheck.objects.get(kind=Recheck.Kind.CALENDAR).certificate is not None


def test_lines_and_bills_that_are_gone_by_then_are_passed_over(
    radio: Office, bom: Bom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PIECE", 2)
    why = asking.Why("again")
    lines = [*bom.lines.values_list("pk", flat=True), 9_999]
    made = asking.Asking(dict.fromkeys(lines, why), {bom.pk: why, 9_999: why})
    made.open(cause="again", queue="bulk", now=NOW)
    while changes_relay(now=NOW):
        pass
    assert Work.objects.count() == 8
    judge_all(radio)
    assert Recheck.objects.latest("pk").certificate is not None


def test_what_a_person_waits_for_does_not_fall_back_into_bulk(radio: Office, bom: Bom) -> None:
    line, other = bom.lines.order_by("pk")[:2]
    for each, queue, then in (
        (line, "interactive", "bulk"),
        (other, "bulk", "changes"),
    ):
        for asked_in in (queue, then):
            asking.work_request({each.pk: "again"}, recheck=None, queue=asked_in, now=NOW)
    for queue in ("interactive", "bulk"):
        asking.counterparty_request(bom.pk, "again", recheck=None, queue=queue, now=NOW)
    waits = dict(Work.objects.values_list("line", "queue"))
    assert waits == {line.pk: "interactive", other.pk: "changes", None: "interactive"}
    assert set(Work.objects.values_list("version", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_two_relays_at_once_ask_for_each_line_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    every_list()
    radio = office("Soldier Radio")
    bom = radio.bom(*[radio.pack()] * 9)
    radio.judge(bom)
    radio.relay()
    monkeypatch.setattr(asking, "PIECE", 2)
    cellco_moves(radio)

    def relay_all() -> None:
        while Piece.objects.exists() or Change.objects.filter(relayed_at=None).exists():
            changes_relay(now=NOW)

    at_once(relay_all, relay_all)
    recheck = Recheck.objects.latest("pk")
    assert recheck.touched == 9
    rows = Work.objects.values_list("line", "recheck", "version")
    assert sorted(rows) == [(line, recheck.pk, 0) for line in sorted(lines_of(recheck.lines))]
