"""Texts kept beside the tests. UPDATE_GOLDEN=1 rewrites them; read the diff, then commit it."""

import os
from pathlib import Path


def assert_golden(path: Path, text: str) -> None:
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{path.name} differs: UPDATE_GOLDEN=1"
