"""The set-up script says in one line what a machine lacks, and skips what is done."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from liuchi.kernel import paper

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("liuchi_setup", ROOT / "scripts" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "MARKS", tmp_path / "marks.json")
    return module


def test_a_missing_browser_is_one_line(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("LIUCHI_BROWSER", raising=False)
    monkeypatch.setattr("os.getuid", lambda: 1000)
    with pytest.raises(setup.Missing) as gap:
        setup.need_browser()
    assert gap.value.args == (
        "a browser for the browser tests",
        "apt-get install chromium (or set LIUCHI_BROWSER to one of yours)",
    )


def test_a_missing_venv_module_is_one_line(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(setup.Missing) as gap:
        setup.make_venv()
    version = f"python3.{sys.version_info.minor}"
    assert gap.value.args == ("Python's venv module", f"apt-get install {version}-venv")


def test_an_old_python_is_one_line(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "PYTHON_OLDEST", (9, 9))
    assert setup.main(["run"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("✗ missing: Python 3.11 or newer")
    assert said.count("\n") == 1


def test_a_step_is_done_once_until_its_sources_change(setup: ModuleType, tmp_path: Path) -> None:
    source, done = tmp_path / "lock", []
    source.write_text("one")
    for text in ("one", "one", "two", "two"):
        source.write_text(text)
        setup.step("sample", [source], lambda: done.append(1))
    assert len(done) == 2


def test_a_step_whose_result_is_gone_is_done_again(setup: ModuleType, tmp_path: Path) -> None:
    source, proof = tmp_path / "lock", tmp_path / "made"
    source.write_text("one")
    setup.step("sample", [source], proof.touch, proof=proof)
    proof.unlink()
    setup.step("sample", [source], proof.touch, proof=proof)
    assert proof.exists()


def without_pango(setup: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(setup, "PYTHON", python)
    monkeypatch.setattr("os.getuid", lambda: 1000)


def test_starting_goes_on_without_pango(
    setup: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    without_pango(setup, monkeypatch, tmp_path)
    setup.need_pango(must=False)
    assert capsys.readouterr().err == (
        "· printing to PDF is off: "
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0\n"
    )


def test_tests_without_pango_are_one_line(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_pango(setup, monkeypatch, tmp_path)
    with pytest.raises(setup.Missing) as gap:
        setup.need_pango(must=True)
    assert gap.value.args == (
        "Pango, which printing needs",
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    )


def test_setup_and_product_name_the_same_packages(setup: ModuleType) -> None:
    assert tuple(paper.LIBRARIES) == setup.PANGO


def test_what_is_fetched_apart_is_pinned_as_the_project_asks(setup: ModuleType) -> None:
    for name, lock in setup.APART.items():
        pinned = {line.split(" ")[0] for line in lock.read_text().splitlines() if "==" in line}
        assert {asked.replace("[s3]", "") for asked in setup.asked_for(name)} <= pinned, name
