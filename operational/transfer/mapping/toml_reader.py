"""Values of parsed TOML checked for their kind, with the mapping's name in every sentence of refusal.

Which keys there are, and what they mean, is in mapping_file.py.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from operational.transfer.failure import MappingError, nearest


class TomlReader:
    """Checks of kinds; each raises MappingError for a key whose value cannot be followed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def wrong(self, key: str, zh: str, en: str) -> MappingError:
        """The refusal of a key, to be raised."""
        return MappingError(f"{self.name}：{key} {zh}。", f"{self.name}: {key} {en}.")

    def known(self, place: str, said: dict[str, Any], keys: Iterable[str]) -> None:
        """Refuse a key that there is not, with those that are near."""
        keys = tuple(keys)
        for key in said:
            if key not in keys:
                hint = nearest(key, keys)
                raise self.wrong(
                    f"{place}.{key}".lstrip("."), f"不是可用的键{hint.zh}", f"is no key of a mapping{hint.en}"
                )

    def table(self, key: str, said: dict[str, Any]) -> dict[str, Any]:
        """A table, empty where it is not there."""
        return self.of_kind(key, said.get(key, {}), dict, "须为一个表", "must be a table")

    def of_kind(self, key: str, value: Any, kind: type, zh: str, en: str) -> Any:
        """A value of this Python type; true and false are no numbers."""
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, zh, en)
        return value

    def text(self, key: str, value: Any) -> str:
        """A text in quotes."""
        return self.of_kind(key, value, str, "须为文字（加引号）", "must be a text in quotes")

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        """A text or a list of them; numbers and days are taken as they are written."""
        values = value if isinstance(value, list) else [value]
        return tuple(self.plain(key, one) for one in values)

    def plain(self, key: str, value: Any) -> str:
        """One value as the text that a file would hold."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (str, int, Decimal)):
            return str(value)
        if isinstance(value, (datetime.date, datetime.time)):
            return value.isoformat()
        raise self.wrong(key, "须为一个值", "must be one value")
