"""What may lie in the tree at all, and what no file may say."""

import re
from pathlib import Path

from tests.source import ROOT, TOP, place, tracked

BINARY = {".otf", ".pdf", ".png", ".ttf", ".woff2", ".xlsx"}


def test_the_top_level_stays_small() -> None:
    tops = {path.relative_to(ROOT).parts[0] for path in tracked()}
    extra = {name for name in tops if not name.startswith(".")} - set(TOP)
    assert not extra, f"{sorted(extra)}: put it into one of {sorted(TOP)}; tools into pyproject."


def test_no_file_names_the_machine_it_was_written_on() -> None:
    machine = re.compile(
        rf"(?<![\w.])/(?:root|home|Users)/\w|{re.escape(str(ROOT))}/|--(?:extra-)?index-url|"
        r"\"resolved\": *\"http"
    )
    own = Path(__file__)
    wrong = [
        f"{place(path)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        if path != own and path.suffix not in BINARY and "vendor" not in path.parts
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if machine.search(line)
    ]
    assert not wrong, "\n".join([*wrong, "Fix: name the place by how to find it, not by its path."])


def test_pages_need_no_inline_script_or_style() -> None:
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=\"|javascript:", re.I)
    elsewhere = re.compile(r"(?:src|<link[^>]*href)=\"(?:https?:)?//", re.I)
    wrong = [
        f"{place(path)}:{number}: {line.strip()[:100]}"
        for top in ("config", "procurement", "compliance")
        for path in sorted((ROOT / top).rglob("templates/**/*.html"))
        if "mail" not in path.relative_to(ROOT).parts  # mail programs know nothing but inline
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if inline.search(line) or elsewhere.search(line)
    ]
    assert not wrong, "\n".join(
        [*wrong, "Why: the browser refuses it (CSP 'self'). Fix: a file under config/static."]
    )


def test_a_number_in_a_table_that_stacks_on_a_narrow_screen_says_of_what_it_is() -> None:
    tables = re.compile(r"<table[^>]*\bcg-stack\b.*?</table>", re.S)
    bare = re.compile(r"<td(?![^>]*data-label)[^>]*\bcg-num\b[^>]*>")
    wrong = [
        f"{place(path)}: {cell}"
        for path in tracked()
        if path.suffix == ".html" and "vendor" not in path.parts
        for table in tables.findall(path.read_text())
        for cell in bare.findall(table)
    ]
    assert not wrong, "\n".join([*wrong, "Fix: data-label says its column, as the heading does."])
