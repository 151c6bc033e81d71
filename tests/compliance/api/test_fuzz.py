"""Whatever a stranger sends to any address, the answer is one that the document promises.

Requests are made from the OpenAPI document, well-formed and not, half of them aimed at rows that
exist; they run over WSGI in this process.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import checks

from compliance.services.submission import bom_judge_request
from config.wsgi import application
from procurement.models import User
from procurement.services.tokens import SCOPES, token_create
from tests import factory
from tests.api import work_off

pytestmark = pytest.mark.django_db

PROMISES: list[Any] = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


def operations() -> Iterator[Any]:
    document = SchemaGenerator().get_schema(request=None, public=True)
    schema = schemathesis.openapi.from_dict(document)
    schema.app = application
    results: Any = schema.get_all_operations()
    for result in results:
        yield result.ok()


OPERATIONS = {f"{each.method.upper()} {each.path}": each for each in operations()}


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Between requests a server closes connections; a test keeps its transaction's."""
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def person(kept_rows: None) -> User:
    return factory.user(factory.organisation(), role="counsel", is_curator=True)


@pytest.fixture(scope="module")
def ids(person: User) -> dict[str, int]:
    """A row of each noun that the person may read; the BOM is judged."""
    organisation = person.membership.organisation
    own: dict[str, Any] = {"organisation": organisation}
    holder, held = factory.party(**own), factory.party(**own)
    part = factory.part(maker=held, **own)
    purchase = factory.procurement(organisation)
    upload = factory.upload(organisation)
    bom = factory.bom(purchase, [part], upload=upload, now=timezone.now())
    bom_judge_request(
        bom=bom, cause="submitted", now=timezone.now(), enqueue=lambda queue, work: False
    )
    work_off()
    evidence = factory.evidence(**own)
    factory.document(evidence)
    stake = factory.stake(holder, held, 60)
    return {
        "parties": held.pk,
        "identifiers": factory.identifier(held, "CAGE", "7F0U0").pk,
        "stakes": stake.pk,
        "disclosures": factory.disclosure(held, 90).pk,
        "controls": factory.control(holder, held).pk,
        "sites": factory.site(held).pk,
        "licences": factory.licence(holder, **own).pk,
        "parts": part.pk,
        "procurements": purchase.pk,
        "waivers": factory.waiver(purchase, part=part).pk,
        "grounds": factory.ground(purchase).pk,
        "evidence": evidence.pk,
        "backings": factory.backing(evidence, "procurement_stake", stake.pk).pk,
        "uploads": bom.upload_id or 0,
        "boms": bom.pk,
        "determinations": bom.determinations.latest("id").pk,
        "editions": factory.edition(names=["A"]).pk,
        "rechecks": factory.recheck().pk,
    }


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_the_document_promises(
    name: str, person: User, ids: dict[str, int], scale: Callable[[int, int], int]
) -> None:
    operation = OPERATIONS[name]
    _, key = token_create(user=person, name="fuzz", scopes=SCOPES)
    noun = operation.path.split("/")[3]

    @settings(
        max_examples=scale(8, 200),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
        derandomize=True,
        database=None,
    )
    @given(case=operation.as_strategy(), real=st.booleans())
    def send(case: Any, real: bool) -> None:
        if real and noun in ids and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = ids[noun]
        case.call_and_validate(headers={"Authorization": f"Token {key}"}, checks=PROMISES)

    send()
