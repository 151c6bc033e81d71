"""Runs alone, in a process of its own: JSON in on stdin, a PDF out on stdout.

typst keeps the memory of every document it has set, so each report gets a process that ends with
it. Start it with `compliance.reports.pdf.pdf_of`, not by hand. Exit 0 with the PDF, or 1 with one
JSON object {"message", "diagnostic"} on stderr.
"""

import json
import sys
from datetime import datetime
from pathlib import Path
from shutil import copyfile
from typing import Any, cast

import typst

from compliance.reports.glyphs import CHANGED, coverage, printable

HERE = Path(__file__).resolve().parent
FONTS = HERE / "fonts"


def shown(value: Any) -> Any:
    """The same value, with every text made printable."""
    if isinstance(value, str):
        return printable(value, coverage(FONTS))
    if isinstance(value, list):
        return [shown(each) for each in value]
    if isinstance(value, dict):
        return {key: shown(each) for key, each in value.items()}
    return value


def render(request: dict[str, Any]) -> bytes:
    """The PDF of `request`: template, page (what it shows), folder (of all that it reads),
    timestamp.

    Data reaches the template as JSON only, so that markup in a supplier's name stays text.
    """
    page = json.dumps(shown(request["page"]), ensure_ascii=False)
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
    folder = Path(request["folder"])
    for template in HERE.glob("*.typ"):
        copyfile(template, folder / template.name)
    compiler = typst.Compiler(
        str(folder / request["template"]),
        root=str(folder),
        font_paths=fonts,
        sys_inputs={
            "page": page,
            "changed": CHANGED if CHANGED in page else "",
        },
    )
    written = compiler.compile(
        format="pdf",
        pdf_standards=["a-3a", "ua-1"],
        timestamp=datetime.fromisoformat(request["timestamp"]),
    )
    return cast(bytes, written)


def main() -> int:
    try:
        written = render(json.load(sys.stdin.buffer))
    except typst.TypstError as error:
        json.dump({"message": error.message, "diagnostic": error.diagnostic}, sys.stderr)
        return 1
    sys.stdout.buffer.write(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
