"""Python's search for circles of garbage is put off, and always taken up again."""

import gc

import pytest

from procurement.collector import collector_paused


def test_it_is_taken_up_again_whatever_happens() -> None:
    with collector_paused(), collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError, match="no"), collector_paused():
        raise ValueError("no")
    assert gc.isenabled()


def test_where_somebody_put_it_off_already_it_stays_so() -> None:
    gc.disable()
    try:
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
