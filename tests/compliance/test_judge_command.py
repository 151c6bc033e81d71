"""`manage.py judge`: stateless, with exit codes that scripts rely on."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "data" / "boms"
WORLD = """
[procurement]
agency = "DHS"
"""


def run(*args: str) -> tuple[int, str, str]:
    ran = subprocess.run(
        [sys.executable, "manage.py", "judge", *args],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout, ran.stderr


@pytest.fixture
def bom(tmp_path: Path) -> Path:
    path = tmp_path / "bom.csv"
    path.write_text(
        "Part number,Description,Manufacturer,Qty\n"
        "PACK-9,Li-ion battery pack 24V NMC,CATL,1\n"
        "RC0603FR-0710KL,Resistor 10k 0603,Yageo,4\n"
    )
    return path


def judged(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, dict[str, object]]:
    code = 0
    try:
        call_command("judge", *args, "--format", "json")
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, json.loads(capsys.readouterr().out)


def test_without_facts_a_battery_is_open_and_a_resistor_is_not_applicable(
    bom: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = judged(capsys, str(bom), "--on", "2028-06-01")
    assert code == 2
    lines = told["lines"]
    assert isinstance(lines, list)
    under = {
        name: {finding["rule"]: finding for finding in line["findings"]}["10-usc-4865"]
        for name, line in zip(("pack", "resistor"), lines, strict=True)
    }
    assert under["pack"]["verdict"] == "insufficient_information"
    assert {"procurement.agency"} <= {each["fact"] for each in under["pack"]["missing"]}
    assert under["resistor"]["verdict"] == "not_applicable"


def test_a_named_company_is_prohibited_and_exits_1(
    bom: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = tmp_path / "world.toml"
    world.write_text(
        """
        [procurement]
        agency = "DOD"
        [[parties]]
        name = "CATL"
        kind = "company"
        incorporated = "CN"
        [[lists]]
        key = "154"
        edition = 2023-12-22
        entries = [{ name = "Contemporary Amperex Technology Company, Limited" }]
        [[identities]]
        party = "CATL"
        list_key = "154"
        entry = "Contemporary Amperex Technology Company, Limited"
        same = true
        """
    )
    code, told = judged(capsys, str(bom), "--on", "2027-10-01", "--world", str(world))
    assert code == 1
    assert told["verdict"] == "prohibited"


def test_where_nothing_applies_it_exits_0(tmp_path: Path) -> None:
    bom, world = tmp_path / "bom.csv", tmp_path / "world.toml"
    bom.write_text("Part number,Description,Qty\nRC0603FR-0710KL,Resistor 10k 0603,4\n")
    world.write_text(WORLD)
    code, out, _ = run(str(bom), "--world", str(world), "--on", "2028-01-01")
    assert code == 0, out
    assert "1 lines: not_applicable" in out


@pytest.mark.parametrize("text", ["", "just a sentence"])
def test_a_file_that_is_no_bom_exits_3(tmp_path: Path, text: str) -> None:
    bom = tmp_path / "bom.csv"
    bom.write_text(text)
    with pytest.raises(CommandError) as refused:
        call_command("judge", str(bom))
    assert refused.value.returncode == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[procurement", "world.toml"),
        ('[procurement]\nagancy = "DOD"\n', "Did you mean 'agency'?"),
        ("lines = []\n", "Leave lines out"),
    ],
)
def test_a_world_that_cannot_be_read_exits_3(
    bom: Path, tmp_path: Path, text: str, says: str
) -> None:
    world = tmp_path / "world.toml"
    world.write_text(text)
    with pytest.raises(CommandError, match=says) as refused:
        call_command("judge", str(bom), "--world", str(world))
    assert refused.value.returncode == 3


def test_a_missing_file_exits_3(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("judge", str(tmp_path / "none.csv"))
    assert refused.value.returncode == 3


@pytest.mark.parametrize("args", [(), ("x.csv", "--on", "tomorrow"), ("x.csv", "--format", "xml")])
def test_wrong_usage_exits_4(args: tuple[str, ...]) -> None:
    assert run(*args)[0] == 4


@pytest.mark.skipif(not REAL.exists(), reason="the real files are not beside this checkout")
def test_real_files_are_judged_without_a_crash() -> None:
    files = sorted(path for ending in ("csv", "xlsx") for path in REAL.rglob(f"*.{ending}"))
    assert len(files) >= 10
    codes = {}
    for path in files:
        try:
            call_command("judge", str(path), "--on", "2026-11-22", stdout=StringIO())
        except SystemExit as ended:
            codes[path.name] = ended.code
        except CommandError as error:
            codes[path.name] = error.returncode
    assert set(codes.values()) <= {0, 1, 2, 3}
    assert sum(code == 2 for code in codes.values()) >= 10, codes


def test_the_verifier_checks_what_judge_prints(bom: Path, tmp_path: Path) -> None:
    """The answer goes from one program to the other by a pipe, as it is."""
    code, answer, _ = run(str(bom), "--on", "2028-06-01", "--format", "json")
    assert code == 2
    checker = [sys.executable, str(ROOT / "compliance" / "verifier.py")]
    for told, wanted in ((answer, 0), (answer.replace("YES", "NO").replace("yes", "no"), 1)):
        ran = subprocess.run(
            [*checker, "/dev/stdin"], input=told, capture_output=True, text=True, check=False
        )
        assert ran.returncode == wanted, ran.stdout
    found = json.loads(answer)
    digests = {each["proof_digest"] for line in found["lines"] for each in line["findings"]}
    assert digests == {each["digest"] for each in found["pack"]["proofs"]}
    (flags,) = {
        tuple(text["confidence"] for text in each["confidence"])
        for each in found["lines"][0]["findings"]
        if each["rule"] == "ndaa-2023-5949"
    }
    assert set(flags) == {"S"}
