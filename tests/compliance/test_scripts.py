"""A name in a script that cannot be sounded out is a question, never a pass."""

import pytest

from compliance.listed import is_searched
from compliance.models import Work
from compliance.recheck.relay import changes_relay
from compliance.selectors.parties import party_verdicts
from procurement.models import Line
from tests.compliance.worlds import Office, every_list, office
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ARABIC = "بطاريات الصحراء"


@pytest.fixture
def radio() -> Office:
    every_list()
    return office("Soldier Radio")


def verdicts(radio: Office, line: Line) -> dict[str, str]:
    radio.judge(line.bom)
    return dict(line.verdicts.values_list("rule", "verdict"))


def test_a_maker_whose_script_we_cannot_read_is_open_until_its_name_is_given_in_latin(
    radio: Office,
) -> None:
    line = radio.bom(radio.pack()).lines.get()
    clear = verdicts(radio, line)
    passed = {rule for rule, verdict in clear.items() if verdict == "permitted"}
    assert passed
    radio.relay()

    radio.cellco.name = ARABIC
    radio.cellco.save()
    while changes_relay(now=NOW):
        pass
    assert Work.objects.filter(line=line).exists()
    unread = verdicts(radio, line)
    assert "insufficient_information" in {unread[rule] for rule in passed}
    assert "permitted" not in unread.values()
    assert "give the name in Latin letters" in "".join(
        standing.determination.proof.body for standing in line.verdicts.all()
    )
    panel = party_verdicts(party=radio.cellco, user=radio.officer)
    assert (panel.unread, panel.matches) == (True, ())

    radio.cellco.aliases = ["Sahara Batteries"]
    radio.cellco.save()
    while changes_relay(now=NOW):
        pass
    assert verdicts(radio, line) == clear
    assert not party_verdicts(party=radio.cellco, user=radio.officer).unread


def test_one_name_that_can_be_read_is_enough() -> None:
    row = {"name": ARABIC, "name_local": "", "aliases": []}
    assert not is_searched(row)
    assert is_searched(row | {"name_local": "Sahara"})
    assert is_searched(row | {"aliases": ["宁德时代"]})
