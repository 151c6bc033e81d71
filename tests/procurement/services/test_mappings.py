"""How a person says a file is to be read: kept in one form, refused where the file has it not."""

from typing import Any

import pytest

from procurement.intake.fields import Field
from procurement.models import Upload
from procurement.problems import Refused
from procurement.services.mappings import laid_out, plain_mapping
from procurement.services.submission import upload_receive
from tests import factory
from tests.factory import NOW

pytestmark = pytest.mark.django_db
FILE = b"Radio parts,,\nPart Number,Maker,Qty\nBP-1,Acme,1\nBP-2,Acme,2\n"


@pytest.fixture
def upload() -> Upload:
    officer = factory.user(factory.organisation())
    return upload_receive(
        organisation=officer.membership.organisation,
        user=officer,
        filename="b.csv",
        content=FILE,
        now=NOW,
    )


def test_equal_mappings_have_one_form_whatever_their_order_and_keys() -> None:
    one: Any = {
        "columns": {10: "maker", "2": None},
        "cells": {"3": {"1": "b", 0: "a"}, 2: {0: "c"}},
    }
    other: Any = {
        "cells": {2: {"0": "c"}, 3: {0: "a", 1: "b"}},
        "columns": {"2": None, "10": "maker"},
    }
    assert plain_mapping(one) == plain_mapping(other)
    assert list(plain_mapping(one)["columns"]) == ["2", "10"]  # type: ignore[index]
    assert plain_mapping({"cells": {}, "columns": {}}) is None
    assert plain_mapping({"header_row": 0}) == {"header_row": 0}


def test_cells_put_right_are_what_is_read(upload: Upload) -> None:
    workbook, _ = laid_out(upload, {"cells": {"4": {"0": "BP-9", "2": "=1+1"}}})
    assert workbook.sheets[0].rows[3] == ("BP-9", "Acme", "=1+1")
    assert workbook.sheets[0].rows[2] == ("BP-1", "Acme", "1")


def test_the_header_row_is_where_the_person_says(upload: Upload) -> None:
    _, recognised = laid_out(upload, None)
    assert recognised.header_row == 2
    _, said = laid_out(upload, {"header_row": 3, "columns": {0: "part_number"}})
    assert (said.header_row, said.columns[0].field) == (3, Field.PART_NUMBER)
    _, none = laid_out(upload, {"header_row": 0})
    assert (none.header_row, none.columns[0].header) == (0, "")


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"header_row": 5}, "header_row"),
        ({"cells": {"5": {"0": "x"}}}, "cells.5.0"),
        ({"cells": {"0": {"0": "x"}}}, "cells.0.0"),
        ({"cells": {"2": {"3": "x"}}}, "cells.2.3"),
        ({"cells": {"a": {"0": "x"}}}, "cells.a.0"),
        ({"cells": {"9" * 5_000: {"0": "x"}}}, None),
        ({"cells": {"2": {"0": "x" * 5_001}}}, "cells.2.0"),
        ({"columns": {"a": "maker"}}, "columns.a"),
        ({"columns": {"9" * 5_000: "maker"}}, None),
    ],
)
def test_what_the_file_has_not_is_refused_at_its_place(
    upload: Upload, said: Any, where: str | None
) -> None:
    plain_mapping(said)  # whatever it is, it has a form
    with pytest.raises(Refused) as refused:
        laid_out(upload, said)
    assert where in (None, refused.value.problems[0].where)


def test_a_file_is_read_once_for_one_content_whoever_sent_it(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = laid_out(upload, None)
    other = Upload.objects.get(pk=upload.pk)
    second, _ = laid_out(other, None)
    assert second is first
    assert "kept" not in other._state.fields_cache, "the bytes were not fetched for it"
