"""Around any request that may move a fact, by screen, API or admin: bulk work lets it pass, and
what it moved is followed at once.

The sweep would find it within seconds anyway, so a broker that is away costs time, never a change.
"""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from kombu.exceptions import OperationalError

from compliance.services.turns import writing
from compliance.tasks import nudge
from procurement.models import Change

log = structlog.get_logger(__name__)
Next = Callable[[HttpRequest], HttpResponse]
READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def follow_changes(get_response: Next) -> Next:
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in READING:
            return get_response(request)
        with writing():
            response = get_response(request)
        if Change.objects.filter(relayed_at=None).exists():
            try:
                nudge()
            except OperationalError as error:
                log.warning("relay_not_nudged", error=str(error))
        return response

    return middleware
