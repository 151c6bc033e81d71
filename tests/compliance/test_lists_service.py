from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from compliance.lists import PublishedEdition, PublishedListing, published
from compliance.lists.readers import File
from compliance.models import Edition, Listing
from compliance.services.editions import editions_read
from compliance.services.lists import (
    curator_named,
    edition_release,
    edition_stage,
    lists_load,
)
from procurement.models import Change, Past
from procurement.problems import Refused
from tests import factory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ACME = PublishedListing("acme", "ACME Batteries Co., Ltd.", aliases=("ACME",))
OTHER = PublishedListing("other", "Other Cells Inc.", identifiers={"LEI": "X" * 20})
FIRST = PublishedEdition("TEST", date(2026, 1, 5), (ACME, OTHER), covers="battery")


def codes(edition: Edition) -> list[str]:
    return sorted(edition.listings.values_list("code", flat=True))


def problems(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_shipped_editions_are_released_at_once() -> None:
    (edition,) = lists_load([FIRST])
    assert edition.state == Edition.State.RELEASED
    assert (edition.covers, edition.staged_by) == ("battery", None)
    assert codes(edition) == ["acme", "other"]
    assert edition.listings.get(code="acme").aliases == ["ACME"]
    assert edition.listings.get(code="other").identifiers == {"LEI": "X" * 20}


def test_loading_again_changes_nothing() -> None:
    lists_load([FIRST])
    before = Change.objects.count()
    lists_load([FIRST])
    assert Change.objects.count() == before


def test_a_corrected_shipped_edition_changes_only_what_differs_and_keeps_the_past() -> None:
    lists_load([FIRST])
    before = Change.objects.count()
    renamed = replace(OTHER, name="Other Cells Corporation")
    (edition,) = lists_load([replace(FIRST, listings=(ACME, renamed))])
    moved = Change.objects.order_by("id")[before:]
    assert {change.table_name for change in moved} == {
        Edition._meta.db_table,  # its digest
        Listing._meta.db_table,
    }
    assert len(moved) == 2
    assert edition.listings.get(code="other").name == "Other Cells Corporation"
    past = Past.objects.get(table_name=Listing._meta.db_table)
    assert past.values["name"] == "Other Cells Inc."


def test_a_name_no_longer_in_the_edition_goes_and_its_past_stays() -> None:
    lists_load([FIRST])
    (edition,) = lists_load([replace(FIRST, listings=(ACME,))])
    assert codes(edition) == ["acme"]
    assert Past.objects.filter(table_name=Listing._meta.db_table).count() == 1


def test_two_curators_bring_an_edition_into_force() -> None:
    one, two = factory.curator(), factory.curator()
    staged = edition_stage(edition=FIRST, by=one)
    assert staged.state == Edition.State.STAGED
    released = edition_release(key="TEST", edition=FIRST.edition, by=two)
    assert released.state == Edition.State.RELEASED
    assert (released.staged_by, released.released_by) == (one, two)


def test_who_staged_an_edition_cannot_release_it() -> None:
    one = factory.curator()
    edition_stage(edition=FIRST, by=one)
    with pytest.raises(Refused) as refused:
        edition_release(key="TEST", edition=FIRST.edition, by=one)
    assert problems(refused) == ["second-person"]
    assert Edition.objects.get().state == Edition.State.STAGED


def test_staging_again_replaces_what_was_staged() -> None:
    one, two = factory.curator(), factory.curator()
    edition_stage(edition=FIRST, by=one)
    staged = edition_stage(edition=replace(FIRST, listings=(OTHER,)), by=two)
    assert codes(staged) == ["other"]
    assert staged.staged_by == two
    assert Edition.objects.count() == 1


def test_a_released_edition_is_not_staged_over() -> None:
    lists_load([FIRST])
    with pytest.raises(Refused) as refused:
        edition_stage(edition=FIRST, by=factory.curator())
    assert problems(refused) == ["released-already"]


@pytest.mark.parametrize(
    ("day", "is_refused"),
    [(date(2026, 1, 4), True), (date(2026, 1, 6), False)],
)
def test_an_edition_older_than_the_released_one_is_refused(day: date, is_refused: bool) -> None:
    lists_load([FIRST])
    older = replace(FIRST, edition=day)
    if not is_refused:
        assert edition_stage(edition=older, by=factory.curator()).edition == day
        return
    with pytest.raises(Refused) as refused:
        edition_stage(edition=older, by=factory.curator())
    assert problems(refused) == ["older-edition"]


def test_two_rows_of_one_code_are_refused_and_nothing_is_kept() -> None:
    with pytest.raises(Refused) as refused:
        edition_stage(edition=replace(FIRST, listings=(ACME, ACME)), by=factory.curator())
    assert problems(refused) == ["duplicate-entry"]
    assert not Edition.objects.exists()


def test_a_curators_import_of_a_shipped_edition_stands() -> None:
    edition_stage(edition=replace(FIRST, listings=(OTHER,)), by=factory.curator())
    (edition,) = lists_load([FIRST])
    assert codes(edition) == ["other"]


def test_nobody_but_curators_touches_lists() -> None:
    officer = factory.user(factory.organisation())
    with pytest.raises(PermissionDenied):
        edition_stage(edition=FIRST, by=officer)
    with pytest.raises(PermissionDenied):
        edition_release(key="TEST", edition=FIRST.edition, by=officer)
    with pytest.raises(Refused):
        curator_named(officer.email)


def test_releasing_what_is_not_staged_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        edition_release(key="TEST", edition=FIRST.edition, by=factory.curator())
    assert problems(refused) == ["does-not-exist"]


def test_releasing_twice_is_refused() -> None:
    lists_load([FIRST])
    with pytest.raises(Refused) as refused:
        edition_release(key="TEST", edition=FIRST.edition, by=factory.curator())
    assert problems(refused) == ["released-already"]


def test_a_curator_is_found_by_address_in_any_case() -> None:
    curator = factory.curator(email="Keeper@example.gov")
    assert curator_named("keeper@EXAMPLE.gov") == curator


def given(path: Path) -> File:
    return File(path.name, path.read_bytes())


HEADER = "edition,code,name,aliases,rule,removed,confidence\n"


def test_what_is_shipped_is_loaded_whole() -> None:
    loaded = lists_load()
    assert len(loaded) == len(published())
    assert Edition.objects.get(key="154").listings.count() == 6
    assert set(Edition.objects.values_list("state", flat=True)) == {Edition.State.RELEASED}


def test_an_edition_is_read_from_a_file_of_facts(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        f"{HEADER}2026-01-05,acme,ACME Co.,ACME; A.C.M.E.,any successor,,T\n"
        "2025-01-05,old,Old Co.,,,,T\n"
    )
    (read,) = editions_read(key="TEST", edition=date(2026, 1, 5), files=[given(file)])
    (listing,) = read.listings
    assert (listing.code, listing.aliases) == ("acme", ("ACME", "A.C.M.E."))
    assert len(read.sha256) == 64


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-file"),
        ("name,code\nACME,acme\n", "unknown-format"),
        (f"{HEADER}2026-01-05,acme,ACME Co.\n", "unexpected"),
        (f"{HEADER}05/01/2026,acme,ACME Co.,,,,T\n", "unexpected"),
        (f"{HEADER}2026-01-05,acme,ACME Co.,,,,M\n", "unexpected"),
        (f'{HEADER}2026-01-05,acme,"ACME Co.', "unexpected"),
        (f"{HEADER}2025-01-05,acme,ACME Co.,,,,T\n", "no-rows"),
    ],
)
def test_a_file_that_is_not_understood_is_refused_whole(
    text: str, code: str, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(text)
    with pytest.raises(Refused) as refused:
        editions_read(key="TEST", edition=date(2026, 1, 5), files=[given(file)])
    assert problems(refused) == [code]


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(HEADER.encode() + "2026-01-05,x,宁德时代,,,,T\n".encode("gb18030"))
    with pytest.raises(Refused) as refused:
        editions_read(key="TEST", edition=date(2026, 1, 5), files=[given(file)])
    assert problems(refused) == ["encoding"]


def test_a_missing_file_is_a_named_problem(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("list_import", "TEST", str(tmp_path / "none.csv"), "--edition", "2026-01-05")


def test_an_edition_of_unlikely_size_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"{HEADER}2026-01-05,acme,ACME Co.,,,,T\n")  # section 154 names six
    with pytest.raises(Refused) as refused:
        editions_read(key="154", edition=date(2026, 1, 5), files=[given(file)])
    assert problems(refused) == ["unlikely-size"]


def test_the_commands_stage_and_release(tmp_path: Path) -> None:
    one, two = factory.curator(), factory.curator()
    file = tmp_path / "list.csv"
    file.write_text(f"{HEADER}2026-01-05,acme,ACME Co.,,,,T\n")
    call_command("list_import", "TEST", str(file), "--edition", "2026-01-05", "--by", one.email)
    with pytest.raises(CommandError, match="another curator"):
        call_command("list_release", "TEST", "2026-01-05", "--by", one.email)
    call_command("list_release", "TEST", "2026-01-05", "--by", two.email)
    assert Edition.objects.get(key="TEST").state == Edition.State.RELEASED
    with pytest.raises(CommandError, match="released"):
        call_command("list_import", "TEST", str(file), "--edition", "2026-01-05")


def test_the_command_that_loads_lists_names_each(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("lists_load")
    assert "154" in capsys.readouterr().out
