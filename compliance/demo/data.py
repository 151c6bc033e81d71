"""The demo's tables and texts, as they lie beside this file."""

import csv
import tomllib
from importlib import resources
from typing import Any


def table(name: str) -> list[dict[str, str]]:
    """The rows of one CSV file, by column."""
    return list(csv.DictReader(_file(name).decode("utf-8").splitlines()))


def document(name: str) -> dict[str, Any]:
    """One TOML file."""
    return tomllib.loads(_file(name).decode("utf-8"))


def bom(filename: str) -> bytes:
    """A BOM of the demo, as a person would hand it in."""
    return resources.files(__package__).joinpath("boms", filename).read_bytes()


def bom_names() -> list[str]:
    """Files of every BOM of the demo, for whoever wants a sample."""
    folder = resources.files(__package__).joinpath("boms")
    return sorted(file.name for file in folder.iterdir() if file.name.endswith(".csv"))


def _file(name: str) -> bytes:
    return resources.files(__package__).joinpath(name).read_bytes()
