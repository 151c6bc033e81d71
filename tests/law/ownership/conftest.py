"""Each test of the columns twice: compiled, and as plain Python."""

import pytest

from tests.law.ownership.facts import use_plain_python


@pytest.fixture(params=["compiled", "plain"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "plain":
        use_plain_python(monkeypatch)
    return str(request.param)
