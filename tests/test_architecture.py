"""How the house holds together. Each failure says why the rule is there and how to put it right."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.source import CODE, ROOT, matching, place, python_files, tree

MOST_LINES = 400
LONGER = {"compliance/verifier.py": 500}  # one file that a stranger runs: decisions/0014
EDGES = ("web", "api", "admin", "tasks", "management", "urls")
NUMERIC = ("numba", "numpy", "scipy")


@dataclass(frozen=True)
class Wall:
    """Files matching `where` may not import `barred`. `why` and `fix` are for who runs into it."""

    where: tuple[str, ...]
    barred: tuple[str, ...]
    why: str
    fix: str


@dataclass(frozen=True)
class Pure:
    """Files under `where` import the standard library, themselves, and `besides`; nothing else."""

    where: str
    besides: tuple[str, ...]
    why: str
    fix: str


WALLS = (
    Wall(
        ("procurement/**/*.py",),
        ("compliance",),
        "Facts know nothing of verdicts; so they can be kept, and tested, without any law.",
        "Move the code to compliance, or have compliance hand a function in.",
    ),
    Wall(
        ("*/models/**/*.py",),
        (
            *(f"{app}.{layer}" for app in ("compliance", "procurement") for layer in EDGES),
            *(f"{app}.services" for app in ("compliance", "procurement")),
            *(f"{app}.selectors" for app in ("compliance", "procurement")),
            "compliance.dossiers",
            "compliance.recheck",
            "config",
        ),
        "Models are the bottom: what they hold must not depend on what is done with it.",
        "Write the function in services or selectors and import the model there.",
    ),
    Wall(
        ("*/services.py", "*/services/**/*.py"),
        (
            "celery",
            "rest_framework",
            "django.http",
            "compliance.tasks",
            "compliance.web",
            "compliance.api",
            "procurement.web",
            "procurement.api",
            "config",
        ),
        "A service is called by pages, API, tasks and commands alike, and tests it without any.",
        "Take what is needed as an argument; a task is handed in as the function to enqueue.",
    ),
    Wall(
        ("*/selectors.py", "*/selectors/**/*.py"),
        (
            "celery",
            "rest_framework",
            "django.http",
            "compliance.tasks",
            "compliance.web",
            "compliance.api",
            "procurement.web",
            "procurement.api",
            "config",
        ),
        "A selector only reads, and serves every edge.",
        "Take what is needed as an argument.",
    ),
    Wall(
        ("compliance/mail/**/*.py", "compliance/reports/**/*.py", "compliance/recheck/**/*.py"),
        (
            "celery",
            "rest_framework",
            "django.http",
            "compliance.services",
            "compliance.tasks",
            "compliance.web",
            "compliance.api",
            "procurement.web",
            "procurement.api",
        ),
        "Services call these, so these cannot call services: a circle has no bottom.",
        "Take the result as an argument, or move the call up into the service.",
    ),
    Wall(
        ("compliance/dossiers.py",),
        (
            "celery",
            "rest_framework",
            "django.http",
            "compliance.services",
            "compliance.tasks",
            "compliance.web",
            "compliance.api",
            "procurement.web",
            "procurement.api",
        ),
        "This is the one door from database to law, below every service.",
        "Take the result as an argument, or move the call up into the service.",
    ),
    Wall(
        ("*/tasks.py",),
        ("compliance.web", "compliance.api", "procurement.web", "procurement.api"),
        "Edges do not import each other; each could be taken away and the rest would work.",
        "Put what both need into a service or a selector.",
    ),
    Wall(
        ("*/web/**/*.py",),
        ("compliance.api", "procurement.api", "rest_framework"),
        "Edges do not import each other; each could be taken away and the rest would work.",
        "Put what both need into a service or a selector.",
    ),
    Wall(
        ("*/api/**/*.py",),
        ("compliance.web", "procurement.web"),
        "Edges do not import each other; each could be taken away and the rest would work.",
        "Put what both need into a service or a selector.",
    ),
)
PURE = (
    Pure(
        "compliance/law",
        ("procurement.formats.problem", *NUMERIC),
        "The law is a pure function of facts and a day: no database, no clock, no framework.",
        "Put what it needs to know into the dossier (compliance/dossiers.py).",
    ),
    Pure(
        "procurement/formats",
        ("charset_normalizer", "defusedxml", "python_calamine"),
        "A format turns bytes into rows and Problems, and can be tried on any file without Django.",
        "Move what needs the database to procurement/intake.",
    ),
    Pure(
        "compliance/lists",
        ("defusedxml", "procurement.formats.problem", "compliance.law", *NUMERIC),
        "A list reader turns a published file into listings; a service stores them.",
        "Move what needs the database to a service.",
    ),
    Pure(
        "compliance/screening",
        ("anyascii", "compliance.law", "pypinyin", "rapidfuzz", "stdnum", *NUMERIC),
        "Names are compared as plain text; which names there are is told by the caller.",
        "Take the names as an argument.",
    ),
)
# Folders where one file is one plug-in: the constant it defines, and the tuple that must name it.
PLUG_INS = (
    ("procurement/formats", "FORMAT", "FORMATS"),
    ("compliance/law/rules", "RULE", "RULES"),
    ("compliance/lists", "SOURCE", "SOURCES"),
    ("compliance/reports", "REPORT", "REPORTS"),
)


def imports(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.where[0])
def test_a_layer_imports_only_what_lies_below_it(wall: Wall) -> None:
    wrong = [
        f"{place(path, node)} imports {name}"
        for path in matching(*wall.where)
        for name, node in imports(path)
        if within(name, wall.barred)
    ]
    assert not wrong, "\n".join([*wrong, f"Why: {wall.why}", f"Fix: {wall.fix}"])


@pytest.mark.parametrize("pure", PURE, ids=lambda pure: pure.where)
def test_pure_code_leans_on_the_standard_library_alone(pure: Pure) -> None:
    own = pure.where.replace("/", ".")
    wrong = [
        f"{place(path, node)} imports {name}"
        for path in python_files(pure.where)
        for name, node in imports(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not within(name, (own, *pure.besides))
    ]
    assert not wrong, "\n".join([*wrong, f"Why: {pure.why}", f"Fix: {pure.fix}"])


@pytest.mark.parametrize(("folder", "constant", "listed_in"), PLUG_INS)
def test_a_plug_in_that_exists_is_listed(folder: str, constant: str, listed_in: str) -> None:
    if not (ROOT / folder).exists():
        return
    index = ROOT / folder / "__init__.py"
    listed = {
        node.value.id
        for statement in tree(index).body
        if listed_in in assigned(statement)
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    there = {
        path.stem
        for path in (ROOT / folder).glob("*.py")
        if path != index and any(constant in assigned(statement) for statement in tree(path).body)
    }
    assert there, f"{folder} has no file with {constant}; was it renamed? See PLUG_INS here."
    assert there <= listed, (
        f"{sorted(there - listed)} define {constant} but {place(index)} does not list them in "
        f"{listed_in}.\nWhy: the tuple is the order people see, and nothing is lost unnoticed.\n"
        f"Fix: add <file>.{constant} to {listed_in}. To retire one, give it an end date."
    )


def assigned(statement: ast.stmt) -> set[str]:
    """The plain names that a statement gives a value to."""
    if isinstance(statement, ast.AnnAssign):
        targets: list[ast.expr] = [statement.target]
    else:
        targets = list(statement.targets) if isinstance(statement, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def test_imports_are_absolute() -> None:
    wrong = [
        place(path, node)
        for path in python_files(*CODE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not wrong, "\n".join([*wrong, "Fix: write the import in full."])


def test_imports_stand_at_the_top() -> None:
    wrong = {
        place(path, inner)
        for path in python_files(*CODE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }
    assert not wrong, "\n".join(
        [
            *sorted(wrong),
            "Why: an import inside a function hides a circle, or a cost, from the reader.",
            "Fix: move it to the top; where that makes a circle, split the module by noun.",
        ]
    )


def test_nothing_happens_behind_the_callers_back() -> None:
    signals = ("django.dispatch", "django.db.models.signals", "celery.signals", "blinker")
    wrong = [
        f"{place(path, node)} imports {name}"
        for path in python_files("compliance", "config", "procurement")
        for name, node in imports(path)
        if within(name, signals) or name.startswith("django.core.signals")
    ]
    wrong += [
        f"{place(path, inner)} overrides {inner.name}()"
        for path in matching("*/models/**/*.py")
        for node in tree(path).body
        if isinstance(node, ast.ClassDef)
        for inner in node.body
        if isinstance(inner, ast.FunctionDef) and inner.name in {"save", "delete"}
    ]
    assert not wrong, "\n".join(
        [*wrong, "Fix: say it in the service that changes the fact, where the reader will look."]
    )


def test_the_clock_is_read_only_at_the_edges() -> None:
    clocks = {"timezone.now", "date.today", "datetime.now", "datetime.utcnow", "time.time"}
    wrong = [
        f"{place(path, node)} calls {ast.unparse(node.func)}()"
        for path in python_files("compliance", "procurement")
        if not set(EDGES) & {part.removesuffix(".py") for part in path.parts}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        if ".".join(ast.unparse(node.func).split(".")[-2:]) in clocks
    ]
    assert not wrong, "\n".join(
        [
            *wrong,
            "Why: a verdict must be the same however often, and whenever, it is derived.",
            "Fix: take `today` or `now` as an argument; web, api, tasks and commands read it.",
        ]
    )


def test_files_stay_short() -> None:
    long = [
        f"{place(path)}: {count} lines"
        for path in python_files(*CODE)
        if (count := len(path.read_text().splitlines())) > LONGER.get(place(path), MOST_LINES)
    ]
    assert not long, "\n".join([*long, f"Fix: split by noun, at most {MOST_LINES} lines each."])
