"""Two addresses for whoever runs the servers: is the process up, and can it do its work."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import OperationalError


def database_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def broker_answers() -> None:
    with Connection(
        settings.CELERY_BROKER_URL,
        transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
    ) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)


log = logging.getLogger(__name__)
PARTS: dict[str, tuple[Callable[[], None], type[Exception]]] = {
    "database": (database_answers, DatabaseError),
    "broker": (broker_answers, OperationalError),
}


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up. Touches nothing else, so that a database fault restarts no web server."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database and broker answer, else 503; says which, never why (the log does)."""
    state = {}
    for part, (ask, refusal) in PARTS.items():
        try:
            ask()
            state[part] = "ok"
        except refusal as error:
            log.warning("%s does not answer: %s", part, error)
            state[part] = "no answer"
    return JsonResponse(state, status=200 if set(state.values()) == {"ok"} else 503)
