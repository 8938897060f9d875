"""Typed settings, read once from the environment.

========================  =====================================================
``LIUCHI_MODE``           ``demo`` (default), ``test`` or ``production``
``LIUCHI_DATABASE_URL``   application role's database; unset: embedded PostgreSQL
``LIUCHI_OWNER_DATABASE_URL``  owner role's database, for migrations
``LIUCHI_DATA_DIR``       everything the installation keeps; default ``var/data``
``LIUCHI_SECRET_KEY``     signs sessions; made on first start outside production
``LIUCHI_KEY_RING``       keys for sensitive fields, as JSON; as above
``LIUCHI_NOTICES``        SMS and WeChat channels, as JSON (docs/guides/notices.md)
``LIUCHI_ALLOWED_HOSTS``  host names, separated by commas
``LIUCHI_PUBLIC_ADDRESS``  how residents reach the site, for QR codes on paper; unset:
                          the address the printing page was opened under
``LIUCHI_MAP_TILES``      pictures behind our maps, as https://host/{z}/{x}/{y}.png; unset:
                          the outlines of our own areas alone, and no other server is asked
``LIUCHI_DEBUG``          ``1`` shows tracebacks; refused in production
``LIUCHI_POSTGRES_PORT``  also listen on this loopback port (embedded PostgreSQL)
``PORT``                  port of the web server; default 8000
``LIUCHI_HOST``           address it listens on; default 127.0.0.1
``LIUCHI_BACKUP_DIR``     where the worker puts a backup every night; unset: none
``LIUCHI_BACKUP_KEEP``    how many nights stay there; default 14
========================  =====================================================
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from liuchi.engines.notices.spec import ChannelsSpec
from liuchi.kernel.keyring import KeyRing, KeyringError
from liuchi.kernel.sentences import Sentence
from liuchi.project.problems import CannotStart

PORT_DEFAULT = 8000
BACKUP_KEEP_DEFAULT = 14
SECRET_CHARACTERS_MIN = 50


class Mode(StrEnum):
    """What this installation is for."""

    DEMO = "demo"  # invented data, printed sign-ins
    TEST = "test"  # the test suite
    PRODUCTION = "production"  # real people's data


class Settings(BaseModel):
    """Everything the environment may say, checked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = Mode.DEMO
    database_url: str = ""
    owner_database_url: str = ""
    data_dir: Path = Path("var/data")
    secret_key: str = ""
    key_ring: str = ""
    notices: ChannelsSpec = ChannelsSpec()
    allowed_hosts: tuple[str, ...] = ()
    public_address: str = Field(default="", pattern=r"^(https?://[^/\s]+)?$")
    map_tiles: str = Field(default="", pattern=r"^(https?://[\w.:-]+/\S*\{z\}\S*)?$")
    debug: bool = False
    postgres_port: int | None = None
    port: int = Field(default=PORT_DEFAULT, ge=1, le=65_535)
    host: str = "127.0.0.1"
    backup_dir: Path | None = None
    backup_keep: int = Field(default=BACKUP_KEEP_DEFAULT, ge=1)

    @field_validator("notices", mode="before")
    @classmethod
    def _notices_are_json(cls, given: object) -> object:
        try:
            return json.loads(given) if isinstance(given, str) else given
        except ValueError:
            # The text holds secrets: the message must not repeat it.
            msg = "expected a JSON object"
            raise ValueError(msg) from None

    @property
    def embedded(self) -> bool:
        """Whether Liuchi runs its own PostgreSQL."""
        return not self.database_url


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the environment, or raise ``CannotStart`` with what is wrong and how to mend it."""
    env = os.environ if environment is None else environment
    names = {
        "mode": "LIUCHI_MODE",
        "database_url": "LIUCHI_DATABASE_URL",
        "owner_database_url": "LIUCHI_OWNER_DATABASE_URL",
        "data_dir": "LIUCHI_DATA_DIR",
        "secret_key": "LIUCHI_SECRET_KEY",
        "key_ring": "LIUCHI_KEY_RING",
        "notices": "LIUCHI_NOTICES",
        "public_address": "LIUCHI_PUBLIC_ADDRESS",
        "map_tiles": "LIUCHI_MAP_TILES",
        "debug": "LIUCHI_DEBUG",
        "postgres_port": "LIUCHI_POSTGRES_PORT",
        "port": "PORT",
        "host": "LIUCHI_HOST",
        "backup_dir": "LIUCHI_BACKUP_DIR",
        "backup_keep": "LIUCHI_BACKUP_KEEP",
    }
    given: dict[str, object] = {field: env[name] for field, name in names.items() if env.get(name)}
    hosts = env.get("LIUCHI_ALLOWED_HOSTS", "")
    given["allowed_hosts"] = tuple(host.strip() for host in hosts.split(",") if host.strip())
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        place = error.errors()[0]
        name = names.get(str(place["loc"][0]), str(place["loc"][0]))
        raise CannotStart(
            "setting_invalid",
            Sentence(
                "环境变量 {name} 的值不能用：{why}",
                "The environment variable {name} cannot be used: {why}",
                {"name": name, "why": place["msg"]},
            ),
        ) from error
    refuse_unsafe(settings)
    _refuse_broken_key_ring(settings)
    return settings.model_copy(update={"data_dir": settings.data_dir.expanduser().resolve()})


def refuse_unsafe(settings: Settings) -> None:
    """Raise for a production start that would not be safe; other modes pass."""
    if settings.database_url and not settings.owner_database_url:
        raise CannotStart(
            "owner_url_missing",
            Sentence(
                "设置了 LIUCHI_DATABASE_URL，还需设置 LIUCHI_OWNER_DATABASE_URL（属主账号）。",
                "LIUCHI_DATABASE_URL is set; set LIUCHI_OWNER_DATABASE_URL too (the role that "
                "owns the tables and migrates).",
            ),
        )
    if settings.mode is not Mode.PRODUCTION:
        return
    if settings.debug:
        raise CannotStart(
            "debug_in_production",
            Sentence(
                "正式运行不能打开调试：请去掉 LIUCHI_DEBUG。",
                "Production does not run with debug on: unset LIUCHI_DEBUG.",
            ),
        )
    if len(settings.secret_key) < SECRET_CHARACTERS_MIN:
        raise CannotStart(
            "secret_key_missing",
            Sentence(
                "正式运行需要自己的 LIUCHI_SECRET_KEY（至少 {least} 个字符）。",
                "Production needs its own LIUCHI_SECRET_KEY (at least {least} characters).",
                {"least": SECRET_CHARACTERS_MIN},
            ),
        )
    if not settings.key_ring:
        raise CannotStart(
            "key_ring_missing",
            Sentence(
                "正式运行需要 LIUCHI_KEY_RING（敏感信息的密钥环）。",
                "Production needs LIUCHI_KEY_RING (the keys that encrypt sensitive fields).",
            ),
        )
    if not settings.allowed_hosts or "*" in settings.allowed_hosts:
        raise CannotStart(
            "allowed_hosts_missing",
            Sentence(
                "正式运行需要在 LIUCHI_ALLOWED_HOSTS 写明网站域名，不能用 *。",
                "Production needs the site's host names in LIUCHI_ALLOWED_HOSTS, and not *.",
            ),
        )


def _refuse_broken_key_ring(settings: Settings) -> None:
    if not settings.key_ring:
        return
    try:
        KeyRing.from_text(settings.key_ring)
    except KeyringError as error:
        raise CannotStart(
            "key_ring_unreadable",
            Sentence(
                "LIUCHI_KEY_RING 读不出来：{why}",
                "LIUCHI_KEY_RING cannot be used: {why}",
                {"why": str(error)},
            ),
        ) from error
