"""Every file of ../shared/data/ownership is taken in, or said why not."""

from pathlib import Path

import pytest

from procurement.models import Party, Statement
from procurement.problems import Refused
from procurement.services.ownership import Given, ownership_import

DATA = Path(__file__).parents[4] / "shared/data/ownership"
pytestmark = [
    pytest.mark.skipif(not DATA.exists(), reason="the files lie outside the repository"),
    pytest.mark.django_db,
]

OUTCOMES: dict[str, tuple[int, int, int, int] | str] = {
    "examples/bods-package-annotations.json": (2, 0, 1, 0),
    "examples/bods-package-entity-owning-entity.json": (2, 1, 0, 0),
    "examples/bods-package-fi-soe.json": (4, 3, 1, 1),
    "examples/bods-package-linking-annotations.json": (2, 1, 0, 0),
    "examples/bods-package.json": (2, 1, 0, 0),
    "examples/fermcat.json": (4, 4, 2, 0),
    "examples/full-pep-declaration.json": (2, 2, 0, 0),
    "examples/indirect-ownership.json": (3, 1, 1, 1),
    "examples/joint-ownership.json": (4, 3, 0, 0),
    "examples/levent.json": (4, 0, 4, 0),
    "examples/listed-company-exempt-from-disclosure.json": (1, 0, 0, 1),
    "examples/mixed-direct-and-indirect-ownership.json": (3, 2, 1, 1),
    "examples/multiple-indirect-ownership.json": (4, 2, 2, 1),
    "examples/multiple-tax-residencies.json": (2, 1, 0, 0),
    "examples/mutilple-indirect-ownership-2.json": (4, 2, 2, 1),
    "examples/nomination.json": (4, 0, 3, 1),
    "examples/plc-entity-statement.json": (1, 0, 0, 0),
    "examples/simple-pep-declaration.json": (2, 2, 0, 0),
    "examples/tecido.json": (3, 12, 2, 0),
    "gleif/20240505-0000-gleif-goldencopy-lei2-intra-day.json": (577, 0, 0, 0),
    "gleif/api_549300LBI3LRIZ2V8V66_lapsed.json": (1, 0, 0, 0),
    "gleif/api_9845001B2AD43E664E58_issued.json": (1, 0, 0, 0),
    "gleif/bodspipelines/lei-data-out.json": "bods-version",
    "gleif/bodspipelines/lei-data.json": (13, 0, 0, 0),
    "gleif/bodspipelines/lei-data.xml": (13, 0, 0, 0),
    "gleif/bodspipelines/lei-updates-data-out.json": "bods-version",
    "gleif/bodspipelines/lei-updates-data.json": (5, 0, 0, 0),
    "gleif/bodspipelines/lei-updates-data2-new-out.json": "bods-version",
    "gleif/bodspipelines/lei-updates-data2-new.json": (12, 0, 0, 0),
    "gleif/bodspipelines/lei-updates-data2-new.xml": (12, 0, 0, 0),
    "gleif/bodspipelines/lei-updates-data2-out.json": "bods-version",
    "gleif/bodspipelines/lei-updates-data2.json": (12, 0, 0, 0),
    "gleif/bodspipelines/lei-updates-data2.xml": (12, 0, 0, 0),
    "gleif/bodspipelines/lei-updates-replaces-data.json": (1, 0, 0, 0),
    "gleif/bodspipelines/relationship-update-data.json": (2, 0, 2, 0),
    "gleif/bodspipelines/repex-data.json": (10, 0, 0, 10),
    "gleif/bodspipelines/repex-data.xml": (10, 0, 0, 10),
    "gleif/bodspipelines/repex-updates-data2-new-out.json": "bods-version",
    "gleif/bodspipelines/repex-updates-data2-new.json": (7, 0, 0, 7),
    "gleif/bodspipelines/repex-updates-data2-new.xml": (7, 0, 0, 7),
    "gleif/bodspipelines/repex-updates-data2-out.json": "bods-version",
    "gleif/bodspipelines/repex-updates-data2.json": (7, 0, 0, 7),
    "gleif/bodspipelines/repex-updates-data2.xml": (7, 0, 0, 7),
    "gleif/bodspipelines/reporting-exceptions-data.json": (1, 0, 0, 2),
    "gleif/bodspipelines/rr-data-out.json": "bods-version",
    "gleif/bodspipelines/rr-data.json": (16, 0, 10, 0),
    "gleif/bodspipelines/rr-data.xml": (16, 0, 10, 0),
    "gleif/bodspipelines/rr-updates-data-out.json": "bods-version",
    "gleif/bodspipelines/rr-updates-data.json": (5, 0, 3, 0),
    "gleif/bodspipelines/rr-updates-data2-new-out.json": "bods-version",
    "gleif/bodspipelines/rr-updates-data2-new.json": (11, 0, 10, 0),
    "gleif/bodspipelines/rr-updates-data2-new.xml": (11, 0, 10, 0),
    "gleif/bodspipelines/rr-updates-data2-out.json": "bods-version",
    "gleif/bodspipelines/rr-updates-data2.json": (11, 0, 11, 0),
    "gleif/bodspipelines/rr-updates-data2.xml": (11, 0, 11, 0),
    "gleif/rdf_L1Data.ttl": "format-not-read",
    "gleif/rdf_L2Data.ttl": "format-not-read",
    "sample_300_statements.json": "identifier-taken",
    "uk_psc/pipeline/basic-company-data-1.csv": "format-not-read",
    "uk_psc/pipeline/company-data-1.json": (2, 0, 0, 0),
    "uk_psc/pipeline/psc-data-1.json": (2, 1, 0, 1),
    "uk_psc/pipeline/psc-data-10.json": (2, 2, 0, 0),
    "uk_psc/pipeline/psc-data-11.json": (2, 2, 2, 0),
    "uk_psc/pipeline/psc-data-12.json": (2, 2, 1, 0),
    "uk_psc/pipeline/psc-data-13.json": (2, 1, 0, 0),
    "uk_psc/pipeline/psc-data-14.json": (2, 2, 0, 0),
    "uk_psc/pipeline/psc-data-15.json": (2, 2, 0, 0),
    "uk_psc/pipeline/psc-data-16.json": (2, 1, 0, 0),
    "uk_psc/pipeline/psc-data-2.json": (2, 2, 0, 0),
    "uk_psc/pipeline/psc-data-3.json": (2, 2, 0, 0),
    "uk_psc/pipeline/psc-data-4.json": (2, 0, 1, 0),
    "uk_psc/pipeline/psc-data-5.json": (2, 1, 0, 0),
    "uk_psc/pipeline/psc-data-6.json": (2, 2, 0, 0),
    "uk_psc/pipeline/psc-data-7.json": (1, 0, 0, 1),
    "uk_psc/pipeline/psc-data-8.json": (6, 5, 1, 0),
    "uk_psc/pipeline/psc-data-9.json": (2, 1, 0, 0),
    "uk_psc/register/psc_ceased_on.json": (2, 2, 0, 0),
    "uk_psc/register/psc_corporate.json": (2, 0, 1, 0),
    "uk_psc/register/psc_exemptions.json": (1, 0, 0, 1),
    "uk_psc/register/psc_individual.json": (2, 2, 0, 0),
    "uk_psc/register/psc_legal.json": (2, 0, 1, 0),
    "uk_psc/register/psc_no_country.json": (2, 0, 1, 0),
    "uk_psc/register/psc_no_match.json": (2, 0, 1, 0),
    "uk_psc/register/psc_not_found.json": (2, 0, 1, 0),
    "uk_psc/register/psc_statement.json": (1, 0, 0, 1),
    "uk_psc/register/psc_statement_ceased_on.json": (1, 0, 0, 1),
    "uk_psc/register/psc_super_secure.json": (1, 0, 0, 1),
    "uk_psc/register/psc_totals.json": (0, 0, 0, 0),
    "uk_psc/register/psc_unknown_kind.json": "unknown-kind",
}
"""File → new parties, stakes, controls, statements that make no fact by themselves; or the code of
the problem for which it is refused: BODS before 0.4, RDF, a table of companies without owners, one
number on two companies, a kind of record that nobody has told of.
"""


def test_every_file_is_in_the_table() -> None:
    assert set(OUTCOMES) == {str(path.relative_to(DATA)) for path in DATA.rglob("*.*")}


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_published_file_is_taken_in_or_said_why_not(name: str) -> None:
    wanted = OUTCOMES[name]
    with (DATA / name).open("rb") as stream:
        given = [Given(Path(name).name, stream)]
        if isinstance(wanted, str):
            with pytest.raises(Refused) as refused:
                ownership_import(files=given, organisation=None, by=None)
            assert {problem.code for problem in refused.value.problems} == {wanted}
            assert not Party.objects.exists()
            assert not Statement.objects.exists()
        else:
            told = ownership_import(files=given, organisation=None, by=None)
            assert (told.parties_new, told.stakes, told.controls, told.unsettled) == wanted
