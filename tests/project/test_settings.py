from pathlib import Path

import pytest

from liuchi.kernel.keyring import KeyRing
from liuchi.project.problems import CannotStart
from liuchi.project.settings import Mode, from_environment

SAFE = {
    "LIUCHI_MODE": "production",
    "LIUCHI_SECRET_KEY": "s" * 50,
    "LIUCHI_KEY_RING": KeyRing.generate().to_text(),
    "LIUCHI_ALLOWED_HOSTS": "liuchi.example, www.liuchi.example",
}


def test_an_empty_environment_is_a_demo_on_the_embedded_database() -> None:
    settings = from_environment({})
    assert (settings.mode, settings.embedded, settings.port) == (Mode.DEMO, True, 8000)
    assert settings.data_dir == Path.cwd() / "var" / "data"


def test_the_public_address_has_no_path() -> None:
    settings = from_environment({"LIUCHI_PUBLIC_ADDRESS": "https://liuchi.example:8443"})
    assert settings.public_address == "https://liuchi.example:8443"


def test_a_safe_production_start_passes() -> None:
    settings = from_environment(SAFE)
    assert settings.mode is Mode.PRODUCTION
    assert settings.allowed_hosts == ("liuchi.example", "www.liuchi.example")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"LIUCHI_SECRET_KEY": ""}, "secret_key_missing"),
        ({"LIUCHI_SECRET_KEY": "short"}, "secret_key_missing"),
        ({"LIUCHI_KEY_RING": ""}, "key_ring_missing"),
        ({"LIUCHI_KEY_RING": "{}"}, "key_ring_unreadable"),
        ({"LIUCHI_ALLOWED_HOSTS": ""}, "allowed_hosts_missing"),
        ({"LIUCHI_ALLOWED_HOSTS": "*"}, "allowed_hosts_missing"),
        ({"LIUCHI_DEBUG": "1"}, "debug_in_production"),
        ({"LIUCHI_DATABASE_URL": "postgresql://app@db/liuchi"}, "owner_url_missing"),
        ({"LIUCHI_MODE": "producton"}, "setting_invalid"),
        ({"LIUCHI_PUBLIC_ADDRESS": "liuchi.example"}, "setting_invalid"),
        ({"LIUCHI_PUBLIC_ADDRESS": "https://liuchi.example/v/"}, "setting_invalid"),
        ({"PORT": "eighty"}, "setting_invalid"),
        ({"PORT": "70000"}, "setting_invalid"),
    ],
)
def test_an_unsafe_start_is_refused(change: dict[str, str], code: str) -> None:
    with pytest.raises(CannotStart) as refused:
        from_environment({**SAFE, **change})
    assert refused.value.code == code
    assert refused.value.sentence.in_language("en") != ""


def test_the_refusal_names_the_variable() -> None:
    with pytest.raises(CannotStart) as refused:
        from_environment({"PORT": "eighty"})
    assert refused.value.sentence.in_language("en").startswith("The environment variable PORT ")


def test_a_secret_is_never_repeated() -> None:
    with pytest.raises(CannotStart) as refused:
        from_environment({**SAFE, "LIUCHI_KEY_RING": '{"keys": {"a": "c2VjcmV0"}}'})
    assert "c2VjcmV0" not in str(refused.value)
