"""`POST /boms`: every way in, asked twice, and asked badly."""

import io
import json
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from compliance.models import Idempotency, Work
from procurement.models import Bom, Organisation, Part, Party, Procurement, Upload, User
from tests import factory
from tests.api import API, as_person, codes, places

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CSV = (
    b"Part Number,Manufacturer,Description,Qty,Unit Price\n"
    b"INR18650-35E,Samsung SDI,Li-ion cell 3500 mAh,48,4.20\n"
    b"RC0402FR-07,Yageo,Resistor 10k 1% 0402,10,0.01\n"
)


@pytest.fixture
def ours() -> Organisation:
    return factory.organisation()


@pytest.fixture
def officer(ours: Organisation) -> User:
    return factory.user(ours)


@pytest.fixture
def client(officer: User) -> APIClient:
    return as_person(officer)


@pytest.fixture
def purchase(ours: Organisation) -> Procurement:
    return factory.procurement(ours)


def only_bom() -> Any:
    return Bom.objects.get()


def post_file(client: APIClient, content: bytes, name: str = "radio.csv", **told: Any) -> Any:
    return client.post(
        f"{API}/boms",
        {"file": SimpleUploadedFile(name, content), **told},
        format="multipart",
    )


def test_a_file_becomes_lines_that_wait_to_be_judged(
    client: APIClient, purchase: Procurement
) -> None:
    answer = post_file(client, CSV, procurement=purchase.pk)
    assert answer.status_code == 202, answer.content
    bom = Bom.objects.get(pk=answer.json()["id"])
    assert answer["Location"] == f"{API}/boms/{bom.pk}/status"
    assert (bom.name, bom.revision, bom.procurement, bom.lines_total) == ("radio", 1, purchase, 2)
    assert bom.upload is not None
    assert bytes(bom.upload.content) == CSV
    assert Work.objects.filter(bom=bom).exclude(line=None).count() == 2
    cell, resistor = bom.lines.all()
    assert (cell.row, str(cell.quantity), str(cell.unit_cost)) == (2, "48.000000", "4.200000")
    assert cell.part.category == "cell"
    assert resistor.part.category == "resistor"
    assert cell.part.maker is not None
    assert (cell.part.maker.name, cell.part.maker.unverified) == ("Samsung SDI", True)
    status = client.get(answer["Location"]).json()
    assert (status["lines_total"], status["waiting"], status["done"]) == (2, 2, False)


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["Part Number", "Manufacturer", "Description", "Qty"])
    sheet.append(["INR18650-35E", "Samsung SDI", "Li-ion cell", 48])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("media", "content"),
    [
        ("text/csv", CSV),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            None,
        ),
        ("application/octet-stream", CSV),
        ("text/plain", CSV.replace(b",", b"\t")),
    ],
)
def test_a_raw_body_is_the_file(
    client: APIClient, purchase: Procurement, media: str, content: bytes | None
) -> None:
    body = content or xlsx()
    answer = client.post(
        f"{API}/boms?procurement={purchase.pk}&name=Radio", body, content_type=media
    )
    assert answer.status_code == 202, answer.content
    bom = only_bom()
    assert (bom.name, bytes(bom.upload.content)) == ("Radio", body)
    assert bom.lines.first().part_number == "INR18650-35E"
    assert bom.upload.pasted is (media == "text/plain")


def test_lines_are_read_as_a_file_would_be(client: APIClient, purchase: Procurement) -> None:
    lines = [
        {"part_number": "PACK-1", "maker": "Acme", "description": "Battery pack", "quantity": 1},
        {"part_number": "R1", "description": "Resistor", "quantity": "-1", "unit_cost": "N/A"},
        {"part_number": "R2", "description": "Resistor", "quantity": "ten"},
    ]
    answer = client.post(f"{API}/boms", {"procurement": purchase.pk, "lines": lines})
    assert answer.status_code == 202, answer.content
    bom = only_bom()
    assert [line.part_number for line in bom.lines.all()] == ["PACK-1", "R1", "R2"]
    wrong = {line.part_number: {p["code"] for p in line.problems} for line in bom.lines.all()}
    assert not wrong["PACK-1"]
    assert wrong["R1"]
    assert wrong["R2"]
    assert bom.lines.get(part_number="R1").quantity is None
    assert json.loads(bytes(bom.upload.content))["lines"] == lines


def test_a_purchase_may_come_with_it(client: APIClient, ours: Organisation) -> None:
    told = {"procurement": {"name": "Radio", "agency": "DOD", "award": "2027-01-01"}}
    answer = client.post(f"{API}/boms", {**told, "text": CSV.decode(), "name": "Radio BOM"})
    assert answer.status_code == 202, answer.content
    made = only_bom().procurement
    assert (made.name, made.agency, made.organisation) == ("Radio", "DOD", ours)


def test_the_same_key_and_body_make_one_bom(client: APIClient, purchase: Procurement) -> None:
    told = {"procurement": {"name": "Radio"}, "text": CSV.decode()}
    first, second = (
        client.post(f"{API}/boms", told, headers={"Idempotency-Key": "k-1"}) for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json()["id"] == second.json()["id"]
    assert Bom.objects.count() == 1
    assert Idempotency.objects.count() == 1


def test_the_same_key_with_another_body_is_a_conflict(
    client: APIClient, purchase: Procurement
) -> None:
    told = {"procurement": purchase.pk, "text": CSV.decode()}
    client.post(f"{API}/boms", told, headers={"Idempotency-Key": "k-1"})
    other = {**told, "text": CSV.decode() + "X1,Yageo,Resistor,1,1\n"}
    answer = client.post(f"{API}/boms", other, headers={"Idempotency-Key": "k-1"})
    assert (answer.status_code, codes(answer)) == (409, ["idempotency-key-reused"])
    assert Bom.objects.count() == 1


def test_a_key_is_each_organisations_own(client: APIClient, purchase: Procurement) -> None:
    theirs = factory.organisation()
    told = {"text": CSV.decode()}
    headers = {"Idempotency-Key": "k-1"}
    mine = client.post(f"{API}/boms", {**told, "procurement": purchase.pk}, headers=headers)
    other = as_person(factory.user(theirs)).post(
        f"{API}/boms", {**told, "procurement": factory.procurement(theirs).pk}, headers=headers
    )
    assert (mine.status_code, other.status_code) == (202, 202)
    assert mine.json()["id"] != other.json()["id"]


def test_a_refused_request_does_not_use_up_its_key(
    client: APIClient, purchase: Procurement
) -> None:
    headers = {"Idempotency-Key": "k-1"}
    bad = client.post(
        f"{API}/boms", {"procurement": purchase.pk, "text": "nothing here"}, headers=headers
    )
    assert bad.status_code == 422
    good = client.post(
        f"{API}/boms", {"procurement": purchase.pk, "text": CSV.decode()}, headers=headers
    )
    assert good.status_code == 202


def test_the_same_bytes_in_the_same_purchase_are_the_same_bom(
    client: APIClient, purchase: Procurement, ours: Organisation
) -> None:
    first = post_file(client, CSV, procurement=purchase.pk)
    again = post_file(client, CSV, "renamed.csv", procurement=purchase.pk)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    other = factory.procurement(ours)
    assert post_file(client, CSV, procurement=other.pk).status_code == 202
    assert Work.objects.exclude(line=None).count() == 4


def test_the_same_bytes_read_otherwise_are_another_bom(
    client: APIClient, purchase: Procurement
) -> None:
    post_file(client, CSV, procurement=purchase.pk)
    mapping = json.dumps({"columns": {"4": None}})
    answer = post_file(client, CSV, procurement=purchase.pk, mapping=mapping)
    assert answer.status_code == 202, answer.content
    assert Bom.objects.latest("id").lines.filter(unit_cost=None).count() == 2


def test_a_revision_supersedes_and_only_the_latest_can_be(
    client: APIClient, purchase: Procurement
) -> None:
    first = post_file(client, CSV, procurement=purchase.pk).json()["id"]
    changed = CSV.replace(b"48", b"50")
    second = post_file(client, changed, procurement=purchase.pk, supersedes=first)
    assert second.status_code == 202, second.content
    assert Bom.objects.get(pk=second.json()["id"]).revision == 2
    third = post_file(client, CSV.replace(b"48", b"51"), procurement=purchase.pk, supersedes=first)
    assert (third.status_code, codes(third)) == (422, ["superseded"])
    shown = client.get(f"{API}/boms?current=true").json()["results"]
    assert [each["id"] for each in shown] == [second.json()["id"]]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "photo.png"),
        (b"%PDF-1.7 not a spreadsheet", "bom.pdf"),
        (b"PK\x03\x04 broken zip", "bom.xlsx"),
        (b"hello\nworld\n", "letter.csv"),
    ],
)
def test_what_is_no_bom_is_refused_by_name_and_still_kept(
    client: APIClient, purchase: Procurement, content: bytes, name: str
) -> None:
    answer = post_file(client, content, name, procurement=purchase.pk)
    assert answer.status_code == 422
    assert codes(answer)
    assert not Bom.objects.exists()
    kept = Upload.objects.get()
    assert (bytes(kept.content), kept.state) == (content, Upload.State.REFUSED)


def test_bad_rows_are_named_beside_their_row_and_good_ones_kept(
    client: APIClient, purchase: Procurement
) -> None:
    rows = [
        b"Part Number,Manufacturer,Description,Qty,Unit Price",
        b"P1,Texas Instruments,Battery charger,1,4.20",
        b"P2,TEXAS INSTRUMENTS INC.,Battery charger,-1,4.20",
        b'P3,"Texas  Instruments, Inc",Battery charger,1,N/A',
        b"\"=cmd|'/C calc'!A0\",TDK,Capacitor,1,4.20",
        b"P5,TDK,Capacitor,ten,4.20",
    ]
    answer = post_file(client, b"\n".join(rows), procurement=purchase.pk)
    assert answer.status_code == 202, answer.content
    bom = only_bom()
    by_row = {line.row: line for line in bom.lines.filter(alternate_of=None)}
    assert list(by_row) == [2, 3, 4, 5, 6]
    assert by_row[3].quantity is None
    assert by_row[3].problems[0]["row"] == 3
    assert by_row[4].unit_cost is None
    assert by_row[5].raw["Part Number"] == "=cmd|'/C calc'!A0"
    assert by_row[6].quantity is None
    assert by_row[6].problems
    makers = {line.part.maker.name for line in bom.lines.all()}
    assert makers == {"Texas Instruments", "TDK"}
    assert "maker-spelling" in {problem["code"] for problem in bom.problems}
    detail = client.get(f"{API}/boms/{bom.pk}").json()
    assert detail["problems"] == bom.problems


def test_a_maker_is_known_again_by_its_number_whatever_its_name(
    client: APIClient, purchase: Procurement, ours: Organisation
) -> None:
    known = factory.party("Eagle-Picher Technologies LLC")
    factory.identifier(known, "CAGE", "7F0U0")
    content = b"Part Number,Manufacturer,CAGE,Description,Qty\nP1,EPT,7f0u0,Thermal battery,1\n"
    assert post_file(client, content, procurement=purchase.pk).status_code == 202
    assert only_bom().lines.get().part.maker == known


def test_a_part_that_is_known_is_used_and_its_maker_is_not_guessed(
    client: APIClient, purchase: Procurement, ours: Organisation
) -> None:
    clean = factory.party("Acme", organisation=ours)
    known = factory.part("P-1", organisation=ours, maker=clean)
    content = (
        b"Part Number,Manufacturer,Description,Qty\nP-1,,Battery pack,1\np-1,ACME,Battery pack,2\n"
    )
    assert post_file(client, content, procurement=purchase.pk).status_code == 202
    without, with_maker = only_bom().lines.all()
    assert with_maker.part == known
    assert without.part != known
    assert without.part.maker is None


def test_two_companies_that_differ_in_legal_form_are_not_taken_for_one(
    client: APIClient, purchase: Procurement
) -> None:
    factory.party("Acme GmbH", incorporated="DE")
    content = b"Part Number,Manufacturer,Description,Qty\nP-1,Acme Ltd,Battery pack,1\n"
    assert post_file(client, content, procurement=purchase.pk).status_code == 202
    assert only_bom().lines.get().part.maker.name == "Acme Ltd"


def test_another_organisations_parts_and_makers_are_never_used(
    client: APIClient, purchase: Procurement
) -> None:
    theirs = factory.organisation()
    maker = factory.party("Samsung SDI", organisation=theirs)
    factory.part("INR18650-35E", organisation=theirs, maker=maker)
    assert post_file(client, CSV, procurement=purchase.pk).status_code == 202
    for line in only_bom().lines.all():
        assert line.part.organisation == purchase.organisation
        assert line.part.maker.organisation == purchase.organisation
    assert Part.objects.filter(organisation=theirs).count() == 1
    assert Party.objects.filter(organisation=theirs).count() == 1


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({}, "procurement"),
        ({"procurement": 0, "text": "x"}, "procurement"),
        ({"procurement": "x", "text": "x"}, "procurement"),
        ({"procurement": True, "text": "x"}, "procurement"),
        ({"procurement": {"nme": "x"}, "text": "x"}, "procurement"),
        ({"procurement": 10**30, "text": "x"}, "procurement"),
    ],
)
def test_a_request_without_a_usable_purchase_is_refused(
    client: APIClient, told: dict[str, Any], where: str
) -> None:
    answer = client.post(f"{API}/boms", told)
    assert answer.status_code == 400
    assert places(answer)[0].startswith(where)


def test_exactly_one_thing_is_submitted(client: APIClient, purchase: Procurement) -> None:
    both = {"procurement": purchase.pk, "text": "x", "lines": [{"part_number": "x"}]}
    for told in (both, {"procurement": purchase.pk}):
        assert client.post(f"{API}/boms", told).status_code == 400
    unknown = {"procurement": purchase.pk, "lines": [{"part_nr": "x"}]}
    answer = client.post(f"{API}/boms", unknown)
    assert (codes(answer), places(answer)) == (["unknown-field"], ["lines[0].part_nr"])


def test_an_upload_is_looked_at_first_and_then_submitted(
    client: APIClient, purchase: Procurement
) -> None:
    file = {"file": SimpleUploadedFile("radio.csv", CSV)}
    upload = client.post(f"{API}/uploads", file, format="multipart").json()
    assert upload["state"] == "confirm"
    fields = [column["field"] for column in upload["reading"]["layout"]["columns"]]
    assert fields == ["part_number", "maker", "description", "quantity", "unit_cost"]
    seen = client.post(f"{API}/uploads/{upload['id']}/preview", {"columns": {"3": None}}).json()
    assert [line["quantity"] for line in seen["lines"]] == [None, None]
    told = {"procurement": purchase.pk, "upload": upload["id"]}
    assert client.post(f"{API}/boms", told).status_code == 202
    kept = client.get(f"{API}/uploads/{upload['id']}/content")
    assert kept.content == CSV
    wrong = client.post(f"{API}/uploads/{upload['id']}/preview", {"columns": {"99": "maker"}})
    assert codes(wrong) == ["does-not-exist"]


def test_levels_become_parents_and_alternates_point_at_their_line(
    client: APIClient, purchase: Procurement
) -> None:
    content = (
        b"Level,Part Number,Manufacturer,Description,Qty,Alternate MPN\n"
        b"1,PACK-1,Acme,Battery pack,1,\n"
        b"2,CELL-1,Acme,Li-ion cell,4,CELL-2\n"
    )
    assert post_file(client, content, procurement=purchase.pk).status_code == 202
    pack, cell, other = only_bom().lines.all()
    assert (cell.parent, other.alternate_of, other.part_number) == (pack, cell, "CELL-2")
