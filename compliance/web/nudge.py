"""After any request that moved a fact, by screen, API or admin: have it followed now.

The sweep would find it within seconds anyway, so a broker that is away costs time, never a change.
"""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from kombu.exceptions import OperationalError

from compliance.tasks import nudge
from procurement.models import Change

log = structlog.get_logger(__name__)
Next = Callable[[HttpRequest], HttpResponse]
READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def follow_changes(get_response: Next) -> Next:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method not in READING and Change.objects.filter(relayed_at=None).exists():
            try:
                nudge()
            except OperationalError as error:
                log.warning("relay_not_nudged", error=str(error))
        return response

    return middleware
