"""The OpenAPI document is whole, and what the API answers is what it says."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests import factory
from tests.compliance.api.test_tenancy import addresses


def test_the_document_is_made_without_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    assert file.read_text().startswith("openapi: 3.1")


@pytest.mark.django_db
def test_every_address_and_method_is_in_the_document() -> None:
    document = Client().get("/api/schema/", {"format": "json"}).json()
    told = {
        (re.sub(r"{\w+}", "{id}", path), method)
        for path, methods in document["paths"].items()
        for method in methods
    }
    for _, address, methods in addresses():
        for method in methods:
            wanted = address.replace("report.pdf", "report.{id}")
            assert (wanted, method) in told, (method, address)


@pytest.mark.django_db
def test_every_operation_says_what_it_does_and_how_it_refuses() -> None:
    document: dict[str, Any] = Client().get("/api/schema/", {"format": "json"}).json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert "4XX" in operation["responses"], (method, path)
            assert any(status.startswith("2") for status in operation["responses"])
            assert operation["security"], (method, path)


@pytest.mark.django_db
def test_the_page_of_the_document_runs_no_inline_script() -> None:
    client = Client()
    client.force_login(factory.user(factory.organisation()))
    page = client.get("/api/docs/")
    assert page.status_code == 200
    html = page.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", html)
    assert not re.search(r"\son\w+=", html)
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "https://" not in html
