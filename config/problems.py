"""The one shape of an error that leaves the API: RFC 9457, with our list of problems in it.

{"type": "about:blank", "title": "Bad Request", "status": 400,
 "detail": "1 problem. lines[2].quantity: A valid number is required. Give a number.",
 "instance": "urn:uuid:…",          the id of the request, as in X-Request-ID and in the log
 "problems": [{"code": "invalid", "where": "lines[2].quantity",
               "what": "A valid number is required.", "fix": "…"}]}
"""

import http
import math
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from procurement.formats.problem import Problem
from procurement.problems import Refused, from_validation

MEDIA_TYPE = "application/problem+json"
FIXES = {
    "authentication-failed": "Send a current token: Authorization: Token <token>.",
    "blank": "Give a value.",
    "does-not-exist": "Give the id of something that exists in your organisation.",
    "max-length": "Shorten it.",
    "method-not-allowed": "See /api/docs/ for what this address accepts.",
    "not-acceptable": "Ask for application/json.",
    "not-authenticated": "Send a token: Authorization: Token <token>.",
    "not-found": "Check the address; what belongs to another organisation is not found either.",
    "null": "Give a value, or leave the field out.",
    "parse-error": "Send well-formed JSON.",
    "permission-denied": "Ask an administrator of your organisation for the role or scope.",
    "required": "Give this field.",
    "throttled": "Wait as long as the Retry-After header says.",
    "unsupported-media-type": "Send application/json, or multipart/form-data with a file.",
}
OTHER_FIX = "Correct it and send the request again."


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """What Django REST Framework calls. None for a fault of ours: it is logged and answered 500."""
    match error:
        case Refused():
            status, problems = 422, error.problems
        case DjangoValidationError():
            status, problems = 400, tuple(from_validation(error))
        case Http404():
            status, problems = 404, tuple(problems_in(exceptions.NotFound().detail))
        case PermissionDenied():
            denied = exceptions.PermissionDenied(str(error) or None)
            status, problems = 403, tuple(problems_in(denied.detail))
        case exceptions.APIException():
            status, problems = error.status_code, tuple(problems_in(error.detail))
        case _:
            return None
    set_rollback()
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    return Response(
        document(context["request"], status, problems),
        status=status,
        headers=headers,
        content_type=MEDIA_TYPE,
    )


def document(request: HttpRequest, status: int, problems: Sequence[Problem]) -> dict[str, Any]:
    """The body of an error answer, as plain values."""
    count = "1 problem." if len(problems) == 1 else f"{len(problems)} problems."
    said = "; ".join(
        f"{p.where}: {p.what} {p.fix}" if p.where else f"{p.what} {p.fix}" for p in problems[:3]
    )
    return {
        "type": "about:blank",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "detail": f"{count} {said}",
        "instance": f"urn:uuid:{request.id}",  # type: ignore[attr-defined]
        "problems": [as_plain(problem) for problem in problems],
    }


def as_plain(problem: Problem) -> dict[str, str]:
    return {
        "code": problem.code,
        "where": problem.where,
        "what": problem.what,
        "fix": problem.fix,
    }


def problems_in(detail: Any, where: str = "") -> Iterator[Problem]:
    """Flatten a serializer's nested errors. Places read `lines[2].quantity`, counted from 0."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from problems_in(inner, below(where, key))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from problems_in(inner, where if isinstance(inner, str) else below(where, index))
    else:
        code = str(getattr(detail, "code", "invalid")).replace("_", "-")
        yield Problem(code, where, str(detail), FIXES.get(code, OTHER_FIX))


def below(where: str, key: str | int) -> str:
    """The place one step further in. A list's errors come by index; the whole's under no name."""
    if isinstance(key, int):
        return f"{where}[{key}]"
    if key == api_settings.NON_FIELD_ERRORS_KEY:
        return where
    return f"{where}.{key}" if where else key


def answer(request: HttpRequest, status: int, code: str, what: str, fix: str) -> HttpResponse:
    """An error outside any view: a problem document under /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        problem = Problem(code, request.path, what, fix)
        return JsonResponse(
            document(request, status, [problem]), status=status, content_type=MEDIA_TYPE
        )
    words = {"title": what, "fix": fix, "name": getattr(request, "id", "")}
    return render(request, "error.html", words, status=status)


def too_large(request: HttpRequest) -> HttpResponse:
    """Of a whole request, before anybody looked what is in it."""
    what = "What was sent is too large, and nothing of it was kept."
    fix = "A file may have 100 MB; split a larger one. Send more than 32 MB of cells as a file."
    return answer(request, 413, "too-big", what, fix)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return answer(request, 400, "bad-request", "This request cannot be read.", OTHER_FIX)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    what = str(exception) or "You may not do this."
    return answer(request, 403, "permission-denied", what, FIXES["permission-denied"])


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404, "not-found", "There is nothing here.", FIXES["not-found"])


def server_error(request: HttpRequest) -> HttpResponse:
    what = "Cellgate failed, and wrote down why. Nothing half-done was kept."
    return answer(request, 500, "failed", what, "Try again; if it stays, report the request's id.")


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF check failed: most often a page that was left open past its session."""
    what = "This page was open for too long, or was not ours."
    return answer(request, 403, "form-expired", what, "Go back, reload the page, and try again.")


def describe_problems(
    result: dict[str, Any], generator: object, request: object, public: bool
) -> dict[str, Any]:
    """Add the error answer to every operation of the OpenAPI document."""
    words = {"type": "string"}
    listed = {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}}
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = {
        "type": "object",
        "description": "One thing wrong: stable code, place, what is wrong, how to put it right.",
        "properties": {name: words for name in ("code", "where", "what", "fix")},
        "required": ["code", "where", "what", "fix"],
    }
    schemas["ProblemDocument"] = {
        "type": "object",
        "description": "RFC 9457 problem details.",
        "properties": {
            **{name: words for name in ("type", "title", "detail", "instance")},
            "status": {"type": "integer"},
            "problems": listed,
        },
        "required": ["type", "title", "status", "detail", "instance", "problems"],
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    refusal = {"description": "Refused, and why.", "content": content}
    for operations in result.get("paths", {}).values():
        for operation in operations.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"].setdefault("4XX", refusal)
    return result
