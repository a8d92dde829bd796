"""How this deployment runs: flags of the command line, else `CONTACT_QUOTA_*`, else the defaults.

Numbers that a trust-and-safety team would tune stand in the policy instead.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from limits import parse
from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from redis.asyncio.connection import parse_url
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "CONTACT_QUOTA_"
"""What the environment variables begin with."""

DATABASE_SCHEMES = ("sqlite", "postgresql", "postgres")
DATABASE_FILE = "contact-quota.sqlite"
LEAST_ADMIN_KEY = 16

EMBEDDED_IS_ONE_PROCESS = (
    "the embedded store lives inside one process, so several processes would each count on their "
    "own and grant every cap several times; give them one store with --redis redis://…, or leave "
    "--processes at 1"
)


def _rate(notation: str) -> str:
    try:
        parse(notation)
    except ValueError as error:
        raise ValueError(f"{notation!r} is not a rate, such as 600/minute") from error
    return notation


_REDIS_FORM = (
    "is redis://USER:PASSWORD@HOST:PORT/0 or unix://PATH, where / # ? @ % in a password are "
    "written %2F %23 %3F %40 %25"
)


def _redis_url(url: str) -> str:
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    try:
        parse_url(url)
        number = "" if url.startswith("unix://") else urlsplit(url).path.strip("/")
    except ValueError as error:  # it may quote the password
        raise ValueError(f"cannot be read: it {_REDIS_FORM}") from error
    if number and not number.isdecimal():
        raise ValueError(f"must end with the number of a database; it {_REDIS_FORM}")
    return url


def _database_url(url: str) -> str:
    scheme, colon, _ = url.partition("://")
    if colon and scheme.partition("+")[0] not in DATABASE_SCHEMES:
        raise ValueError(f"must be a path, or begin with one of {', '.join(DATABASE_SCHEMES)}")
    try:
        make_url(url if colon else f"sqlite:///{url}")
    except (ArgumentError, ValueError) as error:
        raise ValueError("is no address, such as postgresql://me@127.0.0.1/quota") from error
    return url


def without_password(url: str) -> str:
    """An address as it may be shown."""
    scheme, slashes, rest = url.partition("?")[0].partition("://")  # a query may hold one, too
    user, at, host = rest.rpartition("@")
    name, colon, _ = user.partition(":")
    return f"{scheme}{slashes}{name}{colon and ':***'}{at}{host}"


class Settings(BaseSettings):
    """Settings of one installation. Raises pydantic's ValidationError for what cannot be."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore"
    )

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8080
    data: Path = Path("contact-quota-data")
    redis: Annotated[str, AfterValidator(_redis_url)] | None = None
    database: Annotated[str, AfterValidator(_database_url)] | None = None
    policy: Path | None = None
    processes: Annotated[int, Field(ge=1, le=64)] = 1
    worker: bool = True
    """Whether this process also folds events; without it run `contact-quota worker`."""
    metrics_port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    """Where `contact-quota worker` gives its metrics; processes that serve have them anyway."""
    shards: Annotated[int, Field(ge=1, le=1024)] | None = None
    """Fixed at the first start (16 where nothing is said)."""
    admin_key: SecretStr | None = None
    contact_keys: SecretStr | None = None
    """`id:64 hex digits`, newest first, separated by commas; else a file under `data`."""
    document_keys: SecretStr | None = None
    """As `contact_keys`: what documents of appeals and secrets of webhooks are sealed with."""
    webhook_private: bool = False
    """Whether webhooks may lead to addresses that are not public: private ones, loopback."""
    throttle: Annotated[str, AfterValidator(_rate)] = "1200/minute"
    """Requests that one key may make, `gateway` and `admin` keys excepted."""
    redis_deadline_ms: Annotated[float, Field(gt=0, le=10_000)] = 50.0
    """How long one call to Redis may take before the answer is 503."""

    @model_validator(mode="after")
    def _embedded_is_one_process(self) -> Self:
        if self.processes > 1 and self.redis is None:
            raise ValueError(EMBEDDED_IS_ONE_PROCESS)
        if self.admin_key and len(self.admin_key.get_secret_value()) < LEAST_ADMIN_KEY:
            raise ValueError(f"{PREFIX}ADMIN_KEY must have at least {LEAST_ADMIN_KEY} characters")
        return self

    @property
    def database_url(self) -> str:
        """Where the record is: the URL given, else SQLite under the data directory."""
        return self.database or str(self.data / DATABASE_FILE)
