"""Whether a file is long, or heavy, is told from what of it will be read."""

import io
import zipfile

import pytest

from procurement.formats.support.limits import MAX_PARTS
from procurement.services.reading import HEAVY_UNPACKED, LISTED, LONG_BYTES, is_heavy, is_long


def workbook(name: str, size: int) -> bytes:
    """A workbook with a part of so many bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr(name, bytes(size))
    return file.getvalue()


@pytest.mark.parametrize("picture", ["xl/media/image1.png", "xl/media/Photo.JPEG"])
def test_a_short_sheet_full_of_pictures_is_neither(picture: str) -> None:
    content = workbook(picture, HEAVY_UNPACKED + 1)

    assert not is_long(content)
    assert not is_heavy(content)


def test_of_a_sheet_all_that_it_unpacks_to_counts() -> None:
    sheet = "xl/worksheets/sheet1.xml"

    assert not is_long(workbook(sheet, LONG_BYTES - 100))
    assert is_long(workbook(sheet, LONG_BYTES))
    assert not is_heavy(workbook(sheet, HEAVY_UNPACKED - 100))
    assert is_heavy(workbook(sheet, HEAVY_UNPACKED))


def test_a_file_that_lists_very_many_parts_is_heavy_before_the_list_is_read() -> None:
    assert is_heavy(b"PK\x03\x04" + LISTED * (MAX_PARTS + 1))
    assert not is_heavy(b"PK\x03\x04" + LISTED * MAX_PARTS)
