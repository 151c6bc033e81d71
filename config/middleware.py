"""What every request passes through, beside Django's own middleware."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars

from config.problems import too_large

log = logging.getLogger(__name__)
Next = Callable[[HttpRequest], HttpResponse]
GIVEN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
UNUSED_FEATURES = ("camera", "geolocation", "microphone", "payment", "usb")
RENEW_AFTER_SECONDS = 60
PIECE = 256 * 1024


def name_request(get_response: Next) -> Next:
    """Give the request an id, a proxy's own where it is a UUID; logs and errors carry it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "").lower()
        name = given if GIVEN_ID.fullmatch(given) else str(uuid.uuid4())
        request.id = name  # type: ignore[attr-defined]
        clear_contextvars()
        bind_contextvars(request=name)
        began = time.monotonic()
        response = get_response(request)
        response["X-Request-ID"] = name
        took = round((time.monotonic() - began) * 1000)
        # The path alone: what people search for is nobody else's business.
        log.info("%s %s %s", request.method, request.path, response.status_code, extra={"ms": took})
        return response

    return middleware


def restrict_browser(get_response: Next) -> Next:
    """Switch off what no page needs, and keep pages out of caches unless a view says otherwise."""
    policy = ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Permissions-Policy"] = policy
        response.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def bound_body(get_response: Next) -> Next:
    """Refuse a body larger than LARGEST_BODY by what it says of itself, before any of it is kept.

    A server takes in no more than a body says of itself, and nothing where it says nothing. Up to
    as much again is read and thrown away: a client that is cut off while it sends hears no reason.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or ""
        size = int(told) if told.isdecimal() else 0
        if size <= settings.LARGEST_BODY:
            return get_response(request)
        if size <= 2 * settings.LARGEST_BODY:
            while request.read(PIECE):
                pass
        return too_large(request)

    return middleware


def renew_session(get_response: Next) -> Next:
    """Let a session end when idle, not while in use, without a database write per request.

    An open page that asks whether anything changed (X-Seen) is not in use.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and "X-Seen" not in request.headers:
            now = int(time.time())
            if now - request.session.get("used", 0) >= RENEW_AFTER_SECONDS:
                request.session["used"] = now
        return get_response(request)

    return middleware


def client_address(request: HttpRequest) -> str | None:
    """The address that the request came from, past our own proxy where there is one; None over a
    local socket.

    A proxy adds the address it saw to the end; what stands before that, anybody could have sent.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.TRUST_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR")
