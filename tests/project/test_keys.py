from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from liuchi.kernel.keyring import KeyRing
from liuchi.project import keys
from liuchi.project.problems import CannotStart


def test_keys_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    made = keys.read_or_make(tmp_path / "data")
    assert keys.read_or_make(tmp_path / "data") == made
    assert (tmp_path / "data" / "keys.json").stat().st_mode & 0o777 == 0o600
    assert KeyRing.from_text(made.key_ring).to_text() == made.key_ring


def test_before_the_first_start_there_are_none(tmp_path: Path) -> None:
    assert keys.read(tmp_path) is None


def test_starts_at_the_same_moment_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: keys.read_or_make(tmp_path), range(8)))
    assert {each.secret_key for each in made} == {keys.read_or_make(tmp_path).secret_key}


def test_a_broken_file_is_refused_without_repeating_it(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text('{"secret_key": "hush"}')
    with pytest.raises(CannotStart) as refused:
        keys.read(tmp_path)
    assert refused.value.code == "keys_unreadable"
    assert "hush" not in str(refused.value)
