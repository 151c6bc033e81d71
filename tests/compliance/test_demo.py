"""The demo, loaded once for all of these and judged by the services that workers call."""

import csv
import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from compliance import verifier
from compliance.demo.data import bom, bom_names, document, table
from compliance.demo.load import demo_load
from compliance.demo.people import DEPOT, OFFICE
from compliance.law import verdicts
from compliance.models import Determination, Edition, Verdict, Work
from compliance.services.judging import work_judge
from compliance.services.packing import bom_pack
from compliance.services.submission import bom_judge_request
from procurement.access import own, visible
from procurement.models import Bom, Component, Line, Membership, Party, Stake, User
from procurement.services.parties import party_create
from procurement.services.stakes import stake_create

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BATTERIES = "10-usc-4865"
NAMED = "ndaa-2024-154"


def no_queue(queue: str, work: list[int]) -> bool:
    """The work waits in the database, as it does while a broker is away."""
    return False


def judge(each: Bom) -> None:
    work = list(Work.objects.filter(bom=each).values_list("pk", flat=True))
    work_judge(work_ids=work, now=NOW)


@pytest.fixture(scope="module")
def sign_ins(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """The demo in the database with every line judged; the file of sign-ins."""
    file = tmp_path_factory.mktemp("demo") / "sign-ins.txt"
    with django_db_blocker.unblock(), transaction.atomic():
        assert demo_load(now=NOW, enqueue=no_queue, sign_ins=file) is not None
        for each in Bom.objects.all():
            judge(each)
        yield file
        transaction.set_rollback(True)


pytestmark = [pytest.mark.usefixtures("sign_ins"), pytest.mark.django_db, pytest.mark.database]


def stands(number: str, rule: str) -> str:
    """The worst verdict that stands for a part of the demo, on any of its lines."""
    found = Verdict.objects.filter(line__part__number=number, rule=rule).order_by("rank")
    return found[0].verdict


def test_the_demo_shows_every_one_of_the_nine_verdicts() -> None:
    shown = set(Verdict.objects.filter(line__isnull=False).values_list("verdict", flat=True))
    assert shown == {verdict.value for verdict in verdicts.Verdict}


def test_the_two_battery_rules_alone_show_all_nine() -> None:
    shown = Verdict.objects.filter(rule__in=[BATTERIES, NAMED], line__isnull=False)
    assert len(set(shown.values_list("verdict", flat=True))) == len(verdicts.Verdict)


@pytest.mark.parametrize(
    ("number", "rule", "verdict"),
    [
        ("DEMO-RB-2590-K", BATTERIES, "permitted"),
        ("DEMO-RB-2590-C", BATTERIES, "prohibited"),
        ("DEMO-DP-6S-9501", BATTERIES, "permitted_by_exception"),
        ("DEMO-DP-6S-9500", BATTERIES, "prohibited"),
        ("DEMO-DP-4S-TW", BATTERIES, "permitted"),
        ("DEMO-DP-BYD", NAMED, "prohibited"),
        ("DEMO-DP-GAP", BATTERIES, "insufficient_information"),
        ("DEMO-UPS-AESC", NAMED, "insufficient_information"),
        ("DEMO-UPS-MIX", NAMED, "review"),
        ("DEMO-UPS-HALF", NAMED, "not_yet_in_force"),
        ("DEMO-LT-16", BATTERIES, "permitted_by_exception"),
        ("DEMO-RD-GOTION", BATTERIES, "permitted_by_exception"),
        ("DEMO-RD-GOTION", NAMED, "prohibited"),
        ("DEMO-IP-EVE", BATTERIES, "permitted_by_exception"),
        ("DEMO-VB-CAMEL", BATTERIES, "review"),
        ("DEMO-TB-10", BATTERIES, "not_yet_in_force"),
        ("DEMO-CR-NV", BATTERIES, "permitted_by_exception"),
        ("DEMO-LIC-CATL", BATTERIES, "prohibited"),
        ("DEMO-LIC-KR", BATTERIES, "permitted_by_exception"),
        ("DEMO-LIC-OPEN", BATTERIES, "insufficient_information"),
        ("DEMO-CP-W1", BATTERIES, "permitted_by_waiver"),
        ("DEMO-CP-W2", BATTERIES, "prohibited"),
        ("DEMO-CP-W3", BATTERIES, "waiver_needed"),
        ("DEMO-X-3", BATTERIES, "insufficient_information"),
        ("DEMO-BC-1", BATTERIES, "not_applicable"),
        ("DEMO-R-10K", BATTERIES, "not_applicable"),
    ],
)
def test_each_part_of_the_demo_tells_its_story(number: str, rule: str, verdict: str) -> None:
    assert stands(number, rule) == verdict


@pytest.mark.parametrize(
    ("number", "rule", "verdict"),
    [
        ("DEMO-RADIO-100", "ndaa-2019-889", "insufficient_information"),
        ("DEMO-RADIO-100", "ndaa-2023-5949", "insufficient_information"),
        ("DEMO-RADIO-100", "10-usc-4872", "insufficient_information"),
        ("DEMO-RADIO-100", NAMED, "permitted"),
        ("DEMO-LT-14", "ndaa-2019-889", "not_applicable"),
        ("DEMO-LT-14", "ndaa-2023-5949", "permitted"),
        ("DEMO-IP-PAN", "ndaa-2019-889", "not_applicable"),
    ],
)
def test_what_is_inside_a_device_is_asked_of_the_device(
    number: str, rule: str, verdict: str
) -> None:
    assert stands(number, rule) == verdict


def test_the_radio_maker_is_asked_what_is_in_the_radio() -> None:
    line = Line.objects.filter(part__number="DEMO-RADIO-100")[0]
    asked = Determination.objects.get(line=line, rule="ndaa-2019-889").missing
    assert asked[0]["fact"] == "part.item.telecom"
    assert asked[0]["question"].endswith("module in Manpack radio set with batteries?")


def test_the_verifier_accepts_every_proof_of_every_bom_as_an_auditor_gets_it() -> None:
    for each in Bom.objects.all():
        packed = json.loads(bom_pack(bom=each))
        assert packed["proofs"]
        assert not list(verifier.verify(packed)), each.name


def test_the_question_left_open_is_who_aesc_is() -> None:
    asked = Determination.objects.get(line__part__number="DEMO-UPS-AESC", rule=NAMED).missing
    assert any("AESC" in each["question"] and "Envision" in each["question"] for each in asked)


def test_the_unlawful_waiver_is_kept_and_the_proof_names_the_clause_it_breaks() -> None:
    made = Determination.objects.get(line__part__number="DEMO-CP-W2", rule=BATTERIES)
    assert "(c)(3)(B)" in made.proof.body


def test_what_is_not_yet_in_force_says_what_it_would_be() -> None:
    open_ended = Verdict.objects.filter(verdict="not_yet_in_force", would_be="")
    assert not open_ended.exists()


def test_every_row_of_every_bom_became_a_line_without_a_problem() -> None:
    rows = sum(len(list(csv.reader(bom(name).decode().splitlines()))) - 1 for name in bom_names())
    assert Line.objects.count() == rows
    assert not [line.problems for line in Line.objects.all() if line.problems]
    assert not [each.problems for each in Bom.objects.all() if each.problems]


def test_each_bom_was_handed_in_as_a_file_and_kept_byte_for_byte() -> None:
    for each in Bom.objects.select_related("upload"):
        assert each.upload is not None
        assert bytes(each.upload.content) == bom(each.upload.filename)


def test_loading_again_changes_nothing(sign_ins: Path) -> None:
    before = sign_ins.read_text(), Party.objects.count(), Bom.objects.count()
    assert demo_load(now=NOW, enqueue=no_queue, sign_ins=sign_ins) is None
    assert (sign_ins.read_text(), Party.objects.count(), Bom.objects.count()) == before


def test_sign_ins_work_and_only_their_owner_can_read_them(sign_ins: Path) -> None:
    assert stat.S_IMODE(sign_ins.stat().st_mode) == 0o600
    passwords = set()
    for line in sign_ins.read_text().splitlines():
        email, password, *_ = line.split()
        assert User.objects.get(email=email).check_password(password)
        assert len(password) >= 15
        passwords.add(password)
    assert len(passwords) == User.objects.count() == 4


def test_neither_organisation_sees_the_others_boms() -> None:
    officers = {
        name: Membership.objects.get(organisation__name=name, role="officer").user
        for name in (OFFICE, DEPOT)
    }
    office = set(own(Bom.objects.all(), officers[OFFICE]))
    depot = set(own(Bom.objects.all(), officers[DEPOT]))
    assert len(office) >= 10
    assert len(depot) == 1
    assert not office & depot
    hidden = Party.objects.filter(name__startswith="DEMO", organisation__name=OFFICE)
    assert not visible(Party.objects.all(), officers[DEPOT]).filter(pk__in=hidden).exists()


def test_every_shared_fact_names_where_it_is_published() -> None:
    parties = Party.objects.filter(organisation=None).values_list("source", flat=True)
    stakes = Stake.objects.filter(organisation=None).values_list("source", flat=True)
    for source in (*parties, *stakes):
        assert source.startswith(("https://", "http://")), source


def test_nothing_made_up_is_shared_and_all_of_it_says_so() -> None:
    assert not Party.objects.filter(organisation=None, name__startswith="DEMO").exists()
    for row in table("parts.csv"):
        assert row["number"].startswith("DEMO-")
    private = Party.objects.exclude(organisation=None)
    assert {party.name[:5] for party in private} == {"DEMO "}
    assert not Component.objects.filter(organisation=None).exists()


def test_a_curators_decision_stands_about_an_entry_of_a_released_edition() -> None:
    for row in document("suppliers.toml")["decision"]:
        for key in row["lists"]:
            assert Edition.objects.filter(key=key, state=Edition.State.RELEASED).exists()


def test_a_new_owner_of_a_supplier_turns_a_permitted_battery_into_a_prohibited_one() -> None:
    officer = Membership.objects.get(organisation__name=OFFICE, role="officer").user
    body = party_create(
        organisation=officer.membership.organisation,
        by=officer,
        name="DEMO Provincial Fund",
        kind=Party.Kind.GOVERNMENT,
        government_of="CN",
    )
    assert stands("DEMO-RB-2590-K", BATTERIES) == "permitted"
    stake_create(
        organisation=officer.membership.organisation,
        by=officer,
        holder=body,
        held=Party.objects.get(name="DEMO Cathode Holdings Co., Ltd."),
        low=Decimal(25),
    )
    radio = Bom.objects.get(name="Soldier radio")
    bom_judge_request(bom=radio, cause="a new owner", now=NOW, enqueue=no_queue)
    judge(radio)
    assert stands("DEMO-RB-2590-K", BATTERIES) == "prohibited"
