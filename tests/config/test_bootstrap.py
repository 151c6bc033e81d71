import ast
import fcntl
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest

from config import bootstrap
from tests.source import ROOT


@pytest.mark.parametrize("name", ["manage.py", "config/bootstrap.py", "config/__init__.py"])
def test_what_runs_before_anything_is_installed_needs_nothing_installed(name: str) -> None:
    imported = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse((ROOT / name).read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert {str(module).partition(".")[0] for module in imported} <= sys.stdlib_module_names | {
        "config"
    }


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place to build in, whose steps are only noted, in `steps`."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv/bin/python")
    (tmp_path / "run.txt").write_text("django==5.2.19")
    (tmp_path / "test.txt").write_text("pytest==9.2.0")
    return tmp_path


def built(house: Path, *names: str) -> None:
    (house / ".venv/bin").mkdir(parents=True, exist_ok=True)
    (house / ".venv/bin/python").touch()
    pins = tuple(house / name for name in names)
    (house / ".venv/built-from").write_text("\n".join(bootstrap.digests(pins)))


def test_an_environment_is_current_for_the_pins_it_was_built_from(house: Path) -> None:
    run, test = house / "run.txt", house / "test.txt"
    assert not bootstrap.is_current((run,))
    built(house, "run.txt")
    assert bootstrap.is_current((run,))
    assert not bootstrap.is_current((run, test))
    built(house, "run.txt", "test.txt")
    assert bootstrap.is_current((run,))  # a start after a verify has nothing to do
    run.write_text("django==5.2.20")
    assert not bootstrap.is_current((run,))


def test_a_build_that_fails_says_which_step_and_leaves_no_stamp(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "find_uv", lambda python: None)
    (house / "run.txt").write_text("not a requirement at all !!!")
    with pytest.raises(SystemExit, match=r"could not build.*pip install"):
        bootstrap.build((house / "run.txt",))
    assert not (house / ".venv/built-from").exists()


def test_a_second_process_waits_for_the_first(house: Path) -> None:
    code = f"""
        from pathlib import Path
        from config import bootstrap
        bootstrap.ROOT = Path({str(house)!r})
        with bootstrap.one_at_a_time():
            print("mine")
    """
    with (house / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = subprocess.Popen(
            [sys.executable, "-uc", textwrap.dedent(code)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert second.stderr is not None
        assert "waiting for it" in second.stderr.readline()
        assert second.poll() is None
    assert second.communicate(timeout=20)[0] == "mine\n"


def test_a_python_too_old_or_absent_is_not_taken(tmp_path: Path) -> None:
    old = tmp_path / "python3.11"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    assert not bootstrap.works(old)
    assert not bootstrap.works(tmp_path / "nothing")
    assert bootstrap.works(sys.executable)


def test_every_direct_dependency_is_pinned_with_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for wanted, pins in (
        (project["project"]["dependencies"], ROOT / "requirements.txt"),
        (project["dependency-groups"]["test"], ROOT / "tests/requirements.txt"),
        (["uv"], ROOT / "config/uv.txt"),
    ):
        lines = pins.read_text()
        for requirement in wanted:
            name = requirement.split(">=")[0].split("[")[0]
            assert f"\n{name}==" in f"\n{lines}", name
        entries = lines.replace("\\\n", "").splitlines()
        assert all("--hash=sha256:" in entry for entry in entries if "==" in entry)


def test_no_other_pythons_packages_come_along() -> None:
    env = bootstrap.environment({"PYTHONPATH": "/opt/x", "PYTHONHOME": "/opt/y", "HOME": "/z"})
    assert env == {"HOME": "/z"}


def test_bytecode_is_kept_out_of_the_sources_for_who_wants_that_but_it_is_kept() -> None:
    env = bootstrap.environment({"PYTHONDONTWRITEBYTECODE": "1"})
    assert env == {"PYTHONPYCACHEPREFIX": str(bootstrap.VENV / "bytecode")}
