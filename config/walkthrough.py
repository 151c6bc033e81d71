"""One submission, from the API to the e-mail with its report, as a program of an officer's does."""

import email
import email.policy
import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urljoin

import requests
from django.conf import settings
from django.db import connections

from compliance.models import Mail
from procurement.models import Membership, Role
from procurement.services.tokens import token_create, token_revoke

BOM = """\
Level,Part Number,Description,Manufacturer,Qty,Unit,Unit Cost (USD)
1,DEMO-DP-BYD,Drone pack by BYD,BYD Company Limited,4,EA,190.00
1,CHECK-PACK-1,Battery pack of a maker that nobody has looked into,Unknown Packs Ltd,2,EA,250.00
1,RC0603FR-0710KL,"Resistor, 10 kOhm, 0603",Yageo,20,EA,0.01
"""
PROCUREMENT = {
    "agency": "DOD",
    "program": "acquisition",
    "reached_milestone_b": False,
    "award": "2028-03-01",
    "obligation": "2028-03-10",
    "payments": ["2028-06-01"],
    "delivery": "2028-10-01",
    "device": "other",
    "setting": "combat",
    "maintenance": "no",
    "rdte": False,
}
PATIENCE = 120
Found = TypeVar("Found")


class StuckError(Exception):
    """A step did not come to its end; the message says which, and what was seen."""


class Caller:
    """The API, called with a token of one person's."""

    def __init__(self, address: str, token: str) -> None:
        self.root = f"{address}/api/v1"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {token}"

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        url = path if path.startswith("http") else f"{self.root}/{path}"
        answer = self.session.request(method, url, timeout=60, **options)
        if not answer.ok:
            raise StuckError(f"{method} {url} answered {answer.status_code}: {answer.text[:1000]}")
        return answer


def walk(address: str, say: Callable[[str], object]) -> None:
    """Submit a small BOM and follow it to its mail; `say` each step with its seconds."""
    began = time.monotonic()

    def tell(what: str) -> None:
        say(f"{time.monotonic() - began:5.1f} s  {what}")

    say("Check: one submission through the API to its e-mail")
    officer = Membership.objects.filter(role=Role.OFFICER).order_by("id").first()
    if officer is None:
        raise StuckError("There is no officer to sign in as; was the demo loaded?")
    token, key = token_create(
        user=officer.user,
        name="start --check",
        scopes=("boms:read", "boms:write", "verdicts:read"),
        days=1,
    )
    try:
        api = Caller(address, key)
        bom, status = submit(api)
        tell(f"submitted as {officer.user.email}: BOM {bom}")
        done = eventually("the lines were not judged", lambda: is_done(api, status))
        tell(f"{done['judged']} of {done['lines_total']} lines judged")
        for verdict in worst_of_each_line(api, bom):
            say(f"         {verdict['verdict']}: {verdict['sentence']}")
        mail = eventually("the mail was not sent", lambda: sent(bom))
        tell(f"mail sent to {officer.user.email}: {mail.subject}")
        if settings.EMAIL_BACKEND == "config.mailbox.FolderBackend":
            path, attached = next(kept(mail), (None, []))
            if path is None or not any(name.endswith(".pdf") for name in attached):
                raise StuckError(f"The mail with the PDF is not in {settings.EMAIL_FILE_PATH}.")
            tell(f"kept as {path.name} with {', '.join(attached)}")
    finally:
        token_revoke(token=token)
        connections.close_all()


def submit(api: Caller) -> tuple[int, str]:
    """A new BOM in a procurement of its own; its id, and the address of its status."""
    name = f"Start-up check of {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC"
    answer = api.call(
        "POST",
        "boms",
        headers={"Idempotency-Key": str(uuid.uuid4())},
        data={"name": name, "procurement": json.dumps({"name": name, **PROCUREMENT})},
        files={"file": ("check.csv", BOM.encode(), "text/csv")},
    )
    return int(answer.json()["id"]), urljoin(answer.url, answer.headers["Location"])


def is_done(api: Caller, status: str) -> dict[str, Any] | None:
    state: dict[str, Any] = api.call("GET", status).json()
    return state if state["done"] else None


def worst_of_each_line(api: Caller, bom: int) -> list[dict[str, Any]]:
    worst: dict[int, dict[str, Any]] = {}
    for verdict in api.call("GET", f"boms/{bom}/verdicts").json()["results"]:  # worst first
        if verdict["line"] is not None:
            worst.setdefault(verdict["line"], verdict)
    return list(worst.values())


def sent(bom: int) -> Mail | None:
    return Mail.objects.filter(reports__bom=bom, state=Mail.State.SENT).first()


def kept(mail: Mail) -> Iterator[tuple[Path, list[str]]]:
    """The files in the mail folder that hold this mail, each with the names of its attachments."""
    for path in Path(settings.EMAIL_FILE_PATH).glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if message["Message-ID"] == mail.message_id:
            yield path, [str(part.get_filename()) for part in message.iter_attachments()]


def eventually(otherwise: str, ask: Callable[[], Found | None]) -> Found:
    """What `ask` finds, once it does."""
    end = time.monotonic() + PATIENCE
    while (found := ask()) is None:
        if time.monotonic() > end:
            raise StuckError(f"After {PATIENCE} s {otherwise}. See the logs of the workers.")
        time.sleep(0.1)
    return found
