"""A PDF, set by typst in a process of its own."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SECONDS = 180


class NotSet(Exception):
    """The template and the data do not make a document. Says what typst said."""


def pdf_of(template: str, page: dict[str, Any], *, folder: Path, timestamp: datetime) -> bytes:
    """The PDF/A-3a, PDF/UA-1 document of `template` (a .typ file of this folder).

    page: what it shows, as JSON values. folder: of the files that the template reads, which can
    read no other; the templates are put there too. timestamp: aware; the document's own date, so
    that the same report gives the same bytes. Raises NotSet, or subprocess.TimeoutExpired after
    LONGEST_SECONDS.
    """
    request = {
        "template": template,
        "page": page,
        "folder": str(folder.resolve()),
        "timestamp": timestamp.replace(microsecond=0).isoformat(),  # typst has whole seconds
    }
    done = subprocess.run(
        [sys.executable, "-m", "compliance.reports.render"],
        input=json.dumps(request).encode(),
        capture_output=True,
        cwd=ROOT,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise NotSet(done.stderr.decode("utf-8", "replace").strip() or f"exit {done.returncode}")
    return done.stdout
