"""What every page behind a sign-in has in common."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from procurement.models import User

Rest = ParamSpec("Rest")


class Request(HttpRequest):
    """A request of somebody signed in; `htmx` is true where a part of a page is asked for."""

    user: User
    htmx: HtmxDetails


def told(values: QueryDict, name: str, longest: int = 200) -> str:
    """What an address or a plain form says, without what no database keeps; "" for nothing."""
    return str(values.get(name, "")).replace("\0", "").strip()[:longest]


Page = Callable[Concatenate[Request, Rest], HttpResponseBase]
Plain = Callable[..., HttpResponseBase]


def signed_in(view: Plain) -> Plain:
    """A part of a page that is asked for after the session ended has the whole page ask again,
    which leads to the sign-in; the sign-in itself would land in the middle of the page.
    """
    guarded = login_required(view)

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if "HX-Request" in request.headers and not request.user.is_authenticated:
            return HttpResponseClientRefresh()
        return guarded(request, *args, **kwargs)

    return checked


def page(view: Page[Rest]) -> Plain:
    """Only read: GET and HEAD."""
    return signed_in(require_safe(view))  # type: ignore[type-var]


def action(view: Page[Rest]) -> Plain:
    """Only do: POST."""
    return signed_in(require_POST(view))  # type: ignore[type-var]


def form_page(view: Page[Rest]) -> Plain:
    """Show a form, and take it: GET, HEAD and POST."""
    return signed_in(require_http_methods(["GET", "HEAD", "POST"])(view))  # type: ignore[type-var]


def seen_state(request: Request) -> str | None:
    """What an open page says it shows when it asks for itself anew; None for a page just opened.

    Nobody is at the keyboard then: such a request keeps no session alive (config.middleware).
    """
    return request.headers.get("X-Seen") if request.htmx else None


def unchanged() -> HttpResponse:
    """The page shows it all already: nothing is put in its place, so nothing opened is shut."""
    return HttpResponse(status=204)
