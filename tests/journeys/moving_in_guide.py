"""The commands of docs/moving-in/README.md, read from it as a newcomer would copy them.

Which figures they must lead to stands in moving_in_figures; here nothing is run.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "moving-in" / "README.md"


def guide() -> dict[str, list[str]]:
    """The import commands of each shell block, by the block's first mapping: "northwind/persons"."""
    found: dict[str, list[str]] = {}
    for block in re.findall(
        r"^```sh\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    ):
        lines = [line for line in block.splitlines() if line.startswith("yingke import ")]
        if lines:
            first = re.search(r"--map docs/moving-in/(\S+)\.toml", lines[0])
            assert first, f"this command of the guide names no mapping: {lines[0]}"
            assert first[1] not in found, f"two blocks of the guide begin with the mapping {first[1]}"
            found[first[1]] = lines
    return found
