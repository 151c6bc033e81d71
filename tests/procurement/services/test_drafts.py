"""What a person says of a file: kept at once, remembered for its like, and forgotten."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from procurement.models import Draft, DraftCell, Organisation, RememberedReading, Role, Upload, User
from procurement.problems import Refused
from procurement.services.drafts import (
    Fix,
    cells_fix,
    draft_decode,
    draft_forget,
    draft_put_aside,
    draft_read,
    draft_start,
    mapping_of,
)
from procurement.services.submission import bom_submit, upload_preview, upload_receive
from tests import factory
from tests.factory import NOW
from tests.formats.files import xlsx

pytestmark = pytest.mark.django_db
HEAD = ["Part Number", "Thing", "Description", "Qty"]
BODY = [["BP-1", "Acme Power", "Battery pack", "2"], ["CR2032", "Cellco", "Coin cell", "-1"]]


@pytest.fixture
def organisation() -> Organisation:
    return factory.organisation()


@pytest.fixture
def officer(organisation: Organisation) -> User:
    return factory.user(organisation)


def sent(user: User, rows: Sequence[Sequence[str]] = (HEAD, *BODY), name: str = "b.xlsx") -> Upload:
    return upload_receive(
        organisation=user.membership.organisation, user=user, filename=name,
        content=xlsx(rows), now=NOW,
    )  # fmt: skip


def begun(user: User, upload: Upload | None = None) -> Draft:
    return draft_start(upload=upload or sent(user), user=user, now=NOW)


def makers(draft: Draft, user: User) -> list[str]:
    found = upload_preview(upload=draft.upload, user=user, mapping=mapping_of(draft))
    return [line.maker for line in found.lines]


def test_what_was_said_of_a_column_is_used_for_the_next_sheet_of_that_shape(officer: User) -> None:
    first = begun(officer)
    assert makers(first, officer) == ["", ""]
    draft_read(draft=first, user=officer, now=NOW, columns={1: "maker"})
    assert makers(first, officer) == ["Acme Power", "Cellco"]
    other_parts = [HEAD, ["BP-9", "Other Power", "Battery", "1"]]
    second = begun(officer, sent(officer, other_parts))
    assert second.remembered is not None
    assert second.remembered.said_at == NOW
    assert makers(second, officer) == ["Other Power"]


def test_it_is_not_used_for_another_shape_person_or_organisation(
    organisation: Organisation, officer: User
) -> None:
    draft_read(draft=begun(officer), user=officer, now=NOW, columns={1: "maker"})
    reordered = [[row[0], row[2], row[1], row[3]] for row in (HEAD, *BODY)]
    assert begun(officer, sent(officer, reordered)).remembered is None
    colleague = factory.user(organisation, email="colleague@example.gov")
    assert begun(colleague).remembered is None
    stranger = factory.user(factory.organisation(), email="stranger@example.gov")
    assert begun(stranger).remembered is None


def test_what_is_forgotten_is_not_used_again(officer: User) -> None:
    draft = begun(officer)
    draft_read(draft=draft, user=officer, now=NOW, columns={1: "maker"})
    draft_forget(draft=draft, user=officer, now=NOW)
    assert mapping_of(draft) is None
    assert not RememberedReading.objects.exists()
    assert begun(officer, sent(officer)).remembered is None


def test_taking_a_correction_back_leaves_nothing_remembered(officer: User) -> None:
    draft = begun(officer)
    draft_read(draft=draft, user=officer, now=NOW, columns={0: "own_number"})
    draft_read(draft=draft, user=officer, now=NOW, columns={0: "part_number"})
    assert draft.columns == {}
    assert not RememberedReading.objects.exists()


def test_the_header_row_is_remembered_and_only_used_where_it_comes_out_the_same(
    officer: User,
) -> None:
    titled = [["List of parts", "of the radio"], ["", ""], HEAD, *BODY]
    draft = begun(officer, sent(officer, titled))
    draft_read(draft=draft, user=officer, now=NOW, header_row=1)
    assert (draft.header_row, RememberedReading.objects.get().header_row) == (1, 1)
    draft_read(draft=draft, user=officer, now=NOW, header_row=3)
    assert draft.header_row is None  # as recognised
    draft_read(draft=draft, user=officer, now=NOW, header_row=4)
    again = begun(officer, sent(officer, [*titled[:3], ["BP-7", "X", "Battery", "1"]]))
    assert again.remembered is None  # row 4 of this file is another


def test_another_sheet_starts_from_what_we_recognise_in_it(officer: User) -> None:
    content = xlsx([HEAD, *BODY], [HEAD, *BODY[:1]], names=["One", "Two"])
    upload = upload_receive(
        organisation=officer.membership.organisation, user=officer, filename="two.xlsx",
        content=content, now=NOW,
    )  # fmt: skip
    draft = begun(officer, upload)
    draft_read(draft=draft, user=officer, now=NOW, columns={1: "maker"})
    draft_read(draft=draft, user=officer, now=NOW, sheet="Two")
    assert (draft.sheet, draft.columns) == ("Two", {})
    draft_read(draft=draft, user=officer, now=NOW, sheet="One")
    assert draft.sheet == ""


@pytest.mark.parametrize(
    "said",
    [{"sheet": "No such"}, {"header_row": 99}, {"columns": {99: "maker"}}, {"columns": {0: "x"}}],
)
def test_what_the_file_has_not_is_refused_and_nothing_changes(
    officer: User, said: dict[str, object]
) -> None:
    draft = begun(officer)
    with pytest.raises(Refused):
        draft_read(draft=draft, user=officer, now=NOW, **said)  # type: ignore[arg-type]
    draft.refresh_from_db()
    assert mapping_of(draft) is None


def test_a_cell_put_right_is_kept_read_and_submitted(officer: User) -> None:
    draft = begun(officer)
    cells_fix(draft=draft, fixes=[Fix(3, 3, "4")], user=officer, now=NOW + timedelta(minutes=1))
    kept = Draft.objects.get(pk=draft.pk)
    assert kept.saved_at == NOW + timedelta(minutes=1)
    bom = bom_submit(
        upload=kept.upload, procurement=factory.procurement(officer.membership.organisation),
        name="B", user=officer, now=NOW, mapping=mapping_of(kept),
    )  # fmt: skip
    assert [int(line.quantity or 0) for line in bom.lines.all()] == [2, 4]
    upload = Upload.objects.get()
    assert bytes(upload.content) == bytes(draft.upload.content)
    assert (upload.reading or {})["mapping"] == {"cells": {"3": {"3": "4"}}}


def test_the_text_of_the_file_itself_is_no_correction(officer: User) -> None:
    draft = begun(officer)
    cells_fix(draft=draft, fixes=[Fix(3, 3, "4"), Fix(2, 3, "9")], user=officer, now=NOW)
    cells_fix(draft=draft, fixes=[Fix(3, 3, "-1"), Fix(2, 3, None)], user=officer, now=NOW)
    assert not DraftCell.objects.exists()
    assert mapping_of(draft) is None


def test_the_last_word_on_a_cell_stands(officer: User) -> None:
    draft = begun(officer)
    cells_fix(draft=draft, fixes=[Fix(3, 3, "4"), Fix(3, 3, "5")], user=officer, now=NOW)
    cells_fix(draft=draft, fixes=[Fix(3, 3, "6")], user=officer, now=NOW)
    assert [cell.text for cell in DraftCell.objects.all()] == ["6"]


@pytest.mark.parametrize("fix", [Fix(1, 3, "x"), Fix(0, 0, "x"), Fix(4, 0, "x"), Fix(3, 4, "x")])
def test_a_cell_outside_the_table_is_refused_with_all_that_came_with_it(
    officer: User, fix: Fix
) -> None:
    draft = begun(officer)
    with pytest.raises(Refused):
        cells_fix(draft=draft, fixes=[Fix(3, 3, "4"), fix], user=officer, now=NOW)
    assert not DraftCell.objects.exists()


def test_a_cell_takes_5000_characters_and_not_one_more(officer: User) -> None:
    draft = begun(officer)
    cells_fix(draft=draft, fixes=[Fix(3, 2, "x" * 5_000)], user=officer, now=NOW)
    with pytest.raises(Refused, match="Shorten"):
        cells_fix(draft=draft, fixes=[Fix(3, 2, "x" * 5_001)], user=officer, now=NOW)


def test_many_cells_at_once_and_a_nul_among_them(officer: User) -> None:
    rows = [HEAD, *([f"BP-{n}", "Acme", "Battery", "-1"] for n in range(1_500))]
    draft = begun(officer, sent(officer, rows))
    fixes = [Fix(row, 3, "2\0") for row in range(2, 1_502)]
    assert cells_fix(draft=draft, fixes=fixes, user=officer, now=NOW) == 1_500
    found = upload_preview(upload=draft.upload, user=officer, mapping=mapping_of(draft))
    assert not found.problems
    cells_fix(draft=draft, fixes=[fix._replace(text=None) for fix in fixes], user=officer, now=NOW)
    assert not DraftCell.objects.exists()


def test_after_the_submission_nothing_is_corrected(officer: User) -> None:
    draft = begun(officer)
    bom_submit(
        upload=draft.upload, procurement=factory.procurement(officer.membership.organisation),
        name="B", user=officer, now=NOW,
    )  # fmt: skip
    with pytest.raises(Refused, match="submitted already"):
        cells_fix(draft=draft, fixes=[Fix(3, 3, "4")], user=officer, now=NOW)
    with pytest.raises(Refused, match="submitted already"):
        draft_read(draft=draft, user=officer, now=NOW, columns={1: "maker"})


def test_neither_a_stranger_nor_an_auditor_touches_a_draft(
    organisation: Organisation, officer: User
) -> None:
    draft = begun(officer)
    stranger = factory.user(factory.organisation(), email="s@example.gov")
    auditor = factory.user(organisation, role=Role.AUDITOR, email="a@example.gov")
    for person, error in ((stranger, LookupError), (auditor, PermissionDenied)):
        with pytest.raises(error):
            cells_fix(draft=draft, fixes=[Fix(3, 3, "4")], user=person, now=NOW)
        with pytest.raises(error):
            draft_put_aside(draft=draft, user=person)
        with pytest.raises(error):
            begun(person, draft.upload)


def test_a_file_we_found_no_header_in_is_read_on_once_a_row_is_named(officer: User) -> None:
    odd = [
        ["a", "b", "c"],
        ["Ding", "Wer", "Wieviel"],
        ["BP-1", "Acme", "2"],
        ["BP-2", "Acme", "x"],
    ]
    draft = begun(officer, sent(officer, odd))
    assert draft.upload.state == Upload.State.REFUSED
    with pytest.raises(Refused):
        upload_preview(upload=draft.upload, user=officer, mapping=mapping_of(draft))
    draft_read(draft=draft, user=officer, now=NOW, header_row=2)
    columns = {0: "part_number", 1: "maker", 2: "quantity"}
    draft_read(draft=draft, user=officer, now=NOW, columns=columns)
    assert Upload.objects.get(pk=draft.upload.pk).state == Upload.State.CONFIRM
    assert makers(draft, officer) == ["Acme", "Acme"]
    cells_fix(draft=draft, fixes=[Fix(4, 2, "3")], user=officer, now=NOW)
    found = upload_preview(upload=draft.upload, user=officer, mapping=mapping_of(draft))
    assert [int(line.quantity or 0) for line in found.lines] == [2, 3]
    draft_forget(draft=draft, user=officer, now=NOW)
    assert Upload.objects.get(pk=draft.upload.pk).state == Upload.State.REFUSED


def test_what_is_no_table_at_all_stays_refused_whatever_row_is_named(officer: User) -> None:
    upload = upload_receive(
        organisation=officer.membership.organisation, user=officer, filename="p.png",
        content=b"\x89PNG\r\n\x1a\n" + bytes(200), now=NOW,
    )  # fmt: skip
    draft = begun(officer, upload)
    for said in ({"header_row": 1}, {"sheet": "x"}, {"columns": {0: "maker"}}):
        with pytest.raises(Refused):
            draft_read(draft=draft, user=officer, now=NOW, **said)  # type: ignore[arg-type]
    assert Upload.objects.get().state == Upload.State.REFUSED


UNCLEAR = "Part Number,Thing,Description,Qty\nP1,Ąé,Zelle,1\n".encode("cp1250")
LIKE_IT = "Part Number,Thing,Description,Qty\nP9,Ąé,Batterie,2\n".encode("cp1250")


def text_sent(user: User, content: bytes) -> Upload:
    return upload_receive(
        organisation=user.membership.organisation, user=user, filename="b.csv",
        content=content, now=NOW,
    )  # fmt: skip


def decoded(user: User, encoding: str = "cp1250", content: bytes = UNCLEAR) -> Draft:
    draft = begun(user, text_sent(user, content))
    return draft_decode(draft=draft, user=user, now=NOW, encoding=encoding)


def encoding_read(draft: Draft) -> str | None:
    found: str | None = (Upload.objects.get(pk=draft.upload_id).reading or {})["encoding"]
    return found


def test_the_encoding_chosen_for_a_sheet_is_used_for_the_next_of_that_shape(officer: User) -> None:
    asked = begun(officer, text_sent(officer, LIKE_IT))
    assert (asked.upload.reading or {})["choices"]
    assert not (asked.upload.reading or {})["sheets"]
    draft_read(draft=decoded(officer), user=officer, now=NOW, columns={1: "maker"})
    second = begun(officer, text_sent(officer, LIKE_IT + b"\n"))
    assert second.remembered is not None
    assert (second.encoding, encoding_read(second)) == ("cp1250", "cp1250")
    assert makers(second, officer) == ["Ąé"]


def test_headers_that_only_that_encoding_spells_are_known_again(officer: User) -> None:
    def sheet(number: bytes) -> bytes:
        return "Part Number,Größe,Description,Qty\n".encode("cp1252") + number + b",9,Cell,1\n"

    guessed = begun(officer, text_sent(officer, sheet(b"P1")))
    assert encoding_read(guessed) == "cp1252"
    draft_decode(draft=guessed, user=officer, now=NOW, encoding="cp850")
    assert encoding_read(begun(officer, text_sent(officer, sheet(b"P2")))) == "cp850"


def test_an_encoding_is_not_used_for_another_shape_or_person_nor_where_text_is_certain(
    organisation: Organisation, officer: User
) -> None:
    decoded(officer)
    other_shape = LIKE_IT.replace(b"Thing", b"Other")
    assert begun(officer, text_sent(officer, other_shape)).encoding == ""
    colleague = factory.user(organisation, email="colleague@example.gov")
    assert begun(colleague, text_sent(colleague, LIKE_IT)).encoding == ""
    certain = begun(officer, text_sent(officer, LIKE_IT.decode("cp1250").encode()))
    assert (certain.remembered, encoding_read(certain)) == (None, "utf-8")


def test_a_correction_of_a_certain_sheet_keeps_the_encoding_of_its_like(officer: User) -> None:
    decoded(officer)
    certain = begun(officer, text_sent(officer, LIKE_IT.decode("cp1250").encode()))
    draft_read(draft=certain, user=officer, now=NOW, columns={1: "maker"})
    draft_read(draft=certain, user=officer, now=NOW, columns={1: None})
    assert RememberedReading.objects.get().encoding == "cp1250"


def test_a_forgotten_encoding_is_asked_for_again(officer: User) -> None:
    draft = draft_forget(draft=decoded(officer), user=officer, now=NOW)
    assert (draft.encoding, encoding_read(draft)) == ("", None)
    assert (Upload.objects.get(pk=draft.upload_id).reading or {})["choices"]
    assert not RememberedReading.objects.exists()
    assert begun(officer, text_sent(officer, LIKE_IT)).encoding == ""


@pytest.mark.parametrize("encoding", ["no-such", ""])
def test_an_encoding_there_is_not_is_refused_and_nothing_changes(
    officer: User, encoding: str
) -> None:
    with pytest.raises(Refused, match="no encoding"):
        decoded(officer, encoding)
    upload = Upload.objects.get()
    assert upload.state == Upload.State.CONFIRM
    assert (upload.reading or {})["choices"]


def test_the_same_bytes_in_another_encoding_are_another_bom(officer: User) -> None:
    purchase = factory.procurement(officer.membership.organisation)
    found = []
    for encoding in ("cp1250", "cp1251", "cp1250"):
        upload = decoded(officer, encoding).upload
        told = {"procurement": purchase, "user": officer, "now": NOW, "name": "B"}
        found.append(bom_submit(upload=upload, **told))  # type: ignore[arg-type]
    assert found[0] == found[2] != found[1]
