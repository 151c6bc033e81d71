"""What every page behind a sign-in has in common."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods, require_POST, require_safe
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


Page = Callable[Concatenate[Request, Rest], HttpResponse]
Plain = Callable[..., HttpResponse]


def page(view: Page[Rest]) -> Plain:
    """Only read: GET and HEAD."""
    return login_required(require_safe(view))  # type: ignore[type-var]


def action(view: Page[Rest]) -> Plain:
    """Only do: POST."""
    return login_required(require_POST(view))  # type: ignore[type-var]


def form_page(view: Page[Rest]) -> Plain:
    """Show a form, and take it: GET, HEAD and POST."""
    return login_required(require_http_methods(["GET", "HEAD", "POST"])(view))  # type: ignore[type-var]
