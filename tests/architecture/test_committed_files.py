"""What is committed holds no trace of the machine it was written on."""

import json
import re
import subprocess
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from architecture import source

# Written apart, so that this file does not find itself.
TRACES = re.compile(
    "|".join(
        (
            r"registry\." + r"npmjs",
            r"files\." + r"pythonhosted",
            r"pypi\." + r"org/simple",
            r"--(extra-)?index" + r"-url|--find" + r"-links",
            r"(?<![\w.}])/(root|home|Users|work|opt)" + r"/[\w.]",
        )
    )
)
ALLOWED = {
    # Says which commands it asks uv to leave addresses out of.
    "scripts/setup.py": r"--no-emit-(index-url|find-links)",
}


def committed() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=False,
        capture_output=True,
        cwd=source.ROOT,
    )
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    names = [name for name in done.stdout.decode().split("\0") if name]
    return [source.ROOT / name for name in names if (source.ROOT / name).is_file()]


def test_no_registry_and_no_path_of_a_machine() -> None:
    found = []
    for path in committed():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        name = str(path.relative_to(source.ROOT))
        if name in ALLOWED:
            text = re.sub(ALLOWED[name], "", text)
        found += [f"{name}: {hit[0]}" for hit in TRACES.finditer(text)]
    assert found == []


def test_the_front_end_lock_names_no_address() -> None:
    lock = json.loads((source.ROOT / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert [name for name, each in packages.items() if "resolved" in each] == []
    assert [name for name, each in packages.items() if "integrity" not in each] == []


@pytest.mark.parametrize(
    "name",
    [
        "requirements.lock",
        "requirements-dev.lock",
        "scripts/requirements-uv.lock",
        "scripts/requirements-node.lock",
    ],
)
def test_every_package_is_pinned_by_hash(name: str) -> None:
    text = (source.ROOT / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_lock_holds_what_the_project_asks_for() -> None:
    """A dependency added without ``make lock`` would be missing on the next machine."""
    lock = (source.ROOT / "requirements.lock").read_text()
    pinned = {
        canonicalize_name(match[1]): match[2]
        for match in re.finditer(r"^([\w.-]+)==([^ ;\\]+)", lock, re.MULTILINE)
    }
    wanted = [Requirement(each) for each in requires("liuchi") or []]
    lacking = [
        str(each)
        for each in wanted
        if each.marker is None
        and not each.specifier.contains(pinned.get(canonicalize_name(each.name), "0"))
    ]
    assert lacking == []
