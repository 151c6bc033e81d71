import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client, RequestFactory
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from config import problems
from procurement.formats.problem import Problem
from procurement.problems import Refused

NAME = "0b9f6a4e-8c1d-4b7e-9a55-0d6d1f2e3a4b"


def handled(error: Exception) -> Response | None:
    return problems.exception_handler(error, {"request": SimpleNamespace(id=NAME)})


def answered(error: Exception) -> Any:
    response = handled(error)
    assert response is not None
    assert response.data["status"] == response.status_code
    return response.data


class LineSerializer(serializers.Serializer[Any]):
    quantity = serializers.IntegerField(min_value=1)


class BomSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    lines = LineSerializer(many=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["title"] == "bad":
            raise serializers.ValidationError("Title and lines contradict each other.", "clash")
        return attrs


def complaint(data: dict[str, Any]) -> Any:
    serializer = BomSerializer(data=data)
    with pytest.raises(exceptions.ValidationError) as caught:
        serializer.is_valid(raise_exception=True)
    return answered(caught.value)


def test_a_nested_field_is_named_by_its_path() -> None:
    found = complaint({"title": "x", "lines": [{"quantity": 1}, {"quantity": 0}]})["problems"]
    assert [(p["code"], p["where"]) for p in found] == [("min-value", "lines[1].quantity")]


def test_every_problem_is_told_at_once() -> None:
    found = complaint({"lines": [{}]})["problems"]
    assert [(p["code"], p["where"]) for p in found] == [
        ("required", "title"),
        ("required", "lines[0].quantity"),
    ]
    assert {p["fix"] for p in found} == {"Give this field."}


def test_a_problem_of_the_whole_has_no_place() -> None:
    found = complaint({"title": "bad", "lines": []})["problems"]
    assert [(p["code"], p["where"]) for p in found] == [("clash", "")]


def test_what_a_service_refuses_keeps_its_own_words() -> None:
    error = Refused(Problem("percent-over-100", "row 14", "Maker already has 92 %.", "End one."))
    body = answered(error)
    assert body["status"] == 422
    assert body["problems"] == [
        {
            "code": "percent-over-100",
            "where": "row 14",
            "what": "Maker already has 92 %.",
            "fix": "End one.",
        }
    ]
    assert body["detail"] == "1 problem. row 14: Maker already has 92 %. End one."
    assert body["instance"] == f"urn:uuid:{NAME}"


def test_a_models_complaint_is_a_bad_request() -> None:
    body = answered(ValidationError({"email": ValidationError("Taken.", code="unique")}))
    assert body["status"] == 400
    assert [(p["code"], p["where"]) for p in body["problems"]] == [("unique", "email")]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404("Bom 7 of another organisation"), 404, "not-found"),
        (PermissionDenied("Your role (Auditor) does not allow this."), 403, "permission-denied"),
        (exceptions.NotAuthenticated(), 401, "not-authenticated"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method-not-allowed"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "unsupported-media-type"),
        (exceptions.ParseError(), 400, "parse-error"),
    ],
)
def test_each_refusal_has_its_status_its_code_and_a_way_on(
    error: Exception, status: int, code: str
) -> None:
    body = answered(error)
    assert (body["status"], body["problems"][0]["code"]) == (status, code)
    assert body["problems"][0]["fix"] not in {"", problems.OTHER_FIX}


def test_not_found_never_repeats_what_was_looked_for() -> None:
    assert "another organisation's" not in json.dumps(answered(Http404("Bom 7")))
    assert "Bom 7" not in json.dumps(answered(Http404("Bom 7")))


def test_the_reason_of_a_denial_is_told() -> None:
    body = answered(PermissionDenied("Your role (Auditor) does not allow this."))
    assert body["problems"][0]["what"] == "Your role (Auditor) does not allow this."


def test_the_media_type_is_that_of_rfc_9457() -> None:
    response = handled(exceptions.ParseError())
    assert response is not None
    assert response.content_type == "application/problem+json"


def test_a_throttled_caller_learns_how_long_to_wait() -> None:
    response = handled(exceptions.Throttled(wait=2.2))
    assert response is not None
    assert response.headers["Retry-After"] == "3"


def test_a_fault_of_ours_is_not_dressed_up_as_the_callers() -> None:
    assert handled(ZeroDivisionError()) is None


def test_an_address_that_is_not_there_answers_in_the_callers_language(client: Client) -> None:
    of_api = client.get("/api/v1/nothing-like-it")
    assert of_api.status_code == 404
    assert of_api["Content-Type"] == "application/problem+json"
    assert of_api.json()["problems"][0]["code"] == "not-found"
    page = client.get("/nothing-like-it")
    assert page.status_code == 404
    assert b"<h1>There is nothing here.</h1>" in page.content


def test_a_failure_under_the_api_is_a_problem_too(rf: RequestFactory) -> None:
    request = rf.get("/api/v1/boms")
    request.id = NAME  # type: ignore[attr-defined]
    response = problems.server_error(request)
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert json.loads(response.content)["instance"] == f"urn:uuid:{NAME}"


def test_every_operation_of_the_openapi_document_says_how_it_refuses() -> None:
    document: dict[str, Any] = {"paths": {"/x": {"get": {"responses": {"200": {}}}}}}
    problems.describe_problems(document, None, None, True)
    refusal = document["paths"]["/x"]["get"]["responses"]["4XX"]["content"]
    assert refusal == {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}
    }
    assert {"Problem", "ProblemDocument"} <= set(document["components"]["schemas"])
