"""A long ownership file is taken in without holding it: memory does not grow with the stakes."""

import io
import tracemalloc

import pytest

from procurement.models import Stake
from procurement.services.ownership import Given, ownership_import

pytestmark = [pytest.mark.django_db, pytest.mark.long, pytest.mark.timeout(1800)]
FEW, MANY = 25_000, 150_000
"""Both beyond what is kept at hand of parties told again (20,000)."""


def table(stakes: int, called: str) -> bytes:
    """Each company held by the one before it; a company is told of in two rows."""
    rows = (f"{called} {n} Ltd,{called} {n + 1} Ltd,equity,{n % 50 + 1}\n" for n in range(stakes))
    return ("holder,held,what,percent\n" + "".join(rows)).encode()


def peak(text: bytes) -> int:
    """Bytes that Python holds at most while it is taken in, without the file itself."""
    stream = io.BytesIO(text)
    tracemalloc.start()
    try:
        ownership_import(files=[Given("file.csv", stream)], organisation=None, by=None)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_six_times_the_stakes_need_hardly_more_memory() -> None:
    few, many = peak(table(FEW, "Few")), peak(table(MANY, "Many"))
    assert Stake.objects.count() == FEW + MANY
    assert many < 1.3 * few, f"{few:,} bytes for {FEW:,} stakes, {many:,} for {MANY:,}"
