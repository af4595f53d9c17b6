"""Settings of an installation, read once from the environment and an optional file, at composition.

Every part receives this frozen object or values from it; nothing reads the environment at import.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """All that an installation can choose; each name is an environment variable with the prefix YINGKE_."""

    model_config = SettingsConfigDict(env_prefix="YINGKE_", env_file=".env", extra="ignore", frozen=True)

    data: Path = Path("var")
    store: str = ""
    host: str = "127.0.0.1"
    port: int = Field(8050, ge=1, le=65535)
    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"
    key_file: Path | None = None
    base_url: str = ""
    refresh_cron: str = "*/10 * * * *"
    smtp_host: str = ""
    smtp_port: int = Field(25, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = False
    smtp_from: str = "yingke@localhost"

    @field_validator("data")
    @classmethod
    def _without_question_mark(cls, value: Path) -> Path:
        if "?" in str(value.absolute()):
            raise ValueError(f"DuckDB takes no path with a question mark, such as {value.absolute()}")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"'{value}' is no time zone; write one such as Asia/Shanghai") from None
        return value

    @field_validator("currency")
    @classmethod
    def _three_letters(cls, value: str) -> str:
        if not re.fullmatch("[A-Z]{3}", value):
            raise ValueError(f"'{value}' is no currency; write three letters such as CNY")
        return value

    @property
    def store_url(self) -> str:
        """The SQLAlchemy URL of the store; SQLite in the data directory unless one is set."""
        if not self.store:
            return f"sqlite:///{quote(str((self.data / 'store.sqlite').resolve()))}"
        return self.store.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def warehouse_directory(self) -> Path:
        """Where the build file, the published versions and their pointer lie."""
        return self.data / "warehouse"

    @property
    def key_path(self) -> Path:
        """The secret key's file: beside the data directory, so that a copy of the data does not hold it."""
        data = self.data.resolve()
        return self.key_file or data.with_name(f"{data.name}.key")

    @property
    def zone(self) -> ZoneInfo:
        """The business time zone."""
        return ZoneInfo(self.timezone)
