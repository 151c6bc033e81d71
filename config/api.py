"""What every address under `/api/v1/` has in common: who may, in which shape, how much at once.

- A person signed in may do what their role allows; a token, what its scopes allow as well.
- What belongs to another organisation is not found.
- A field or a query parameter that we do not know is refused, never ignored.
"""

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework import exceptions, parsers, permissions, serializers
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from procurement import countries
from procurement.access import MAY, may, visible
from procurement.formats.problem import Problem
from procurement.models import ApiToken, User

LARGEST_OFFSET = 10_000_000
Row = TypeVar("Row", bound=Model)


def user_of(request: Request) -> User:
    """The person behind the request; permissions have seen to it that there is one."""
    if not isinstance(request.user, User):
        raise exceptions.NotAuthenticated
    return request.user


def seen(rows: QuerySet[Row], user: User) -> QuerySet[Row]:
    """Rows shared or the person's own organisation's; for a curator of no organisation, shared."""
    if user.is_curator and not hasattr(user, "membership"):
        return rows.filter(Q(organisation=None))
    return visible(rows, user)


class Needed(permissions.BasePermission):
    """The view's `scope` ("facts") and `may` (a key of access.MAY) stand for what it does.

    Reading needs the scope "facts:read" and the role's "read"; writing "facts:write" and `may`. A
    view whose POST only reads lists that action in `reading`; `scopes` names the scope of an
    action where it is not the view's.
    """

    message = "Your role or this token's scopes do not allow this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = user_of(request)
        reads = request.method in permissions.SAFE_METHODS or (
            getattr(view, "action", None) in getattr(view, "reading", ())
        )
        noun = getattr(view, "scopes", {}).get(getattr(view, "action", None), view.scope)  # type: ignore[attr-defined]
        scope = f"{noun}:{'read' if reads else 'write'}"
        if isinstance(request.auth, ApiToken) and scope not in request.auth.scopes:
            raise PermissionDenied(f"This token does not have the scope {scope}.")
        action = "read" if reads else view.may  # type: ignore[attr-defined]
        if action not in MAY:
            raise LookupError(f"{type(view).__name__}.may is no action: {action}")
        # What a curator may write beyond the role, the service asks again, row by row.
        return may(user, action) or user.is_curator


class TooLargeError(exceptions.APIException):
    """JSON takes many times its length in memory, unlike a file, which is kept as it comes."""

    status_code = 413
    default_code = "too_big"
    default_detail = "JSON may have 32 MB. Send more as a file."


class Json(parsers.JSONParser):
    """JSON in which every text can be stored: no NUL, no half of a surrogate pair, no NaN."""

    strict = True

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLargeError
        data = super().parse(io.BytesIO(body), media_type, parser_context)
        if where := unstorable(data):
            raise exceptions.ParseError(f"The text at {where} holds a character nothing can keep.")
        return data


def unstorable(value: Any, where: str = "the top") -> str:
    """Where in plain JSON values there is text that a database refuses; "" when nowhere."""
    if isinstance(value, str):
        return where if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value) else ""
    if isinstance(value, dict):
        for key, inner in value.items():
            if found := unstorable(key, where) or unstorable(inner, str(key)):
                return found
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if found := unstorable(inner, f"{where}[{index}]"):
                return found
    return ""


class Token(TokenAuthentication):
    """A program's key. Bytes that are no text are a wrong key, not a fault of ours."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():
            raise exceptions.AuthenticationFailed("Invalid token.")
        return super().authenticate_credentials(token)


class Api:
    """Mixed into every view. `scope` and `may`: see Needed. `asks`: its query parameters."""

    authentication_classes: list[type[BaseAuthentication]] = [Token, SessionAuthentication]
    permission_classes: list[Any] = [permissions.IsAuthenticated, Needed]
    parser_classes: list[type[parsers.BaseParser]] = [Json]
    scope = "facts"
    may = "edit_facts"
    reading: tuple[str, ...] = ()
    scopes: Mapping[str, str] = {}
    asks: tuple[str, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        known = {"format", *self.asks, *self.filter_names()}
        if unknown := sorted(set(request.query_params) - known):
            refuse_parameters(unknown, known)

    def page_of(self, rows: Any) -> list[Any]:
        """The page of `rows` that was asked for; `get_paginated_response` says where it lies."""
        return list(self.paginate_queryset(rows) or ())  # type: ignore[attr-defined]

    def filter_names(self) -> set[str]:
        """Query parameters that lists of this view take."""
        names = set()
        if filterset := getattr(self, "filterset_class", None):
            names |= set(filterset.base_filters)
        if getattr(self, "pagination_class", None):
            names |= {"limit", "offset"}
        return names


def refuse_parameters(unknown: list[str], known: set[str]) -> None:
    said = ", ".join(sorted(known - {"format"})) or "none"
    what = f"There is no such parameter here; there are: {said}."
    raise serializers.ValidationError({name: [coded(what, "unknown-field")] for name in unknown})


class Pages(LimitOffsetPagination):
    default_limit = 100
    max_limit = 1_000

    def get_offset(self, request: Request) -> int:
        return min(super().get_offset(request), LARGEST_OFFSET)


class Strict:
    """Mixed into every serializer that reads: a field we do not know, or that is ours alone to
    set, is refused. Text that no database keeps (NUL, half a surrogate pair) is refused too.
    """

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            fields = self.fields  # type: ignore[attr-defined]
            wrong: dict[str, list[str]] = {}
            for name in data:
                if name not in fields:
                    wrong[str(name)] = [coded("There is no such field.", "unknown-field")]
                elif fields[name].read_only:
                    wrong[str(name)] = [coded("This field is not yours to set.", "read-only")]
            if wrong:
                raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)  # type: ignore[misc]


def coded(what: str, code: str) -> exceptions.ErrorDetail:
    return exceptions.ErrorDetail(what, code=code)


class Country(serializers.CharField):
    """An ISO 3166-1 alpha-2 code. A name that means one country is taken; one that could mean two
    ("Korea", "China (Taiwan)") is asked back.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 100)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        meant = countries.country(text) if text else ""
        if isinstance(meant, Problem):
            raise serializers.ValidationError(f"{meant.what} {meant.fix}", code=meant.code)
        return meant


class Percent(serializers.DecimalField):
    """0 to 100, as text, with up to six decimals."""

    def __init__(self, **options: Any) -> None:
        options |= {"min_value": Decimal(0), "max_value": Decimal(100)}
        super().__init__(max_digits=9, decimal_places=6, **options)


class Seen(serializers.PrimaryKeyRelatedField):
    """The id of a row that the person can see."""

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        request = self.context.get("request")
        if rows is None or request is None or not request.user.is_authenticated:
            return rows
        return seen(rows, user_of(request))


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names our tokens."""

    target_class = Token
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Authorization: Token <token>`; make one under Settings.",
        }
