"""``liuchi journal``: seal, export, verify, as an office and an auditor would."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from engines.journal.examples import HERE, THERE, known_kinds, seen
from liuchi.engines.journal import queries
from liuchi.kernel.errors import Invalid
from liuchi.surfaces.cli.journal import app

runner = CliRunner()


@pytest.fixture(autouse=True)
def _facts(db, clock):
    with known_kinds():
        seen(2, area_id=HERE)
        seen(area_id=THERE)
        yield


def _run(*arguments: object) -> tuple[int, str]:
    result = runner.invoke(app, [str(each) for each in arguments])
    return result.exit_code, " ".join(result.output.split())


def _exported(tmp_path, *options: object):
    file = tmp_path / "facts.jsonl"
    assert _run("seal")[0] == 0
    assert _run("export", file, *options)[0] == 0
    return file


@pytest.mark.parametrize(("options", "facts"), [((), 3), (("--area", HERE), 2)])
def test_what_was_exported_holds(tmp_path, options, facts):
    file = _exported(tmp_path, *options)
    root = queries.head().root
    code, said = _run("verify", file, "--root", root)
    assert (code, f"{facts} facts under 1 seals hold" in said, root in said) == (0, True, True)


def test_one_changed_byte_fails_and_names_the_fact(tmp_path):
    file = _exported(tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    fact = json.loads(lines[3])["fact"]
    file.write_bytes(b"".join(lines).replace(fact["subject_id"].encode(), b"0" * 36))
    code, said = _run("verify", file)
    assert code == 1
    assert f"Fact {fact['id']} (ordinal {fact['ordinal']}, line 4) was changed." in said


def test_an_export_made_anew_has_another_root(tmp_path):
    file = _exported(tmp_path)
    code, said = _run("verify", file, "--root", "0" * 64)
    assert (code, "another than given" in said) == (1, True)


def test_status_says_how_far_it_reaches():
    _run("seal")
    assert "ordinals: 3" in _run("status")[1]
    assert "sealed to: 3" in _run("status")[1]


def _folder(tmp_path):
    folder = tmp_path / "parquet"
    assert _run("seal")[0] == 0
    return folder, _run("export", "--parquet", folder, "--name", "here")


def test_a_folder_in_parquet_holds_and_says_its_root_and_head(tmp_path):
    folder, (code, said) = _folder(tmp_path)
    root, head = queries.head().root, json.loads((folder / "manifest.json").read_bytes())["head"]
    assert (code, "3 facts in 1 files, seals 1 to 1." in said) == (0, True)
    assert (f"root: {root}" in said, f"head: {head}" in said) == (True, True)
    code, said = _run("verify", folder, "--facts", "--root", root, "--head", head)
    assert (code, "3 facts in 1 files hold, seals 1 to 1." in said) == (0, True)
    assert (json.loads((folder / "areas.json").read_bytes())["areas"]) == []


def test_a_folder_with_a_file_less_is_refused_with_its_name_and_seal(tmp_path):
    folder, _ = _folder(tmp_path)
    (folder / "facts/tests.seen/000001.parquet").unlink()
    code, said = _run("verify", folder)
    assert code == 1
    assert "facts/tests.seen/000001.parquet is missing (it belongs to seals 1)." in said


def test_a_folder_made_anew_has_another_head(tmp_path):
    folder, _ = _folder(tmp_path)
    code, said = _run("verify", folder, "--head", "0" * 64)
    assert (code, "another than given" in said) == (1, True)


@pytest.mark.parametrize(
    ("options", "wanted"),
    [((), "Name a file"), (("--parquet", "/nowhere"), "Say with --name")],
)
def test_an_export_needs_to_know_where_to_and_from_whom(options, wanted):
    with pytest.raises(Invalid, match=wanted):
        runner.invoke(app, ["export", *options], catch_exceptions=False)
