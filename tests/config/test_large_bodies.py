"""What is sent too large is cut off while it arrives, and whoever sent it hears why."""

import socket
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from tests import factory

GIB = 1024 * 1024 * 1024


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/checks/new/", "/api/v1/uploads", "/api/v1/boms"])
def test_two_gigabytes_are_refused_before_any_of_it_is_kept(
    live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    server = urlsplit(live_server.url)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {server.netloc}\r\nContent-Length: {2 * GIB}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    file = '--b\r\nContent-Disposition: form-data; name="file"; filename="bom.csv"\r\n\r\n'
    with socket.create_connection((server.hostname, server.port), timeout=30) as line:
        line.sendall((head + file).encode())
        answer = line.recv(65_536)
    assert answer.split(b"\r\n")[0].split()[1] == b"413"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_whoever_sends_a_little_too_much_hears_why(live_server: Any, settings: Any) -> None:
    settings.LARGEST_BODY = 1_000_000
    body = b"x" * 1_900_000
    as_page = requests.post(f"{live_server.url}/checks/new/", data=body, timeout=30)
    assert as_page.status_code == 413
    assert "100 MB" in as_page.text
    as_program = requests.post(f"{live_server.url}/api/v1/boms", data=body, timeout=30)
    assert as_program.status_code == 413
    assert [problem["code"] for problem in as_program.json()["problems"]] == ["too-big"]
    just_right = requests.post(f"{live_server.url}/api/v1/boms", data=body[:1_000_000], timeout=30)
    assert just_right.status_code == 401


@pytest.mark.django_db
def test_json_and_pasted_cells_are_bounded_by_what_they_take_in_memory(settings: Any) -> None:
    client = Client()
    organisation = factory.organisation()
    client.force_login(factory.user(organisation))
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    told = {"text": "Part Number,Qty\n" + "A-1,2\n" * 200}
    as_json = client.post("/api/v1/uploads", told, content_type="application/json")
    assert as_json.status_code == 413
    assert [problem["code"] for problem in as_json.json()["problems"]] == ["too-big"]
    pasted = client.post("/checks/new/", {"cells": told["text"]})
    assert pasted.status_code == 413
    assert "as a file" in pasted.content.decode()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    assert client.post("/api/v1/uploads", told, content_type="application/json").status_code == 201
    assert client.post("/checks/new/", {"cells": told["text"]}).status_code == 302
