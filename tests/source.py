"""The source of this project, as tests read it."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
CODE = ("compliance", "config", "procurement", "tests")
TOP = (*CODE, "manage.py", "pyproject.toml", "README.md", "requirements.txt")


def python_files(*tops: str) -> list[Path]:
    return sorted(
        path
        for top in tops
        for path in (ROOT / top).rglob("*.py")
        if "migrations" not in path.parts and "node_modules" not in path.parts
    )


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def place(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"


def matching(*patterns: str) -> list[Path]:
    """Python files that one of these globs names, from the top."""
    found = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return [path for path in python_files("compliance", "procurement") if path in found]


def tracked() -> list[Path]:
    """Files that git keeps; in a copy without git, every file that is no dotfile."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        found = [path for top in TOP for path in (ROOT / top).rglob("*")]
        return [path for path in found if path.is_file() and path.suffix != ".pyc"]
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]
